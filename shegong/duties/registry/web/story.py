"""The timeline of a case: what happened, where it lies, what comes next. The applicant sees offices, never officers."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from shegong.duties.registry.models import Application, Decision, Registration
from shegong.duties.registry.models.facts import Ground
from shegong.duties.registry.rules import (
    POSITION,
    STAGE_NAMES,
    Kind,
    RegistrationPolicy,
    Stage,
    State,
    read_route,
)
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.text import N_

Event = dict[str, Any]

STEP_WORDS = {
    "return_for_completion": N_("Returned for completion"),
    "pass_first": N_("First review passed"),
    "pass_second": N_("Second review passed"),
    "fail": N_("First review not passed"),
    "admit": N_("Final review passed"),
    "refuse": N_("Registration refused"),
}
ISSUED = {
    Kind.FIRST: N_("Registered, certificate issued"),
    Kind.RENEWAL: N_("Registered, certificate issued"),
    Kind.CHANGE: N_("Change registered, new certificate issued"),
    Kind.CANCEL: N_("Registration cancelled"),
    Kind.REISSUE: N_("Certificate issued anew"),
}
# Between the decision and its effect an officer may take it back.
AFTER = {
    Kind.FIRST: N_("The certificate is being made"),
    Kind.RENEWAL: N_("The certificate is being made"),
    Kind.CHANGE: N_("The certificate is being made"),
    Kind.CANCEL: N_("The registration stands until the decision takes effect"),
    Kind.REISSUE: N_("The certificate is being made"),
}
# What is no decision has no row of its own; the journal knows when it happened, and at which office.
MILESTONES = {
    "registry.application.submit": N_("Application submitted"),
    "registry.application.accept": N_("Application accepted"),
    "registry.application.hand_over": N_("Handed over to another county"),
    "registry.application.escalate": N_("Passed up"),
}


def story_of(application: Application, ground: Ground, *, for_officer: bool) -> list[Event]:
    """Past, present and coming events in order."""
    events = _milestones(application, for_officer=for_officer)
    decisions = list(application.decisions.select_related("office").order_by("id"))
    names = names_of([d.officer_id for d in decisions]) if for_officer else {}
    for decision in decisions:
        events.append(
            (decision.decided_at, _decided(decision, names.get(decision.officer_id, ""), for_officer))
        )
        if decision.recalled_at:
            events.append((decision.recalled_at, _past(gettext("Decision taken back"), decision.recalled_at)))
    past = [event for _, event in sorted(events, key=lambda pair: pair[0])]
    return [*past, *_present(application, ground), *_coming(application)]


def _milestones(application: Application, *, for_officer: bool) -> list[tuple[Any, Event]]:
    found = JournalEntry.objects.filter(
        subject_kind="registry.application", subject_id=application.pk, verb__in=MILESTONES
    )
    entries = list(found.order_by("seq"))
    offices = Organization.objects.in_bulk([e.organization_id for e in entries if e.organization_id])
    names = names_of([e.person_id for e in entries if e.person_id]) if for_officer else {}
    events = []
    for entry in entries:
        office = offices.get(entry.organization_id)
        who = " ".join(filter(None, [office.name, names.get(entry.person_id, "")])) if office else ""
        due = entry.facts.get("due") if entry.verb.endswith(".accept") else None
        note = gettext("Decision due by %(day)s") % {"day": due} if due else entry.reason
        events.append((entry.at, _past(gettext(MILESTONES[entry.verb]), entry.at, who, note)))
    return events


def _past(title: str, at: Any, extra: str = "", note: str = "") -> Event:
    when = date_format(timezone.localtime(at), "Y-m-d H:i")
    return {"title": title, "detail": " · ".join(filter(None, [when, extra])), "note": note, "state": "past"}


def _decided(decision: Decision, officer: str, for_officer: bool) -> Event:
    office = decision.office.name if decision.office else ""
    who = " ".join(filter(None, [office, officer])) if for_officer else office
    note = decision.opinion if for_officer or decision.step in ("fail", "refuse") else ""
    return _past(gettext(STEP_WORDS[decision.step]), decision.decided_at, who, note)


def _present(application: Application, ground: Ground) -> list[Event]:
    if application.state == State.RETURNED:
        return [{"title": gettext("You correct what was returned"), "detail": "", "state": "now"}]
    if application.state == State.ADMITTED:
        return [
            {
                "title": gettext(AFTER[Kind(application.kind)]),
                "detail": _effective(application, ground),
                "state": "now",
            }
        ]
    if application.state == State.ISSUED:
        row = Registration.objects.filter(certificate=application.certificate_id).order_by("-id").first()
        detail = (
            gettext("Number %(no)s, valid to %(day)s") % {"no": row.register_no, "day": row.valid_to}
            if row
            else ""
        )
        return [{"title": gettext(ISSUED[Kind(application.kind)]), "detail": detail, "state": "past"}]
    if application.state == State.WITHDRAWN:
        said = gettext("Taken back by the office") if application.on_paper else gettext("Withdrawn by you")
        return [{"title": said, "detail": "", "state": "past"}]
    if application.state == State.ENDED:
        closed_on = application.registration and application.registration.closed_on
        detail = gettext("The registration ended on %(day)s.") % {"day": closed_on} if closed_on else ""
        return [{"title": gettext("Closed: the registration has ended"), "detail": detail, "state": "past"}]
    route = read_route(application.route)
    position = POSITION.get(State(application.state))
    if position is None or position >= len(route):
        return []
    return [_waiting(application, ground, route[position])]


def _effective(application: Application, ground: Ground) -> str:
    if application.kind != Kind.CANCEL or application.decided_at is None:
        return ""
    at = timezone.localtime(application.decided_at + timedelta(minutes=ground.policy.recall_minutes))
    return gettext("It takes effect after %(time)s.") % {"time": date_format(at, "Y-m-d H:i")}


def _waiting(application: Application, ground: Ground, stage: Stage) -> Event:
    title = (
        gettext("Acceptance") if application.state == State.SUBMITTED else gettext(STAGE_NAMES[stage.stage])
    )
    left = ground.calendar.working_days_between(today(), application.due_on)
    if left < 0:
        time = gettext("%(n)s working days over, was due %(day)s") % {"n": -left, "day": application.due_on}
    else:
        time = gettext("%(n)s working days left, due %(day)s") % {"n": left, "day": application.due_on}
    if application.due_provisional:
        time += gettext(" (provisional: the holiday schedule is not published yet)")
    return {"title": f"{title}：{office_at(application, stage)}", "detail": time, "state": "now"}


def _coming(application: Application) -> list[Event]:
    position = POSITION.get(State(application.state))
    if position is None:
        return []
    later = read_route(application.route)[position + 1 :]
    events = [
        {"title": f"{gettext(STAGE_NAMES[s.stage])}：{office_at(application, s)}", "state": "next"}
        for s in later
    ]
    if application.kind == Kind.CANCEL:
        return events
    return [*events, {"title": gettext("Registration certificate, on your phone"), "state": "next"}]


def next_events(application: Application, policy: RegistrationPolicy) -> list[Event]:
    """For the receipt: what happens from here on."""
    route = read_route(application.route)
    first = {
        "title": gettext("Submitted"),
        "detail": date_format(timezone.localtime(application.submitted_at), "Y-m-d H:i"),
    }
    days = gettext("within %(n)s working days") % {"n": policy.completeness_working_days}
    accept = {
        "title": f"{gettext('Acceptance')}：{office_at(application, route[0])}",
        "detail": days,
        "state": "now",
    }
    return [first, accept, *_coming(application)]


def office_at(application: Application, stage: Stage) -> str:
    """Name of the office that holds the duty at this stage today (M1.d), or of its division."""
    on = today()
    code = (
        tree().ancestor(application.region_code, stage.level, on, tree="reporting") or application.region_code
    )
    holder = Duty.objects.holder(stage.duty, code, on) or Duty.objects.holder("social_work", code, on)
    return holder.organization.name if holder else tree().name(code, on)
