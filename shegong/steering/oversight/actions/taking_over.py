"""Answers that were checked become entered figures, with the papers of their return; what a register counts stays (N6)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction

from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import days
from shegong.kernel.text import N_
from shegong.steering.oversight.models import Answer, DispatchReturn
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import ReturnState
from shegong.steering.oversight.rules.taking_over import Entered, entry_of
from shegong.steering.programme import actions as programme
from shegong.steering.programme.actions.entering import overlaps
from shegong.steering.programme.models import HandValue, plan
from shegong.steering.programme.models.figures import window
from shegong.steering.programme.rules.plans import Indicator

Entry = HandValue | Obstacle
NOT_YET = Obstacle("not_entered", N_("Nothing stands in its way."), clause="N6")


@answers("N6")
@transaction.atomic
def enter_answers(row: DispatchReturn, *, by: Actor, on: date) -> Mapping[str, Entry]:
    """Enter what a checked return states of figures that no register counts; by indicator, the figure or why there is none.

    Doing it twice enters nothing twice. Refuses a return that is not checked.
    """
    require(by, Permission.DISPATCH, row.dispatch.region_code)
    if row.state != ReturnState.CHECKED:
        raise Refused(Obstacle("not_checked", N_("Only a checked return becomes figures."), clause="N12"))
    done = {one.indicator: one for one in taken_over(row)}
    return {
        answer.asked.indicator: done.get(answer.asked.indicator) or _enter(row, answer, by, on)
        for answer in stated_of(row)
    }


def stated_of(row: DispatchReturn) -> Sequence[Answer]:
    """The answers whose numbers no register counted when the unit stated them."""
    stated = Answer.objects.filter(dispatch_return=row, counted=None, own__isnull=False)
    return list(stated.exclude(asked__indicator="").select_related("asked").order_by("asked__position"))


def taken_over(row: DispatchReturn) -> Sequence[HandValue]:
    """The figures that stand and that this return has become, corrected ones too."""
    if row.folder_id is None:
        return []
    return list(HandValue.objects.current().filter(folder=row.folder_id, region=row.region_code))


def why_none(row: DispatchReturn) -> Mapping[str, Obstacle]:
    """Which numbers of a checked return are no entered figures, by indicator, and why they could not be entered."""
    done = {one.indicator for one in taken_over(row)}
    left = [answer for answer in stated_of(row) if answer.asked.indicator not in done]
    found = {answer.asked.indicator: _figure(row, answer) for answer in left}
    return {name: one if isinstance(one, Obstacle) else NOT_YET for name, one in found.items()}


def _figure(row: DispatchReturn, answer: Answer) -> Entered | Obstacle:
    known = plan().indicators.get(answer.asked.indicator)
    if known is None or known.of or known.summed or known.kind == "per_person":
        return Obstacle("made_of_others", N_("This figure is made of others; nobody enters it."), clause="N6")
    found = entry_of(
        answer.own or 0, is_stock=known.kind == "stock", since=_since(known, row.dispatch.as_of),
        as_of=row.dispatch.as_of, before=_before(known.id, row.region_code),
    )  # fmt: skip
    if isinstance(found, Obstacle):
        return found
    period = days(found.start, found.end + timedelta(days=1))
    return next(iter(overlaps(known.id, row.region_code, period, found.end)), found)


def _enter(row: DispatchReturn, answer: Answer, by: Actor, on: date) -> Entry:
    found = _figure(row, answer)
    if isinstance(found, Obstacle):
        return found
    try:
        with transaction.atomic():
            return programme.enter_stated(
                indicator=answer.asked.indicator, region_code=row.region_code, start=found.start, end=found.end,
                amount=found.amount, folder=row.folder, enterer_id=row.submitter_id, note=row.dispatch.title, by=by, on=on,
            )  # fmt: skip
    except Refused as refused:
        return refused.obstacles[0]


def _since(one: Indicator, as_of: date) -> date:
    return max(window(one, as_of)[0], plan().starts)


def _before(indicator: str, region_code: int) -> list[Entered]:
    rows = HandValue.objects.current().filter(indicator=indicator, region=region_code)
    return [Entered(one.period.lower, one.period.upper - timedelta(days=1), one.amount) for one in rows]
