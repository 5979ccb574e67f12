"""Bulk: cases whose automatic checks all passed, looked at in a sample, then passed together (ux.md 2.4)."""

import random
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext

from shegong.duties.registry import actions
from shegong.duties.registry.actions import BulkResult
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.desk import waiting_for_actor
from shegong.duties.registry.models.facts import ground_of
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web.case import usual_opinion
from shegong.duties.registry.web.queue import Shown, shown
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, obstacle_text, page, today
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

MOST, SAMPLE = 50, 3
CHANGED = Obstacle("stale", N_("It changed after you opened the list. Open the case."))


@page(Permission.READ, methods=("GET", "POST"), about="application", clause="T4.2.a")
def bulk(request: HttpRequest) -> HttpResponse:
    """Show the cases and three of them to look at; then pass them, each by itself, and say what became of each."""
    return _passed(request) if request.method == "POST" else _confirm(request, shown(request))


def _confirm(request: HttpRequest, queue: Shown) -> HttpResponse:
    found = _picked(request, request.GET.getlist("pick"), queue)
    if not found:
        return redirect(reverse("registry:queue") + queue.query)
    lines = queue.lines(queue.asked.loaded([one.pk for one in found]))
    looked = random.sample(lines, min(SAMPLE, len(lines)))
    context = {
        "lines": lines, "rows": [_row(line) for line in lines], "columns": _columns(_heads()), "sample": looked, "back": reverse("registry:queue") + queue.query, "query": queue.query,
        "opinion": _usual_opinion(found),
    }  # fmt: skip
    return render(request, "registry/desk_bulk.html", context)


def _usual_opinion(found: list[Application]) -> str:
    """The ready sentence that fits them all; '' where there is none, and the officer writes one."""
    said = {usual_opinion(one, ground_of(one, today())) for one in found}
    return said.pop() if len(said) == 1 else ""


def _heads() -> list[str]:
    return [gettext("Name"), gettext("Case number"), gettext("Employer"), gettext("Time limit")]


def _columns(heads: list[str]) -> list[dict[str, str]]:
    return [{"label": head} for head in heads]


def _row(line: dict[str, Any]) -> dict[str, Any]:
    row = line["row"]
    texts = [row.name, row.number, line["place"], f"{row.due_on} {line['left']}"]
    cells = [{"text": text, "label": head} for text, head in zip(texts, _heads(), strict=True)]
    return {"cells": cells, "pick": f"{row.token}.{row.version}"}


def _picked(request: HttpRequest, tokens: list[str], queue: Shown) -> list[Application]:
    """The cases chosen, or every clean one of the list's first page; only what waits for this officer and is clean."""
    rows = Application.objects.visible_to(actor_of(request), Permission.READ).filter(clean=True)
    ids = [row.id for row in queue.asked.rows]
    wanted = rows.filter(token__in=tokens[:MOST]) if tokens else rows.filter(pk__in=ids)
    found: dict[int, Application] = {}
    for fork in waiting_for_actor(actor_of(request)):
        found |= {one.pk: one for one in wanted.filter(fork)}
    return sorted(found.values(), key=lambda one: (one.due_on, one.pk))[:MOST]


def _passed(request: HttpRequest) -> HttpResponse:
    """Each pick is `token.version`, as the officer saw it."""
    by, queue = actor_of(request), shown(request)
    seen = dict(pick.rpartition(".")[::2] for pick in request.POST.getlist("pick")[:MOST])
    rows = Application.objects.visible_to(by, Permission.READ).filter(
        token__in=list(seen), submitted_at__isnull=False
    )
    found = list(rows.select_related("certificate").order_by("due_on", "pk"))
    fresh = [one for one in found if seen[one.token] == str(one.version)]
    opinion = request.POST.get("opinion", "").strip()[:500]
    results = actions.pass_many(fresh, opinion=opinion, by=by, on=today())
    results += [BulkResult(one, [CHANGED]) for one in found if one not in fresh]
    names = names_of([one.person_id for one in found])
    done = sum(not result.obstacles for result in results)
    context = {
        "rows": [_said(result, names, queue) for result in results],
        "columns": _columns([gettext("Name"), gettext("Case number"), gettext("Result")]),
        "title": ngettext("%(n)s case passed", "%(n)s cases passed", done) % {"n": done},
        "left": len(results) - done, "back": reverse("registry:queue") + queue.query,
    }  # fmt: skip
    return render(request, "registry/desk_bulk_done.html", context)


def _said(result: BulkResult, names: dict[int, str], queue: Shown) -> dict[str, Any]:
    one = result.application
    why = " ".join(obstacle_text(o) for o in result.obstacles)
    return {
        "cells": [
            {"text": names.get(one.person_id, ""), "url": queue.case_url(one.token)},
            {"text": one.number, "label": gettext("Case number")},
            {"text": why or gettext("passed"), "label": gettext("Result"), "low": bool(why)},
        ]
    }


urlpatterns = [path("office/queue/registration/bulk/", bulk, name="queue_bulk")]
