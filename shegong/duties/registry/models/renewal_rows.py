"""Renewals as officers see them: who is due, who is being decided, who is kept and why, who is short of hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.endings import ON_ITS_WAY, near_ends
from shegong.duties.registry.models.holds import Reminder, StatusHold
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Registration, Term
from shegong.duties.registry.models.register_rows import RegisterRow, register_rows
from shegong.duties.registry.models.remaining import missing_minutes
from shegong.duties.registry.rules.lapsing import Why
from shegong.duties.registry.rules.states import Kind
from shegong.kernel.calendar import corresponding_day
from shegong.kernel.text import N_
from shegong.work.education.models import YearTotal
from shegong.work.education.models.policies import rule

NATIONAL = "CE-NAT2009"  # the rule that gates a renewal
YEAR = 12  # months that a forecast looks ahead
DONE = timedelta(days=90)


class Standing(StrEnum):
    """Where a renewal stands; one list each."""

    DUE = "due"
    DECIDING = "deciding"
    HELD = "held"
    UNPROVEN = "unproven"
    SHORT = "short"
    LAPSED = "lapsed"
    DONE = "done"


STANDING_NAMES = {
    Standing.DUE: N_("Window open, not applied"),
    Standing.DECIDING: N_("Applied, being decided"),
    Standing.HELD: N_("Kept beyond the end"),
    Standing.UNPROVEN: N_("No reminder proven in time"),
    Standing.SHORT: N_("Ends within a year, short of hours"),
    Standing.LAPSED: N_("Lapsed, can be restored"),
    Standing.DONE: N_("Renewed in the last 90 days"),
}


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """One registration with its renewal."""

    id: int
    row: RegisterRow
    ends_on: date
    standing: str  # of `Standing`; '' when nothing is due
    why: str  # of `Why`, where its status is kept
    missing: int | None
    stage: str
    told_on: date | None
    proven_on: date | None


def with_standing(standing: str, on: date) -> Q:
    """The registrations whose renewal stands so on the day, as a condition."""
    open_, held = Q(closed_on=None), StatusHold.objects.filter(registration=OuterRef("pk"), released_at=None)
    policy = registration_policy(on)
    window = corresponding_day(on, months=policy.renewal_window_months)
    applied = Exists(_applied())
    if standing == Standing.DECIDING:
        return open_ & Q(applied)
    if standing == Standing.HELD:
        return open_ & Q(Exists(held))
    if standing == Standing.UNPROVEN:
        return open_ & Q(Exists(held.filter(why=str(Why.NO_PROOF))))
    if standing == Standing.SHORT:
        ahead = Q(valid_to__gte=on, valid_to__lte=corresponding_day(on, months=YEAR))
        return open_ & ahead & ~Q(applied) & Q(Exists(_short(on)))
    if standing == Standing.LAPSED:
        return open_ & Q(valid_to__lt=on, valid_to__gte=on - timedelta(days=policy.restoration_days))
    if standing == Standing.DONE:
        done = Application.objects.filter(
            registration=OuterRef("pk"), kind=str(Kind.RENEWAL), state="issued", final_on__gt=on - DONE
        )
        return Q(Exists(done))
    return open_ & Q(valid_to__gte=on, valid_to__lte=window) & ~Q(applied)


def _applied() -> QuerySet[Application]:
    states = [str(state) for state in ON_ITS_WAY]
    return Application.objects.filter(registration=OuterRef("pk"), kind=str(Kind.RENEWAL), state__in=states)


def _short(on: date) -> QuerySet[Registration]:
    """The outer registration itself, where the hours of the years inside its term do not reach what is asked.

    Years whose first part lies before the term are left out: whoever may be short is listed, and the row says by how
    much.
    """
    asked = rule(NATIONAL, on)
    need = Case(
        *(When(level=level, then=Value(asked.minutes(level))) for level in asked.required), default=Value(0),
        output_field=IntegerField(),
    )  # fmt: skip
    first = Subquery(
        Term.objects.current().filter(registration=OuterRef("pk"), kind="full").order_by("-during")
        .values(year=ExtractYear("during__startswith"))[:1]
    )  # fmt: skip
    have = YearTotal.objects.filter(person=OuterRef("person"), passed=True, year__gt=OuterRef("first"))
    total = Subquery(have.order_by().values("person").annotate(n=Sum("minutes")).values("n"))
    rows = Registration.objects.filter(pk=OuterRef("pk")).annotate(first=first, need=need)
    return rows.annotate(have=Coalesce(total, 0)).filter(have__lt=F("need"))


def renewal_rows(ids: Sequence[int], day: date, within: int | None = None) -> list[RenewalRow]:
    """These registrations in any order, each with what its renewal needs."""
    registrations = list(Registration.objects.filter(pk__in=ids).select_related("person", "certificate"))
    shown = {row.id: row for row in register_rows(ids, day, within)}
    near = {one.registration.pk: one for one in near_ends(registrations, day)}
    missing, standings = missing_minutes(registrations, day), _standings(list(shown), day)
    why = dict(
        StatusHold.objects.filter(registration__in=ids, released_at=None).order_by("until").values_list("registration_id", "why")
    )  # fmt: skip
    told = {
        key: (stage, at)
        for key, stage, at in Reminder.objects.filter(registration__in=ids)
        .order_by("id")
        .values_list("registration_id", "stage", "sent_at")
    }
    found = []
    for key, row in shown.items():
        one = near.get(key)
        stage, at = told.get(key, ("", None))
        found.append(
            RenewalRow(
                key, row, one.ending.ends_on if one else row.valid_to, standings.get(key, ""), why.get(key, ""),
                missing.get(key), stage, at.date() if at else None, one.ending.proven_on if one else None,
            )
        )  # fmt: skip
    return found


# The first that holds names the row.
ORDER = (Standing.DECIDING, Standing.UNPROVEN, Standing.HELD, Standing.LAPSED, Standing.DONE, Standing.DUE)


def _standings(ids: Sequence[int], day: date) -> dict[int, str]:
    rows = Registration.objects.filter(pk__in=ids)
    named = Case(*(When(with_standing(one, day), then=Value(str(one))) for one in ORDER), default=Value(""))
    return dict(rows.annotate(standing=named).values_list("pk", "standing"))
