"""Workplace of a row against the base: added where none is known; a change of employer is never made by a roster."""

from collections.abc import Iterator
from datetime import date

from shegong.duties.registry.sheets.roster.employers import Body, Employers, kind_note
from shegong.duties.registry.sheets.roster.known import Known, born_by
from shegong.duties.registry.sheets.roster.plan import Plan
from shegong.duties.registry.sheets.roster.studies import said
from shegong.ground.people.rules import Permission
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Offer, Row, Weight
from shegong.kernel.text import N_
from shegong.work.employment.models import Employment
from shegong.work.employment.rules import employment_obstacles

_COLUMN = {"position": "position", "start": "since", "employer": "employer"}


def employment_findings(
    row: Row, plan: Plan, employers: Employers, by: Actor, day: date
) -> Iterator[Finding]:
    """What is wrong with employer, position and since when; without findings the plan knows what to add."""
    name = said(row, "employer")
    if not name:
        yield from _without_employer(row)
        return
    matched = employers.of(row.values["employer"], plan.region_code)
    yield from matched.findings
    body = matched.body
    if body is None:
        return
    note = kind_note(body, said(row, "employer_kind"))
    if note:
        yield note
    if plan.region_code is None and not _names_a_place(row):
        plan.region_code = body.region_code
        yield from _seat_in_reach(body, by)
    plan.employer_id = body.pk
    yield from _compared(row, plan, body, day)


def _without_employer(row: Row) -> Iterator[Finding]:
    message = N_("Without a workplace this is not stored. Write the workplace too.")
    for column in ("position", "since"):
        if row.values.get(column):
            yield Finding(column, Obstacle("needs_employer", message), Weight.NOTE)


def _names_a_place(row: Row) -> bool:
    return any(row.values.get(column) for column in ("prefecture", "county", "township"))


def _seat_in_reach(body: Body, by: Actor) -> Iterator[Finding]:
    if not by.may(Permission.EDIT, body.region_code):
        message = N_(
            "%(name)s sits outside your area. Write where she works, or leave the row to the office there."
        )
        yield Finding("employer", Obstacle("employer_out_of_reach", message, params={"name": body.name}))


def _compared(row: Row, plan: Plan, body: Body, day: date) -> Iterator[Finding]:
    held = _held(plan.known, day)
    if held is None:
        yield from _new(row, plan, body, day)
    elif held.employer_id != body.pk:
        params = {"held": held.employer.name, "since": f"{held.during.lower or day:%Y-%m-%d}"}
        message = N_(
            "By the register she works for %(held)s since %(since)s. Keep that; if she has moved, enter the change with its "
            "date on the person's page first."
        )
        offer = Offer(held.employer.name, held.employer.name)
        yield Finding(
            "employer", Obstacle("employer_differs", message, params=params), Weight.CHOICE, (offer,)
        )
    elif plan.region_code and not _agree(held.region_code, plan.region_code, day):
        params = {"held": tree().full_name(held.region_code, day)}
        message = N_(
            "By the register she works in %(held)s. Put the place right here, or on the person's page first."
        )
        column = next(c for c in ("township", "county", "prefecture") if row.values.get(c))
        yield Finding(column, Obstacle("workplace_differs", message, params=params))
    elif said(row, "position") and said(row, "position") != held.position:
        message = N_("The register has the position %(held)s, which stays; change it on the person's page.")
        found = Obstacle("position_kept", message, params={"held": held.position or "—"})
        yield Finding("position", found, Weight.NOTE)


def _held(known: Known | None, day: date) -> Employment | None:
    """Her main employment of today or to come."""
    running = (
        [e for e in known.employments if e.during.upper is None or e.during.upper > day] if known else []
    )
    return running[-1] if running else None


def _agree(one: int, other: int, day: date) -> bool:
    """Whether one place lies in the other, in either tree."""
    if one == other:
        return True
    places = tree()
    chains = {c: {*places.chain(c, day), *places.chain(c, day, "reporting")} for c in (one, other)}
    return one in chains[other] or other in chains[one]


def _new(row: Row, plan: Plan, body: Body, day: date) -> Iterator[Finding]:
    start = row.values.get("since") or day
    earliest = max(filter(None, [body.founded_on, *_ends(plan.known)]), default=None)
    if earliest and start < earliest:
        params = {"said": start.isoformat(), "day": earliest.isoformat()}
        message = N_(
            "Social work since %(said)s; this employment can begin on %(day)s at the earliest and is stored so."
        )
        yield Finding("since", Obstacle("since_later", message, params=params), Weight.NOTE)
        start = earliest
    born = born_by(row.values["identity"]) if row.values.get("identity") else None
    wrong = employment_obstacles(
        position=said(row, "position"), service_field="", start=start, end=None, born_on=born, founded_on=body.founded_on,
        dissolved_on=body.dissolved_on, on=day,
    )  # fmt: skip
    yield from (Finding(_COLUMN[str(obstacle.field)], obstacle) for obstacle in wrong)
    plan.start = start
    plan.adds.add("employment")


def _ends(known: Known | None) -> list[date]:
    """When earlier main employments ended: days after which a new one may begin."""
    return [e.during.upper for e in known.employments if e.during.upper] if known else []
