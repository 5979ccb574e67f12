"""Why a registration is what it is on a day: every row that bears on it, with the decision and the journal's entries.

`status_of` gives the answer; this lists what it rests on. Reads only; words are the pages' business.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.changes import ChangeDetail
from shegong.duties.registry.models.closing import ClosingCase, ClosingProposal
from shegong.duties.registry.models.holds import StatusHold
from shegong.duties.registry.models.register import Card, Registration, Restriction, Term
from shegong.kernel.journal import JournalEntry, row_key
from shegong.kernel.outages import Outage
from shegong.kernel.temporal import days, last_day


class Why(StrEnum):
    """Kinds of reasons, in the order in which they are read."""

    TERM = "term"
    HELD = "held"
    HOLD = "hold"
    OUTAGE = "outage"
    SUSPENDED = "suspended"
    STAYED = "stayed"
    WARNED = "warned"
    BARRED = "barred"
    CLOSED = "closed"
    INQUIRY = "inquiry"
    CHANGED = "changed"
    CARD = "card"


@dataclass(frozen=True)
class Step:
    """One entry of the journal behind a reason: when, which act, at which office, by whom."""

    at: datetime
    seq: int
    verb: str
    organization_id: int | None
    person_id: int | None
    reason: str


@dataclass(frozen=True)
class Reason:
    """One row that bears on the day. `first` to `last` are the days it covers (None: open), `code` says which of its kind,
    `text` what was written, `counts` whether it makes the day what it is or only stands beside it."""

    why: Why
    first: date | None = None
    last: date | None = None
    code: str = ""
    text: str = ""
    counts: bool = True
    steps: tuple[Step, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


def explain(registration: Registration, day: date, *, known_at: datetime | None = None) -> list[Reason]:
    """Everything that bears on `day`, as the register knows it, or knew it at the moment `known_at`."""
    entries = _entries(registration, known_at)
    found = [
        *_terms(registration, day, known_at, entries), *_holds(registration, day, known_at, entries),
        *_outages(registration, day, known_at), *_restrictions(registration, day, known_at, entries),
        *_closings(registration, day, known_at, entries), *_changes(registration, day, entries),
        *_cards(registration, day, entries),
    ]  # fmt: skip
    order = list(Why)
    return sorted(found, key=lambda one: (not one.counts, order.index(one.why), one.first or date.min))


def _entries(registration: Registration, known_at: datetime | None) -> list[JournalEntry]:
    rows = JournalEntry.objects.filter(about_person_id=registration.person_id).filter(
        Q(verb__startswith="registry.") | Q(verb__startswith="conduct.decision.")
    )
    if known_at:
        rows = rows.filter(at__lte=known_at)
    return list(rows.order_by("seq").defer("hash", "previous"))


def _steps(entries: list[JournalEntry], *rows: Model | None, answers: bool = False) -> tuple[Step, ...]:
    keys = {row_key(row) for row in rows if row is not None}
    return tuple(
        Step(e.at, e.seq, e.verb, e.organization_id, e.person_id, e.reason)
        for e in entries
        if not keys.isdisjoint(e.rows) and (answers or not e.verb.endswith(".save"))
    )


def _known(known_at: datetime | None) -> dict[str, Any]:
    return {"recorded__contains": known_at} if known_at else {"recorded__upper_inf": True}


def _terms(
    registration: Registration, day: date, known_at: datetime | None, entries: list[JournalEntry]
) -> list[Reason]:
    """The term that covers the day; else the last one before it, which is why there is none."""
    rows = Term.objects.filter(registration=registration, **_known(known_at)).order_by("during")
    begun = [row for row in rows if row.during.lower <= day]
    covering = [row for row in begun if row.during.upper is None or row.during.upper > day]
    return [
        Reason(Why.HELD if row.kind == "held" else Why.TERM, row.during.lower, last_day(row.during),
               code="" if covering else "over", steps=_steps(entries, row))
        for row in covering or begun[-1:]
    ]  # fmt: skip


def _holds(
    registration: Registration, day: date, known_at: datetime | None, entries: list[JournalEntry]
) -> list[Reason]:
    rows = StatusHold.objects.filter(registration=registration).select_related("application").order_by("id")
    found = []
    for row in rows:
        held_on = timezone.localdate(row.held_at)
        released = timezone.localdate(row.released_at) if row.released_at else None
        if held_on <= day <= (released or row.until) and not (known_at and row.held_at > known_at):
            number = row.application.number if row.application else ""
            found.append(
                Reason(Why.HOLD, held_on, row.until, row.why, number or "", steps=_steps(entries, row))
            )
    return found


def _outages(registration: Registration, day: date, known_at: datetime | None) -> list[Reason]:
    """Outages whose hours were given back to deadlines around this day."""
    rows = Outage.objects.filter(during__endswith__date__gte=registration.admitted_on)
    found = []
    for row in rows.order_by("during"):
        start, end = timezone.localdate(row.during.lower), timezone.localdate(row.given_back_until)
        if start <= day <= end and not (known_at and row.declared_at > known_at):
            told = {"zh": row.notice_zh, "en": row.notice_en or row.notice_zh}
            found.append(Reason(Why.OUTAGE, start, end, counts=False, extra=told))
    return found


_KINDS = {"suspended": Why.SUSPENDED, "warning": Why.WARNED, "barred": Why.BARRED}


def _restrictions(
    registration: Registration, day: date, known_at: datetime | None, entries: list[JournalEntry]
) -> list[Reason]:
    rows = Restriction.objects.filter(
        person=registration.person_id, during__overlap=days(day, None), **_known(known_at)
    )
    found = []
    for row in rows.order_by("during"):
        covers = row.during.lower <= day
        why = Why.STAYED if row.stayed_on else _KINDS[row.kind]
        counts = covers and why == Why.SUSPENDED
        code = "" if covers else "ahead"
        found.append(
            Reason(
                why, row.during.lower, last_day(row.during), code, row.ground, counts, _steps(entries, row)
            )
        )
    return found


def _closings(
    registration: Registration, day: date, known_at: datetime | None, entries: list[JournalEntry]
) -> list[Reason]:
    closed_on = registration.closed_on
    if known_at and closed_on and closed_on > timezone.localdate(known_at):
        closed_on = None
    found = []
    if closed_on and closed_on <= day:
        proposal = ClosingProposal.objects.filter(registration=registration, state="approved").first()
        text = proposal.reason if proposal else ""
        closing = (".cancel", ".revoke", ".admit", ".propose")
        own = {
            one.seq for one in _steps(entries, *registration.terms.all())
        }  # its own beginning ends nothing
        steps = tuple(
            s
            for s in _steps(entries, registration, proposal)
            if s.verb.endswith(closing) and s.seq not in own
        )
        found.append(Reason(Why.CLOSED, closed_on, None, registration.reason_code or str(registration.closed_kind), text,
                            steps=steps, extra={"kind": registration.closed_kind, **_successor(registration)}))  # fmt: skip
    for case in ClosingCase.objects.filter(registration=registration).order_by("id"):
        opened = timezone.localdate(case.opened_at)
        ended = timezone.localdate(case.concluded_at) if case.state == "dropped" else None
        if opened <= day and not (known_at and case.opened_at > known_at):
            found.append(
                Reason(Why.INQUIRY, opened, ended, case.state, case.reason_code, False, _steps(entries, case))
            )
    return found


def _successor(registration: Registration) -> dict[str, str]:
    """The registration of a higher level that took its place."""
    if registration.closed_kind != "superseded":
        return {}
    later = Registration.objects.filter(
        person=registration.person_id, admitted_on__gte=registration.closed_on
    )
    row = later.exclude(pk=registration.pk).order_by("admitted_on", "id").first()
    return {"successor": row.register_no} if row else {}


def _changes(registration: Registration, day: date, entries: list[JournalEntry]) -> list[Reason]:
    rows = ChangeDetail.objects.filter(
        application__registration=registration, application__state="issued", application__final_on__lte=day
    ).select_related("application", "from_employer", "to_employer")
    return [
        Reason(Why.CHANGED, row.application.final_on, None, row.what, row.application.number or "", False,
               _steps(entries, row),
               {"from_region": row.from_region_code, "to_region": row.to_region_code,
                "from_employer": row.from_employer, "to_employer": row.to_employer})
        for row in rows.order_by("id")
    ]  # fmt: skip


def _cards(registration: Registration, day: date, entries: list[JournalEntry]) -> list[Reason]:
    """The certificate that counted on the day."""
    rows = Card.objects.filter(registration=registration, issued_at__date__lte=day)
    row = rows.filter(Q(replaced_at=None) | Q(replaced_at__date__gt=day)).order_by("-id").first()
    if row is None:
        return []
    last = timezone.localdate(row.replaced_at) if row.replaced_at else None
    return [
        Reason(
            Why.CARD,
            timezone.localdate(row.issued_at),
            last,
            row.serial[-4:],
            "",
            False,
            _steps(entries, row, answers=True),  # a loss counts from the answer that reports it
        )
    ]


def region_on(registration: Registration, day: date) -> int:
    """The county that kept the registration on a day: changes and renewals that moved it keep the place before."""
    moves = Application.objects.filter(
        registration=registration, state="issued", final_on__gt=day, from_region__isnull=False
    )
    first = moves.order_by("final_on", "id").first()
    return first.from_region_code if first else registration.region_code
