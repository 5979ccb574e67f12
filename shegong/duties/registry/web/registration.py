"""The page of one registration: what it is on any day and why, its terms, cards and measures, its history."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import (
    Application,
    Card,
    ClosingProposal,
    Registration,
    Restriction,
    status_of,
)
from shegong.duties.registry.printing import certificate_pdf, employer_on
from shegong.duties.registry.rules import STATUS_NAMES, Permission, Status, officer_obstacles
from shegong.duties.registry.web.links import link
from shegong.duties.registry.web.registration_story import chapters
from shegong.duties.registry.web.words import LEVEL_NAMES, STATUS_TONES, reason_title
from shegong.ground.people.models import Person, names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, obstacle_text, page, see, today, visible_or_404
from shegong.kernel.temporal import last_day
from shegong.kernel.text import N_
from shegong.kernel.typed_dates import last_day_meant

CLOSED_CARD = N_("No longer counts: the registration was closed on %(closed)s")
CARD_WORDS = {
    Status.SUSPENDED: N_("Does not count while suspended"),
    Status.LAPSED: N_("No longer counts: the term is over"),
    Status.CANCELLED: CLOSED_CARD,
    Status.REVOKED: CLOSED_CARD,
    Status.SUPERSEDED: CLOSED_CARD,
}
WHY = {
    Status.NOT_YET: N_("Registered only on %(admitted)s."),
    Status.REGISTERED: N_("The term runs to %(until)s; nothing stands against it."),
    Status.EXPIRING: N_("The term ends soon, on %(until)s."),
    Status.GRACE: N_("The term ended on %(until)s; the grace period runs."),
    Status.LAPSED: N_("The term ended on %(until)s."),
    Status.SUSPENDED: N_("A suspension covers this day: %(ground)s"),
    Status.CANCELLED: N_("Closed on %(closed)s: %(reason)s"),
    Status.REVOKED: N_("Closed on %(closed)s: %(reason)s"),
    Status.SUPERSEDED: N_("Closed on %(closed)s: a registration of a higher level took its place."),
}


def registration_or_404(
    request: HttpRequest, register_no: str, permission: Permission = Permission.READ
) -> Registration:
    """The registration within the officer's reach."""
    return visible_or_404(Registration.objects.all(), actor_of(request), permission, register_no=register_no)


def suspensions_of(registration: Registration, day: date) -> list[Restriction]:
    """The holder's suspensions that are not over on `day`."""
    rows = Restriction.objects.current().filter(
        person=registration.person_id, kind="suspended", stayed_on=None
    )
    return list(rows.filter(during__endswith__gt=day).order_by("during"))


def proposal_of(registration: Registration) -> ClosingProposal | None:
    """The proposal to close this registration that waits for another officer."""
    return registration.closing_proposals.filter(state="proposed").first()


def name_of(registration: Registration) -> str:
    """The holder's name."""
    return names_of([registration.person_id]).get(registration.person_id, "")


@page(Permission.READ, about="registration", clause="T4.2.b")
def registration(request: HttpRequest, register_no: str) -> HttpResponse:
    """Everything about one registration, as of a day, and what may be done about it."""
    row, actor, on = registration_or_404(request, register_no), actor_of(request), today()
    typed = request.GET.get("asof", "").strip()[:20]
    day = last_day_meant(typed) if typed else on
    answer = answer_on(row, day or on)
    proposal = proposal_of(row)
    context = {
        "registration": row, "name": name_of(row), "level": gettext(LEVEL_NAMES[row.level]), "now": answer_on(row, on),
        "answer": answer, "typed": typed, "unreadable": typed and day is None, "today": on, "facts": list(facts(row, on)),
        "terms": terms(row), "cards": cards(row, on), "suspensions": suspensions(row),
        "events": chapters(row, on, with_inquiries=actor.may(Permission.RESTRICT, row.region_code)),
        "proposal": proposal, "proposal_reason": reason_title(proposal.reason_code, on) if proposal else "",
        "is_proposer": bool(proposal and proposal.proposed_by_id == actor.person_id),
        "may_restrict": actor.may(Permission.RESTRICT, row.region_code), "may_lift": bool(suspensions_of(row, on)),
        "blocked": blocked(row, actor.person_id), **restoring(row, actor, on), "case_url": case_url(request, row), "card_url": card_url(request, row),
    }  # fmt: skip
    return render(request, "registry/registration.html", context)


def restoring(row: Registration, actor: Actor, on: date) -> dict[str, Any]:
    """Whether a lapsed registration may be restored in one step, or why not; nothing of others."""
    if row.valid_to >= on or row.closed_on is not None or not actor.may(Permission.RESTRICT, row.region_code):
        return {"may_restore": False, "not_restored": ""}
    found = actions.restoring_obstacles(row, on)
    return {"may_restore": not found, "not_restored": " ".join(map(obstacle_text, found))}


def blocked(row: Registration, officer_id: int | None) -> str:
    """Why this officer can do nothing about the registration; '' when he can."""
    found = officer_obstacles(
        officer_id=officer_id, holder_id=row.person_id, closed=row.closed_on is not None
    )
    return " ".join(map(obstacle_text, found))


def answer_on(row: Registration, day: date) -> dict[str, Any]:
    """Status on a day with its word, tone and reason."""
    status = status_of(row, day)
    found = Restriction.objects.current().on(day).filter(person=row.person_id, kind="suspended").first()
    ended = [
        last_day(term.during)
        for term in row.terms.filter(recorded__upper_inf=True, during__startswith__lte=day)
    ]
    words = {
        "admitted": row.admitted_on.isoformat(),
        "until": max((end for end in ended if end), default=row.valid_to).isoformat(),
        "ground": found.ground if found else "",
        "closed": row.closed_on.isoformat() if row.closed_on else "",
        "reason": reason_title(row.reason_code, row.closed_on or day),
    }
    return {
        "day": day, "word": gettext(STATUS_NAMES[status]), "tone": STATUS_TONES.get(status, ""),
        "why": gettext(WHY[status]) % words,
    }  # fmt: skip


def facts(row: Registration, on: date) -> Iterator[dict[str, str]]:
    """The entry in the register."""
    yield {"label": gettext("Registration number"), "value": row.register_no}
    yield {"label": gettext("Level"), "value": gettext(LEVEL_NAMES[row.level])}
    yield {"label": gettext("Area"), "value": tree().full_name(row.region_code, on)}
    yield {"label": gettext("Employer"), "value": employer_on(row.person_id, on)}
    yield {"label": gettext("Registered on"), "value": row.admitted_on.isoformat()}
    yield {"label": gettext("Valid to"), "value": row.valid_to.isoformat()}


def terms(row: Registration) -> list[dict[str, Any]]:
    """The terms that the register stands by, the newest first; a closing may have cut one short."""
    rows = row.terms.filter(recorded__upper_inf=True).order_by("-during")
    return [
        {
            "start": term.during.lower,
            "last": last_day(term.during),
            "cut": row.closed_on if row.closed_on and row.closed_on in term.during else None,
        }
        for term in rows
    ]


def cards(row: Registration, on: date) -> list[dict[str, Any]]:
    """Every card, the newest first; of a serial only its end is shown. `void` says why the one in use counts no longer."""
    word = CARD_WORDS.get(status_of(row, on))
    void = gettext(word) % {"closed": row.closed_on.isoformat() if row.closed_on else ""} if word else ""
    rows = Card.objects.filter(registration=row).order_by("-id")
    return [
        {"end": card.serial[-4:], "issued_at": card.issued_at, "replaced_at": card.replaced_at, "void": void}
        for card in rows
    ]


def suspensions(row: Registration) -> list[dict[str, Any]]:
    """The suspensions that stand, the newest first."""
    rows = Restriction.objects.current().filter(person=row.person_id, kind="suspended").order_by("-during")
    return [{"start": one.during.lower, "last": last_day(one.during), "ground": one.ground} for one in rows]


def case_url(request: HttpRequest, row: Registration) -> str:
    """The case that led to the registration, for those who may read it."""
    wanted = row.terms.values("application_id")
    cases = Application.objects.visible_to(actor_of(request), Permission.READ).filter(pk__in=wanted)
    token = cases.order_by("-id").values_list("token", flat=True).first()
    return link("registry:case", token) if token else ""


def card_url(request: HttpRequest, row: Registration) -> str:
    """The holder's record, for those who may read people there."""
    person = Person.objects.visible_to(actor_of(request), "people.read").filter(pk=row.person_id)
    token = person.values_list("token", flat=True).first()
    return link("people:card", token) if token else ""


@page(Permission.READ, about="registration", clause="T4.2.b")
def registration_pdf(request: HttpRequest, register_no: str) -> HttpResponse:
    """The certificate as the holder has it, A4, for the office's file."""
    row = registration_or_404(request, register_no)
    rows = Card.objects.filter(registration=row, replaced_at__isnull=True).select_related(
        "registration", "term"
    )
    card = rows.order_by("-id").first()
    if card is None:
        return see(
            request, "registry:registration", gettext("This registration has no card yet."), register_no
        )
    response = HttpResponse(certificate_pdf(row, card), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.register_no}.pdf"'
    return response


def url_of(row: Registration) -> str:
    """Address of a registration's page."""
    return reverse("registry:registration", args=[row.register_no])


urlpatterns = [
    path("office/registrations/<str:register_no>/", registration, name="registration"),
    path("office/registrations/<str:register_no>/certificate.pdf", registration_pdf, name="registration_pdf"),
]
