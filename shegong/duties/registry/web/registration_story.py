"""The history of one registration, from its rows and the reasons in the journal, oldest first."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from shegong.duties.registry.models import Card, ClosingProposal, Registration, Restriction
from shegong.duties.registry.models.changes import changes_of
from shegong.duties.registry.rules import STATUS_NAMES, Status
from shegong.duties.registry.rules.changes import WHAT_NAMES, What
from shegong.duties.registry.web.words import reason_title
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.journal import JournalEntry
from shegong.kernel.temporal import last_day

Told = tuple[datetime, dict[str, Any]]


def chapters(row: Registration, on: date, *, with_inquiries: bool) -> list[dict[str, Any]]:
    """What happened to the registration and when, and what comes next; what was looked into only for who may close."""
    looked_into = _inquiries(row, on) if with_inquiries else ()
    past = sorted(
        [
            *_terms(row),
            *_cards(row),
            *_changes(row),
            *_suspensions(row),
            *looked_into,
            *_proposals(row),
            *_closing(row),
        ],
        key=_when,
    )
    coming = [] if row.closed_on or row.valid_to < on else [_expiry(row)]
    return [event for _, event in past] + coming


def _when(told: Told) -> datetime:
    return told[0]


def _day(day: date, title: str, detail: str = "", note: str = "") -> Told:
    at = timezone.make_aware(datetime.combine(day, time.min))
    return at, {"title": title, "detail": " · ".join(filter(None, [day.isoformat(), detail])), "note": note}


def _moment(at: datetime, title: str, who: str = "", note: str = "") -> Told:
    when = date_format(timezone.localtime(at), "Y-m-d H:i")
    return at, {"title": title, "detail": " · ".join(filter(None, [when, who])), "note": note}


def _terms(row: Registration) -> Iterator[Told]:
    for number, term in enumerate(row.terms.filter(recorded__upper_inf=True).order_by("during")):
        title = gettext("Term extended") if number else gettext("Registered")
        until = gettext("valid to %(day)s") % {"day": last_day(term.during)}
        yield _day(term.during.lower, title, until)


def _cards(row: Registration) -> Iterator[Told]:
    cards = list(Card.objects.filter(registration=row).order_by("id"))
    entries = JournalEntry.objects.filter(
        verb="registry.card.replace", subject_kind="registry.registration", subject_id=row.pk
    )
    notes = {entry.facts["old"]: entry for entry in entries}
    names = names_of([entry.person_id for entry in entries if entry.person_id])
    for card in cards:
        yield _moment(card.issued_at, gettext("Certificate issued"))
        if card.replaced_at and (entry := notes.get(card.pk)):
            who = names.get(entry.person_id, "")
            yield _moment(card.replaced_at, gettext("Certificate replaced"), who, entry.reason)


def _changes(row: Registration) -> Iterator[Told]:
    """What an office changed at the holder's wish, with the place or employer before and after."""
    for one in changes_of(row):
        places = [
            tree().name(code, one.application.final_on)
            for code in (one.from_region_code, one.to_region_code)
            if code
        ]
        bodies = [body.name for body in (one.from_employer, one.to_employer) if body]
        pair = {What.REGION: places, What.EMPLOYER: bodies}.get(What(one.what), [])
        number = one.application.number or ""
        yield _moment(
            one.application.decided_at, gettext(WHAT_NAMES[What(one.what)]), " → ".join(pair), number
        )


def _suspensions(row: Registration) -> Iterator[Told]:
    """Each decision once: imposed when it was entered, lifted when the journal says so."""
    entries = JournalEntry.objects.filter(
        about_person_id=row.person_id, subject_kind="registry.restriction",
        verb__in=["registry.restriction.impose", "registry.restriction.lift"],
    )  # fmt: skip
    rows = {one.pk: one for one in Restriction.objects.filter(person=row.person_id, kind="suspended")}
    names = names_of([entry.person_id for entry in entries if entry.person_id])
    for entry in entries.order_by("seq"):
        one, who = rows.get(entry.subject_id), names.get(entry.person_id, "")
        if one is None:
            continue
        if entry.verb.endswith("lift"):
            yield _moment(entry.at, gettext("Suspension lifted"), who, entry.reason)
        else:
            span = {"start": one.during.lower, "last": last_day(one.during)}
            yield _moment(entry.at, gettext("Suspended from %(start)s to %(last)s") % span, who, one.ground)


def _inquiries(row: Registration, on: date) -> Iterator[Told]:
    cases = list(row.closing_cases.order_by("id"))
    names = names_of([p for one in cases for p in (one.opened_by_id, one.concluded_by_id) if p])
    for one in cases:
        ground = {"ground": reason_title(one.reason_code, on)}
        yield _moment(
            one.opened_at,
            gettext("Began to look into: %(ground)s") % ground,
            names.get(one.opened_by_id or 0, ""),
        )
        if one.concluded_at:
            who = names.get(one.concluded_by_id or 0, "")
            yield _moment(one.concluded_at, gettext("Looked into: %(ground)s") % ground, who, one.findings)


def _proposals(row: Registration) -> Iterator[Told]:
    proposals = list(ClosingProposal.objects.filter(registration=row).order_by("id"))
    names = names_of([p for one in proposals for p in (one.proposed_by_id, one.decided_by_id) if p])
    for one in proposals:
        proposer = names.get(one.proposed_by_id, "")
        yield _moment(one.proposed_at, gettext("Closing proposed"), proposer, one.reason)
        decider = names.get(one.decided_by_id, "") if one.decided_by_id else proposer
        if one.state == "refused":
            yield _moment(one.decided_at, gettext("Closing not approved"), decider, one.note)
        elif one.state == "withdrawn":
            yield _moment(one.decided_at, gettext("Proposal taken back"), decider)
        elif one.state == "approved":
            yield _moment(one.decided_at, gettext("Closing approved"), decider)


def _closing(row: Registration) -> Iterator[Told]:
    if row.closed_on:
        at, event = _day(row.closed_on, gettext(STATUS_NAMES[Status(row.closed_kind)]))
        yield at + (timezone.timedelta(days=1) - timezone.timedelta(seconds=1)), event


def _expiry(row: Registration) -> dict[str, Any]:
    return {"title": gettext("Term ends"), "detail": row.valid_to.isoformat(), "state": "next"}
