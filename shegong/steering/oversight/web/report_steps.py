"""What is pressed on the page of a report: reviewed, sent to be signed, submitted, received, archived, put right."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.kernel.http import actor_of, attempt, see, seen_version, today
from shegong.kernel.refusal import Obstacle, Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Report
from shegong.steering.oversight.web.report_fields import ReasonStepForm, ReceiveForm

Change = Callable[..., Any]
STEPS: dict[str, tuple[Change, Any]] = {
    "review": (actions.review_report, _("Reviewed. Now it can go to be signed.")),
    "sign": (actions.sign_report, _("The figures are frozen and the document is made. The leader signs it.")),
    "submit": (actions.submit_report, _("Submitted to the leading group.")),
    "archive": (actions.archive_report, _("Archived.")),
}
WITH_REASON: dict[str, tuple[Change, Any]] = {
    "send_back": (actions.send_report_back, _("It is with its author again.")),
    "take_back": (actions.take_report_back, _("It is a draft again. The frozen figures stay on record.")),
    "correct": (actions.correct_figures, _("The figures are frozen anew, as a version of their own.")),
}


def step(request: HttpRequest, row: Report, forms: dict[str, Any]) -> HttpResponse | None:
    """Do the step that was pressed; None when its form comes back with errors."""
    name, given = request.POST.get("step", ""), {"by": actor_of(request), "on": today()}
    seen: dict[str, Any] = {"seen": seen_version(request)}
    if name in STEPS:
        change, words = STEPS[name]
        change(row, **given, **seen)
        return see(request, "oversight:report", gettext(words), row.pk)
    if name == "apply":
        made = actions.apply_for_acceptance(row, **given)
        return see(
            request,
            "oversight:acceptance",
            gettext("Applied for. The checklist and the indicators are drawn up."),
            made.pk,
        )
    if name == "receive":
        form = forms["receive"] = ReceiveForm(request.POST)
        done = attempt(form, lambda: actions.receive_report(row, **form.cleaned_data, **given, **seen))
        return see(request, "oversight:report", gettext("Received."), row.pk) if done else None
    if name not in WITH_REASON:
        raise Refused(Obstacle("step", "Choose one from the list."))
    change, words = WITH_REASON[name]
    why = forms["reason"] = ReasonStepForm(request.POST)
    more = {} if name == "correct" else seen
    done = attempt(why, lambda: change(row, **why.cleaned_data, **given, **more))
    return see(request, "oversight:report", gettext(words), row.pk) if done else None
