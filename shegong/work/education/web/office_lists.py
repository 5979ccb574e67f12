"""The office's side of classes: every class in reach, the lists that wait for a check, and one list line by line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people.models import identities_of, names_of
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, visible_or_404
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Forks, Scene
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.work.education import actions
from shegong.work.education.actions.lists import locked_year, sat_elsewhere
from shegong.work.education.models import ClassList, Course, ListLine
from shegong.work.education.rules import Permission, hours_cell, hours_shown, in_hours
from shegong.work.education.rules.courses import CLAUSE, LIST_STATES, ListState
from shegong.work.education.rules.hand_in import WHY_CHECKED
from shegong.work.education.web.org_classes import HEADS, STATE, course_rows
from shegong.work.education.web.words import (
    LIST_TONES,
    course_state,
    facts_of,
    half_words,
    list_state,
    span,
    why_words,
)

CLASSES = Listing(
    key="education.courses",
    title=gettext_lazy("Classes of continuing education"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Course.objects.public(),
    load=course_rows,
    columns=(
        replace(HEADS[0], address=lambda c: reverse("education:office_class", args=[c.pk])), HEADS[1],
        Column("provider", gettext_lazy("Provider"), lambda c: c.organization.name, phone=False),
        Column("place", gettext_lazy("Place"), lambda c: tree().full_name(c.region_code, today()), phone=False),
        *HEADS[2:],
    ),
    filters=(STATE,),
    region=place_filter(gettext_lazy("Place")),
    orders=(Order("place", gettext_lazy("By place and day"), ("region_code", "first_on", "id")),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def classes(request: HttpRequest) -> HttpResponse:
    """Every class in reach."""
    return answer(request, CLASSES)


@page(Permission.READ, clause=CLAUSE)
def classes_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, CLASSES, form)


@page(Permission.READ, about="office_class", clause=CLAUSE)
def one_class(request: HttpRequest, pk: int) -> HttpResponse:
    """One class as the office sees it."""
    rows = Course.objects.public().select_related("organization", "provider")
    course = visible_or_404(rows, actor_of(request), Permission.READ, pk=pk)
    halves = [
        {"label": half_words(one), "state": "done" if one.cosigned_at else "waiting", "word": _("Signed by the teacher") if one.cosigned_at else _("Not signed by the teacher")}
        for one in course.half_days.order_by("starts_at")
    ]  # fmt: skip
    lists = (
        ClassList.objects.visible_to(actor_of(request), Permission.READ).filter(course=course).order_by("-pk")
    )
    context = {
        "course": course, "state": course_state(course), "facts": facts_of(course),
        "groups": [{"label": _("Half-days of the class"), "tasks": halves}],
        "lists": [{"row": one, "state": list_state(one.state)} for one in lists],
    }  # fmt: skip
    return render(request, "education/office_class.html", context)


def _list_rows(ids: Sequence[int], scene: Scene) -> list[ClassList]:
    return list(ClassList.objects.filter(pk__in=ids).select_related("course__organization"))


OPEN = "open"


def _standing(value: str, scene: Scene) -> Forks:
    return (Q(state__in=[ListState.WAITING, ListState.VOUCHED]) if value == OPEN else Q(state=value),)


LISTS = Listing(
    key="education.lists",
    title=gettext_lazy("Class lists"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: ClassList.objects.all(),
    load=_list_rows,
    columns=(
        Column("class", gettext_lazy("Name of the class"), lambda r: r.course.title, fixed=True,
               address=lambda r: reverse("education:list", args=[r.pk])),
        Column("provider", gettext_lazy("Provider"), lambda r: r.course.organization.name),
        Column("days", gettext_lazy("Days of the class"), lambda r: span(r.course.first_on, r.course.last_on), phone=False),
        Column("people", gettext_lazy("People on the list"), lambda r: r.people, "number"),
        Column("passed", gettext_lazy("Passed"), lambda r: r.passed, "number"),
        Column("why", gettext_lazy("Why it is checked"), lambda r: r.why_checked, words=lambda v: _(WHY_CHECKED[v]), phone=False),
        Column("sent", gettext_lazy("Handed in on"), lambda r: r.sent_on, "date", phone=False),
        Column("state", gettext_lazy("Where it stands"), lambda r: r.state, words=lambda v: _(LIST_STATES[v]),
               tone=lambda r: LIST_TONES[r.state]),
    ),
    filters=(Filter("state", gettext_lazy("Where it stands"), _standing,
                    lambda scene: [(OPEN, _("Waiting")), *((str(k), _(v)) for k, v in LIST_STATES.items())]),),
    region=place_filter(gettext_lazy("Place")),
    orders=(Order("order", gettext_lazy("Newest first"), ("id",), descending=True),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def lists(request: HttpRequest) -> HttpResponse:
    """Class lists in reach; those that wait have a page with the decision."""
    return answer(request, LISTS)


@page(Permission.READ, clause=CLAUSE)
def lists_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LISTS, form)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a list."""

    id: int
    name: str
    identity: str
    half_days: int
    hours: float
    score: int | None
    passed: bool
    why_not: str
    certificate_no: str


def _line_rows(ids: Sequence[int], scene: Scene) -> list[LineRow]:
    found = list(ListLine.objects.filter(pk__in=ids).select_related("enrolment"))
    people = [one.enrolment.person_id for one in found]
    names, identities = names_of(people), identities_of(people)
    return [
        LineRow(one.pk, names.get(one.enrolment.person_id, ""), identities.get(one.enrolment.person_id, ""),
                one.half_days, hours_cell(one.minutes), one.score, one.passed, one.why_not, one.certificate_no)
        for one in found
    ]  # fmt: skip


LINES = Listing(
    key="education.lines",
    title=gettext_lazy("Class list"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: ListLine.objects.none(),
    load=_line_rows,
    columns=(
        Column("name", gettext_lazy("Name"), lambda r: r.name, fixed=True, personal="name"),
        Column("identity", gettext_lazy("Identity number"), lambda r: r.identity, "code", personal="identity_masked", phone=False),
        Column("half_days", gettext_lazy("Half-days attended"), lambda r: r.half_days, "number"),
        Column("hours", gettext_lazy("Hours attended"), lambda r: r.hours, "number", words=hours_shown),
        Column("score", gettext_lazy("Score"), lambda r: r.score, "number", phone=False),
        Column("passed", gettext_lazy("Proof of passing"), lambda r: "yes" if r.passed else "no",
               words=lambda v: _("Passed") if v == "yes" else _("Not passed"), tone=lambda r: "ok" if r.passed else "warn"),
        Column("why", gettext_lazy("Why not passed"), lambda r: r.why_not, phone=False,
               words=why_words),
        Column("certificate", gettext_lazy("Number of the proof"), lambda r: r.certificate_no, "code", phone=False),
    ),
    orders=(Order("order", gettext_lazy("As they came"), ("id",)),),
)  # fmt: skip


class CheckForm(forms.Form):
    """The officer's decision."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision on the list"), widget=forms.RadioSelect,
        choices=(("accept", gettext_lazy("Accept; enter the hours")), ("return", gettext_lazy("Return to the provider"))),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed for a return; the provider reads it"),
    )  # fmt: skip

    def __init__(self, *args: Any, first_of_two: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first_of_two:
            field: Any = self.fields["decision"]
            field.choices = [("accept", _("Let it through; a second officer decides")), ("return", _("Return to the provider"))]  # fmt: skip
            self.fields["reason"].help_text = _("Why the list comes so late, or why it goes back")


def _own(request: HttpRequest, pk: int) -> ClassList:
    actor = actor_of(request)
    rows = ClassList.objects.visible_to(actor, Permission.READ).select_related(
        "course__organization", "course__provider"
    )
    found: ClassList = visible_or_404(rows, actor, Permission.READ, pk=pk)
    return found


def lines_of(sent: ClassList) -> Listing:
    """The lines of one list."""
    return replace(LINES, title=sent.course.title, rows=lambda scene: ListLine.objects.filter(list=sent))


@page(Permission.READ, methods=("GET", "POST"), about="class_list", clause=CLAUSE)
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its lines, what speaks against it, and the decision."""
    sent = _own(request, pk)
    return answer(request, lines_of(sent), template="education/office_list.html", more=_around(request, sent))


def _around(request: HttpRequest, sent: ClassList) -> dict[str, Any]:
    actor, waits = actor_of(request), sent.state in (ListState.WAITING, ListState.VOUCHED)
    first = sent.vouched_by_id
    right = Permission.APPROVE if sent.state == ListState.VOUCHED else Permission.CHECK
    return {
        "sent": sent, "standing": list_state(sent.state), "hours": in_hours(sent.minutes), "why": _(WHY_CHECKED[sent.why_checked]),
        "elsewhere": len(sat_elsewhere(sent.course)) if waits else 0,
        "may_check": waits and actor.may(right, sent.region_code) and actor.person_id != first,
        "two": waits and bool(locked_year(sent.course, today())), "first_officer": names_of([first]).get(first, "") if first else "",
        "is_first": actor.person_id == first,
        "halves": [(half_words(one), one.cosigned_count) for one in sent.course.half_days.order_by("starts_at")],
    }  # fmt: skip


@page(Permission.READ, about="class_list", clause=CLAUSE)
def list_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The lines as a file."""
    return export(request, lines_of(_own(request, pk)), form)


@page(Permission.CHECK, methods=("GET", "POST"), about="class_list", clause=CLAUSE)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a list, or return it with the reason."""
    actor = actor_of(request)
    rows = ClassList.objects.visible_to(actor, Permission.CHECK).select_related("course")
    sent = visible_or_404(rows, actor, Permission.CHECK, pk=pk)
    two = sent.state == ListState.WAITING and bool(locked_year(sent.course, today()))
    form = CheckForm(request.POST or None, first_of_two=two)
    seen = seen_version(request, sent.version)
    common: dict[str, Any] = {"by": actor_of(request), "on": today(), "seen": seen}

    def decide() -> ClassList:
        if form.cleaned_data["decision"] == "accept":
            return actions.accept_list(sent, reason=form.cleaned_data["reason"], **common)
        return actions.return_list(sent, reason=form.cleaned_data["reason"], **common)

    if form.is_bound and attempt(form, decide):
        said = _("Let through. The hours count once a second officer has decided.") if two else _("The decision is entered.")  # fmt: skip
        return see(request, "education:list", said, pk)
    context = {"form": form, "form_title": _("Decide on the list of %(name)s") % {"name": sent.course.title},
               "back": reverse("education:list", args=[pk]), "version": seen}  # fmt: skip
    return render(request, "education/office_form.html", context, status=status_of(form))
