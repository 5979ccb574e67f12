"""Registered on a day in the figures is registered on that day in the register."""

from datetime import UTC, date, datetime, timedelta

from fixtures.registered import make, places  # noqa: F401  fixtures come in by their names

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Restriction, status_of
from shegong.duties.registry.rules import Status
from shegong.kernel import cube
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

NAME = "registry.registered"
IN_FORCE = {Status.REGISTERED, Status.EXPIRING}


def test_figures_and_status_agree_on_every_kind_of_day(make):  # noqa: F811
    rows = [
        make("林晓岚", "JL2012000001"), make("金美玉", "JL2012000002", left=-20), make("李雷", "JL2012000003", closed="revoked"),
        make("韩梅", "JL2012000004", suspended=True), make("崔明", "JL2012000005", level="senior"),
    ]  # fmt: skip
    cube.recount(NAME, repair=True)
    for step in (-601, -600, -300, -21, -20, -4, -3, -2, 0, 29, 30, 399, 400):
        day = today() + timedelta(step)
        expected = {r.person.pk for r in rows if status_of(r.registration, day) in IN_FORCE}
        assert set(cube.subjects(NAME, on=day)) == expected, day
        assert cube.value(NAME, on=day) == len(expected)
    assert cube.table(NAME, on=today() - timedelta(30), by=["level"]) == {(2,): 4, (3,): 1}


def test_a_suspension_and_its_end_move_the_figure_at_once(make):  # noqa: F811
    one, day = make(), today()
    cube.recount(NAME, repair=True)
    row = actions.suspend_person(
        one.person, start=day, end=day + timedelta(90), ground="正在调查", by=SYSTEM, on=day
    )
    assert [cube.value(NAME, on=day + timedelta(n)) for n in (-1, 0, 89, 90)] == [1, 0, 0, 1]
    actions.lift_suspension(row, reason="已经查清，恢复登记", by=SYSTEM, on=day)
    assert cube.value(NAME, on=day) == 1 and Restriction.objects.count() == 1
    assert cube.recount(NAME) == []


def test_a_case_that_ends_with_a_certificate_counts_its_holder(make_applicant, desks, day):
    application = make_applicant().application
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="材料齐全，同意登记。", by=officer, on=day)
    # The decision may be taken back for an hour; that hour is over.
    Application.objects.filter(pk=application.pk).update(decided_at=datetime(2012, 9, 20, 2, tzinfo=UTC))
    application.refresh_from_db()
    registration = actions.issue_certificate(application, by=SYSTEM, on=day)
    on = registration.admitted_on
    assert (cube.value(NAME, on=on - timedelta(1)), cube.value(NAME, on=on)) == (0, 1)
    assert cube.by_place(NAME, on=on) == {registration.region_code: 1}
    assert cube.value("employment.in_post", on=date(2011, 7, 1)) == 1
    assert [cube.recount(name) for name in (NAME, "employment.in_post", "credentials.holders")] == [
        [],
        [],
        [],
    ]
