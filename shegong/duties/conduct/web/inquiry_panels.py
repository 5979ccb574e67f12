"""Cards of the inquiry, evidence, panel, decision and review on a case's page; each step leads to a page of its own."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Appeal, Complaint, Decision, Evidence, Inquiry, Interim
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.appeals import RESULT_NAMES, REVIEW_NAMES, Result, Review
from shegong.duties.conduct.rules.inquiry import SIDE_NAMES, Side
from shegong.duties.conduct.rules.sanctions import OUTCOME_NAMES, Outcome, last
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web.panels import add_panels
from shegong.duties.conduct.web.public import ground_titles, measure_title
from shegong.duties.conduct.web.step_forms import inquiry_of
from shegong.duties.conduct.web.steps import STEPS
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of
from shegong.ui.panels import Panel

LINES, NEXT = "conduct/panel_lines.html", "conduct/panel_steps.html"
Line = dict[str, Any]


def _line(label: Any, value: Any, note: Any = "", url: str = "") -> Line:
    return {"label": label, "value": value, "note": note, "url": url}


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
    yield _line(_("Plan"), opened(one, "plan"), one.opened_on)
    for p in people:
        gone = _("recused on %(day)s: %(why)s") % {"day": p.left_on, "why": p.left_why} if p.left_on else ""
        word = _("Leads the inquiry") if p.leads else _("Investigator")
        yield _line(word, names.get(p.person_id, ""), gone)
    if one.disclosed_on:
        due = _("answer by %(day)s") % {"day": one.answer_by}
        yield _line(
            _("Disclosed to the respondent"), opened(one, "allegation"), f"{one.disclosed_on} · {due}"
        )
    for s in one.statements.order_by("pk"):
        late = _("after the term") if s.is_late else ""
        yield _line(_(SIDE_NAMES[Side(s.side)]), opened(s, "text"), f"{s.given_on} {late}")
    if one.heard_on:
        yield _line(_("Report of the investigators"), opened(one, "report"), one.heard_on)


def evidence_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Titles of what is kept apart; opening a piece asks for a reason."""
    rows = list(Evidence.objects.filter(complaint=complaint).order_by("pk"))
    lines = [
        _line(_(SIDE_NAMES[Side(one.side)]), opened(one, "title"), one.added_on,
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
        lines.append(
            _line(_("Leads the panel") if s.leads else _("Member"), names.get(s.person_id, ""), note)
        )
    if tally.majority:
        lines.append(_line(_("More than half for"), measure_title(tally.majority)))
    return Panel(_("Panel of the case"), LINES, {"lines": lines})


def interim_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Interim measures with the day of their review."""
    rows = Interim.objects.filter(inquiry__complaint=complaint).order_by("pk")
    lines = []
    for one in rows:
        span = f"{one.starts_on} – {last(one.ends_on)}"
        if one.ended_on:
            note = _("ended on %(day)s") % {"day": one.ended_on}
        elif one.signed_on:
            note = _("to be reviewed by %(day)s") % {"day": one.review_due}
        else:
            note = _("waits for signature")
        lines.append(_line(_("Suspension meanwhile"), span, note))
    return Panel(_("Interim measure"), LINES, {"lines": lines}) if lines else None


def decision_panel(request: HttpRequest, complaint: Complaint) -> Panel | None:
    """Decisions with grounds, days and display; a proposal to those who may read it."""
    lines: list[Line] = []
    for one in Decision.objects.filter(complaint=complaint).order_by("pk"):
        lines += _decision(one)
    for row in Appeal.objects.filter(complaint=complaint).order_by("pk"):
        lines += _appeal(
            row, actor_of(request).may(Permission.DECIDE) or actor_of(request).may(Permission.PUBLISH)
        )
    return Panel(_("Decision and review"), LINES, {"lines": lines}) if lines else None


def _decision(one: Decision) -> Iterator[Line]:
    names = names_of([pk for pk in (one.proposer_id, one.decider_id) if pk])
    months = f" · {one.months} {_('months')}" if one.months else ""
    state = _(OUTCOME_NAMES[Outcome(one.state)])
    yield _line(one.number or _("Proposed decision"), f"{measure_title(one.measure)}{months}", state)
    yield _line(_("Grounds of the decision"), ground_titles(one.grounds) or "—")
    yield _line(_("Reasons"), opened(one, "reasons"), one.note)
    yield _line(_("Proposed by"), names.get(one.proposer_id or 0, ""), one.proposed_on)
    if one.decided_on:
        span = f"{one.starts_on} – {last(one.ends_on)}" if one.ends_on else ""
        yield _line(_("Signed by"), names.get(one.decider_id or 0, ""), f"{one.decided_on} {span}")
        shown = getattr(one, "publication", None)
        if shown is not None:
            yield _line(_("Shown to the public"), _display(shown))


def _display(shown: Any) -> str:
    if shown.withdrawn_on:
        return _("withdrawn on %(day)s") % {"day": shown.withdrawn_on}
    if shown.stayed_on:
        return _("waits for the review")
    return _("until before %(day)s") % {"day": shown.shown_until}


def _appeal(row: Appeal, judges: bool) -> Iterator[Line]:
    body = row.body.name if row.body else ""
    yield _line(_("Request for review"), opened(row, "text"), f"{row.lodged_on} · {body} · {row.due_on}")
    if row.result and (judges or row.state == Review.DECIDED):
        months = f" · {row.months} {_('months')}" if row.months else ""
        changed = f" · {measure_title(row.measure)}{months}" if row.measure else ""
        yield _line(_(REVIEW_NAMES[Review(row.state)]), _(RESULT_NAMES[Result(row.result)]) + changed,
                    opened(row, "reasons"))  # fmt: skip


def register_panels() -> None:
    """Put these cards on the case's page."""
    add_panels(steps_panel, decision_panel, bench_panel, interim_panel, inquiry_panel, evidence_panel)
