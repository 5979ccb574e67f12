"""Hours that wait for an officer: what learners state, and late entries, which take a second one (T3.3; abuse A8)."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents.models import file_response
from shegong.ground.people.models import names_of
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    visible_or_404,
)
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.work.education import actions
from shegong.work.education.models import HoursStatement
from shegong.work.education.models.policies import year_obstacles
from shegong.work.education.rules import (
    KIND_WORDS,
    STATEMENT_WORDS,
    Kind,
    Permission,
    hours_cell,
    hours_shown,
    in_hours,
)
from shegong.work.education.rules.late import CLAUSE
from shegong.work.education.rules.statements import second_obstacles
from shegong.work.education.web.decision import DecisionForm
from shegong.work.education.web.named import named

TONES = {"stated": "warn", "vouched": "warn", "posted": "ok", "refused": "err"}
STATEMENTS = Listing(
    key="education.statements",
    title=_("Hours that wait"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: HoursStatement.objects.all(),
    load=named(HoursStatement, by="stated_by_id"),
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name",
               address=lambda r: reverse("education:statement", args=[r.id])),
        Column("on", _("Day"), lambda r: r.row.earned_on, "date"),
        Column("title", _("What was learned"), lambda r: r.row.title),
        Column("hours", _("Hours"), lambda r: hours_cell(r.row.minutes), "number", words=hours_shown),
        Column("by", _("Brought in by"), lambda r: r.by, personal="name"),
        Column("state", _("State"), lambda r: r.row.state, words=lambda v: gettext(STATEMENT_WORDS[v]),
               tone=lambda r: TONES.get(r.row.state, "")),
        Column("stated", _("Stated on"), lambda r: timezone.localdate(r.row.stated_at), "date"),
        Column("reason", _("Why so late"), lambda r: r.row.reason, shown=False),
    ),
    filters=(
        Filter(
            "state", _("State"),
            lambda value, scene: (Q(state__in=["stated", "vouched"]) if value == "open" else Q(state=value),),
            lambda scene: [("open", gettext("Waiting")), *((s, gettext(w)) for s, w in STATEMENT_WORDS.items())],
            default="open",
        ),
    ),
    region=place_filter(_("Place")),
    orders=(Order("stated", _("Oldest first"), ("stated_at", "id")),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="person", clause="T3.3")
def statements(request: HttpRequest) -> HttpResponse:
    """What learners stated and what officers proposed late, the oldest first."""
    return answer(request, STATEMENTS)


@page(Permission.READ, about="person", clause="T3.3")
def statements_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, STATEMENTS, form)


@page(Permission.READ, methods=("GET", "POST"), about="hour_statement", clause="T3.3")
def statement(request: HttpRequest, number: int) -> HttpResponse:
    """One statement with its paper: vouch for it, decide as the second officer, or say why not."""
    actor = actor_of(request)
    row = visible_or_404(HoursStatement.objects.all(), actor, Permission.READ, pk=number)
    two = row.state == "stated" and (row.needs_two or bool(year_obstacles(row.earned_on, today())))
    form = DecisionForm(request.POST or None, yes=_("The hours are proven"), late=two)
    right = Permission.APPROVE if row.state == "vouched" else Permission.ENTER
    mine = row.origin == "late" and row.state == "vouched" and row.stated_by_id == actor.person_id
    if request.method == "POST" and mine and "back" in request.POST:
        actions.take_back(row, by=actor, on=today(), seen=seen_version(request, row.version))
        return see(request, "education:statements", gettext("Taken back."))
    if request.method == "POST" and attempt(form, lambda: _decide(request, row, form)):
        return see(request, "education:statements", gettext("Decided."))
    against = second_obstacles(person=row.person_id, officer=actor.person_id, before=row.vouched_by_id)
    names = names_of(
        [p for p in (row.person_id, row.stated_by_id, row.vouched_by_id, row.decided_by_id) if p]
    )
    context: dict[str, Any] = {
        "row": row, "rows": _facts(row, names), "name": names.get(row.person_id, ""), "form": form, "version": row.version,
        "papers": list(row.folder.items.select_related("file")) if row.folder else [],
        "may": actor.may(right, row.region_code) and not against and row.state in ("stated", "vouched"),
        "why_not": [obstacle_text(o) for o in against] if row.state in ("stated", "vouched") else [],
        "needs_other": row.state == "vouched" and not actor.may(Permission.APPROVE, row.region_code),
        "two": two or (row.needs_two and row.state in ("stated", "vouched")), "mine": mine, "state": gettext(STATEMENT_WORDS[row.state]),
        "tone": TONES.get(row.state, ""), "law": CLAUSE,
    }  # fmt: skip
    return render(request, "education/office_statement.html", context, status=status_of(form))


def _decide(request: HttpRequest, row: HoursStatement, form: DecisionForm) -> object:
    given: dict[str, Any] = {
        "reason": form.cleaned_data["reason"], "by": actor_of(request), "on": today(),
        "seen": seen_version(request, row.version),
    }  # fmt: skip
    if row.state == "vouched":
        return actions.decide_late(row, accept=form.says_yes, **given)
    return (actions.vouch if form.says_yes else actions.refuse)(row, **given)


def _facts(row: HoursStatement, names: dict[int, str]) -> list[dict[str, str]]:
    pairs = [
        (gettext("Name"), names.get(row.person_id, "")),
        (gettext("What was learned"), row.title),
        (gettext("How"), gettext(KIND_WORDS[Kind(row.kind)])),
        (gettext("Day"), row.earned_on.isoformat()),
        (gettext("Hours"), in_hours(row.minutes)),
        (gettext("Proof of passing"), gettext("passed") if row.passed else gettext("No proof of passing")),
        (gettext("Provider"), row.provider.name if row.provider else row.provider_name),
        (gettext("Why so late"), row.reason),
        (gettext("Brought in by"), names.get(row.stated_by_id, "")),
        (gettext("Vouched for by"), names.get(row.vouched_by_id or 0, "")),
        (gettext("Decided by"), names.get(row.decided_by_id or 0, "")),
        (gettext("Why not accepted"), row.note),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value]


@page(Permission.READ, about="hour_statement", clause="T3.3")
def statement_paper(request: HttpRequest, number: int, item: int) -> HttpResponse:
    """A paper of a statement, for whoever looks at it."""
    row = visible_or_404(HoursStatement.objects.all(), actor_of(request), Permission.READ, pk=number)
    found = row.folder.items.select_related("file").filter(pk=item).first() if row.folder else None
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))
