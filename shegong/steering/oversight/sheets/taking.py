"""Good rows of a dispatch table fill in the return, by the action of its form; a batch is taken back as a whole."""

from collections import defaultdict
from collections.abc import Sequence

from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Row, Taking
from shegong.kernel.text import N_
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Answer, DispatchReturn
from shegong.steering.oversight.rules.dispatch import TO_DO, RoundState
from shegong.steering.oversight.sheets.checking import check
from shegong.steering.oversight.sheets.rounds import Line
from shegong.steering.programme.models import plan

MOST = 2000


def take(rows: Sequence[Row], taking: Taking) -> None:
    """Fill in each return that the rows are about; nothing is handed in by it."""
    if any("line" not in row.values for row in rows):
        check(rows, taking)
    by_form: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        line: Line = row.values["line"]
        by_form[line.form.pk].append(row)
    for theirs in by_form.values():
        _fill(theirs[0].values["line"].form, theirs, taking)


def _fill(form: DispatchReturn, rows: Sequence[Row], taking: Taking) -> None:
    own, texts = {}, {}
    for row in rows:
        line: Line = row.values["line"]
        own[line.asked.pk] = row.values["total"]
        texts[line.asked.pk] = row.values.get("why") or ""
    actions.fill_return(
        form, own=own, texts=texts, problems=_words(rows, "problems"), next_steps=_words(rows, "next_steps"),
        batch_id=taking.batch_id, by=taking.by, on=taking.on,
    )  # fmt: skip


def _words(rows: Sequence[Row], column: str) -> str:
    """What the rows say in a column, each with its indicator; said alike in several rows it stands once."""
    said: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if text := row.values.get(column):
            line: Line = row.values["line"]
            known = plan().indicators.get(line.asked.indicator)
            said[text].append(known.zh if known else line.asked.indicator)
    if len(said) == 1:
        return next(iter(said))[:MOST]
    return "\n".join(f"{'、'.join(titles)}：{text}" for text, titles in said.items())[:MOST]


def undo(taking: Taking) -> None:
    """Empty the lines that the batch filled in."""
    actions.empty_batch(taking.batch_id, by=taking.by, on=taking.on)


def touched(taking: Taking) -> Sequence[Obstacle]:
    """One obstacle when a return of the batch is handed in, or its round closed."""
    answers = Answer.objects.filter(batch_id=taking.batch_id).values("dispatch_return")
    rows = DispatchReturn.objects.filter(pk__in=answers)
    open_ones = rows.filter(state__in=[str(one) for one in TO_DO], dispatch__state=str(RoundState.OPEN))
    if rows.exclude(pk__in=open_ones.values("pk")).exists():
        message = N_("The return is handed in, or its round is closed: the rows stay.")
        return [Obstacle("batch_touched", message, clause="N6")]
    return []
