"""One body of an inspection: each point of the checklist, findings with papers, rectifications."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.tasks.rules import STATES as TASK_STATES
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing_pages import paths
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Checked, Finding, InspectedBody, Inspection
from shegong.steering.oversight.models.policies import oversight_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.inspection import VERDICT_NAMES, InspectionState, Verdict
from shegong.steering.oversight.web import inspections
from shegong.steering.oversight.web.parts import PapersForm, paper_answer, papers_of, words_of
from shegong.ui.fields import DateTextField


class PointsForm(forms.Form):
    """A verdict and a note for each point."""

    def __init__(self, *args: Any, points: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.points = list(points)
        for one in self.points:
            self.fields[f"verdict_{one.pk}"] = forms.ChoiceField(
                label=f"{one.clause} {one.text}",
                choices=[("", "—"), *words_of(VERDICT_NAMES)],
                required=False,
            )
            self.fields[f"note_{one.pk}"] = forms.CharField(
                label=_("What is missing"), required=False, max_length=500
            )

    def verdicts(self) -> dict[int, tuple[str, str]]:
        """Those that were chosen."""
        said = self.cleaned_data
        return {
            one.pk: (said[f"verdict_{one.pk}"], said[f"note_{one.pk}"])
            for one in self.points
            if said[f"verdict_{one.pk}"]
        }


class FindingForm(PapersForm):
    """Something found; with a deadline it becomes a task."""

    clause = forms.ChoiceField(label=_("Clause"), required=False)
    text = forms.CharField(
        label=_("What was found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DateTextField(
        label=_("Put right by"), required=False, help_text=_("Left empty, it is noted and asks for nothing.")
    )

    field_order = ("clause", "text", "due_on")

    def __init__(self, *args: Any, points: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        clauses = list(dict.fromkeys(one.clause for one in points))
        self.fields["clause"].choices = [("", "—"), *((one, one) for one in clauses)]  # type: ignore[attr-defined]


def bodies_seen_by(actor: Actor) -> QuerySet[InspectedBody]:
    """Bodies of inspections that the reader sees, and of those in whose team he is."""
    seen = Inspection.objects.visible_to(actor, Permission.READ).values("pk")
    mine = Inspection.objects.filter(team__person=actor.person_id).values("pk")
    found = InspectedBody.objects.filter(Q(inspection__in=seen) | Q(inspection__in=mine))
    return found.select_related("inspection__issuer", "inspection__subplan", "organization")


def _body(request: HttpRequest, pk: int) -> InspectedBody:
    found = bodies_seen_by(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_look(actor: Actor, body: InspectedBody) -> bool:
    """Whether this reader writes down what is seen there, now."""
    row = body.inspection
    if row.state != InspectionState.RUNNING:
        return False
    return actor.may(Permission.DISPATCH, row.region_code) or row.team.filter(person=actor.person_id).exists()


@page(Permission.READ, methods=("GET", "POST"), about="inspected", clause="N12")
def inspected(request: HttpRequest, pk: int) -> HttpResponse:
    """A body: points and findings; the team writes them down, its own officers read them."""
    body, actor = _body(request, pk), actor_of(request)
    points = list(body.inspection.points.order_by("position"))
    said = {one.point_id: one for one in Checked.objects.filter(body=body)}
    forms_: dict[str, Any] = _forms(request, points, said) if may_look(actor, body) else {}
    step = request.POST.get("step", "")
    if request.method == "POST" and step in forms_ and _write(body, step, forms_[step], actor):
        return see(request, "oversight:inspected", gettext("Written down."), pk)
    bound = next((form for form in forms_.values() if form.is_bound), None)
    context = {
        "body": body, "row": body.inspection, "form": bound, "points_form": forms_.get("points"),
        "finding_form": forms_.get("finding"), "findings": _findings(body),
        "verdicts": [_verdict(point, said.get(point.pk)) for point in points],
        "back": reverse("oversight:inspection", args=[body.inspection_id]),
    }  # fmt: skip
    return render(request, "oversight/inspected.html", context, status=status_of(bound) if bound else 200)


def _forms(request: HttpRequest, points: Any, said: Any) -> dict[str, Any]:
    step = request.POST.get("step", "")
    stored = {f"verdict_{pk}": one.verdict for pk, one in said.items()} | {
        f"note_{pk}": one.note for pk, one in said.items()
    }
    due = {"due_on": today() + timedelta(days=oversight_policy(today()).days_to_rectify)}
    return {
        "points": PointsForm(request.POST if step == "points" else None, points=points, initial=typed_before(request) or stored),
        "finding": FindingForm(
            request.POST if step == "finding" else None, request.FILES or None, points=points, initial=due
        ),
    }  # fmt: skip


def _write(body: InspectedBody, step: str, form: Any, actor: Actor) -> Any:
    common: dict[str, Any] = {"by": actor, "on": today()}
    if step == "points":
        return attempt(form, lambda: actions.check_points(body, verdicts=form.verdicts(), **common) or True)

    def find() -> Any:
        said = form.cleaned_data
        return actions.add_finding(
            body,
            text=said["text"],
            clause=said["clause"],
            papers=form.papers(),
            due_on=said["due_on"],
            **common,
        )

    return attempt(form, find)


def _verdict(point: Any, said: Checked | None) -> dict[str, Any]:
    tones = {Verdict.MET: "ok", Verdict.PARTLY: "warn", Verdict.NOT_MET: "err"}
    words = gettext(VERDICT_NAMES[Verdict(said.verdict)]) if said else gettext("Not looked at yet")
    return {
        "clause": point.clause, "text": point.text, "words": words, "note": said.note if said else "",
        "tone": tones.get(Verdict(said.verdict), "") if said else "",
    }  # fmt: skip


def _findings(body: InspectedBody) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "papers": papers_of(one.folder),
            "state": gettext(TASK_STATES[one.task.state]) if one.task else "",
        }
        for one in body.findings.select_related("task", "folder").order_by("pk")
    ]


@page(Permission.READ, about="inspected", clause="N12")
def finding_paper(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """A paper of a finding at this body."""
    body = _body(request, pk)
    for one in Finding.objects.filter(body=body, folder__items=item).select_related("folder"):
        return paper_answer(one.folder, item)
    raise Http404


urlpatterns = [
    *paths("office/inspections", inspections.inspections, inspections.inspections_file, "inspections"),
    path("office/inspections/new/", inspections.inspection_new, name="inspection_new"),
    path("office/inspections/<int:pk>/", inspections.one, name="inspection"),
    path("office/inspections/<int:pk>.<str:form>", inspections.one_file, name="inspection_file"),
    path("office/inspections/bodies/<int:pk>/", inspected, name="inspected"),
    path("office/inspections/bodies/<int:pk>/papers/<int:item>/", finding_paper, name="finding_paper"),
]
