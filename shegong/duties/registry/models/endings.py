"""Registrations whose validity ends soon or ended lately, with everything the gate asks: a few queries for any number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.holds import Reminder, StatusHold
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Registration, Term
from shegong.duties.registry.rules.lapsing import Ending, Why
from shegong.duties.registry.rules.states import OPEN_STATES, Kind, State
from shegong.duties.registry.rules.window import RenewalWindow, renewal_window
from shegong.kernel.calendar import Calendar
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.lost_time import Lost, midnight

BY_HAND = "by_hand"
ON_ITS_WAY = tuple(state for state in OPEN_STATES if state != State.DRAFTED)


@dataclass(frozen=True)
class Near:
    """One registration near its end: the printed end, its window, what the gate knows."""

    registration: Registration
    window: RenewalWindow
    ending: Ending

    @property
    def first_day_without(self) -> date:
        """When it would lapse as things stand."""
        return self.registration.valid_to + timedelta(days=1)


def near_ends(rows: Iterable[Registration], on: date, *, unanswered: Sequence[Lost] = ()) -> list[Near]:
    """These registrations with what the gate knows of each; those under policy without a gate are left out.

    `unanswered`: gaps that nobody has called an outage yet, or none; who ended beside one is kept until somebody has.
    """
    found = {row.pk: row for row in rows}
    ends = printed_ends(found)
    gated = {key: row for key, row in found.items() if registration_policy(_end(row, ends)).lapse_needs_proof}
    applied, proven, calendar = applied_on(gated, on), proofs(gated, ends), calendar_in_force()
    near = []
    for key, row in gated.items():
        window = _window(row, _end(row, ends), calendar)
        perhaps = _window(row, window.ends_on, _with(calendar, unanswered, window.ends_on))
        sent = applied.get(key)
        is_timely = sent is not None and window.is_timely(sent, row.valid_to)
        closes = perhaps.closes_on if perhaps.given_back else window.ends_on
        near.append(Near(row, window, Ending(window.ends_on, closes, is_timely, proven.get(key))))
    return near


def ending_between(first: date, last: date) -> list[Registration]:
    """Open registrations whose last day, with what holds them, lies between the two days; and those whose holds ran out
    while nobody looked."""
    ran_out = StatusHold.objects.filter(registration=OuterRef("pk"), released_at=None, until__lt=first)
    ends = Q(valid_to__gte=first, valid_to__lte=last) | Q(Exists(ran_out))
    rows = Registration.objects.filter(ends, closed_on=None)
    return list(rows.select_related("person", "certificate").order_by("valid_to", "pk"))


def printed_ends(keys: Iterable[int]) -> dict[int, date]:
    """Last day of the last full term of each registration."""
    rows = Term.objects.current().filter(registration__in=list(keys), kind="full")
    ends: dict[int, date] = {}
    for key, during in rows.values_list("registration_id", "during"):
        if during.upper:
            ends[key] = max(ends.get(key, date.min), during.upper - timedelta(days=1))
    return ends


def applied_on(keys: Iterable[int], on: date) -> dict[int, date]:
    """Day on which a renewal was first handed in that is still being decided, where that day still counts."""
    rows = Application.objects.filter(
        registration__in=list(keys), kind=str(Kind.RENEWAL), state__in=[str(s) for s in ON_ITS_WAY]
    )
    found = {row.registration_id: row.counts_from(on) for row in rows}
    return {key: sent for key, sent in found.items() if sent}


def proofs(keys: Iterable[int], ends: dict[int, date]) -> dict[int, date]:
    """Day on which the first notice of each printed end is proven: delivered by SMS or mail, read, or told in person."""
    sent = Q(message__deliveries__outcome="sent")
    rows = Reminder.objects.filter(registration__in=list(keys)).exclude(stage__in=_no_notice())
    seen = rows.annotate(delivered=Min("message__deliveries__at", filter=sent), read=Min("message__read_at"))
    found: dict[int, list[date]] = defaultdict(list)
    for key, ends_on, stage, at, *times in seen.values_list(
        "registration_id", "ends_on", "stage", "sent_at", "delivered", "read"
    ):
        if ends_on == ends.get(key, ends_on):
            times = [at] if stage == BY_HAND else [time for time in times if time]
            found[key] += [timezone.localdate(time) for time in times]
    return {key: min(days) for key, days in found.items() if days}


def decided_to_lapse(keys: Iterable[int]) -> set[int]:
    """Registrations that two people let lapse: the gate asks about them no more."""
    rows = StatusHold.objects.filter(registration__in=list(keys), why=str(Why.MASS), ended="lapsed")
    return set(rows.values_list("registration_id", flat=True))


def _no_notice() -> list[str]:
    policy = registration_policy(timezone.localdate())
    return [stage.code for stage in policy.reminders if not stage.is_notice]


def _end(row: Registration, ends: dict[int, date]) -> date:
    return ends.get(row.pk, row.valid_to)


def _with(calendar: Calendar, gaps: Sequence[Lost], ends_on: date) -> Calendar:
    """The calendar with the gaps of the last days before an end."""
    last = midnight(ends_on + timedelta(days=1))
    first = last - timedelta(days=1 + registration_policy(ends_on).gate_days)
    beside = tuple(gap for gap in gaps if gap[0] < last and gap[1] > first)
    return replace(calendar, lost=(*calendar.lost, *beside)) if beside else calendar


def _window(row: Registration, ends_on: date, calendar: Calendar) -> RenewalWindow:
    return renewal_window(
        ends_on, registration_policy(ends_on), calendar, born_on=row.person.born_on,
        issued_on=row.certificate.issued_on,
    )  # fmt: skip
