"""Where a person says, or an office records, that she works; the main employment ties her to its region."""

from datetime import date

from django.db import transaction

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_
from shegong.work.employment.actions.asking import ask_employer, drop_questions
from shegong.work.employment.models import Employment
from shegong.work.employment.rules import What, employment_obstacles, overlap_obstacle

ORIGIN = "employment.employment"


@answers("T4.2.b")
@transaction.atomic
def declare_employment(
    person: Person,
    *,
    employer: Organization,
    region_code: int,
    position: str = "",
    service_field: str = "",
    start: date,
    end: date | None = None,
    main: bool = True,
    by: Actor,
    on: date,
    source: str = "self",
    replaces: Employment | None = None,
) -> Employment:
    """State that a person works for an employer from `start` (up to but without `end`), in a region.

    A main employment ends the main one before it and writes the work tie; `replaces` is the row this one corrects.
    The same employment stated again is returned. What a person states of herself is put to the employer
    (`actions.asking`). Refuses impossible days, an employer dissolved by then, and a main employment that would cut
    into a later one.
    """
    people.require_editor(person, by)
    return record(
        person, employer=employer, region_code=region_code, position=position, service_field=service_field, start=start,
        end=end, main=main, by=by, on=on, source=source, replaces=replaces,
    )  # fmt: skip


@unguarded("whoever states or confirms it has asked")
@transaction.atomic
def record(
    person: Person,
    *,
    employer: Organization,
    region_code: int,
    position: str,
    service_field: str,
    start: date,
    end: date | None = None,
    main: bool = True,
    by: Actor,
    on: date,
    source: str,
    replaces: Employment | None = None,
) -> Employment:
    """The same for whoever may: both sides agreed, or the county decided."""
    held = people.hold(person)
    position = position.strip()
    refuse_if(
        employment_obstacles(
            position=position, service_field=service_field, start=start, end=end, born_on=held.born_on,
            founded_on=employer.founded_on, dissolved_on=employer.dissolved_on, on=on,
        )
    )  # fmt: skip
    stated = {"employer": employer, "region_code": region_code, "position": position,
              "service_field": service_field, "during": days(start, end), "main": main}  # fmt: skip
    same = Employment.objects.current().filter(person=held, **stated).first()
    if same is not None:
        return same
    touched = [_withdraw(replaces, held, by, on)] if replaces is not None else []
    ended = _end_earlier(held, start, end) if main else []
    touched += ended
    row = Employment.objects.create(person=held, source=people.truthful(held, by, source), **stated)
    if main:
        people.tie(held, kind="work", region_code=region_code, origin=ORIGIN, origin_id=row.pk, start=start, end=end,
                   by=by, on=on)  # fmt: skip
    journal.write("employment.employment.declare", by=by, subject=row,
                  facts={"main": main, "source": row.source}, rows=[*touched, row])  # fmt: skip
    _ask(row, replaces, ended[1::2], by, on)
    return row


def _ask(row: Employment, replaced: Employment | None, ended: list[Employment], by: Actor, on: date) -> None:
    """What the person says of herself is put to the employers: that she came, that she left."""
    if replaced is not None and (replaced.employer_id, replaced.during.lower) != (
        row.employer_id,
        row.during.lower,
    ):
        drop_questions(replaced, by=by)
    if by.person_id != row.person_id or row.source != "self":
        return
    if row.during.upper is None:
        ask_employer(row, what=What.BEGIN, by=by, on=on)
    elif replaced is not None and replaced.during.upper is None and replaced.employer_id == row.employer_id:
        ask_employer(row, what=What.END, by=by, on=on)
    for one in ended:
        ask_employer(one, what=What.END, by=by, on=on)


def _withdraw(row: Employment, person: Person, by: Actor, on: date) -> Employment:
    """A row that was wrong from its beginning, with its tie."""
    if row.person_id != person.pk or not close_recorded(Employment.objects.filter(pk=row.pk)):
        raise Refused(Obstacle("stale", N_("This entry was corrected meanwhile. Look at it again.")))
    people.end_tie(origin=ORIGIN, origin_id=row.pk, kind="work", by=by, on=on, end=row.during.lower)
    return row


def _end_earlier(person: Person, start: date, end: date | None) -> list[Employment]:
    """Cut the main employments before `start`; refuse when a later one would be cut."""
    touched = []
    for row in Employment.objects.current().filter(
        person=person, main=True, during__overlap=days(start, end)
    ):
        if row.during.lower >= start or end is not None:
            raise Refused(overlap_obstacle(row.during.lower))
        close_recorded(Employment.objects.filter(pk=row.pk))
        touched += [row, _with_end(row, start)]
    return touched


def _with_end(row: Employment, end: date) -> Employment:
    return Employment.objects.create(
        person_id=row.person_id, employer_id=row.employer_id, region_code=row.region_code, entry=row.entry,
        main=row.main, position=row.position, service_field=row.service_field, source=row.source,
        during=days(row.during.lower, end),
    )  # fmt: skip


@transaction.atomic
def end_employment(employment: Employment, *, end: date, by: Actor, on: date) -> Employment:
    """State that an employment ended: `end` is the first day without it. Returns the row that holds from now on.

    Refuses a day in the future or not after the start, and an employment that was ended or corrected meanwhile.
    """
    people.require_editor(employment.person, by)
    row = close(employment, end=end, by=by, on=on)
    if by.person_id == row.person_id:
        ask_employer(row, what=What.END, by=by, on=on)
    return row


@unguarded("whoever ends or confirms it has asked")
@transaction.atomic
def close(employment: Employment, *, end: date, by: Actor, on: date) -> Employment:
    """The same for whoever may: both sides agreed, or the county decided."""
    people.hold(employment.person)
    if end > on:
        raise Refused(Obstacle("date_future", N_("This date is in the future."), field="end"))
    if end <= employment.during.lower:
        raise Refused(Obstacle("dates_order", N_("The end lies before the start."), field="end"))
    open_row = Employment.objects.current().filter(pk=employment.pk, during__upper_inf=True)
    if not close_recorded(open_row):
        raise Refused(Obstacle("stale", N_("This entry was corrected meanwhile. Look at it again.")))
    row = _with_end(employment, end)
    if employment.main:
        people.end_tie(origin=ORIGIN, origin_id=employment.pk, kind="work", by=by, on=on, end=end)
    journal.write("employment.employment.end", by=by, subject=row, rows=[employment, row])
    return row
