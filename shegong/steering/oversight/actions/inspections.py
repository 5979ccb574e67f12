"""Inspections: planned with points by clause, a team and a sample; run, reported, closed (N12)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model

from shegong.ground.accounts.models import Grant
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, names_of
from shegong.kernel import journal, lots
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.drawing import drawn
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.rounds import issuer_of
from shegong.steering.oversight.models import (
    Candidate,
    Checked,
    Finding,
    InspectedBody,
    Inspection,
    Inspector,
    Point,
)
from shegong.steering.oversight.models.units import candidates_below
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.inspection import (
    InspectionState,
    begin_obstacles,
    closing_obstacles,
    draw_obstacles,
    plan_obstacles,
    recusal_obstacles,
    report_obstacles,
    sample_obstacles,
)
from shegong.steering.programme.models import SubPlan, plan
from shegong.work.employment.models import Employment

PLANNED = "oversight.inspection.plan"


def write(row: Inspection, verb: str, by: Actor, rows: Sequence[Model] = (), **more: Any) -> None:
    """The journal's entry of a step."""
    journal.write(
        f"oversight.inspection.{verb}", by=by, subject=row, rows=[row, *rows], region_code=row.region_code,
        authority=by.authority_for(Permission.DISPATCH, row.region_code), facts={"state": row.state}, **more,
    )  # fmt: skip


@answers("N12")
@transaction.atomic
def plan_inspection(
    *, subplan: SubPlan, region_code: int, title: str, starts_on: date, ends_on: date,
    points: Sequence[tuple[str, str]], purpose: str = "", sample: int | None = None, by: Actor, on: date,
) -> Inspection:  # fmt: skip
    """Plan an inspection with its checklist: (clause, what is looked at) for each point. Refuses unknown clauses.

    With a `sample` this announces a draw of so many bodies: who can be drawn is listed now and stands, before the lot
    falls, so that nobody can change list or number once he could know who would be drawn.
    """
    require(by, Permission.DISPATCH, region_code)
    listed = candidates_below(region_code, subplan.duty, on) if sample is not None else []
    refuse_if(
        plan_obstacles(
            title=title, starts_on=starts_on, ends_on=ends_on, points=points, clauses=plan().clauses
        )
        + sample_obstacles(sample=sample, candidates=len(listed))
    )
    row = Inspection.objects.create(
        subplan=subplan, region_code=region_code, title=title.strip(), purpose=purpose.strip(), starts_on=starts_on,
        ends_on=ends_on, planner_id=by.person_id, sample=sample,
        issuer=issuer_of(by, Permission.DISPATCH, region_code, subplan, on),
    )  # fmt: skip
    made = Point.objects.bulk_create(
        Point(inspection=row, position=n, clause=clause, text=text)
        for n, (clause, text) in enumerate(points, 1)
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(inspection=row, organization=body) for body in listed
    )
    write(row, "plan", by, [*made, *candidates])
    return row


def _planned(row: Inspection, by: Actor, *states: InspectionState) -> Inspection:
    require(by, Permission.DISPATCH, row.region_code)
    held: Inspection = Inspection.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if held.state not in (states or (InspectionState.PLANNED,)):
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    return held


def belongs_to(people: Sequence[int], on: date) -> dict[int, set[int]]:
    """The bodies each person works in or acts for on `on`: what a recusal is decided by."""
    found: dict[int, set[int]] = {pk: set() for pk in people}
    grants = Grant.objects.on(on).filter(person__in=people).values_list("person_id", "organization_id")
    jobs = (
        Employment.objects.current().on(on).filter(person__in=people).values_list("person_id", "employer_id")
    )
    for person, body in [*grants, *jobs]:
        if body:
            found[person].add(body)
    return found


def _recusal(
    row: Inspection, on: date, team: Sequence[int], bodies: Sequence[Organization]
) -> list[Obstacle]:
    return recusal_obstacles(
        team=belongs_to(team, on), bodies={body.pk: body.name for body in bodies}, names=names_of(team)
    )


@transaction.atomic
def name_inspector(row: Inspection, person: Person, *, leads: bool = False, by: Actor, on: date) -> Inspector:
    """Put a person into the team. Refuses who works in or acts for a body of the sample (recusal)."""
    row = _planned(row, by)
    bodies = [one.organization for one in row.bodies.select_related("organization")]
    refuse_if(_recusal(row, on, [person.pk], bodies))
    if row.team.filter(person=person).exists():
        raise Refused(Obstacle("in_team", N_("This person is in the team already."), "person", "N12"))
    changed: list[Model] = []
    if leads:
        for one in row.team.filter(leads=True):
            one.leads = False
            one.save(update_fields=["leads"])
            changed.append(one)
    made = Inspector.objects.create(inspection=row, person=person, leads=leads)
    write(row, "name_inspector", by, [*changed, made])
    return made


@transaction.atomic
def drop_inspector(inspector: Inspector, *, by: Actor, on: date) -> None:
    """Take a person out of the team before the inspection begins."""
    row = _planned(inspector.inspection, by)
    gone = Inspector.objects.get(pk=inspector.pk)
    Inspector.objects.filter(pk=inspector.pk).delete()
    write(row, "drop_inspector", by, gone=[gone])


def _add(row: Inspection, bodies: Sequence[Organization], **how: Any) -> list[InspectedBody]:
    known = set(row.bodies.values_list("organization_id", flat=True))
    return InspectedBody.objects.bulk_create(
        InspectedBody(inspection=row, organization=body, region_code=body.region_code, **how)
        for body in bodies
        if body.pk not in known
    )


@answers("N12")
@transaction.atomic
def draw_bodies(row: Inspection, *, seed: str = "", by: Actor, on: date) -> list[InspectedBody]:
    """Draw what the plan announced, from the list that stands since; once. Whoever knows seed and list draws the same.

    The seed is the lot that fell after the inspection was planned (`kernel.lots`); only where no heads are signed is it named.
    A body that has since lost its duty can still be drawn, one that came later cannot. Refuses a plan without a draw.
    Bodies to which somebody of the team belongs are refused: change the team, not the draw.
    """
    row = _planned(row, by)
    if row.seed:
        raise Refused(
            Obstacle("drawn_already", N_("The sample is drawn already; drawing again would be choosing."))
        )
    if row.sample is not None:
        seed = lots.seed_of(row, PLANNED, "N12") if lots.fall() else seed.strip()
    refuse_if(draw_obstacles(seed=seed, sample=row.sample))
    listed = row.candidates.select_related("organization")
    by_key = {str(one.organization_id): one.organization for one in listed}
    chosen = [by_key[key] for key in drawn(list(by_key), row.sample or 0, seed)]
    refuse_if(_recusal(row, on, list(row.team.values_list("person_id", flat=True)), chosen))
    made = _add(row, chosen, drawn=True)
    Inspection.objects.filter(pk=row.pk).update(seed=seed)
    row.refresh_from_db()
    write(row, "draw", by, made)
    return made


@transaction.atomic
def choose_body(row: Inspection, body: Organization, *, reason: str, by: Actor, on: date) -> InspectedBody:
    """Choose a body to be inspected, with the reason."""
    row = _planned(row, by)
    refuse_if(reason_obstacles(reason))
    refuse_if(_recusal(row, on, list(row.team.values_list("person_id", flat=True)), [body]))
    made = _add(row, [body], reason=reason.strip())
    if not made:
        raise Refused(Obstacle("in_sample", N_("This body is in the sample already."), "body", "N12"))
    write(row, "choose", by, made)
    return made[0]


@answers("N12")
@transaction.atomic
def begin_inspection(row: Inspection, *, by: Actor, on: date, seen: int | None = None) -> Inspection:
    """Begin: team and sample stand. Refuses fewer than two inspectors, an empty sample, and an announced draw not drawn."""
    require(by, Permission.DISPATCH, row.region_code)
    row.refresh_from_db(fields=["sample", "seed"])
    refuse_if(begin_obstacles(team=row.team.count(), bodies=row.bodies.count(), undrawn=row.is_undrawn))
    row = transition(row, "begin", seen=seen)
    write(row, "begin", by)
    return row


@answers("N12")
def unreported(row: Inspection) -> list[Obstacle]:
    """What is still to be looked at before the findings can be reported."""
    checked = Checked.objects.filter(body__inspection=row).count()
    return report_obstacles(expected=row.points.count() * row.bodies.count(), checked=checked)


def unclosed(row: Inspection) -> list[Obstacle]:
    """What it asked to be put right and is not yet."""
    findings = Finding.objects.filter(body__inspection=row, task__isnull=False)
    return closing_obstacles(findings.exclude(task__state__in=["closed", "withdrawn"]).count())


@transaction.atomic
def report_inspection(
    row: Inspection, *, conclusion: str, by: Actor, on: date, seen: int | None = None
) -> Inspection:
    """Report what was found. Refuses while a point was not looked at in some body, and without a conclusion."""
    require(by, Permission.DISPATCH, row.region_code)
    refuse_if(unreported(row) + reason_obstacles(conclusion, "conclusion"))
    row = transition(row, "report", seen=seen, conclusion=conclusion.strip())
    write(row, "report", by)
    return row


@transaction.atomic
def close_inspection(row: Inspection, *, by: Actor, on: date, seen: int | None = None) -> Inspection:
    """Close: every rectification that it asked for is closed."""
    require(by, Permission.DISPATCH, row.region_code)
    refuse_if(unclosed(row))
    row = transition(row, "close", seen=seen)
    write(row, "close", by)
    return row


@transaction.atomic
def drop_inspection(
    row: Inspection, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Inspection:
    """Give a planned inspection up, with the reason."""
    require(by, Permission.DISPATCH, row.region_code)
    refuse_if(reason_obstacles(reason))
    row = transition(row, "drop", seen=seen)
    write(row, "drop", by, reason=reason.strip())
    return row
