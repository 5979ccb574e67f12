"""A small layout over organisations' phones: enough to walk a batch through all its states, with everything countable."""

import io
from datetime import date
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.db import connection
from django.test import Client

from shegong.ground.accounts.models import User
from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.ground.regions.models import Region
from shegong.kernel import journal
from shegong.kernel.access import Actor, Authority, Range
from shegong.kernel.http import today
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets import layout as layouts
from shegong.kernel.sheets.layout import Column, Finding, Layout, Offer, Weight
from shegong.kernel.temporal import days

YANBIAN, YANJI, TUMEN = 222400000, 222401000, 222402000


class Words:
    """Plain text; `中级` is offered its full name, `#` is wrong."""

    name, personal, number_format, width, options = "words", False, "@", 16, ()

    def read(self, cell, *, today):
        text = str(cell).strip() if cell is not None else None
        if text == "#":
            return None, [
                Finding("", Obstacle("sign", "“%(text)s” means nothing here.", params={"text": "#"}))
            ]
        if text == "中级":
            offer = Offer("社会工作师", "社会工作师")
            return None, [Finding("", Obstacle("level", "Write the level in full."), Weight.CHOICE, (offer,))]
        return text, []

    def mask(self, text):
        return text


class Secret(Words):
    name, personal = "secret", True

    def mask(self, text):
        return text[:2] + "****"


TABLE = """CREATE TABLE IF NOT EXISTS test_intake (batch_id bigint, code text UNIQUE, name text, level text, touched boolean DEFAULT false);
CREATE TABLE IF NOT EXISTS test_intake_log (batch_id bigint, code text)"""


def held():
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name, level FROM test_intake ORDER BY code")
        return cursor.fetchall()


def check(rows, taking):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, name, level FROM test_intake WHERE code = ANY(%s)",
            [[r.values["code"] for r in rows]],
        )
        known = {code: (name, level) for code, name, level in cursor.fetchall()}
    for row in rows:
        there = known.get(row.values["code"])
        if there == (row.values["name"], row.values["level"]):
            row.outcome = "same"
        elif there and there[0] != row.values["name"]:
            row.find(
                "code",
                Obstacle("other", "The register has %(name)s under this number.", params={"name": there[0]}),
            )
        elif there:
            row.outcome = "change"


def take(rows, taking):
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO test_intake_log VALUES (%s, %s)", [(taking.batch_id, r.values["code"]) for r in rows]
        )
        for row in rows:
            cursor.execute(
                "INSERT INTO test_intake (batch_id, code, name, level) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (code) DO UPDATE SET level = excluded.level",
                [taking.batch_id, row.values["code"], row.values["name"], row.values["level"]],
            )
    journal.write(
        "test.rows.take", by=taking.by, subject=Batch(pk=taking.batch_id), facts={"rows": len(rows)}
    )


def undo(taking):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_intake WHERE batch_id = %s", [taking.batch_id])


def touched(taking):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM test_intake WHERE batch_id = %s AND touched", [taking.batch_id])
        return [
            Obstacle("touched", "%(name)s has been edited since.", params={"name": n})
            for (n,) in cursor.fetchall()
        ]


LAYOUT = Layout(
    key="test", number=99, title="Test list", form_title="测试名册", permission="intake.use",
    columns=(
        Column("code", "编号", Secret(), required=True, sample="A1"),
        Column("name", "姓名", Words(), required=True, sample="张三"),
        Column("level", "级别", Words()),
    ),
    check=check, take=take, undo=undo, touched=touched, one_per=("code",),
)  # fmt: skip


@pytest.fixture(autouse=True)
def test_layout(monkeypatch, settings, tmp_path):
    settings.SHEGONG_HOME = tmp_path
    monkeypatch.setitem(layouts._LAYOUTS, "test", LAYOUT)
    return LAYOUT


@pytest.fixture
def places(db):
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("TRUNCATE test_intake, test_intake_log")
    for code, level, name, parent in [
        (YANBIAN, 2, "延边州", None),
        (YANJI, 3, "延吉市", YANBIAN),
        (TUMEN, 3, "图们市", YANBIAN),
    ]:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )


def officer(code=YANJI, user=1, person=1, permissions=("intake.use",), width=1_000, **more):
    seat = Authority("first_registrar", frozenset(permissions), (Range(code, code + width),), code, 3,
                     organization_id=code, office_name="民政局", **more)  # fmt: skip
    return Actor(user_id=user, person_id=person, name="崔明哲", authorities=(seat,))


@pytest.fixture
def clerk(places, monkeypatch):
    """The officer of 延吉; jobs find him by his user id, as they would in the product."""
    me = officer()
    monkeypatch.setattr("shegong.kernel.access._actor_sources", [lambda user, day: me if user == 1 else None])
    return me


def book(*rows, head=("编号", "姓名", "级别"), title="测试名册"):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet("表")
        sheet.write_row(0, 0, [title])
        for at, row in enumerate([head, *rows], 1):
            sheet.write_row(at, 0, row)
    return out.getvalue()


@pytest.fixture
def make_book():
    return book


@pytest.fixture
def bring(clerk):
    """`bring(row, row, …)`: a batch of these rows, received and checked."""

    def go(*rows, content=None, by=clerk):
        batch = actions.receive(
            "test", file_name="名册.xlsx", content=content or book(*rows), by=by, on=today()
        )
        actions.work(batch_id=batch.pk)
        batch.refresh_from_db()
        return batch

    return go


@pytest.fixture
def world_of():
    """The makers of this file, for tests that need their names."""
    return SimpleNamespace(officer=officer, book=book, held=held, TUMEN=TUMEN, YANJI=YANJI)


@pytest.fixture
def visit(clerk, monkeypatch, let_in):
    """`visit()` is the county's clerk, `visit(actor)` somebody else: a browser that is signed in as that actor."""
    actors = {}
    monkeypatch.setattr("shegong.ground.accounts.middleware.actor_for", lambda user, *a, **k: actors[user.pk])

    def go(actor=clerk):
        user, _ = User.objects.get_or_create(pk=actor.user_id, defaults={"username": f"u{actor.user_id}"})
        actors[user.pk] = actor
        return let_in(Client(), user)

    return go
