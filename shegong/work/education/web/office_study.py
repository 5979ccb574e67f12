"""The office's side of degree study and leave: what learners state waits here until an officer compared the paper."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.credentials.rules import major_class
from shegong.ground.documents.models import file_response
from shegong.ground.people.models import names_of
from shegong.ground.regions.panels import place_filter
from shegong.kernel.code_lists import codes
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
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.text import N_
from shegong.work.education import actions
from shegong.work.education.models import StudyStatement
from shegong.work.education.models.policies import year_obstacles
from shegong.work.education.rules import Permission
from shegong.work.education.rules.statements import MODES, officer_obstacles
from shegong.work.education.rules.stating import STATE_WORDS, WHAT_WORDS, What
from shegong.work.education.web.decision import DecisionForm
from shegong.work.education.web.my_study import TONES, stated_row
from shegong.work.education.web.named import named

CLAUSE = "T3.2"
DAYS = {
    What.STUDY: (N_("Began on"), N_("To")),
    What.DEGREE: (N_("Began on"), N_("Day of the diploma")),
    What.LEAVE: (N_("First day of the leave"), N_("Last day of the leave")),
}


LIST = Listing(
    key="education.study_statements",
    title=_("Study and leave"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: StudyStatement.objects.all(),
    load=named(StudyStatement),
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name",
               address=lambda r: reverse("education:study_statement", args=[r.id])),
        Column("what", _("What is stated"), lambda r: r.row.what, words=lambda v: gettext(WHAT_WORDS[v])),
        Column("programme", _("Programme"), lambda r: r.row.programme),
        Column("start", _("From"), lambda r: r.row.starts_on, "date"),
        Column("end", _("To"), lambda r: r.row.ends_on, "date"),
        Column("stated", _("Stated on"), lambda r: timezone.localdate(r.row.stated_at), "date", phone=False),
        Column("state", _("State"), lambda r: r.row.state, words=lambda v: gettext(STATE_WORDS[v]),
               tone=lambda r: TONES.get(r.row.state, "")),
    ),
    filters=(
        Filter("state", _("State"), lambda value, scene: (Q(state=value),),
               lambda scene: [(str(state), gettext(word)) for state, word in STATE_WORDS.items()], default="stated"),
        Filter("what", _("What is stated"), lambda value, scene: (Q(what=value),),
               lambda scene: [(str(what), gettext(word)) for what, word in WHAT_WORDS.items()]),
    ),
    region=place_filter(_("Place")),
    orders=(Order("stated", _("Longest waiting first"), ("stated_at", "id")),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def statements(request: HttpRequest) -> HttpResponse:
    """What learners state of study and leave; those that wait first."""
    return answer(request, LIST)


@page(Permission.READ, clause=CLAUSE)
def statements_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


@page(Permission.READ, methods=("GET", "POST"), about="study_statement", clause=CLAUSE)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement with its paper, and the decision."""
    actor = actor_of(request)
    row: StudyStatement = visible_or_404(StudyStatement.objects.all(), actor, Permission.READ, pk=pk)
    counts = row.what == What.DEGREE and major_class(row.programme) == "sw"
    two = counts and row.ends_on is not None and bool(year_obstacles(row.ends_on, today()))
    form = DecisionForm(request.POST or None, yes=_("The paper says so: put it on record"), late=two)
    if form.is_bound and attempt(form, lambda: _decide(request, row, form)):
        return see(request, "education:study_statements", gettext("Decided. The learner is told."))
    against = officer_obstacles(person=row.person_id, officer=actor.person_id)
    waits = row.state == "stated"
    context = {
        **stated_row(row), "form": form, "version": row.version, "name": names_of([row.person_id]).get(row.person_id, ""),
        "rows": _facts(row), "papers": list(row.folder.items.select_related("file")) if row.folder else [],
        "may": waits and actor.may(Permission.ENTER, row.region_code) and not against,
        "why_not": [obstacle_text(one) for one in against] if waits else [], "two": two and waits,
        "no_hours": row.what == What.DEGREE and not counts,
    }  # fmt: skip
    return render(request, "education/office_study.html", context, status=status_of(form))


def _decide(request: HttpRequest, row: StudyStatement, form: DecisionForm) -> StudyStatement:
    given: dict[str, Any] = {
        "by": actor_of(request),
        "on": today(),
        "seen": seen_version(request, row.version),
    }
    act = actions.confirm_study if form.says_yes else actions.refuse_study
    return act(row, reason=form.cleaned_data["reason"], **given)


def _facts(row: StudyStatement) -> list[dict[str, str]]:
    first, last = DAYS[What(row.what)]
    pairs = [
        (gettext("What is stated"), gettext(WHAT_WORDS[row.what])),
        (gettext("Programme"), row.programme),
        (gettext("School"), row.school_name),
        (gettext("Way of study"), gettext(MODES[row.mode]) if row.mode else ""),
        (gettext(first), row.starts_on.isoformat()),
        (gettext(last), row.ends_on.isoformat() if row.ends_on else ""),
        (gettext("Education"), codes("education").get(row.level, "")),
        (gettext("Degree"), codes("degree").get(row.degree, "")),
        (gettext("Why not accepted"), row.note),
    ]  # fmt: skip
    return [{"label": label, "value": value} for label, value in pairs if value]


@page(Permission.READ, about="study_statement", clause=CLAUSE)
def statement_paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A paper of a statement, for whoever looks at it."""
    row = visible_or_404(StudyStatement.objects.all(), actor_of(request), Permission.READ, pk=pk)
    found = row.folder.items.select_related("file").filter(pk=item).first() if row.folder else None
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))


_AT = "office/hours-study"
urlpatterns = [
    *paths(_AT, statements, statements_file, "study_statements"),
    path(f"{_AT}/<int:pk>/", statement, name="study_statement"),
    path(f"{_AT}/<int:pk>/paper/<int:item>/", statement_paper, name="study_statement_paper"),
]
