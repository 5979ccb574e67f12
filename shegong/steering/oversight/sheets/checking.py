"""Rows of a dispatch table against the round: the indicator, the unit, the total beside what the register counts."""

from collections.abc import Sequence

from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Row, Taking, Weight
from shegong.kernel.text import N_
from shegong.steering.oversight.rules.dispatch import Line as Answered
from shegong.steering.oversight.rules.dispatch import line_obstacles
from shegong.steering.oversight.sheets.rounds import Line, Round
from shegong.steering.programme.models import plan

WORDS = {"own": "total", "text": "why"}  # the form's field → the column


def check(rows: Sequence[Row], taking: Taking) -> None:
    """Find what keeps a row out, and what taking it would do; `row.values["line"]` carries its line to `take`."""
    asked = Round(taking.said.get("round", ""), taking.by, taking.on)
    for row in rows:
        line = _line(row, asked)
        row.values["line"] = line
        if line is not None:
            _total(row, line)
            row.outcome = _outcome(row, line)


def _line(row: Row, asked: Round) -> Line | None:
    if not asked.returns:
        message = N_("No round that runs waits for your unit: there is nothing to fill in.")
        row.find("", Obstacle("no_round", message, clause="N6"))
        return None
    form = asked.unit(row.values.get("unit") or "")
    if form is None:
        message = N_("You answer for %(units)s. Write which of them this row is about.")
        row.find("unit", Obstacle("not_your_unit", message, clause="N6", params={"units": asked.units}))
    indicator = asked.indicator(row.values.get("indicator") or "") if row.values.get("indicator") else None
    if indicator is None and row.values.get("indicator"):
        message = N_("This round does not ask for it. It asks for %(asked)s.")
        params = {"asked": "、".join(asked.asked)}
        row.find("indicator", Obstacle("not_asked", message, clause="N6", params=params))
    return asked.lines.get((form.pk, indicator)) if form is not None and indicator else None


def _total(row: Row, line: Line) -> None:
    """What the form itself would say of this number, and a quarter that is more than the total."""
    total, quarter = row.values.get("total"), row.values.get("quarter")
    if total is None:
        return
    said = Answered(line.asked.pk, False, line.counted, total, row.values.get("why") or "")
    for obstacle in line_obstacles(said):
        kind = (obstacle.field or "").split("_")[0]
        row.find(WORDS.get(kind, "total"), obstacle)
    if quarter is not None and quarter > total and plan().indicators[line.asked.indicator].kind != "stock":
        message = N_("More in the quarter (%(quarter)s) than altogether (%(total)s).")
        params = {"quarter": quarter, "total": total}
        row.find("quarter", Obstacle("quarter_more", message, clause="N6", params=params))
    if line.counted is not None and line.counted != total and row.values.get("why"):
        message = N_("The register counts %(counted)s. Both numbers stay on record.")
        row.find("total", Obstacle("counted", message, params={"counted": line.counted}), Weight.NOTE)


def _outcome(row: Row, line: Line) -> str:
    if line.said is None:
        return "new"
    words = row.values.get("problems") or row.values.get("next_steps")
    is_same = line.said.stated == row.values.get("total") and line.said.counted == line.counted and not words
    return "same" if is_same else "change"
