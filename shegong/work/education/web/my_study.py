"""A worker's degree study and days on leave: on record, stated, and how to state more (T3.2, T3.3)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Tie, standing
from shegong.kernel.access import SIGNED_IN, Actor
from shegong.kernel.code_lists import codes
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import last_day
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.fields import CameraField, DateTextField
from shegong.work.education import actions
from shegong.work.education.models import Leave, StudyEnrolment, StudyStatement
from shegong.work.education.rules import STUDY_WORDS
from shegong.work.education.rules.statements import MODES, StudyState
from shegong.work.education.rules.stating import STATE_WORDS, WHAT_WORDS, What
from shegong.work.education.web.my_classes import me
from shegong.work.education.web.words import span

CLAUSE = "T3.2"
SHOWN = 50
TONES = {"stated": "warn", "confirmed": "ok", "refused": "err", "completed": "ok"}
MODE_CHOICES = [("", _("Choose")), *((key, _(word)) for key, word in MODES.items())]


class StudyForm(forms.Form):
    """A study that runs."""

    programme = forms.CharField(label=_("Programme"), max_length=100, help_text=_("As on the letter of admission, for example 社会工作"))  # fmt: skip
    school_name = forms.CharField(label=_("School"), max_length=100)
    mode = forms.ChoiceField(label=_("Way of study"), choices=MODE_CHOICES)
    start = DateTextField(label=_("Began on"))
    paper = CameraField(label=_("Letter of admission or a photo of it"), required=False)


class DegreeForm(StudyForm):
    """A degree that was taken."""

    end = DateTextField(label=_("Day of the diploma"))
    level = forms.ChoiceField(label=_("Education"), choices=lambda: [("", gettext("Choose")), *codes("education").items()])  # fmt: skip
    degree = forms.ChoiceField(label=_("Degree"), required=False, choices=lambda: [("", gettext("None")), *codes("degree").items()])  # fmt: skip
    paper = CameraField(label=_("Diploma or a photo of it"))
    field_order = ("programme", "school_name", "mode", "start", "end", "level", "degree", "paper")

    def __init__(self, *args: Any, study: StudyEnrolment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].help_text = _("As on the diploma, for example 社会工作")
        if study is not None:
            for name in ("programme", "school_name", "mode", "start"):
                del self.fields[name]


class LeaveForm(forms.Form):
    """From when to when; the reason is nobody's business."""

    start = DateTextField(label=_("First day of the leave"))
    end = DateTextField(label=_("Last day of the leave"))
    paper = CameraField(
        label=_("Confirmation of the employer, if there is one"),
        required=False,
        help_text=_("Only the days. Why somebody is on leave is not kept here."),
    )


FORMS: dict[str, tuple[type[forms.Form], str, str]] = {
    What.STUDY: (StudyForm, N_("State a degree study"), N_("An officer compares it with the paper; then it is on record.")),
    What.DEGREE: (DegreeForm, N_("State a degree taken"), N_("A degree in social work counts once, 90 hours, when an officer has seen the diploma.")),
    What.LEAVE: (LeaveForm, N_("State days on leave"), N_("Days on leave take their share off what the plan asks for in a year.")),
}  # fmt: skip


@page(SIGNED_IN, clause=CLAUSE)
def mine(request: HttpRequest) -> HttpResponse:
    """Studies and leave on record, and what was stated of them."""
    actor = actor_of(request)
    studies = StudyEnrolment.objects.own(actor).order_by("-during", "-pk")[:SHOWN]
    leaves = Leave.objects.current().filter(person=actor.person_id).order_by("-during")[:SHOWN]
    stated = StudyStatement.objects.own(actor).exclude(state="confirmed").order_by("-pk")[:SHOWN]
    context = {
        "studies": [_study(one) for one in studies],
        "leaves": [span(one.during.lower, last_day(one.during) or one.during.lower) for one in leaves],
        "stated": [stated_row(one) for one in stated],
    }
    return render(request, "education/my_study.html", context)


def _study(one: StudyEnrolment) -> dict[str, Any]:
    ended = f" – {one.ended_on.isoformat()}" if one.ended_on else ""
    runs = one.state == StudyState.ENROLLED
    return {
        "row": one, "days": f"{one.during.lower.isoformat()}{ended}", "mode": gettext(MODES.get(one.mode, "")),
        "state": gettext(STUDY_WORDS[StudyState(one.state)]), "tone": TONES.get(one.state, ""),
        "url": f"{reverse('education:my_study_new', args=['degree'])}?study={one.pk}" if runs else "",
    }  # fmt: skip


def stated_row(one: StudyStatement) -> dict[str, Any]:
    """A statement as its learner and officers read it."""
    days = span(one.starts_on, one.ends_on) if one.ends_on else one.starts_on.isoformat()
    return {
        "row": one, "what": gettext(WHAT_WORDS[one.what]), "days": days, "state": gettext(STATE_WORDS[one.state]),
        "tone": TONES.get(one.state, ""), "waits": one.state == "stated",
    }  # fmt: skip


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause=CLAUSE)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """State a study, a degree or days on leave."""
    actor = actor_of(request)
    if kind not in FORMS:
        raise Http404
    made, title, lead = FORMS[kind]
    study = _own_study(actor, request) if kind == What.DEGREE else None
    more = {"study": study} if kind == What.DEGREE else {}
    form = made(request.POST or None, request.FILES or None, initial=typed_before(request), **more)
    if form.is_bound and attempt(form, lambda: _state(request, form, kind, study)):
        return see(request, "education:my_study", gettext("Handed in. An officer of your place looks at it."))
    context = {"form": form, "title": gettext(title), "lead": gettext(lead), "study": study and _study(study)}
    return render(request, "education/my_study_new.html", context, status=status_of(form))


def _own_study(actor: Actor, request: HttpRequest) -> StudyEnrolment | None:
    key = whole_number(request.GET.get("study", ""), digits=18)
    return (
        StudyEnrolment.objects.own(actor).filter(pk=key, state=StudyState.ENROLLED).first() if key else None
    )


def _state(request: HttpRequest, form: forms.Form, kind: str, study: StudyEnrolment | None) -> StudyStatement:
    actor, said = actor_of(request), dict(form.cleaned_data)
    ties = list(Tie.objects.holding().filter(person=actor.person_id).order_by("pk"))
    where = standing(ties, today()) or (ties[0].region_code if ties else None)
    if where is None:
        message = N_("Say where you live or work first; the office there checks the paper.")
        raise Refused(Obstacle("place_missing", message))
    paper = said.pop("paper", None)
    start = said.pop("start", None) or (study.during.lower if study else today())
    folder = _folder(actor, kind, paper) if paper else None
    return actions.state_study(
        me(request), what=kind, start=start, study=study, folder=folder, region_code=where, by=actor, on=today(), **said
    )  # fmt: skip


def _folder(actor: Actor, kind: str, paper: Any) -> Folder:
    folder = documents.open_folder(title=str(WHAT_WORDS[kind]), by=actor, on=today())
    documents.add_paper(folder, kind="hours", content=paper.read(), filename=paper.name, by=actor, on=today())
    return folder


@page(SIGNED_IN, methods=("POST",), about="own", clause=CLAUSE)
def back(request: HttpRequest) -> HttpResponse:
    """Take back what one stated."""
    actor, key = actor_of(request), whole_number(request.POST.get("statement", ""), digits=18)
    row = StudyStatement.objects.own(actor).filter(pk=key or 0).first()
    if row is None:
        raise Refused(Obstacle("statement_unknown", N_("Choose what you take back.")))
    actions.take_study_back(row, by=actor, on=today())
    return see(request, "education:my_study", gettext("Taken back."))


urlpatterns = [
    path("my/cpd/study/", mine, name="my_study"),
    path("my/cpd/study/new/<str:kind>/", new, name="my_study_new"),
    path("my/cpd/study/back/", back, name="my_study_back"),
]
