"""What an officer's desk reads: which stages are his, rows of the queue, what happened to a case last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone

from shegong.duties.registry.models.application import Application, Decision, RegistrationRound
from shegong.duties.registry.models.inquiries import looked_into
from shegong.duties.registry.models.places import place_names
from shegong.duties.registry.rules import STAGE_PERMISSION, Kind
from shegong.ground.people.models import Identity, Person, main_identity, names_of
from shegong.kernel.access import Actor, Range

Forks = tuple[Q, ...]


def stages_of(actor: Actor) -> dict[tuple[str, int], set[Range]]:
    """(stage, level of the office) → where the actor sits there."""
    found: dict[tuple[str, int], set[Range]] = {}
    for stage, permission in STAGE_PERMISSION.items():
        for authority in actor.with_permission(permission):
            if authority.level is not None:
                found.setdefault((stage, authority.level), set()).update(authority.ranges)
    return found


def waiting_for_actor(actor: Actor) -> Forks:
    """Cases on which the actor's office must act now: one condition for each stage and level; they share no row."""
    return tuple(
        Q(waiting_for=stage, route__contains=f"{stage}:{level}:")
        & reduce(or_, (one.q("region_code") for one in sorted(ranges, key=lambda r: r.lo)))
        for (stage, level), ranges in stages_of(actor).items()
        if ranges
    )


def submitted() -> QuerySet[Application]:
    """Every application that was handed in; a draft is the applicant's own."""
    return Application.objects.filter(submitted_at__isnull=False)


def rounds_open(day: date, kind: str = Kind.FIRST) -> list[RegistrationRound]:
    """Special rounds that applicants can use on `day`, for their first page."""
    rows = RegistrationRound.objects.filter(
        opens_on__lte=day, closes_on__gte=day, kinds__contains=[str(kind)]
    )
    return list(rows.order_by("closes_on", "pk"))


def waiting_cases(actor: Actor) -> QuerySet[Application]:
    """All cases that wait for the actor."""
    forks = waiting_for_actor(actor)
    return submitted().filter(reduce(or_, forks)) if forks else Application.objects.none()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case as the queue shows it."""

    id: int
    token: str
    number: str
    name: str
    kind: str
    level: str
    employer: str
    region: str
    state: str
    waiting_for: str
    submitted_on: date
    due_on: date
    is_clean: bool
    doubts: int
    version: int


def queue_rows(ids: Sequence[int], day: date, within: int | None = None) -> list[QueueRow]:
    """The cases with these keys, in any order; regions named from the unit `within`."""
    found = list(Application.objects.filter(pk__in=ids).select_related("certificate", "workplace__employer"))
    names = names_of([row.person_id for row in found])
    places = place_names((row.region_code for row in found), day, within)
    doubted = _doubted_since(found, day)
    return [
        _row(row, names.get(row.person_id, ""), places.get(row.region_code, ""), row.pk in doubted)
        for row in found
    ]


def _doubted_since(rows: Sequence[Application], day: date) -> set[int]:
    """Cancellations that passed every check when they were handed in, of holders who are looked into since."""
    asked = {
        row.person_id: row.pk for row in rows if row.kind == Kind.CANCEL and row.clean and row.waiting_for
    }
    return {asked[person] for person in looked_into(asked, day)} if asked else set()


def _row(row: Application, name: str, region: str, is_doubted: bool) -> QueueRow:
    return QueueRow(
        row.pk, row.token, row.number or "", name, row.kind, row.certificate.level if row.certificate else "",
        row.workplace.employer.name if row.workplace else "", region, row.state, row.waiting_for,
        timezone.localdate(row.submitted_at), row.due_on, row.clean and not is_doubted, row.doubts,
        row.version,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LastStep:
    """The latest thing that happened to a case: by whom, of which office, when; `step` "" for the applicant's own."""

    step: str
    officer: str
    office: str
    at: datetime


def last_step(application: Application) -> LastStep:
    """For the one who was slower: what changed under his hands."""
    decision: Decision | None = application.decisions.select_related("office").order_by("-id").first()
    if decision is None or (application.submitted_at and application.submitted_at > decision.decided_at):
        return LastStep("", "", "", application.submitted_at)
    officer = names_of([decision.officer_id]).get(decision.officer_id, "")
    office = decision.office.name if decision.office else ""
    if decision.recalled_at:
        return LastStep("recalled", officer, office, decision.recalled_at)
    return LastStep(decision.step, officer, office, decision.decided_at)


def last_own_decision(application: Application, actor: Actor) -> Decision | None:
    """The decision that the actor might take back: the last one in force, if it is his."""
    decision = application.decisions.filter(recalled_at__isnull=True).order_by("-id").first()
    return decision if decision and decision.officer_id == actor.person_id else None


def identity_of(person: Person) -> Identity | None:
    """The identity on record, as the facts of a case read it."""
    return main_identity(person.pk)
