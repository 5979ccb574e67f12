"""The words of a supervision notice, in the language of the register: what the official document says."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shegong.ground.regions.models import tree
from shegong.steering.oversight.models import Circular, CircularRow
from shegong.steering.oversight.rules.circulars import Mark, Standing
from shegong.steering.programme.models import plan


def day_words(day: date) -> str:
    """A day as official documents write it: 2012年12月31日."""
    return _("%(year)s-%(month)s-%(day)s") % {"year": day.year, "month": day.month, "day": day.day}


def percent(one: Standing) -> str:
    """The share of the plan with one decimal, "—" without a plan."""
    return "—" if one.rate is None else f"{one.rate:.1f}%"


def suggested_words(mark: str, one: Standing, row: Circular) -> tuple[str, str]:
    """(reason, what to put right) that a draft proposes; its author changes them."""
    if not mark:
        return "", ""
    with translation.override(settings.LANGUAGE_CODE):
        values = {
            "value": one.value, "planned": one.planned, "rate": percent(one), "day": day_words(row.as_of),
            "gap": one.gap, "what": plan().indicators[row.indicator].zh,
        }  # fmt: skip
        if mark == Mark.PRAISED:
            return _(
                "By %(day)s it has %(value)s, which is %(rate)s of the %(planned)s planned."
            ) % values, ""
        reason = (
            _("By %(day)s it has %(value)s, %(rate)s of the %(planned)s planned; %(gap)s are missing.")
            % values
        )
        return reason, _(
            "Find out why it is behind and make up the %(gap)s that are missing: %(what)s."
        ) % values


def notice_body(row: Circular, rows: Sequence[CircularRow], sha: str) -> str:
    """The body of the document: a line a paragraph, # headings, | rows of the table."""
    parts = [row.text or opening(row), *_table(row, rows), *_praise(row, rows), *_naming(row, rows)]
    note = _("Figures as of %(day)s, frozen under the hash %(sha)s.")
    return "\n".join([*parts, note % {"day": day_words(row.as_of), "sha": sha[:16]}])


def opening(row: Circular) -> str:
    """The first paragraph where the author wrote none."""
    words = _("How the units stand with “%(what)s” as of %(day)s is made known as follows.")
    return words % {"what": plan().indicators[row.indicator].zh, "day": day_words(row.as_of)}


def _table(row: Circular, rows: Sequence[CircularRow]) -> list[str]:
    heads = [_("Rank"), _("Unit"), _("Reached by then"), _("Planned by then"), _("Share of the plan")]
    lines = [_line(heads)]
    for one in rows:
        stood = Standing(one.region_code, one.value, one.planned)
        lines.append(
            _line([
                one.rank or "—", tree().name(one.region_code, row.as_of), _amount(one.value), _amount(one.planned),
                percent(stood),
            ])
        )  # fmt: skip
    return [
        "# " + _("I. How the units stand"),
        _("Table 1: %(title)s") % {"title": plan().indicators[row.indicator].zh},
        *lines,
    ]


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _amount(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def _praise(row: Circular, rows: Sequence[CircularRow]) -> list[str]:
    praised = [one for one in rows if one.mark == Mark.PRAISED]
    if not praised:
        return []
    return ["# " + _("II. Units that did well"), *(_of(row, one) + one.reason for one in praised)]


def _naming(row: Circular, rows: Sequence[CircularRow]) -> list[str]:
    named = [one for one in rows if one.mark == Mark.NAMED]
    if not named:
        return []
    has_praise = any(one.mark == Mark.PRAISED for one in rows)
    head = _("III. Units that are behind") if has_praise else _("II. Units that are behind")
    asks = _(
        "The units named above put this right by %(day)s, reply with proof and are closed after a check."
    )
    return [
        "# " + head,
        *(_of(row, one) + one.reason + one.required for one in named),
        asks % {"day": day_words(row.due_on)},
    ]


def _of(row: Circular, one: CircularRow) -> str:
    return tree().name(one.region_code, row.as_of) + "："
