"""Every list comes out as a file: no page shows rows that it does not hand over as xlsx and csv, under the same right."""

import importlib.util
import io
import re
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve
from python_calamine import CalamineWorkbook

from shegong.ground.accounts.roles import roles
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import today
from shegong.kernel.routes import routes

_spec = importlib.util.spec_from_file_location("list_objects", Path(__file__).with_name("objects.py"))
objects = importlib.util.module_from_spec(_spec)
sys.modules["list_objects"] = objects
_spec.loader.exec_module(objects)

ROOT = Path(__file__).resolve().parents[2] / "shegong"
TABLE = re.compile(r'class="dt"|ui/table\.html|people/found\.html')
OUT = re.compile(r"\{% files\b|kernel/listing\.html|exports\.xlsx|_file'")
# Tables that are no lists, or whose rows are those of a list that comes out elsewhere; each says why.
NO_LIST = {
    "kernel/templates/kernel/listing.html": "the list itself: its page hands `exports` over",
    "ui/templates/ui/table.html": "the component",
    "ground/people/templates/people/found.html": "the component of the search, which has files",
    "ground/accounts/templates/accounts/journal_verified.html": "the answer to a command, not kept",
    "ground/intake/templates/intake/batches.html": "the latest few of the list of batches, which has files",
    "steering/dossier/templates/dossier/pair.html": "a search for one record, as the search of people, which has files",
    "work/centres/templates/centres/one.html": "the years of one centre; the register of centres has files",
    "duties/registry/templates/registry/office_hours.html": "records of one person; the ledger of hours has files",
    "duties/registry/templates/registry/desk_bulk.html": "ticked rows of the queue, which has files",
    "duties/registry/templates/registry/desk_bulk_done.html": "the answer to a command, not kept",
}


def templates() -> list[Path]:
    return sorted(path for path in ROOT.rglob("templates/**/*.html") if TABLE.search(path.read_text()))


def test_there_are_tables():
    assert len(templates()) > 10


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_with_a_table_has_its_files(path):
    name = str(path.relative_to(ROOT))
    assert name in NO_LIST or OUT.search(path.read_text()), f"{name} shows rows and offers no file of them"


def test_exceptions_are_templates_that_exist():
    assert [name for name in NO_LIST if not (ROOT / name).is_file()] == []


def test_every_file_stands_beside_its_page_and_asks_for_a_right_of_its_own():
    by_name = {route["name"]: route for route in routes()}
    files = [r for r in by_name.values() if r["name"].endswith("_file") and "<str:form>" in r["path"]]
    assert len(files) > 15
    wrong = []
    for one in files:
        page = by_name.get(one["name"].removesuffix("_file"))
        if page is None and one["name"] not in SECOND_TABLES:
            wrong.append(f"{one['name']}: no page of this name")
        elif page and page["path"].rstrip("/") != one["path"].removesuffix(".<str:form>"):
            wrong.append(f"{one['name']}: {one['path']} is not beside {page['path']}")
        if page and page["public"] != one["public"]:
            wrong.append(f"{one['name']}: public differs from its page")
    assert wrong == []


SECOND_TABLES = {
    "accounts:grants_waiting_file",
    "programme:annual_plan_work_file",
}  # a page may have two tables


@pytest.fixture
def world(db):
    return objects.build(today())


def holder(route, world, let_in):
    """A browser of somebody who may open the route."""
    for visitor in world.visitors:
        if visitor.user is None:
            continue
        held = roles()[visitor.role].permissions if visitor.role else frozenset()
        if route["permission"] in (PUBLIC, SIGNED_IN) or route["permission"] in held:
            return let_in(Client(), visitor.user)
    raise AssertionError(f"no role of the policy may open {route['name']}")


LINK = re.compile(r'href="([^"]+\.(?:xlsx|csv)(?:\?[^"]*)?)"')


def test_the_links_of_every_page_lead_to_files_that_open(world, let_in):
    """Pages without names in their address, opened by somebody who may; each link answers with a file of its kind."""
    opened, wrong = set(), []
    for route in routes():
        if (
            "<" in route["path"]
            or "(?P" in route["path"]
            or "GET" not in route["methods"]
            or route["name"] == "account_logout"
        ):
            continue
        browser = holder(route, world, let_in)
        page = browser.get(route["path"])
        if (
            page.status_code != 200
            or getattr(page, "streaming", False)
            or "html" not in page.get("Content-Type", "")
        ):
            continue
        for link in {found.replace("&amp;", "&") for found in LINK.findall(page.content.decode())}:
            file = browser.get(link)
            if file.status_code != 200:
                wrong.append(f"{route['name']}: {link}: {file.status_code}")
                continue
            content = b"".join(file.streaming_content)
            if ".xlsx" in link:
                sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
                assert sheet.to_python() or "template" in link, link
            opened.add(resolve(link.partition("?")[0]).view_name)
    assert wrong == []
    assert {
        "registry:register_file",
        "regions:list_file",
        "accounts:grants_file",
        "accounts:journal_file",
    } <= opened
