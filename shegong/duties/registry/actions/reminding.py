"""The ladder of reminders before a term ends, each with what remains; its deliveries prove it (demands 1, 3, 5)."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from shegong.duties.registry.actions.time_words import Said, tell_time
from shegong.duties.registry.models import Application, Registration, Reminder, StatusHold
from shegong.duties.registry.models.endings import BY_HAND, ON_ITS_WAY, Near, near_ends
from shegong.duties.registry.models.outlook import steps_left_many
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.remaining import missing_minutes
from shegong.duties.registry.models.windows import printed_end, window_of
from shegong.duties.registry.rules import Kind, Permission, State, officer_obstacles, reason_obstacles
from shegong.duties.registry.rules.lapsing import Why
from shegong.duties.registry.rules.reminding import remains, spans, stage_due, telling_obstacles
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import job, later
from shegong.kernel.refusal import refuse_if

MOST = 1000  # in one run; the rest in the next
PART = 100  # in one transaction
log = logging.getLogger(__name__)


@job("registry.remind", cron="0 1 * * *", attempts=3)
def remind() -> int:
    """Each morning at nine: whoever has come to the next step of the ladder is told, once a step."""
    told = remind_due(on=timezone.localdate(), by=SYSTEM)
    if told == MOST:
        later(remind)
    return told


@dataclass(frozen=True)
class Due:
    """Whom to tell which step."""

    near: Near
    stage: str
    is_forecast: bool


@answers("T4.2.a")
@unguarded("the work of the clock: it tells holders what their record says")
def remind_due(*, on: date, by: Actor, most: int = MOST) -> int:
    """Tell every holder the latest step of the ladder that has come and was not told; how many were told."""
    due = _due(on, most)[:most]
    missing = missing_minutes([one.near.registration for one in due], on)
    left = steps_left_many([(one.near.registration, one.near.window) for one in due], missing, on)
    return sum(_tell_part(due[at : at + PART], missing, left, by) for at in range(0, len(due), PART))


@transaction.atomic
def note_told(registration: Registration, *, how: str, by: Actor, on: date) -> Reminder:
    """An officer told the holder himself, by telephone or post, and says how: that proves it too.

    Refuses one's own registration, closed ones, and days before the window of that end opens.
    """
    require(by, Permission.READ, registration.region_code)
    refuse_if(
        [
            *officer_obstacles(officer_id=by.person_id, holder_id=registration.person_id, closed=registration.closed_on is not None),
            *reason_obstacles(how, "how"), *telling_obstacles(window_of(registration).opens_on, on),
        ]
    )  # fmt: skip
    ends_on = printed_end(registration)
    row, is_new = Reminder.objects.get_or_create(registration=registration, ends_on=ends_on, stage=BY_HAND)
    if is_new:
        journal.write(
            "registry.reminder.note", by=by, subject=row, about_person_id=registration.person_id,
            region_code=registration.region_code, reason=how.strip(), rows=[row],
            authority=by.authority_for(Permission.READ, registration.region_code),
        )  # fmt: skip
    return row


def _come(on: date, most: int) -> list[Registration]:
    """Registrations that have come to a step and were not told it, and those kept because nothing is proven.

    Who applied waits for the office, unless her application came back. A status that is kept has its own words.
    """
    waits = [str(state) for state in ON_ITS_WAY if state != State.RETURNED]
    applied = Application.objects.filter(registration=OuterRef("pk"), kind=str(Kind.RENEWAL), state__in=waits)
    told = Reminder.objects.filter(registration=OuterRef("pk"), ends_on=OuterRef("valid_to"))
    kept = StatusHold.objects.filter(registration=OuterRef("pk"), released_at=None)
    unproven = kept.filter(why=str(Why.NO_PROOF))
    rows = Registration.objects.filter(~Exists(applied), closed_on=None).select_related(
        "person", "certificate"
    )
    found = {row.pk: row for row in rows.filter(Exists(unproven))}
    for stage, first, last in spans(on, registration_policy(on)):
        due = rows.filter(
            ~Exists(told.filter(stage=stage)), ~Exists(kept), valid_to__gte=first, valid_to__lte=last
        )
        found |= {row.pk: row for row in due.order_by("valid_to", "pk")[:most]}
    return list(found.values())


def _due(on: date, most: int) -> list[Due]:
    """Holders who have come to a step that they were not told; those whose renewal is being decided wait for nothing."""
    near = near_ends(_come(on, most), on)
    keys = [one.registration.pk for one in near]
    told: dict[int, set[tuple[date, str]]] = {}
    for key, *step in Reminder.objects.filter(registration__in=keys).values_list(
        "registration_id", "ends_on", "stage"
    ):
        told.setdefault(key, set()).add((step[0], step[1]))
    unproven = StatusHold.objects.filter(released_at=None, why=str(Why.NO_PROOF), registration__in=keys)
    held = set(unproven.values_list("registration_id", flat=True))
    found = []
    for one in near:
        key, ends_on = one.registration.pk, one.ending.ends_on
        known = {stage for end, stage in told.get(key, ()) if end == ends_on}
        policy = registration_policy(on)
        stage = stage_due(ends_on, on, policy, known, unproven=key in held and one.ending.proven_on is None)
        if stage:
            is_forecast = any(step.code == stage and not step.is_notice for step in policy.reminders)
            found.append(Due(one, stage, is_forecast))
    return found


def _tell_part(part: Sequence[Due], missing: Mapping[int, int], left: Mapping[int, int], by: Actor) -> int:
    """Tell these in one transaction; whoever cannot be told keeps nobody else waiting. How many were told."""
    try:
        with transaction.atomic():
            rows = [
                _told(one, missing.get(one.near.registration.pk), left[one.near.registration.pk])
                for one in part
            ]
            Reminder.objects.bulk_create(rows)
            with journal.together(by):
                for row in rows:
                    _note(row, by)
            return len(rows)
    except Exception:
        if len(part) == 1:
            log.exception("registration %s could not be reminded", part[0].near.registration.pk)
            return 0
        return sum(_tell_part([one], missing, left, by) for one in part)


def _told(one: Due, missing: int | None, left: int) -> Reminder:
    registration, window = one.near.registration, one.near.window
    text, params = remains(missing, left)
    message = tell_time(
        registration, "forecast" if one.is_forecast else "reminder", ends=window.ends_on.isoformat(),
        opens=window.opens_on.isoformat(), closes=_closes(one.near).isoformat(), remains=Said(text, params),
    )  # fmt: skip
    return Reminder(
        registration=registration, ends_on=window.ends_on, stage=one.stage, missing=missing, message=message
    )


def _note(row: Reminder, by: Actor) -> None:
    journal.write(
        "registry.reminder.send", by=by, subject=row, about_person_id=row.registration.person_id,
        region_code=row.registration.region_code, rows=[row], facts={"stage": row.stage, "message": row.message_id},
    )  # fmt: skip


def _closes(near: Near) -> date:
    return max(near.window.closes_on, near.registration.valid_to)
