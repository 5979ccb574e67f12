"""What everybody reads: the register of decisions with the fields that policy lists, and yearly figures of stages and times."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct.models.decisions import Publication, published
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.rules.sanctions import last
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.typed_numbers import whole_number

PART = 50


def measure_title(code: str) -> str:
    """A measure of the graded list in the reader's language."""
    found = sanction_policy(today()).measure(code)
    return found.title.says(get_language()) if found else code


def ground_titles(codes: list[str]) -> str:
    """Grounds in the reader's language."""
    policy = sanction_policy(today())
    return "；".join(g.title.says(get_language()) for code in codes if (g := policy.ground(code)))


COLUMNS = (
    Column("number", _("Number of the decision"), lambda r: r.number),
    Column("decided_on", _("Day of the decision"), lambda r: r.decided_on, "date"),
    Column("body", _("Deciding office"), lambda r: r.body),
    Column("measure", _("Measure"), lambda r: measure_title(r.measure)),
    Column("ground", _("Ground of the decision"), lambda r: ground_titles(r.grounds)),
    Column("name", _("Name"), lambda r: r.name),
    Column("register_no", _("Registration number"), lambda r: r.register_no),
    Column("starts_on", _("From"), lambda r: r.starts_on if r.ends_on else None, "date"),
    Column("last", _("To"), lambda r: last(r.ends_on), "date"),
    Column("shown_until", _("Shown until before"), lambda r: r.shown_until, "date"),
)


def _found(request: HttpRequest) -> tuple[str, str, Any]:
    """What the address asks for: a number (of decision or registration, whole), a measure; the newest first."""
    text, measure = request.GET.get("q", "").strip().upper()[:40], request.GET.get("measure", "")[:20]
    rows = published(today()).order_by("-decided_on", "-id")
    if text:
        rows = rows.filter(number=text) | rows.filter(register_no=text)
    if measure:
        rows = rows.filter(measure=measure)
    return text, measure, rows


@page(PUBLIC, clause="T4.2.f")
def decisions(request: HttpRequest) -> HttpResponse:
    """The public register of decisions: only what policy lets be shown, each field with what allows it."""
    text, measure, rows = _found(request)
    before = whole_number(request.GET.get("before", ""), digits=18)
    found = list((rows.filter(pk__lt=before) if before else rows).order_by("-id")[: PART + 1])
    policy, language = sanction_policy(today()), get_language()
    context = {
        "rows": [_line(row) for row in found[:PART]], "next": found[PART - 1].pk if len(found) > PART else None,
        "q": text, "measure": measure,
        "measures": [(m.code, m.title.says(language)) for m in policy.measures if m.is_shown],
        "fields": [{"title": f.title.says(language), "basis": f.basis, "unsure": f.certainty == "M",
                    "measures": "、".join(measure_title(code) for code in f.measures)} for f in policy.published],
    }  # fmt: skip
    return render(request, "conduct/decisions.html", context)


def _line(row: Publication) -> dict[str, Any]:
    return {"row": row, "measure": measure_title(row.measure), "ground": ground_titles(row.grounds),
            "last": last(row.ends_on), "url": reverse("conduct:decision", args=[row.number])}  # fmt: skip


@page(PUBLIC, clause="T4.2.f")
def decisions_file(request: HttpRequest, form: str) -> HttpResponse:
    """The register of decisions as a file."""
    text, measure, rows = _found(request)
    filters = {_("Number of the decision"): text, _("Measure"): measure_title(measure) if measure else ""}
    return export_rows(request, form, key="conduct.decisions", title=_("Register of decisions"), permission=PUBLIC,
                       columns=COLUMNS, rows=rows, filters=filters)  # fmt: skip


@page(PUBLIC, about="publication", clause="T4.2.f")
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """One decision as the public may read it; nothing once it is stayed, withdrawn or over."""
    row = published(today()).filter(number=number).first()
    if row is None:
        raise Http404
    rows = [
        {"label": gettext("Day of the decision"), "value": row.decided_on.isoformat()},
        {"label": gettext("Deciding office"), "value": row.body},
        {"label": gettext("Measure"), "value": measure_title(row.measure)},
        {"label": gettext("Ground of the decision"), "value": ground_titles(row.grounds)},
        {"label": gettext("Name"), "value": row.name},
        {"label": gettext("Registration number"), "value": row.register_no},
        {
            "label": gettext("Days in force"),
            "value": f"{row.starts_on} – {last(row.ends_on)}" if row.ends_on else "",
        },
        {"label": gettext("Shown until before"), "value": row.shown_until.isoformat()},
    ]
    context = {"number": row.number, "rows": [one for one in rows if one["value"]]}
    return render(request, "conduct/decision.html", context)


urlpatterns = [
    path("conduct/decisions/", decisions, name="decisions"),
    path("conduct/decisions.<str:form>", decisions_file, name="decisions_file"),
    path("conduct/decisions/<str:number>/", decision, name="decision"),
]
