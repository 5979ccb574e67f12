"""Figures that no register holds: entered with their papers, corrected with a reason, opened to people (N6, G6)."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Identity
from shegong.ground.people.models.derived import identity_index
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import journal
from shegong.kernel.access import Actor, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.identity import canonical_identity
from shegong.kernel.names import comparison_key
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted
from shegong.steering.programme.models import EnteredPerson, HandValue, plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.entering import (
    overlap_obstacles,
    people_obstacles,
    period_obstacles,
    read_people,
    reason_obstacles,
    value_obstacles,
)

Paper = tuple[str, bytes]  # file name, content


@answers("N6", "G6")
@transaction.atomic
def enter_value(
    *, indicator: str, region_code: int, start: date | None, end: date | None, amount: int | None, papers: Sequence[Paper],
    by: Actor, on: date, note: str = "", people: str = "", persons: Collection[int] = (),
) -> HandValue:  # fmt: skip
    """Enter the figure of a unit for the days from `start` to `end`, both in, with the papers that show it.

    `people`: who is behind it, a line each with name and identity number; `persons`: those whom a list has matched to
    their records already. Refuses a period that is not over, one that is
    entered already here or at another level, a figure without a paper, more people than it counts.
    """
    require(by, Permission.ENTER, region_code)
    value = _enter(indicator, region_code, start, end, amount, len(papers), note, by.person_id, None, by, on)
    _add_papers(value.folder, papers, by, on)  # after the row that makes the folder hers
    return _entered(value, _name(value, people, on, persons), by)


@answers("N6")
@unguarded("who takes a unit's return as checked has asked")
@transaction.atomic
def enter_stated(
    *, indicator: str, region_code: int, start: date, end: date, amount: int, folder: Folder | None, enterer_id: int | None,
    note: str, by: Actor, on: date,
) -> HandValue:  # fmt: skip
    """Enter what a unit stated in a return that another officer has checked: the papers of the return show it, `enterer_id`
    stated it. Refuses what `enter_value` refuses."""
    papers = folder.items.present().count() if folder else 0
    value = _enter(indicator, region_code, start, end, amount, papers, note, enterer_id, folder, by, on)
    return _entered(value, [], by)


def _enter(
    indicator: str, region_code: int, start: date | None, end: date | None, amount: int | None, papers: int, note: str,
    enterer_id: int | None, folder: Folder | None, by: Actor, on: date,
) -> HandValue:  # fmt: skip
    term = plan()
    refuse_if(period_obstacles(start, end, on, term.starts, term.ends))
    known = term.indicators.get(indicator)
    refuse_if(value_obstacles(amount, papers=papers, known=known is not None))
    period = days(start, end + timedelta(days=1)) if start and end else None
    refuse_if(overlaps(indicator, region_code, period, end or on))
    return HandValue.objects.create(
        indicator=indicator, kind=known.kind if known else "", region_code=region_code, period=period, amount=amount,
        folder=folder or documents.open_folder(title=f"{indicator} {region_code}", by=by, on=on), note=note.strip(),
        enterer_id=enterer_id,
    )  # fmt: skip


def _entered(value: HandValue, named: Sequence[EnteredPerson], by: Actor) -> HandValue:
    journal.write("programme.hand_value.enter", by=by, subject=value, rows=[value, *named],
                  facts={"indicator": value.indicator, "amount": value.amount, "people": len(named)})  # fmt: skip
    return value


def _add_papers(folder: Folder | None, papers: Sequence[Paper], by: Actor, on: date) -> None:
    for name, content in papers:
        if folder is not None:
            documents.add_paper(folder, kind="evidence", content=content, filename=name, by=by, on=on)


def overlaps(indicator: str, region_code: int, period: Any, day: date) -> list[Obstacle]:
    """What is entered for these days here, above or below: why the figure cannot be entered too."""
    units = tree()
    rows = HandValue.objects.current().filter(indicator=indicator, period__overlap=period)
    same = rows.filter(region=region_code)
    above = set(units.chain(region_code, day, REPORTING)) - {region_code}
    others = rows.filter(region__in=above) | rows.within(units.ranges(region_code, day, REPORTING))
    with lifted("a figure of another level is named by its place alone, never with its amount"):
        codes = list(others.exclude(region=region_code).values_list("region_code", flat=True))
    names = {units.name(code, day) for code in codes}
    return overlap_obstacles(same=[_said(row.period) for row in same], elsewhere=sorted(names))


def _said(period: Any) -> str:
    return f"{period.lower.isoformat()} – {(period.upper - timedelta(days=1)).isoformat()}"


def _name(value: HandValue, people: str, on: date, persons: Collection[int] = ()) -> list[EnteredPerson]:
    """The people behind a figure, found by identity number; the day that counts is the period's last."""
    lines = read_people(people)
    refuse_if(people_obstacles(len(lines) + len(persons), value.amount))
    found = dict.fromkeys(persons, 0)  # person → line
    problems = []
    for place, (name, number) in enumerate(lines, 1):
        person = _person(name, number, on)
        if person is None:
            problems.append(place)
        else:
            found.setdefault(person, place)
    if problems:
        message = N_("Lines %(lines)s: nobody in the register of people has this number and name.")
        raise Refused(
            Obstacle(
                "entered_unknown", message, "people", "N6", {"lines": "、".join(map(str, problems[:20]))}
            )
        )
    last = value.period.upper - timedelta(days=1)
    return EnteredPerson.objects.bulk_create(
        EnteredPerson(value=value, person_id=person, region_code=value.region_code, on=last)
        for person in found
    )


def _person(name: str, number: str, on: date) -> int | None:
    """Whose number it is, if she bears the name. Whoever states both knows her: the search goes over everybody."""
    read = canonical_identity(number, today=on)
    if isinstance(read, list):
        return None
    with lifted("whoever states a number and its name knows her; the wrong pair tells nothing"):
        identity = Identity.objects.filter(index=identity_index(read.value, "resident")).first()
        if identity is None:
            return None
        names = identity.person.names.current().values_list("canonical", flat=True)
        return identity.person_id if comparison_key(name) in names else None


@answers("N6")
@transaction.atomic
def correct_value(
    value: HandValue, *, amount: int | None, reason: str, by: Actor, on: date, papers: Sequence[Paper] = (), note: str = "",
    people: str | None = None,
) -> HandValue:  # fmt: skip
    """Put an entered figure right: the row is closed, a new one says why. The papers stay; more may be added.

    `people` None keeps the list of people. Refuses a correction without a reason, and of a row that was corrected before.
    """
    require(by, Permission.ENTER, value.region_code)
    refuse_if(reason_obstacles(reason) + value_obstacles(amount, papers=1, known=True))
    if not close_recorded(HandValue.objects.filter(pk=value.pk)):
        raise Refused(Obstacle("entered_closed", N_("This figure was corrected already."), clause="N6"))
    _add_papers(value.folder, papers, by, on)
    new = HandValue.objects.create(
        indicator=value.indicator, kind=value.kind, region_code=value.region_code, period=value.period, amount=amount,
        folder_id=value.folder_id, note=note.strip() or value.note, corrects=value, reason=reason.strip(),
        enterer_id=by.person_id,
    )  # fmt: skip
    named = _name(new, people, on) if people is not None else _carry(value, new)
    journal.write(
        "programme.hand_value.correct", by=by, subject=new, rows=[new, *named], reason=new.reason,
        facts={"indicator": new.indicator, "from": value.amount, "to": amount, "people": len(named)},
    )  # fmt: skip
    return new


def _carry(old: HandValue, new: HandValue) -> list[EnteredPerson]:
    rows = list(old.people.all())
    refuse_if(people_obstacles(len(rows), new.amount))
    return EnteredPerson.objects.bulk_create(
        EnteredPerson(value=new, person_id=one.person_id, region_code=one.region_code, on=one.on)
        for one in rows
    )
