"""Suspending a registration for a time, and lifting that before its end; both show at once on the public page."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.desk import suspension_of
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before, visible_or_404
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.ui.fields import DateTextField

SUSPENDED_BEFORE = Obstacle("suspended_before", N_("This registration is already suspended."))
NOT_SUSPENDED = Obstacle("not_suspended", N_("This registration is not suspended."))


class SuspendForm(forms.Form):
    """Until when, and on what it rests."""

    end = DateTextField(label=_("Suspended up to, not including"))
    ground = forms.CharField(
        label=_("Ground and document"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The finding and the number of the decision"),
    )  # fmt: skip


class LiftForm(forms.Form):
    """Why it ends early."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.e")
def restrict(request: HttpRequest, register_no: str) -> HttpResponse:
    """Suspend from today; a registration that is suspended offers to lift it instead."""
    by, on = actor_of(request), today()
    row = visible_or_404(Registration.objects, by, Permission.RESTRICT, register_no=register_no)
    held = suspension_of(row.person_id, on)
    form_class = LiftForm if held else SuspendForm
    form = form_class(request.POST) if request.method == "POST" else form_class(initial=typed_before(request))

    def change() -> object:
        # The button says which of the two was meant: a page from before must not do the opposite.
        if bool(held) != (request.POST.get("act") == "lift"):
            raise Refused(SUSPENDED_BEFORE if held else NOT_SUSPENDED)
        if held:
            reason = form.cleaned_data["reason"]
            return actions.lift_suspension(held, reason=reason, region_code=row.region_code, by=by, on=on)
        asked = form.cleaned_data
        return actions.suspend_person(
            row.person, start=on, **asked, region_code=row.region_code, by=by, on=on
        )

    if request.method == "POST" and attempt(form, change):
        return see(request, "registry:restrict", gettext("Done. The public page shows it now."), register_no)
    return render(request, "registry/register_restrict.html", _about(row, held, form), status=status_of(form))


def _about(row: Registration, held: Any, form: forms.Form) -> dict[str, Any]:
    name = names_of([row.person_id]).get(row.person_id, "")
    rows = [
        {"label": gettext("Name"), "value": name},
        {"label": gettext("Register number"), "value": row.register_no},
        {"label": gettext("Level"), "value": gettext(LEVEL_NAMES[row.level])},
        {"label": gettext("Valid to"), "value": row.valid_to.isoformat()},
    ]
    if held:
        until = f"{held.during.lower} – {held.during.upper}"
        rows.append({"label": gettext("Suspended"), "value": until, "note": held.ground})
    return {
        "rows": rows,
        "form": form,
        "held": held,
        "back": reverse("registry:register") + f"?card={row.pk}",
    }


urlpatterns = [path("office/registrations/<str:register_no>/restrict/", restrict, name="restrict")]
