"""One batch: its progress, its preview, its receipt, whatever its state calls for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.ground.intake.actions import may_correct
from shegong.ground.intake.models import Batch
from shegong.ground.intake.panels import batch_panels
from shegong.ground.intake.preview import NOTED, PAGE, PROBLEMS, SHOWN, Line, Preview, refusal_text
from shegong.ground.intake.rules import KIND_NAMES, Permission
from shegong.ground.intake.web.words import (
    base_template,
    batch_row,
    facts,
    layout_title,
    said_of,
    state_word,
)
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, obstacle_text, page, reloading, today, visible_or_404
from shegong.kernel.sheets.layout import Layout, layout_of
from shegong.kernel.sheets.steps import AT_WORK, BatchState, RowKind
from shegong.kernel.sheets.store import obstacle_from
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.panels import panels_of

SHOW_NAMES = (
    (PROBLEMS, "failed"), ("bad", "bad"), ("clash", "clash"), ("taken", "taken"), ("good", "good"), ("same", "same"), ("all", "total"),
)  # fmt: skip


def batch_or_404(request: HttpRequest, number: str) -> Batch:
    """The batch of this number within reach."""
    found: Batch = visible_or_404(Batch.objects.all(), actor_of(request), Permission.USE, number=number)
    return found


@page(Permission.USE, about="batch", clause="T4.2.b")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """The batch in its present state."""
    batch = batch_or_404(request, number)
    return answer(request, batch)


def answer(
    request: HttpRequest, batch: Batch, *, obstacles: list[Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a batch, perhaps with why something was refused."""
    actor, layout = actor_of(request), layout_of(batch.layout)
    context: dict[str, Any] = {
        "batch": batch, "line": batch_row(batch, actor), "title": layout_title(batch), "state_word": state_word(batch),
        "refusal": refusal_text(batch), "facts": facts(batch, correct_url=_correct_url(batch, actor, layout)), "obstacles": obstacles or [],
        "base_template": base_template(actor), "is_own": batch.person_id == actor.person_id,
        "may_act": bool(layout) and actor.may(layout.permission), "said": said_of(batch),
        "sequel": sequel_of(batch, actor, layout),
    }  # fmt: skip
    if batch.state in AT_WORK:
        response = render(request, "intake/progress.html", context | progress_of(batch), status=status)
        return reloading(response)  # where the script that asks for the meter does not run
    if batch.state in (BatchState.CHECKED, BatchState.TAKEN) and layout is not None:
        context |= preview_context(request, batch, layout)
    context |= {"previous": previous(batch, actor), "panels": panels_of(batch_panels, actor, batch)}
    name = "preview" if batch.state == BatchState.CHECKED else "done"
    return render(request, f"intake/{name}.html", context, status=status)


def _correct_url(batch: Batch, actor: Actor, layout: Layout | None) -> str:
    """Where to put right what was said of the file; "" for who may not."""
    is_in = layout is not None and layout.restate is not None and batch.state == BatchState.TAKEN
    if not is_in or not actor.may(layout.permission) or not may_correct(batch, layout, actor, today()):
        return ""
    return reverse("intake:correct", args=[batch.number])


def sequel_of(batch: Batch, actor: Actor, layout: Layout | None) -> dict[str, str] | None:
    """Where to go on once the rows are in."""
    if (
        layout is None
        or layout.sequel is None
        or batch.state != BatchState.TAKEN
        or not actor.may(layout.permission)
    ):
        return None
    route, words = layout.sequel
    return {"url": f"{reverse(route)}?batch={batch.number}", "words": _(words)}


@page(Permission.USE, about="batch")
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """The meter alone, asked for each second; tells the page to load anew once the work is done."""
    batch = batch_or_404(request, number)
    response = render(
        request, "intake/meter.html", {"batch": batch, "state_word": state_word(batch), **progress_of(batch)}
    )
    if batch.state not in AT_WORK:
        response.headers["HX-Refresh"] = "true"
    return response


def progress_of(batch: Batch) -> dict[str, Any]:
    """How far the work in hand is; `whole` is 0 while that is unknown."""
    return {
        "done": min(batch.done, batch.expected),
        "whole": batch.expected,
        "at_work": batch.state in AT_WORK,
    }


def preview_context(request: HttpRequest, batch: Batch, layout: Layout) -> dict[str, Any]:
    """Everything the preview shows for this address."""
    show = request.GET.get("show", "")
    default = "all"
    if batch.failed:
        default = PROBLEMS if batch.clash + batch.passed else "bad"
    after = whole_number(request.GET.get("after", ""))
    seen = Preview(batch, layout, show if show in SHOWN else default, request.GET.get("code", "")[:60],
                   -1 if after is None else after)  # fmt: skip
    query = request.META.get("QUERY_STRING", "")
    return {
        "seen": seen, "layout": layout, "tabs": _tabs(batch, seen), "here": f"?{query}" if query else "",
        "notes": _notes(seen), "is_wrong": bool(seen.doubles) or any(note.finding.blocks for note in seen.notes),
        "doubles": _doubles(seen), "lines": _lines(seen), "bars": _bars(batch),
        "remarks": [obstacle_text(obstacle_from(entry)) for entry in batch.reading.get("remarks", [])],
        "adds_nothing": batch.state == BatchState.CHECKED and not batch.good and not batch.failed,
        "can_choose": batch.state == BatchState.CHECKED and actor_of(request).may(layout.permission),
        "header_rows": batch.reading.get("header_rows", 1), "column_count": len(batch.reading.get("columns", [])),
        "changed": batch.good - batch.fresh, "must": batch.bad - batch.mendable,
        "last": seen.first + min(len(seen.page), PAGE) - 1,
    }  # fmt: skip


def _lines(seen: Preview) -> list[dict[str, Any]]:
    is_over = seen.batch.state == BatchState.TAKEN
    return [{"line": line, "word": _outcome(line, is_over)} for line in seen.lines]


def _outcome(line: Line, is_over: bool) -> str:
    """What became or would become of a row, in words."""
    if line.kind == RowKind.GOOD:
        if is_over:  # the taking was stopped before it
            return _("Left out")
        return _("New") if line.outcome == "new" else _("Changes")
    return _(KIND_NAMES[RowKind(line.kind)])


def _notes(seen: Preview) -> list[dict[str, Any]]:
    """The list beside the table; one mistake in many cells is one entry with many addresses, unless there are offers.
    How a column is to be written is said once."""
    counts = dict(seen.codes) if seen.batch.failed and not seen.code else {}
    found: dict[Any, dict[str, Any]] = {}
    for note in seen.notes:
        text, offers = obstacle_text(note.finding.obstacle), note.finding.offers
        entry = found.setdefault((note.column, text, note.place if offers else None), {
            "place": note.place, "column": note.column, "title": note.title, "text": text, "offers": offers,
            "hint": _(note.hint) if note.hint else "", "weight": str(note.finding.weight), "cells": [],
            "code": note.finding.obstacle.code, "others": counts.get(note.finding.obstacle.code, 0),
        })  # fmt: skip
        entry["cells"].append((note.place, note.address))
    told = sorted(
        found.values(),
        key=lambda one: (one["weight"] == "note", one["weight"] == "note" and len(one["cells"])),
    )
    hinted: set[str] = set()
    for entry in told:
        entry["others"] = entry["others"] if entry["others"] > len(entry["cells"]) else 0
        entry["hint"] = "" if entry["hint"] in hinted else entry["hint"]
        hinted.add(entry["hint"])
    return told


def _doubles(seen: Preview) -> list[dict[str, Any]]:
    return [
        {"rows": one.rows, "differing": one.differing, "numbers": "、".join(str(row.number) for row in one.rows)}
        for one in seen.doubles
    ]  # fmt: skip


def _tabs(batch: Batch, seen: Preview) -> list[dict[str, Any]]:
    taken = batch.state == BatchState.TAKEN
    labels = {
        PROBLEMS: _("To mend and double"), "bad": _("To mend"), "clash": _("Double"),
        "taken": _("Taken in"), "good": _("Good, left out") if taken else _("Good"), "same": _("Already in the register"),
        NOTED: _("With a note"), "all": _("All rows"),
    }  # fmt: skip
    counts = {name: getattr(batch, counted) for name, counted in SHOW_NAMES}
    counts |= {
        NOTED: seen.noted,
        "bad": batch.bad + batch.late,
        "clash": batch.clash + batch.passed,
    }
    return [
        {"label": labels[name], "url": f"?show={name}", "count": counts[name], "current": seen.show == name and not seen.code}
        for name in labels
        if (counts[name] or name == "all") and (name != PROBLEMS or (counts["clash"] and counts["bad"]))
    ]  # fmt: skip


def _bars(batch: Batch) -> list[dict[str, Any]]:
    """The bar under the figures: good, already there, to mend, double."""
    counts = [
        ("ok", batch.good + batch.taken), ("same", batch.same), ("err", batch.bad + batch.late),
        ("dup", batch.clash + batch.passed),
    ]  # fmt: skip
    found, start = [], 0
    for name, count in counts:
        found.append({"name": name, "start": start, "width": count})
        start += count
    return [one for one in found if one["width"]]


def previous(batch: Batch, actor: Actor) -> list[Any]:
    """Earlier batches of the same layout within reach."""
    rows = Batch.objects.visible_to(actor, Permission.USE).filter(layout=batch.layout).exclude(pk=batch.pk)
    return [batch_row(one, actor) for one in rows.order_by("-id")[:5]]
