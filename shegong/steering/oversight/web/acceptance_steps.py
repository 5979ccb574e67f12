"""What is pressed on the page of an acceptance: the panel, the draw, materials, the conclusion, its document."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.kernel.http import actor_of, attempt, see, seen_version, today
from shegong.kernel.refusal import Obstacle, Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Acceptance
from shegong.steering.oversight.web.acceptance_fields import (
    ConclusionForm,
    MaterialForm,
    PanelistForm,
    PaperForm,
    RecuseForm,
    SeedForm,
)

Forms = dict[str, forms.Form]


def forms_of(row: Acceptance) -> Forms:
    """The empty forms of the page."""
    return {
        "name_panelist": PanelistForm(row=row), "recuse": RecuseForm(), "open_review": SeedForm(), "material": MaterialForm(),
        "paper": PaperForm(), "conclude": ConclusionForm(state=row.state),
    }  # fmt: skip


def step(request: HttpRequest, row: Acceptance, held: Forms) -> HttpResponse | None:
    """Do the step that was pressed; None when its form comes back with errors."""
    name = request.POST.get("step", "")
    if name not in STEPS:
        raise Refused(Obstacle("step", "Choose one from the list."))
    change, words = STEPS[name]
    done = change(request, row, held)
    return see(request, "oversight:acceptance", gettext(words), row.pk) if done else None


def _given(request: HttpRequest) -> dict[str, Any]:
    return {"by": actor_of(request), "on": today()}


def _name(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    form = held["name_panelist"] = PanelistForm(request.POST, row=row)
    return attempt(form, lambda: actions.name_panelist(row, **form.values(), **_given(request)))


def _recuse(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    form = held["recuse"] = RecuseForm(request.POST)

    def change() -> object:
        member = _one(row.panel, form.cleaned_data["member"])
        return actions.recuse(member, reason=form.cleaned_data["reason"], **_given(request))

    return attempt(form, change)


def _one(rows: Any, pk: int) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refused(Obstacle("step", "Choose one from the list."))
    return found


def _open(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    form = held["open_review"] = SeedForm(request.POST)
    return attempt(
        form,
        lambda: actions.open_review(row, **form.cleaned_data, seen=seen_version(request), **_given(request)),
    )


def _material(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    form = held["material"] = MaterialForm(request.POST)

    def change() -> object:
        said = form.cleaned_data
        material = _one(row.materials, said["material"])
        return actions.check_material(
            material, found=said["found"] == "yes", remark=said["remark"], **_given(request)
        )

    return attempt(form, change)


def _paper(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    form = held["paper"] = PaperForm(request.POST, request.FILES)

    def change() -> object:
        sent = form.cleaned_data["paper"]
        material = _one(row.materials, form.cleaned_data["material"])
        return actions.add_material(material, content=sent.read(), filename=sent.name, **_given(request))

    return attempt(form, change)


def _conclude(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    form = held["conclude"] = ConclusionForm(request.POST, state=row.state)
    return attempt(
        form, lambda: actions.conclude(row, **form.values(), seen=seen_version(request), **_given(request))
    )


def _certify(request: HttpRequest, row: Acceptance, held: Forms) -> object:
    return actions.certify(row, **_given(request))


STEPS: dict[str, tuple[Callable[[HttpRequest, Acceptance, Forms], object], Any]] = {
    "name_panelist": (_name, _("Named.")),
    "recuse": (_recuse, _("Recused; the reason stays on record.")),
    "open_review": (_open, _("The seed is published and the people are drawn.")),
    "material": (_material, _("Noted.")),
    "paper": (_paper, _("The paper lies before the panel.")),
    "conclude": (_conclude, _("Concluded.")),
    "certify": (_certify, _("The document is made. Somebody else signs it.")),
}
