"""The figures of a sub-plan and everybody behind them, handed to `statistics` to be frozen (N11, N13)."""

from collections.abc import Iterator, Sequence
from datetime import date

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import walls_acting
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.steering.programme.models import EnteredPerson, Figure, SubPlan, figures, plan, values_of
from shegong.steering.programme.models.behind import PEOPLE, Behind
from shegong.steering.programme.rules.plans import Indicator
from shegong.steering.statistics import actions as statistics
from shegong.steering.statistics.models import Snapshot
from shegong.steering.statistics.models.people import codes_of
from shegong.steering.statistics.rules import FigureRow, PersonRow

TERM, YEAR = "term", "year"
WHY = "who is counted is frozen whole, whoever freezes it; what is read of it is scoped"


def indicators_of(subplan: SubPlan) -> list[Indicator]:
    """The indicators of a sub-plan; of the one that the product carries out in full also those of no sub-plan."""
    is_main = subplan.number == plan().main
    return [
        one
        for one in plan().indicators.values()
        if one.subplan == subplan.number or (is_main and one.subplan is None)
    ]


def places(region: int, day: date) -> list[int]:
    """A place and the units below it: of the province the ten units and the sixty counties."""
    inside = tree().ranges(region, day, REPORTING)
    units = [code for level in (2, 3) for code in tree().units(level, day, REPORTING)]
    return [region, *(code for code in units if code != region and any(code in one for one in inside))]


def freeze_subplan(
    subplan: SubPlan, *, title: str, as_of: date, year: int | None = None, region: int | None = None,
    supersedes: Snapshot | None = None, reason: str = "", by: Actor, on: date,
) -> Snapshot:  # fmt: skip
    """Freeze every figure of a sub-plan as of a day: over the term, of the year, at each unit, with the people behind it.
    `region`: the place whose figures they are, with the units below it; the whole province unless said.

    Refuses what `statistics.freeze` refuses.
    """
    region = subplan.programme.region_code if region is None else region
    held = indicators_of(subplan)
    tables = {TERM: _rows(held, as_of, region, None)}
    if year is not None:
        tables[YEAR] = _rows(held, as_of, region, year)
    return statistics.freeze(
        title=title, as_of=as_of, region_code=region, tables=tables, people=_people(held, as_of, region),
        plan=plan().code, definition=_definition(held), supersedes=supersedes, reason=reason, by=by, on=on,
    )  # fmt: skip


def correct_snapshot(snapshot: Snapshot, *, reason: str, by: Actor, on: date) -> Snapshot:
    """Freeze the figures of the same sub-plan, day and year anew, as a version of their own with its reason.

    Refuses what `statistics.freeze` refuses, and a snapshot that holds no figures of the plan in force.
    """
    subplan, year = frozen_of(snapshot)
    if subplan is None:
        message = N_("These are not the figures of a sub-plan: they are corrected where they were frozen.")
        raise Refused(Obstacle("not_of_subplan", message, clause="N11"))
    return freeze_subplan(
        subplan, title=snapshot.title, as_of=snapshot.as_of, year=year, region=snapshot.region_code, supersedes=snapshot,
        reason=reason, by=by, on=on,
    )  # fmt: skip


def frozen_of(snapshot: Snapshot) -> tuple[SubPlan | None, int | None]:
    """Which sub-plan's figures these are, and of which year beside the term; None where they are something else."""
    if snapshot.plan != plan().code or not snapshot.figures.filter(table=TERM).exists():
        return None, None
    ids = set(snapshot.figures.filter(table=TERM).values_list("indicator", flat=True))
    year = snapshot.figures.filter(table=YEAR).values_list("year", flat=True).first()
    rows = SubPlan.objects.filter(programme__code=plan().code).order_by("number")
    whose = next((row for row in rows if ids == {one.id for one in indicators_of(row)}), None)
    return whose, year


def _definition(held: Sequence[Indicator]) -> str:
    """Which versions of the counting rules: those that are not the first."""
    newer = [f"{one.id}/{one.rule.version}" for one in held if one.rule is not None and one.rule.version > 1]
    return " ".join(newer)


def _rows(held: Sequence[Indicator], as_of: date, region: int, year: int | None) -> list[FigureRow]:
    regions = places(region, as_of)
    found = figures([one.id for one in held], on=as_of, regions=regions, year=year)
    return [
        _cell(one, found[one.id, code], year)
        for one in held
        for code in regions
        if code == region or found[one.id, code].value is not None
    ]


def _cell(one: Indicator, figure: Figure, year: int | None) -> FigureRow:
    return FigureRow(
        one.id, figure.region, one.unit, figure.value, figure.target, figure.planned, figure.counted, figure.entered,
        year, figure.source, one.rule.version if one.rule else 1,
    )  # fmt: skip


def _people(held: Sequence[Indicator], as_of: date, region: int) -> Iterator[PersonRow]:
    with walls_acting.lifted(WHY):
        for one in held:
            behind = Behind(one, as_of, region)
            if behind.measure is not None and behind.measure.subject == PEOPLE:
                yield from _counted(behind, region)
            else:
                yield from _named(behind, region)


def _counted(behind: Behind, region: int) -> Iterator[PersonRow]:
    """Those whom the register counts: since when, where, under which codes; who has no place counts for the whole."""
    subjects = behind.page(size=None)
    codes = codes_of([one.pk for one in subjects], behind.on)
    assert behind.measure is not None
    names = [dimension.name for dimension in behind.measure.dims]
    for one in subjects:
        known = dict(zip(names, one.codes, strict=False))
        sex, band = codes.get(one.pk, (0, 0))
        yield PersonRow(
            one.pk, one.region or region, behind.indicator.id, one.on, known.get("level"), sex, band, known.get("field"),
            known.get("employer_kind"),
        )  # fmt: skip


def _named(behind: Behind, region: int) -> Iterator[PersonRow]:
    """Those who were named behind the entered figures that make the indicator up, each at the unit that named her first."""
    made = (
        [plan().indicators[name] for name in behind.indicator.parts]
        if behind.indicator.summed
        else [behind.source]
    )
    since, until = behind.window
    values = values_of([one.id for one in made if one.is_entered], behind.on, region)
    rows = EnteredPerson.objects.filter(value__in=values, on__gte=since, on__lte=until).order_by(
        "person_id", "on", "pk"
    )
    found = list(rows.distinct("person_id").values_list("person_id", "region_code", "on"))
    codes = codes_of([person for person, _place, _on in found], behind.on)
    for person, place, first in found:
        sex, band = codes.get(person, (0, 0))
        yield PersonRow(person, place, behind.indicator.id, first, sex=sex, age_band=band)
