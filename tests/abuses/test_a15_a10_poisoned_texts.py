"""A15 and A10: what somebody typed never runs: neither on a page of ours nor in a spreadsheet made of a list.

Every free text of the world is poisoned behind the application's back, past every rule, and every page and file is read.
"""

import csv
import io
import re
import zipfile

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction

from shegong.ground.accounts.roles import roles
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.listing_export import starts_formula
from shegong.kernel.routes import routes
from shegong.kernel.sealing import seal

NAMES = re.compile(r"<(?:\w+:)?(\w+)>")
TAG = "<img src=x onerror=alert(1)>"
POISON = '=HYPERLINK("http://evil.example/")\'' + TAG
# Columns in which people type: names, sentences, names of files.
TYPED = {
    "name", "title", "reason", "opinion", "text", "position", "school_name", "major", "basis", "file_name", "device",
    "legal_representative", "office_name", "service", "recall_reason", "label", "note", "what", "doubt", "remark",
}  # fmt: skip
READ = {"text/csv", "application/json", "text/html"}
SKIPPED = {"account_logout", "metrics"}


def poison():
    """Put the poison into every typed column that takes it; the names of those."""
    done = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # past the triggers, as an intruder would
        for model in apps.get_models():
            if model._meta.app_label in (
                "auth",
                "sessions",
                "contenttypes",
                "regions",
                "mfa",
                "procrastinate",
            ):
                continue
            for field in model._meta.concrete_fields:
                fits = isinstance(field, models.TextField | models.CharField) and field.name in TYPED
                if not fits or field.choices or not model._base_manager.exists():
                    continue
                try:
                    with transaction.atomic():
                        cursor.execute(f'UPDATE {model._meta.db_table} SET "{field.column}" = %s', [POISON])
                    done.append(f"{model._meta.label}.{field.name}")
                except Error:
                    continue  # a constraint of the database already refuses it
        done += poison_sealed(cursor)
        cursor.execute("SET LOCAL session_replication_role = origin")
    return done


def poison_sealed(cursor):
    """What was typed into complaints lies sealed: the poison is sealed into its place. Who complained holds numbers too."""
    for model in apps.get_models():
        if getattr(model, "sealed_by", "") not in ("conduct", "evidence"):
            continue
        for column, place in model.sealed:
            for row in model._base_manager.exclude(**{column: b""}):
                envelope = seal(POISON, table=model._meta.db_table, column=column, row=getattr(row, place))
                cursor.execute(
                    f'UPDATE {model._meta.db_table} SET "{column}" = %s WHERE id = %s', [envelope, row.pk]
                )
                yield f"{model._meta.label}.{column}"


def chosen_visitors(route, visitors):
    """Whoever may come: nobody where all may, else each account whose role or whose own page it is."""
    if route["permission"] == PUBLIC:
        return [visitors["anonymous"][0]]
    order = sorted(visitors, key=lambda label: (label != "county", not label.startswith("worker"), label))
    found = [visitors[label] for label in order if label != "anonymous"]
    return [
        browser
        for browser, visitor in found
        if route["permission"] == SIGNED_IN
        or (visitor.role and route["permission"] in roles()[visitor.role].permissions)
    ]


def answers(route, form, world, visitors, filled):
    """The page of the first county's object, to the first who gets it."""
    names = NAMES.findall(route["path"])
    try:
        _county, values = next(filled(world, route, names))
    except KeyError:
        return None
    values = {**values, **({"form": form} if "form" in values else {})}
    address = NAMES.sub(lambda found: str(values.get(found[1], "1")), route["path"])
    for browser in chosen_visitors(route, visitors):
        with transaction.atomic():
            response = browser.get(address)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        if response.status_code == 200:
            return response["Content-Type"].partition(";")[0], content
    return None


NUMBER = re.compile(r"-\d+(\.\d+)?")


def formulas_of(kind, content):
    """Cells that a spreadsheet would run; a negative number is a number."""
    if kind == "text/csv":
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [
            cell[:40] for row in rows for cell in row if starts_formula(cell) and not NUMBER.fullmatch(cell)
        ]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/")]
        return [name for name in sheets if re.search(rb"<f[ >]", book.read(name))]


@pytest.mark.clause("T4.2.b")
def test_poisoned_texts_run_neither_on_a_page_nor_in_a_file(world, visitors, filled, monkeypatch):
    done = poison()
    assert len(done) >= 20, done
    assert {"conduct.Complaint.text", "conduct.Inquiry.allegation", "conduct.Exchange.text", "conduct.Statement.text",
            "conduct.Decision.reasons", "conduct.Evidence.title", "conduct.Repair.text"} <= set(done)  # fmt: skip
    found, pages, files, seen = [], 0, 0, 0
    for route in routes():
        if "GET" not in route["methods"] or "(?P" in route["path"] or route["name"] in SKIPPED:
            continue
        for form in ("csv", "xlsx") if "<str:form>" in route["path"] else ("",):
            answer = answers(route, form, world, visitors, filled)
            if answer is None:
                continue
            kind, content = answer
            if kind == "text/html":
                pages += 1
                seen += b"&lt;img src=x" in content
                found += [route["name"]] * (TAG.encode() in content)
            elif form:
                files += 1
                found += [f"{route['name']}.{form}: {cell}" for cell in formulas_of(kind, content)]
    assert found == [], "\n".join(found)
    assert pages > 80 and files >= 20 and seen >= 15, (pages, files, seen)
    _a_page_that_trusts_what_was_typed_is_found(world, visitors, filled, monkeypatch)


def _a_page_that_trusts_what_was_typed_is_found(world, visitors, filled, monkeypatch):
    """The control: with escaping switched off the poison stands on the page."""
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    route = next(r for r in routes() if r["name"] == "organizations:list")
    _kind, content = answers(route, "", world, visitors, filled)
    assert TAG.encode() in content
