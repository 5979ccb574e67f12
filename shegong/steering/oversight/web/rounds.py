"""Rounds of dispatch: the list, one with its progress and its late units, the form that writes one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.regions.models import tree
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    see,
    seen_version,
    status_of,
    today,
    typed_before,
    visible_or_404,
)
from shegong.kernel.listing import Column
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.listing_tables import export_table
from shegong.kernel.refusal import Obstacle, Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Answer, Dispatch, DispatchReturn
from shegong.steering.oversight.models.policies import oversight_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import (
    RETURN_NAMES,
    ROUND_NAMES,
    TO_DO,
    ReturnState,
    RoundState,
    colour,
    days_late,
    last_day_of,
    period_of,
)
from shegong.steering.oversight.web.forms import ReopenForm, RoundForm
from shegong.steering.oversight.web.parts import (
    amount,
    cell,
    default_day,
    indicator_title,
    main_subplan,
)
from shegong.steering.oversight.web.tabs import New, States, ledger, listed, tabs

TONES = {"drafted": "info", "open": "warn", "closed": "ok"}
RETURN_TONES = {"open": "", "submitted": "info", "checked": "ok", "returned": "warn"}
LATE_TONES = {"blue": "info", "yellow": "warn", "red": "err"}


def _rows(ids: Sequence[int], scene: Scene) -> Sequence[Any]:
    return list(Dispatch.objects.filter(pk__in=ids).counted().select_related("issuer"))


def _late(row: Any) -> int:
    over = row.state == RoundState.OPEN and row.due_on < today()
    return row.units - row.handed_in if over else 0


STATES = States(ROUND_NAMES, TONES)
LIST = ledger(
    Dispatch.objects.all(),
    states=STATES,
    key="oversight.rounds",
    title=_("Dispatch rounds"),
    load=_rows,
    columns=(
        Column("title", _("Round"), lambda r: r.title, fixed=True, address=lambda r: reverse("oversight:round", args=[r.pk])),
        Column("period", _("Reporting period"), lambda r: r.period, "code"),
        Column("place", _("Units of"), lambda r: tree().name(r.region_code, r.as_of), phone=False),
        Column("issuer", _("Asked by"), lambda r: r.issuer.name, phone=False),
        Column("due", _("Due on"), lambda r: r.due_on, "date"),
        Column("units", _("Units"), lambda r: r.units, "number", phone=False),
        Column("handed_in", _("Handed in"), lambda r: r.handed_in, "number"),
        Column("late", _("Late"), _late, "number"),
        STATES.column,
    ),
    orders=(Order("due", _("By deadline"), ("due_on", "id"), descending=True),),
    note=_("Figures that a register counts are filled in; units only confirm them."),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause="N6")
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds in reach; a POST saves a view."""
    new = New("oversight:round_new", gettext("New round"))
    return listed(request, LIST, "oversight:rounds", new, differences=reverse("oversight:differences"))


@page(Permission.READ, clause="N6")
def rounds_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


def _proposed() -> dict[str, Any]:
    on, policy = today(), oversight_policy(today())
    as_of = default_day()
    period = period_of(as_of, policy.cadence)
    subplan = main_subplan()
    return {
        "period": period, "as_of": min(last_day_of(period) or as_of, on), "opens_on": on,
        "due_on": on + timedelta(days=policy.days_to_answer), "subplan": str(subplan.pk) if subplan else "",
    }  # fmt: skip


@page(Permission.DISPATCH, methods=("GET", "POST"), clause="N6")
def round_new(request: HttpRequest) -> HttpResponse:
    """Write a round."""
    form = RoundForm(request.POST or None, request=request, initial=typed_before(request) or _proposed())
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    done = attempt(form, lambda: actions.draft_round(**form.values(), **common)) if form.is_bound else None
    if done is not None:
        return see(
            request, "oversight:round", gettext("The round is written. Open it to tell the units."), done.pk
        )
    context = {"form": form, "form_title": gettext("New round"), "back": reverse("oversight:rounds")}
    return render(request, "oversight/form.html", context, status=status_of(form))


def _stored(row: Dispatch) -> dict[str, Any]:
    asked = list(row.asked.order_by("position"))
    return {
        "subplan": str(row.subplan_id), "region": str(row.region_code), "period": row.period, "title": row.title,
        "note": row.note, "as_of": row.as_of, "opens_on": row.opens_on, "due_on": row.due_on,
        "indicators": [one.indicator for one in asked if one.indicator],
        "questions": "\n".join(one.question for one in asked if one.question),
    }  # fmt: skip


@page(Permission.DISPATCH, methods=("GET", "POST"), about="dispatch", clause="N6")
def round_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a round that is not open yet."""
    row: Dispatch = visible_or_404(Dispatch.objects.all(), actor_of(request), Permission.DISPATCH, pk=pk)
    form = RoundForm(
        request.POST or None, request=request, initial=typed_before(request) or _stored(row), fixed=True
    )
    common: dict[str, Any] = {
        "by": actor_of(request),
        "on": today(),
        "seen": seen_version(request, row.version),
    }
    if form.is_bound and attempt(form, lambda: actions.change_round(row, **form.changes(), **common)):
        return see(request, "oversight:round", gettext("The round is changed."), pk)
    context = {
        "form": form, "form_title": gettext("Change the round"), "back": reverse("oversight:round", args=[pk]),
        "version": seen_version(request, row.version),
    }  # fmt: skip
    return render(request, "oversight/form.html", context, status=status_of(form))


@page(Permission.READ, methods=("GET", "POST"), about="dispatch", clause="N6, N12")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A round: how far it is, who is missing and by how many days; the office opens it, reminds, closes it."""
    actor = actor_of(request)
    row: Dispatch = visible_or_404(
        Dispatch.objects.select_related("issuer", "subplan"), actor, Permission.READ, pk=pk
    )
    may = actor.may(Permission.DISPATCH, row.region_code)
    if request.method == "POST":
        return _step(request, row)
    returns = returns_of(row, actor)
    columns, rows = table(row, returns)
    is_over = row.due_on < today() or row.state == RoundState.CLOSED
    missing = [r for r in returns if r.state in TO_DO and is_over]
    handed = sum(r.state not in TO_DO for r in returns)
    context = {
        "row": row, "place": tree().name(row.region_code, row.as_of), "columns": columns, "rows": rows, "may": may,
        "state": gettext(ROUND_NAMES[RoundState(row.state)]), "tone": TONES[row.state], "total": len(returns),
        "handed": handed, "checked": sum(r.state == ReturnState.CHECKED for r in returns), "late": len(missing),
        "asked": [_asked_words(a) for a in row.asked.order_by("position")], "waiting": len(returns) - handed,
        "reopen": ReopenForm() if may and row.state == RoundState.CLOSED else None,
        "section_tabs": tabs(request, "oversight:rounds"),
        "late_names": _names(row, missing), "after": _names(row, [r for r in returns if _came_late(row, r)]),
    }  # fmt: skip
    return render(request, "oversight/round.html", context)


def _came_late(row: Dispatch, one: DispatchReturn) -> bool:
    handed = one.state not in TO_DO and one.submitted_at
    return bool(handed and timezone.localdate(handed) > row.due_on)


def _names(row: Dispatch, returns: Sequence[DispatchReturn]) -> str:
    return "、".join(tree().name(r.region_code, row.as_of) for r in returns)


def _asked_words(asked: Any) -> str:
    return f"{asked.indicator} {indicator_title(asked.indicator)}" if asked.indicator else asked.question


def _step(request: HttpRequest, row: Dispatch) -> HttpResponse:
    common: dict[str, Any] = {"by": actor_of(request), "on": today()}
    step = request.POST.get("step", "")
    if step == "remind":
        count = actions.remind(row, **common)
        words = ngettext("%(count)s unit was reminded.", "%(count)s units were reminded.", count) % {
            "count": count
        }
        return see(request, "oversight:round", words, row.pk)
    seen = seen_version(request)
    if step == "open":
        actions.open_round(row, seen=seen, **common)
        return see(request, "oversight:round", gettext("The round is open. The units are told."), row.pk)
    if step == "close":
        actions.close_round(row, seen=seen, **common)
        return see(request, "oversight:round", gettext("The round is closed."), row.pk)
    form = ReopenForm(request.POST)
    if step == "reopen" and attempt(
        form, lambda: actions.reopen_round(row, seen=seen, **form.cleaned_data, **common)
    ):
        return see(request, "oversight:round", gettext("The round is open again."), row.pk)
    raise Refused([Obstacle("step", str(e)) for errors in form.errors.values() for e in errors])


def returns_of(row: Dispatch, actor: Any) -> list[DispatchReturn]:
    """The returns of a round that the reader reaches, with what they need to be shown."""
    found = DispatchReturn.objects.visible_to(actor, Permission.READ).filter(dispatch=row)
    return list(found.select_related("body", "dispatch").prefetch_related("reminders").order_by("region"))


def table(
    row: Dispatch, returns: Sequence[DispatchReturn], *, words: bool = False
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Columns and rows of the table of units; a figure of the unit's own is marked with a diamond. `words`: with
    the questions that are answered in words, which make a screen too wide."""
    asked = [a for a in row.asked.order_by("position") if a.indicator or words]
    found = {
        (a.dispatch_return_id, a.asked_id): a for a in Answer.objects.filter(dispatch_return__in=returns)
    }
    heads = [
        gettext("Unit"),
        gettext("State"),
        gettext("Handed in on"),
        gettext("Days late"),
        gettext("Last reminded"),
    ]
    figures = [False, False, False, True, False, *(bool(a.indicator) for a in asked)]
    heads += [_asked_words(a) for a in asked]
    columns = [{"label": head, "right": right} for head, right in zip(heads, figures, strict=True)]
    return columns, [_row(row, one, asked, found, heads) for one in returns]


def _row(
    row: Dispatch, one: DispatchReturn, asked: Sequence[Any], found: Any, heads: Sequence[str]
) -> dict[str, Any]:
    handed = timezone.localdate(one.submitted_at) if one.submitted_at else None
    late = days_late(due_on=row.due_on, handed_in=handed, on=today())
    told = max((r.on for r in one.reminders.all()), default=None)
    url = reverse("oversight:return", args=[one.pk])
    cells = [
        cell(tree().name(one.region_code, row.as_of), heads[0], url=url),
        cell(gettext(RETURN_NAMES[ReturnState(one.state)]), heads[1]),
        cell(handed or "", heads[2]),
        cell(late or "", heads[3], "r", low=bool(late)),
        cell(told or "", heads[4]),
    ]
    for n, line in enumerate(asked, 5):
        said = found.get((one.pk, line.pk))
        if not line.indicator:
            cells.append(cell(said.text if said else "", heads[n]))
            continue
        differs = bool(said and said.own is not None and said.counted is not None)
        cells.append(cell(amount(said.stated) if said else "", heads[n], "r", low=differs))
    shade = colour(due_on=row.due_on, handed_in=handed, on=today())
    return {"cells": cells, "colour": shade, "tone": LATE_TONES.get(shade, "")}


@page(Permission.READ, about="dispatch", clause="N6")
def one_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The table of units as a file."""
    actor = actor_of(request)
    row: Dispatch = visible_or_404(Dispatch.objects.all(), actor, Permission.READ, pk=pk)
    columns, rows = table(row, returns_of(row, actor), words=True)
    return export_table(
        request, form, key="oversight.rounds", title=row.title, permission=Permission.READ, columns=columns, rows=rows,
        filters={gettext("Reporting period"): row.period, gettext("As of"): row.as_of.isoformat()}, region_code=row.region_code,
    )  # fmt: skip


urlpatterns = [
    *paths("office/dispatch", rounds, rounds_file, "rounds"),
    path("office/dispatch/new/", round_new, name="round_new"),
    path("office/dispatch/<int:pk>/", one, name="round"),
    path("office/dispatch/<int:pk>.<str:form>", one_file, name="round_file"),
    path("office/dispatch/<int:pk>/change/", round_change, name="round_change"),
]
