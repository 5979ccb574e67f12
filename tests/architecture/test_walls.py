"""Row security: every table that says whose it is has a wall or a reason, and the walls hold when the filters are gone."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from fixtures.second_wall import standing

from shegong.contexts import CONTEXTS
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.roles import roles
from shegong.ground.people import actions as people
from shegong.ground.people.models import Identity, Person, Skill
from shegong.ground.regions.models import Region
from shegong.kernel import walls_acting
from shegong.kernel.access import PUBLIC, SIGNED_IN, SYSTEM, Actor, Range, ScopedQuerySet
from shegong.kernel.http import today
from shegong.kernel.routes import routes
from shegong.kernel.walls_rows import Open, Wall, wall_of

_spec = importlib.util.spec_from_file_location("wall_objects", Path(__file__).with_name("objects.py"))
objects = importlib.util.module_from_spec(_spec)
sys.modules["wall_objects"] = objects
_spec.loader.exec_module(objects)

NAMES = re.compile(r"<(?:\w+:)?(\w+)>")
OURS = {context.label for context in CONTEXTS} | {"kernel"}
SAYS_WHOSE = {"person_id", "about_person_id", "user_id", "region_code"}
EVERYWHERE = (Range(0, 1_000_000_000),)


def says_whose(model):
    """Whether a column names a person, an account or a place."""
    fields = model._meta.concrete_fields
    return any(f.column in SAYS_WHOSE or f.related_model in (Person, Region) for f in fields)


def test_every_model_that_names_a_person_or_a_place_has_a_wall_or_says_why_not():
    mine = [model for model in apps.get_models() if model._meta.app_label in OURS]
    silent = [m._meta.label for m in mine if says_whose(m) and wall_of(m) is None]
    assert silent == [], "declare wall = Wall(…) or wall = Open('why')"
    assert all(len(wall_of(m)) > 20 for m in mine if isinstance(wall_of(m), Open))


def test_the_most_personal_tables_have_one():
    walled = {m._meta.label for m in apps.get_models() if isinstance(wall_of(m), Wall)}
    assert walled >= {
        "people.Identity", "people.Contact", "registry.Application",         "credentials.Certificate", "credentials.Education", "employment.Employment", "documents.FolderItem",
    }  # fmt: skip


@pytest.mark.django_db
def test_every_declared_wall_stands_in_the_database():
    wanted = {m._meta.db_table for m in apps.get_models() if isinstance(wall_of(m), Wall)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relrowsecurity"
        )
        assert {name for (name,) in cursor.fetchall()} == wanted


@pytest.fixture
def world(db):
    """The world of the sweep; each county's worker has a phone, too."""
    built = objects.build(today())
    for order, county in enumerate(objects.COUNTIES):
        person = built.workers[county].person
        people.state_contact(
            person, kind="phone", value=f"1384330000{order}", verified=True, by=SYSTEM, on=today()
        )
    return built


def test_nothing_said_nothing_seen(world):
    models = [m for m in apps.get_models() if isinstance(wall_of(m), Wall)]
    full = [m for m in models if m._base_manager.exists()]
    assert {m._meta.label for m in models} - {m._meta.label for m in full} <= NOT_IN_THE_WORLD
    with standing():
        walls_acting.nobody()
        assert [m._meta.label for m in full if m._base_manager.exists()] == []


NOT_IN_THE_WORLD = {
    "registry.CardToken", "registry.Decision", "registry.ReturnItem", "registry.Desk", "registry.ClosingProposal", "dossier.MovedRow",
    "credentials.CertificateCheck", "oversight.Citation", "registry.StatusHold", "registry.Reminder",
    "education.YearTotal", "education.Enrolment", "education.Attendance", "education.ListLine", "education.StruckAttendance",
    "education.StudyEnrolment", "education.Leave", "education.WaitingPlace",
    "registry.ChangeDetail", "lookup.Told", "lookup.Due", "lookup.WatchReader",
    "conduct.EarlierComplaint", "conduct.Exchange", "conduct.Kin", "conduct.ComplainantVault", "conduct.ComplaintDraft",
    "conduct.Complaint", "conduct.StageDate",
    "conduct.Inquiry", "conduct.Investigator", "conduct.Statement", "conduct.Interim", "conduct.Evidence", "conduct.Seat",
    "conduct.Vote", "conduct.Decision", "conduct.Appeal", "conduct.SecondLook", "conduct.Flag", "conduct.SerialFinding",
}  # fmt: skip


def marks(worker):
    """What a page could show of a worker and shows of nobody else."""
    return {
        worker.identity.masked, worker.certificate.management_no, worker.application.number, worker.application.token, worker.person.contacts.get().masked,
    }  # fmt: skip


@pytest.fixture
def without_filters(monkeypatch):
    """The application as if every filter by reach and person had been forgotten: each right covers the country."""
    for rows in (ScopedQuerySet, *descendants(ScopedQuerySet)):
        for name in ("visible_to", "own"):
            if name in vars(rows):
                monkeypatch.setattr(rows, name, lambda self, *_asked: self)
    reach = Actor.reach
    monkeypatch.setattr(Actor, "reach", lambda self, right: EVERYWHERE if reach(self, right) else ())


def descendants(cls):
    """All classes below."""
    for sub in cls.__subclasses__():
        yield sub
        yield from descendants(sub)


def addresses(world, counties, visitor):
    """Every page that reads and that the visitor has a right to: lists, exports, endpoints, and the pages about objects
    of these counties. That he gets no further on the others is the sweep's."""
    may = {PUBLIC, SIGNED_IN, *(roles()[visitor.role].permissions if visitor.role else ())}
    for route in routes():
        if (
            "GET" not in route["methods"]
            or "(?P" in route["path"]
            or route["permission"] not in may
            or route["name"].startswith(("mfa_", "account_"))
        ):
            continue
        names = set(NAMES.findall(route["path"]))
        for county, values in objects.filled(world, route, list(names)):
            if names <= set(values) and (county is None or county in counties):
                yield NAMES.sub(lambda found, values=values: str(values[found[1]]), route["path"])


def leaks(world, let_in, label, counties, enough=1000):
    """(pages that show something of these counties, how many answered) for a visitor: lists, and pages about the first
    county; no more of them once `enough`."""
    visitor = next(v for v in world.visitors if v.label == label)
    client = let_in(Client(raise_request_exception=False), visitor.user)
    secret = set().union(*(marks(world.workers[county]) for county in counties))
    found, answered = [], 0
    for path in addresses(world, counties[:1], visitor):
        with transaction.atomic():
            response = client.get(path)
            transaction.set_rollback(True)
        text = b"".join(response) if response.streaming else response.content
        answered += response.status_code == 200
        shown = [mark for mark in secret if mark.encode() in text and mark not in path]
        found += [f"{label}: {path}: {shown}"] if shown else []
        if len(found) >= enough:
            break
    return found, answered


def test_with_the_filters_gone_the_database_still_shows_nothing_from_beyond_the_reach(
    world, let_in, without_filters
):
    beyond = {
        "county": (objects.TUMEN, objects.DAAN),
        "prefecture above": (objects.DAAN,),
        "clerk": (objects.TUMEN,),
        f"worker of {objects.YANJI}": (objects.TUMEN,),
    }
    with standing():
        for label, counties in beyond.items():
            found, answered = leaks(world, let_in, label, counties)
            assert found == []
            assert answered > 10


def test_without_the_database_s_wall_the_same_pages_leak(world, let_in, without_filters):
    """The negative control: the filters were really gone."""
    found, _answered = leaks(world, let_in, "county", (objects.DAAN,), enough=5)
    assert len(found) == 5


TYPED = {
    "version": "0", "opinion": "同意", "reason": "核对身份证原件", "reason_code": "no_certificate", "name": "别人", "kind": "phone",
    "value": "13844339999", "code": "ko", "confirm": "on", "text": "收到",
}  # fmt: skip


def orders(world, county, of=""):
    """(method, address, body as JSON) of everything that changes one thing of this county; `of`: of one context."""
    for route in routes():
        names, unsafe = set(NAMES.findall(route["path"])), set(route["methods"]) - {"GET", "HEAD"}
        ours = route["name"].startswith(of) and not route["name"].startswith(("mfa_", "account_"))
        if "(?P" in route["path"] or not (names and unsafe and ours):
            continue
        for where, values in objects.filled(world, route, list(names)):
            if where == county and names <= set(values):
                path = NAMES.sub(lambda found, values=values: str(values[found[1]]), route["path"])
                yield from ((method, path, objects.BODIES.get(route["name"])) for method in unsafe)


def all_about(worker):
    """The rows of every table with a wall that say they are hers."""
    models = [m for m in apps.get_models() if isinstance(wall_of(m), Wall)]
    hers = [m for m in models if any(f.column == "person_id" for f in m._meta.concrete_fields)]
    found = {m._meta.label: m._base_manager.filter(person_id=worker.person.pk) for m in hers}
    return {label: sorted(map(repr, rows.values_list())) for label, rows in found.items()}


def ordered(world, let_in, label, county, of=""):
    """(answers that show something of this county, how many orders were sent, what of its worker's rows changed)."""
    user = next(v.user for v in world.visitors if v.label == label)
    client, worker = let_in(Client(raise_request_exception=False), user), world.workers[county]
    before, shown, sent, secret = all_about(worker), [], 0, marks(worker)
    for sent, (method, path, body) in enumerate(orders(world, county, of), start=1):
        with transaction.atomic():
            if method == "POST" and not body:
                response = client.post(path, TYPED | {"_once": f"{sent:032d}"})
            else:
                response = client.generic(
                    method, path, json.dumps(body or {}), content_type="application/json"
                )
        text = b"".join(response) if response.streaming else response.content
        shown += [path for mark in secret if mark.encode() in text and mark not in path]
    after = all_about(worker)
    return shown, sent, [label for label in before if before[label] != after[label]]


def test_nor_does_any_order_from_beyond_the_reach_show_or_change_anything_and_without_the_wall_it_would(
    world, let_in, without_filters
):
    with standing():
        shown, sent, changed = ordered(world, let_in, "prefecture above", objects.DAAN)
        assert (shown, changed) == ([], [])
        assert sent > 50
    _shown, _sent, changed = ordered(world, let_in, "county", objects.DAAN, of="people:")
    assert changed


def test_nor_does_it_let_anything_beyond_the_reach_be_changed(world, without_filters):
    mine, theirs = (world.workers[county] for county in (objects.YANJI, objects.DAAN))
    officer = actor_for(next(v.user for v in world.visitors if v.label == "county"), today())
    with standing(), walls_acting.acting(officer):
        for row in (
            theirs.identity,
            theirs.application,
            theirs.certificate,
            theirs.work,
        ):
            assert not type(row)._base_manager.filter(pk=row.pk).update(person=row.person_id), row
        for change in (
            lambda: Identity.objects.filter(pk=mine.identity.pk).update(person=theirs.person),
            lambda: Skill.objects.create(person=theirs.person, kind="language", code="ko"),
        ):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                change()
