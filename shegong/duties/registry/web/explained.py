"""Status of any day, and why: for the holder on the phone, for officers with who did it, also as the register knew it then."""

from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from shegong.duties.registry.models import Registration, status_of
from shegong.duties.registry.models.changes import name_on
from shegong.duties.registry.models.explaining import Reason, Step, Why, explain, region_on
from shegong.duties.registry.rules import STATUS_NAMES, Permission
from shegong.duties.registry.rules.changes import WHAT_NAMES, What
from shegong.duties.registry.rules.closing import INQUIRY_NAMES, Inquiry
from shegong.duties.registry.rules.lapsing import WHY_NAMES
from shegong.duties.registry.rules.lapsing import Why as Held
from shegong.duties.registry.web.registration import registration_or_404, url_of
from shegong.duties.registry.web.words import STATUS_TONES, reason_title
from shegong.ground.accounts.panels import verb_word
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import page, today
from shegong.kernel.text import N_
from shegong.kernel.typed_dates import last_day_meant

TITLES = {
    Why.TERM: N_("The term"),
    Why.HELD: N_("The status is kept beyond the term"),
    Why.HOLD: N_("Why it is kept"),
    Why.OUTAGE: N_("The platform was down; deadlines got the hours again"),
    Why.SUSPENDED: N_("Suspension"),
    Why.STAYED: N_("A suspension that rests while it is reviewed"),
    Why.WARNED: N_("Warning"),
    Why.BARRED: N_("Ban"),
    Why.CLOSED: N_("The registration was closed"),
    Why.INQUIRY: N_("Looked into before a closing"),
    Why.CHANGED: N_("Entry changed"),
    Why.CARD: N_("The certificate that counted"),
}
TONES = {
    Why.SUSPENDED: "warn",
    Why.BARRED: "err",
    Why.CLOSED: "err",
    Why.TERM: "ok",
    Why.HELD: "info",
    Why.HOLD: "info",
}
OVER = N_("It was over on this day.")
AHEAD = N_("It had not begun on this day.")


def told(
    registration: Registration, day: date, known_at: datetime | None, *, for_officer: bool
) -> dict[str, Any]:
    """The answer of a day with every reason, in words."""
    status = status_of(registration, day, known_at=known_at)
    reasons = [
        one for one in explain(registration, day, known_at=known_at) if for_officer or one.why != Why.INQUIRY
    ]
    who = _who([step for one in reasons for step in one.steps]) if for_officer else {}
    shown = [_shown(one, who, for_officer) for one in reasons]
    return {
        "day": day, "word": gettext(STATUS_NAMES[status]), "tone": STATUS_TONES.get(status, ""),
        "reasons": [one for one in shown if one["counts"]], "beside": [one for one in shown if not one["counts"]],
        "place": tree().full_name(region_on(registration, day), day), "name": name_on(registration.person_id, day),
    }  # fmt: skip


def _who(steps: list[Step]) -> dict[int, str]:
    """Entry of the journal → office and officer."""
    offices = Organization.objects.in_bulk([s.organization_id for s in steps if s.organization_id])
    names = names_of([s.person_id for s in steps if s.person_id])
    said = {}
    for step in steps:
        office = offices.get(step.organization_id)
        parts = [office.name if office else "", names.get(step.person_id, "")]
        said[step.seq] = " ".join(filter(None, parts)) or gettext("The system")
    return said


def _shown(reason: Reason, who: dict[int, str], for_officer: bool) -> dict[str, Any]:
    span = " – ".join(one.isoformat() if one else "" for one in (reason.first, reason.last))
    return {
        "title": gettext(TITLES[reason.why]), "span": span, "says": _says(reason), "counts": reason.counts,
        "tone": "" if reason.code in ("over", "ahead") else TONES.get(reason.why, ""),
        "steps": [_step(step, who, for_officer) for step in reason.steps],
    }  # fmt: skip


def _says(reason: Reason) -> str:
    if reason.code == "over":
        return gettext(OVER)
    if reason.why == Why.HOLD:
        return " · ".join(filter(None, [gettext(WHY_NAMES[Held(reason.code)]), reason.text]))
    if reason.why == Why.OUTAGE:
        return str(reason.extra["en" if (get_language() or "").startswith("en") else "zh"])
    if reason.why == Why.CLOSED:
        return _closed(reason)
    if reason.why == Why.INQUIRY:
        found = gettext(INQUIRY_NAMES[Inquiry(reason.code)])
        return f"{reason_title(reason.text, reason.first or today())} · {found}"
    if reason.why == Why.CHANGED:
        return _changed(reason)
    if reason.why == Why.CARD:
        return gettext("Code ending in %(end)s") % {"end": reason.code}
    return f"{gettext(AHEAD)} {reason.text}" if reason.code == "ahead" else reason.text


def _closed(reason: Reason) -> str:
    if reason.code == "superseded":
        said = gettext("A registration of a higher level took its place: %(no)s")
        return said % {"no": reason.extra.get("successor", "")}
    return " · ".join(filter(None, [reason_title(reason.code, reason.first or today()), reason.text]))


def _changed(reason: Reason) -> str:
    day = reason.first or today()
    before, after = reason.extra["from_employer"], reason.extra["to_employer"]
    pair = (before.name if before else "", after.name if after else "")
    if reason.code == What.REGION:
        places = (reason.extra["from_region"], reason.extra["to_region"])
        pair = tuple(tree().full_name(code, day) if code else "" for code in places)  # type: ignore[assignment]
    detail = " → ".join(filter(None, pair)) if reason.code in (What.EMPLOYER, What.REGION) else ""
    return " · ".join(filter(None, [gettext(WHAT_NAMES[What(reason.code)]), detail, reason.text]))


def _step(step: Step, who: dict[int, str], for_officer: bool) -> dict[str, Any]:
    """The holder sees no numbers of the journal: how many entries lie between two tells what others did (A18)."""
    when = date_format(timezone.localtime(step.at), "Y-m-d H:i")
    beside = {"seq": step.seq, "who": who.get(step.seq, ""), "reason": step.reason} if for_officer else {}
    return {"when": when, "what": verb_word(step.verb), **beside}


def _asked(request: HttpRequest, name: str) -> tuple[str, date | None]:
    typed = request.GET.get(name, "").strip()[:20]
    return typed, last_day_meant(typed) if typed else None


def _end_of(day: date | None) -> datetime | None:
    """The last moment of a day, up to which the register is read; None for what it knows now."""
    if day is None or day >= today():
        return None
    return timezone.make_aware(datetime.combine(day, time.max))


def _context(request: HttpRequest, registration: Registration, *, for_officer: bool) -> dict[str, Any]:
    typed, day = _asked(request, "asof")
    known_typed, known = _asked(request, "known") if for_officer else ("", None)
    found = told(registration, day or today(), _end_of(known), for_officer=for_officer)
    return {
        **found, "registration": registration, "typed": typed, "known_typed": known_typed, "today": today(),
        "unreadable": (typed and day is None) or (known_typed and known is None),
    }  # fmt: skip


@page(SIGNED_IN, about="registration", clause="T4.2.e")
def mine(request: HttpRequest) -> HttpResponse:
    """The holder asks about any day of one of her registrations; acts with their times, no officers' names, no numbers of the journal."""
    rows = Registration.objects.own(request.actor).order_by("-id")
    wanted = request.GET.get("no", "")[:40]
    registration = rows.filter(register_no=wanted).first() if wanted else rows.first()
    if registration is None:
        if wanted:
            raise Http404
        return render(request, "registry/my_why.html", {"registration": None})
    others = [row.register_no for row in rows.exclude(pk=registration.pk)]
    context = _context(request, registration, for_officer=False) | {"others": others}
    return render(request, "registry/my_why.html", context)


@page(Permission.READ, about="registration", clause="T4.2.e")
def office(request: HttpRequest, register_no: str) -> HttpResponse:
    """The officer asks about any day, also as the register knew it at the end of another day."""
    registration = registration_or_404(request, register_no)
    context = _context(request, registration, for_officer=True)
    context |= {"back": url_of(registration), "here": reverse("registry:why", args=[register_no])}
    return render(request, "registry/why.html", context)


urlpatterns = [
    path("my/registered/why/", mine, name="my_why"),
    path("office/registrations/<str:register_no>/why/", office, name="why"),
]
