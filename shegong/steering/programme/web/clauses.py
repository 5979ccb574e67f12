"""The clause map (条款对照): what the plan says, how far it is, why, and what shows it. Sums only (N2, N13)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.kernel.http import actor_of, page
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.steering.programme.models.clause_map import ClauseRow, Number, clause_rows
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.clause_states import STANDINGS, TONES, Finding, Standing
from shegong.steering.programme.rules.plans import UNITS
from shegong.steering.programme.web.asking import day_asked, language, months_offered, records_url
from shegong.ui.menu import MenuItem

ORDER = (Standing.DONE, Standing.ON_TRACK, Standing.AT_RISK, Standing.BEHIND, Standing.NOT_DUE)
LATE = (Standing.BEHIND, Standing.AT_RISK)


@page(Permission.READ, clause="N2 N8 N13")
def clauses(request: HttpRequest) -> HttpResponse:
    """Every clause in Chinese and English with its figures, its state and why."""
    on, wrong = day_asked(request)
    every = clause_rows(on, language())
    may_open = actor_of(request).may(Permission.READ, plan().region)
    rows = [_shown(row, on, may_open) for row in every if wanted(request, row)]
    return render(request, "programme/clauses.html", {
        "plan_title": plan().title(language()), "on": on, "wrong": wrong, "typed": request.GET.get("asof", ""),
        "months": months_offered(), "sums": sums(every), "total": len(every), "shown": len(rows),
        "chapters": grouped(rows), "toc": toc(every), "switches": switches(request),
        "english": request.GET.get("english") != "no", "filtered": len(rows) < len(every),
    })  # fmt: skip


def wanted(request: HttpRequest, row: ClauseRow) -> bool:
    """Whether the filters of the address let a clause through."""
    asks = request.GET
    return (
        (asks.get("numbers") != "yes" or bool(row.numbers))
        and (asks.get("late") != "yes" or row.standing in LATE)
        and asks.get("state", "") in ("", str(row.standing))
        and asks.get("chapter", "") in ("", row.chapter)
    )


def sums(rows: list[ClauseRow]) -> list[dict[str, Any]]:
    """How many clauses have each of the five words."""
    counts = Counter(row.standing for row in rows)
    return [
        {"code": str(one), "word": gettext(STANDINGS[one]), "tone": TONES[one], "n": counts[one]}
        for one in ORDER
    ]


def toc(rows: list[ClauseRow]) -> list[dict[str, Any]]:
    """The chapters with the number of their clauses."""
    counts = Counter(row.chapter for row in rows)
    return [
        {"id": one.id, "title": one.en if language().startswith("en") else one.zh, "n": counts[one.id]}
        for one in plan().chapters
    ]


def grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Clauses under the headings of their chapters; those of a plan without chapters under none."""
    held: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        held.setdefault(row["chapter"], []).append(row)
    named = {one.id: one for one in plan().chapters}
    return [
        {"id": chapter, "heading": named[chapter].heading or named[chapter].zh if chapter in named else "",
         "en": named[chapter].en if chapter in named else "", "rows": inside}
        for chapter, inside in held.items()
    ]  # fmt: skip


def switches(request: HttpRequest) -> list[dict[str, Any]]:
    """The filters that are on or off, each with the address that turns it over."""
    asks = request.GET
    return [
        _switch(request, "numbers", gettext("Only with numbers"), asks.get("numbers") == "yes", usual=False),
        _switch(request, "late", gettext("Only behind or at risk"), asks.get("late") == "yes", usual=False),
        _switch(request, "english", gettext("Show English"), asks.get("english") != "no", usual=True),
    ]


def _switch(request: HttpRequest, name: str, label: str, is_on: bool, *, usual: bool) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop(name, None)
    if is_on == usual:  # the address says only what differs from the usual
        query[name] = "no" if usual else "yes"
    return {"name": name, "label": label, "on": is_on, "url": f"?{query.urlencode()}"}


def said(finding: Finding) -> str:
    """A reason in the reader's language."""
    return gettext(finding.reason) % finding.params


def _shown(row: ClauseRow, on: Any, may_open: bool) -> dict[str, Any]:
    standing = row.standing
    return {
        "id": row.clause.id, "chapter": row.chapter, "quote": row.clause.quote, "text": row.clause.text_en,
        "title": row.clause.title_en if language().startswith("en") else row.clause.title_zh,
        "numbers": [_number(one, on, may_open) for one in row.numbers], "state": str(standing),
        "word": gettext(STANDINGS[standing]), "tone": TONES[standing],
        "reasons": [said(one) for one in row.findings if not row.numbers or one.standing == standing][:4],
        "papers": [met for stage in row.milestones for met in stage if met.document][:3],
        "pages": row.pages, "tests": row.tests,
    }  # fmt: skip


def _number(one: Number, on: Any, may_open: bool) -> dict[str, Any]:
    indicator, found = one.indicator, one.figure
    seen = one.outlook
    planned = 100 * found.planned / found.target if found.planned is not None and found.target else None
    return {
        "id": indicator.id, "title": indicator.title(language()), "value": found.value, "target": found.target,
        "unit": gettext(UNITS[indicator.counted_in]), "planned": planned if planned is None else min(planned, 100),
        "due": found.planned, "url": records_url(indicator.id, on) if may_open else "", "about": bool(indicator.tolerance),
        "rule": said_rule(indicator), "source": found.source, "difference": found.difference, "entered": found.entered,
        "beside": found.beside, "before": one.before,
        "low": seen.low if seen else None, "high": seen.high if seen else None, "verdict": one.verdict,
        "tone": {"done": "ok", "behind": "warn", "at_risk": "warn"}.get(str(one.finding.standing), ""),
        "band": band(seen.low, seen.high, found.target) if seen and found.target else None,
    }  # fmt: skip


def band(low: int, high: int, target: int) -> dict[str, str]:
    """The forecast drawn from 80 to 115 percent of the target, in percent of the bar's width."""
    left, right = (max(0.0, min(100.0, (100 * value / target - 80) / 0.35)) for value in (low, high))
    return {"x": f"{left:.1f}", "width": f"{max(right - left, 1.5):.1f}", "mark": f"{20 / 0.35:.1f}"}


def said_rule(indicator: Any) -> str:
    """The counting rule in force, in the reader's language."""
    rule = indicator.rule
    return "" if rule is None else rule.en if language().startswith("en") else rule.zh


COLUMNS = (
    Column("id", _("Clause"), lambda r: r["id"], fixed=True),
    Column("quote", _("The plan's words"), lambda r: r["quote"]),
    Column("text", _("In English"), lambda r: r["text"]),
    Column("indicator", _("Indicator"), lambda r: r.get("indicator", "")),
    Column("value", _("Reached"), lambda r: r.get("value"), "number"),
    Column("target", _("Target"), lambda r: r.get("target"), "number"),
    Column("unit", _("Measured in"), lambda r: r.get("unit", "")),
    Column("due", _("Due by the day"), lambda r: r.get("due"), "number"),
    Column("source", _("Counted or entered"), lambda r: gettext(SOURCES[r["source"]]) if r.get("source") else ""),
    Column("state", _("State"), lambda r: r["word"]),
    Column("reason", _("Reason"), lambda r: " ".join(r["reasons"])),
    Column("pages", _("Pages that answer"), lambda r: ", ".join(r["pages"])),
    Column("tests", _("Tests"), lambda r: len(r["tests"]), "number"),
)  # fmt: skip
SOURCES: Mapping[str, Any] = {
    "counted": _("counted"), "entered": _("entered"), "both": _("counted; formerly entered"), "none": _("no figure yet"),
}  # fmt: skip


@page(Permission.READ, clause="N2 N13")
def clauses_file(request: HttpRequest, form: str) -> HttpResponse:
    """The clauses as filtered: one row for each number, one for a clause without."""
    on, _wrong = day_asked(request)
    rows = [_shown(row, on, False) for row in clause_rows(on, language()) if wanted(request, row)]
    return export_rows(
        request, form, key="programme.clauses", title=gettext("Clause map"), permission=Permission.READ,
        columns=COLUMNS, rows=list(file_rows(rows)), as_of=on, region_code=plan().region,
        filters={_("As of"): on.isoformat()},
    )  # fmt: skip


def file_rows(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of the file."""
    for row in rows:
        for number in row["numbers"] or [{}]:
            yield {**row, **{key: number.get(key) for key in ("value", "target", "unit", "due", "source")},
                   "indicator": f"{number['id']} {number['title']}" if number else ""}  # fmt: skip


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Beside the plan's progress, for leaders and in the office."""
    for space in ("cockpit", "office"):
        yield MenuItem(
            space,
            "",
            _("Clause map"),
            reverse("programme:clauses"),
            order=4,
            permission=Permission.READ,
            fold="plan",
        )


urlpatterns: list[URLPattern] = [
    path("cockpit/clauses/", clauses, name="clauses"),
    path("cockpit/clauses.<str:form>", clauses_file, name="clauses_file"),
]
