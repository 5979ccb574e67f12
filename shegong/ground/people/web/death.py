"""An office records that somebody died."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people import actions
from shegong.ground.people.models import names_of
from shegong.ground.people.rules import Permission
from shegong.ground.people.web.office import person_or_404, version_of
from shegong.kernel.http import actor_of, attempt, page, see, seen_version, status_of, today, typed_before
from shegong.ui.fields import DateTextField


class DeathForm(forms.Form):
    """The day, and the paper that says so."""

    died_on = DateTextField(label=gettext_lazy("Day of death"))
    reason = forms.CharField(
        label=gettext_lazy("Paper that was seen"),
        max_length=200,
        help_text=gettext_lazy("For example a death certificate with its number, or a judgment"),
    )


@page(Permission.EDIT, methods=("GET", "POST"), about="person", clause="T4.2.b")
def death(request: HttpRequest, token: str) -> HttpResponse:
    """Record the day of death; the register opens a case for an officer of its own."""
    actor = actor_of(request)
    person = person_or_404(actor, token, Permission.EDIT)
    form = DeathForm(request.POST) if request.method == "POST" else DeathForm(initial=typed_before(request))
    seen = seen_version(request)
    change = lambda: actions.close_person(person, **form.cleaned_data, by=actor, on=today(), seen=seen)  # noqa: E731
    if request.method == "POST" and attempt(form, change):
        return see(request, "people:card", _("Saved."), person.token)
    context = {
        "person": person, "form": form, "title": _("Record a death"), "version": version_of(request, person),
        "name": names_of([person.pk]).get(person.pk, ""),
    }  # fmt: skip
    return render(request, "people/edit.html", context, status=status_of(form))
