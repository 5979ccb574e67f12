"""The plan file brought into the tables: bodies with their dated names, who leads, who takes part, milestones."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Model

from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Organization, OrganizationName
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.steering.programme.models.plan import check_measures, check_places, plan
from shegong.steering.programme.models.subplans import Milestone, Participant, Programme, SubPlan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.plan_rows import BodyRow, MilestoneRow, SubPlanRow
from shegong.steering.programme.rules.plans import Plan

LEVELS = {"province": 1, "prefecture": 2, "county": 3}


@answers("N2", "N3", "N4", "N7", "S0")
@transaction.atomic
def load_plan(*, by: Actor, on: date) -> dict[str, int]:
    """Make what the plan file names and the tables do not have yet; how much of each was new. Twice changes nothing.

    Refuses (`PlanFault`) a plan that names a measure nothing counts, or other units than report on its days.
    """
    given = plan()
    require(by, Permission.PLAN, given.region)
    check_measures()
    check_places(lambda level, day: _units(given, level, day))
    before = Organization.objects.count()
    bodies = {key: _body(row, given.region, by=by, on=on) for key, row in given.bodies.items()}
    programme, rows = _programme(given)
    subplans = {row.number: _subplan(programme, row, rows) for row in given.subplans}
    duties = sum(_leads(given, row, subplans[row.number], bodies, by=by, on=on) for row in given.subplans)
    _participants(given.subplans, subplans, bodies, rows)
    _milestones(given, subplans, rows)
    if rows:
        journal.write(
            "programme.plan.load", by=by, subject=programme, region_code=given.region, rows=rows,
            facts={"plan": given.code, "rows": len(rows)},
        )  # fmt: skip
    return {
        "bodies": Organization.objects.count() - before, "duties": duties,
        "sub-plans": sum(isinstance(row, SubPlan) for row in rows),
        "milestones": sum(isinstance(row, Milestone) for row in rows),
    }  # fmt: skip


def _units(given: Plan, level: int, day: date) -> list[int]:
    """Units of a level on a day that lie in the plan's province."""
    places = tree()
    return [
        code for code in places.units(level, day, REPORTING)
        if places.ancestor(code, 1, day, REPORTING) == given.region
    ]  # fmt: skip


def _body(row: BodyRow, region: int, *, by: Actor, on: date) -> Organization:
    """The body of that name, of any time, in the province; made with its dated names where there is none."""
    names = [one.name for one in row.names] or [row.name]
    known = OrganizationName.objects.filter(
        name__in={*names, row.name}, organization__region_code=region, organization__level=1
    )
    found = known.select_related("organization").first()
    if found:
        return found.organization
    body = organizations.register_organization(
        name=names[0], kind=row.kind, region_code=region, founded_on=row.since, source="plan", accept_similar=True,
        by=by, on=max(on, row.since or on),
    )  # fmt: skip
    for later in row.names[1:]:
        effective = later.since or on
        organizations.rename_organization(body, name=later.name, effective=effective, by=by, on=on)
        body.refresh_from_db()
    return body


def _programme(given: Plan) -> tuple[Programme, list[Model]]:
    programme, made = Programme.objects.get_or_create(
        code=given.code,
        defaults={
            "title": given.zh, "region_code": given.region, "starts_on": given.starts, "ends_on": given.ends,
        },
    )  # fmt: skip
    return programme, [programme] if made else []


def _subplan(programme: Programme, row: SubPlanRow, rows: list[Model]) -> SubPlan:
    subplan, made = SubPlan.objects.get_or_create(
        programme=programme, number=row.number,
        defaults={"title": row.zh, "duty": f"subplan/{programme.code}/{row.number}"},
    )  # fmt: skip
    rows += [subplan] if made else []
    return subplan


def _leads(
    given: Plan, row: SubPlanRow, subplan: SubPlan, bodies: dict[str, Organization], *, by: Actor, on: date
) -> int:
    holders = [(bodies[one.body], one.since, one.until) for one in row.leads]
    return len(
        organizations.date_duty(
            duty=subplan.duty, region_code=given.region, holders=holders, basis=f"{given.zh} · {row.zh}",
            by=by, on=on,
        )
    )  # fmt: skip


def _participants(
    given: Iterable[SubPlanRow],
    subplans: dict[int, SubPlan],
    bodies: dict[str, Organization],
    rows: list[Model],
) -> None:
    for row in given:
        for one in row.participants:
            participant, made = Participant.objects.get_or_create(
                subplan=subplans[row.number], organization=bodies[one.body], defaults={"duty_text": one.duty}
            )
            rows += [participant] if made else []


def _milestones(given: Plan, subplans: dict[int, SubPlan], rows: list[Model]) -> None:
    known = set(
        Milestone.objects.filter(subplan__in=subplans.values()).values_list("subplan", "key", "region_code")
    )
    wanted = [
        _milestone(row, subplans[row.subplan or given.main], region)
        for row in given.milestones
        for level in row.places
        for region in ([given.region] if level == "province" else _units(given, LEVELS[level], row.due))
    ]
    fresh = [one for one in wanted if (one.subplan_id, one.key, one.region_code) not in known]
    rows += Milestone.objects.bulk_create(fresh)


def _milestone(row: MilestoneRow, subplan: SubPlan, region: int) -> Milestone:
    return Milestone(
        subplan=subplan, key=row.key, clause=row.clause, title=row.zh, region_code=region, due_on=row.due,
        indicator=row.indicator,
    )  # fmt: skip
