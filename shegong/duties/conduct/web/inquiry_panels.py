"""Cards of the inquiry, evidence, panel, decision and review on a case's page; each step leads to a page of its own."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import (
    Appeal,
    Complaint,
    Decision,
    Evidence,
    Inquiry,
    Interim,
    Repair,
    SerialFinding,
)
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import SIDE_NAMES, Side
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web.lines import Line, appeal_lines, line, lines_of, look_lines
from shegong.duties.conduct.web.panels import NEXT, add_panels
from shegong.duties.conduct.web.public import measure_title
from shegong.duties.conduct.web.step_forms import inquiry_of
from shegong.duties.conduct.web.steps import STEPS
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of
from shegong.kernel.text import N_
from shegong.ui.panels import Panel

CLOSED_WHY = {
    "withdrawn": N_("Taken back by who complained"), "transferred": N_("Passed to another procedure"),
    "moved": N_("Another office begins anew"),
}  # fmt: skip
LINES = "conduct/panel_lines.html"


def steps_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """What this reader may do next."""
    actor = actor_of(request)
    offered = [
        {"title": one.title, "url": one.url(complaint)} for one in STEPS if one.offered(complaint, actor)
    ]
    return Panel(_("What you can do now"), NEXT, {"steps": offered}) if offered else None


def inquiry_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Every round: plan, who investigates, disclosure, statements, report."""
    rounds = list(complaint.inquiries.order_by("round"))
    return (
        Panel(_("Inquiry"), LINES, {"lines": [x for one in rounds for x in _round(one)]}) if rounds else None
    )


def _round(one: Inquiry) -> Iterator[Line]:
    people = list(one.investigators.order_by("pk"))
    names = names_of([p.person_id for p in people])
    yield line(_("Plan"), opened(one, "plan"), one.opened_on)
    for p in people:
        gone = _("recused on %(day)s: %(why)s") % {"day": p.left_on, "why": p.left_why} if p.left_on else ""
        word = _("Leads the inquiry") if p.leads else _("Investigator")
        yield line(word, names.get(p.person_id, ""), gone)
    if one.disclosed_on:
        due = _("answer by %(day)s") % {"day": one.answer_by}
        yield line(_("Disclosed to the respondent"), opened(one, "allegation"), f"{one.disclosed_on} · {due}")
    for s in one.statements.order_by("pk"):
        late = _("after the term") if s.is_late else ""
        yield line(_(SIDE_NAMES[Side(s.side)]), opened(s, "text"), f"{s.given_on} {late}")
    if one.closed_on:
        yield line(_("Ended without a decision"), _(CLOSED_WHY.get(one.closed_why, "")), one.closed_on)
    if one.heard_on:
        yield line(_("Report of the investigators"), opened(one, "report"), one.heard_on)


def evidence_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Titles of what is kept apart; opening a piece asks for a reason."""
    rows = list(Evidence.objects.filter(complaint=complaint).order_by("pk"))
    lines = [
        line(_(SIDE_NAMES[Side(one.side)]), opened(one, "title"), one.added_on,
              reverse("conduct:evidence", args=[one.token]))
        for one in rows
    ]  # fmt: skip
    return Panel(_("Pieces of evidence"), LINES, {"lines": lines}) if lines else None


def bench_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """The panel: seats, recusals, who has voted; how, once more than half agree."""
    inquiry = inquiry_of(complaint)
    seats = list(inquiry.seats.order_by("pk").select_related("vote")) if inquiry else []
    if not inquiry or not seats:
        return None
    names, tally = names_of([s.person_id for s in seats]), actions.tally_of(inquiry)
    lines = []
    for s in seats:
        vote = getattr(s, "vote", None)
        note = (
            _("recused on %(day)s: %(why)s") % {"day": s.recused_on, "why": s.recused_why}
            if s.recused_on
            else ""
        )
        shown = measure_title(vote.measure) if vote and (tally.missing == 0 or tally.majority) else ""
        note = note or (f"{_('has voted')} {shown}" if vote else _("has not voted"))
        lines.append(line(_("Leads the panel") if s.leads else _("Member"), names.get(s.person_id, ""), note))
    if tally.majority:
        lines.append(line(_("More than half for"), measure_title(tally.majority)))
    return Panel(_("Panel of the case"), LINES, {"lines": lines})


def interim_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Interim measures with the day of their review."""
    rows = Interim.objects.filter(inquiry__complaint=complaint).order_by("pk")
    lines = [one for row in rows for one in lines_of(row)]
    return Panel(_("Interim measure"), LINES, {"lines": lines}) if lines else None


def decision_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Decisions with grounds, days and display; a proposal to those who may read it."""
    actor = actor_of(request)
    judging = {
        one.organization_id
        for right in (Permission.DECIDE, Permission.PUBLISH)
        for one in actor.with_permission(right)
    }
    lines: list[Line] = []
    for one in Decision.objects.filter(complaint=complaint).order_by("pk"):
        lines += lines_of(one)
    for row in Appeal.objects.filter(complaint=complaint).order_by("pk"):
        lines += appeal_lines(row, judges=bool(judging))
    for look in complaint.looks.order_by("pk"):
        lines += look_lines(look, judges=look.body_id in judging)
    for asked in Repair.objects.filter(decision__complaint=complaint).order_by("pk"):
        lines += lines_of(asked)
    found = SerialFinding.objects.filter(complaint=complaint).first()
    lines += lines_of(found) if found else []
    return Panel(_("Decision and review"), LINES, {"lines": lines}) if lines else None


def register_panels() -> None:
    """Put these cards on the case's page."""
    add_panels(steps_panel, decision_panel, bench_panel, interim_panel, inquiry_panel, evidence_panel)
