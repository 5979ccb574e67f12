"""What a case's page and the page of a signature say of a row: label, value, note."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from shegong.duties.conduct.models import Appeal, Decision, Interim, Repair, SecondLook, SerialFinding
from shegong.duties.conduct.rules.appeals import RESULT_NAMES, REVIEW_NAMES, Result, Review
from shegong.duties.conduct.rules.looks import FINDING_NAMES, INSTANCE_NAMES, LOOK_NAMES, Finding, Look
from shegong.duties.conduct.rules.repairs import REPAIR_NAMES, Repairing
from shegong.duties.conduct.rules.sanctions import OUTCOME_NAMES, Outcome, last
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web.public import ground_titles, measure_title
from shegong.ground.people.models import names_of

Line = dict[str, Any]


def line(label: Any, value: Any, note: Any = "", url: str = "") -> Line:
    """One line."""
    return {"label": label, "value": value, "note": note, "url": url}


def lines_of(row: Any) -> Iterator[Line]:
    """A decision, a review, a second look, a request for repair, an interim measure, a series; nothing of None."""
    match row:
        case Decision():
            yield from _decision(row)
        case Appeal():
            yield from appeal_lines(row, judges=True)
        case SecondLook():
            yield from look_lines(row, judges=True)
        case Repair():
            yield from _repair(row)
        case Interim():
            yield from _interim(row)
        case SerialFinding():
            yield from _serial(row)


def _interim(one: Interim) -> Iterator[Line]:
    if one.ended_on:
        note = _("ended on %(day)s") % {"day": one.ended_on}
    elif one.signed_on:
        note = _("to be reviewed by %(day)s") % {"day": one.review_due}
    else:
        note = _("waits for signature")
    yield line(_("Suspension meanwhile"), f"{one.starts_on} – {last(one.ends_on)}", note)
    yield line(_("Ground of the measure"), ground_titles([one.ground]))


def look_lines(one: SecondLook, *, judges: bool) -> Iterator[Line]:
    """A request for a second look; what is proposed, to the body that looks."""
    title, body = _(INSTANCE_NAMES[one.instance]), one.body.name
    yield line(title, opened(one, "text"), f"{one.asked_on} · {body} · {one.due_on}")
    if one.finding and (judges or one.state == Look.ANSWERED):
        yield line(
            _(LOOK_NAMES[Look(one.state)]), _(FINDING_NAMES[Finding(one.finding)]), opened(one, "answer")
        )


def _repair(one: Repair) -> Iterator[Line]:
    state = _(REPAIR_NAMES[Repairing(one.state)])
    yield line(_("Early repair"), opened(one, "text"), f"{one.asked_on} · {state}")
    if one.granted is not None:
        word = _("Repair the record now") if one.granted else _("Leave it shown to its end")
        yield line(_("Result"), word, opened(one, "reasons"))


def _serial(one: SerialFinding) -> Iterator[Line]:
    signed = _("signed on %(day)s") % {"day": one.signed_on} if one.signed_on else _("waits for signature")
    yield line(_("Series without ground"), opened(one, "evidence"), signed)


def _decision(one: Decision) -> Iterator[Line]:
    names = names_of([pk for pk in (one.proposer_id, one.decider_id) if pk])
    months = f" · {one.months} {_('months')}" if one.months else ""
    state = _(OUTCOME_NAMES[Outcome(one.state)])
    yield line(one.number or _("Proposed decision"), f"{measure_title(one.measure)}{months}", state)
    yield line(_("Grounds of the decision"), ground_titles(one.grounds) or "—")
    yield line(_("Reasons"), opened(one, "reasons"), one.note)
    if one.answer:
        yield line(_("Answer to who complained"), opened(one, "answer"))
    yield line(_("Proposed by"), names.get(one.proposer_id or 0, ""), one.proposed_on)
    if one.decided_on:
        span = f"{one.starts_on} – {last(one.ends_on)}" if one.ends_on else ""
        yield line(
            _("Signed by"),
            names.get(one.decider_id or 0, ""),
            f"{one.decided_on} · {span}" if span else one.decided_on,
        )
        shown = getattr(one, "publication", None)
        if shown is not None:
            yield line(_("Shown to the public"), _display(shown))


def _display(shown: Any) -> str:
    if shown.withdrawn_on:
        return _("withdrawn on %(day)s") % {"day": shown.withdrawn_on}
    if shown.stayed_on:
        return _("waits for the review")
    return _("until before %(day)s") % {"day": shown.shown_until}


def appeal_lines(row: Appeal, *, judges: bool) -> Iterator[Line]:
    """A request for review; what is proposed, to those who judge."""
    body = row.body.name if row.body else ""
    yield line(_("Request for review"), opened(row, "text"), f"{row.lodged_on} · {body} · {row.due_on}")
    if row.result and (judges or row.state == Review.DECIDED):
        months = f" · {row.months} {_('months')}" if row.months else ""
        changed = f" · {measure_title(row.measure)}{months}" if row.measure else ""
        yield line(_(REVIEW_NAMES[Review(row.state)]), _(RESULT_NAMES[Result(row.result)]) + changed,
                    opened(row, "reasons"))  # fmt: skip
