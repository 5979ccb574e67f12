"""The text of a yearly plan as its document has it: what it wants, split over the units, by what work; pure (N10, R1).

Official documents are written in Chinese; lines with | are rows of a table (documents.actions.draft_document).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TargetLine:
    """A target with its split: (place, amount) of each unit; `gap_reason` where the parts are not the whole."""

    title: str
    amount: int
    unit: str
    tolerance: int = 0
    parts: tuple[tuple[str, int], ...] = ()
    gap_reason: str = ""


@dataclass(frozen=True)
class WorkLine:
    """A piece of work."""

    what: str
    bodies: tuple[str, ...]
    due_on: date
    budget: str = ""


def plan_text(*, note: str, targets: Sequence[TargetLine], work: Sequence[WorkLine], year: int) -> str:
    """The whole text: guiding words, targets, work, and a table of the split where there is one."""
    lines = [line.strip() for line in note.split("\n") if line.strip()]
    lines += ["# 一、年度任务", *_targets(targets)]
    lines += ["# 二、重点工作", *(_work(number, one) for number, one in enumerate(work, 1))]
    split = [one for one in targets if one.parts]
    if split:
        lines += ["# 三、任务分解", "各地要对照分解任务抓好落实，按时报送进展。", *_table(split, year)]
    return "\n".join(lines)


def _targets(targets: Sequence[TargetLine]) -> list[str]:
    return [
        f"（{number}）{one.title}：{one.amount} {one.unit}"
        + (f"（允许偏差 ±{one.tolerance}%）" if one.tolerance else "")
        + "。"
        for number, one in enumerate(targets, 1)
    ]


def _work(number: int, one: WorkLine) -> str:
    bodies = "，".join(
        filter(
            None,
            (
                f"牵头单位：{one.bodies[0]}",
                f"配合单位：{'、'.join(one.bodies[1:])}" if one.bodies[1:] else "",
            ),
        )
    )
    money = f"；经费：{one.budget}" if one.budget else ""
    return f"（{number}）{one.what.rstrip('。')}。{bodies}；时限：{one.due_on.year}年{one.due_on.month}月{one.due_on.day}日{money}。"


def _table(split: Sequence[TargetLine], year: int) -> list[str]:
    places = list(dict.fromkeys(place for one in split for place, _amount in one.parts))
    amounts = [dict(one.parts) for one in split]
    rows = [
        f"表 {year}年任务分解",
        "| 地区 | " + " | ".join(f"{one.title}（{one.unit}）" for one in split) + " |",
    ]
    for place in places:
        rows.append(f"| {place} | " + " | ".join(str(known.get(place, "")) for known in amounts) + " |")
    rows.append("| 合计 | " + " | ".join(str(sum(known.values())) for known in amounts) + " |")
    return [*rows, *(f"{one.title}各地合计与总数不等：{one.gap_reason}。" for one in split if one.gap_reason)]


def title_of(subplan: str, year: int, edition: int) -> str:
    """The title of the document that issues an edition: each later one says that it is a revision, and which."""
    revised = f"（第{edition - 1}次修订）" if edition > 1 else ""
    return f"关于印发《{subplan}{year}年度工作计划{revised}》的通知"
