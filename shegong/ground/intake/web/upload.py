"""Which workbooks one may take in, their templates, and the upload."""

import io
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.intake import actions
from shegong.ground.intake.models import Batch
from shegong.ground.intake.rules import Permission
from shegong.ground.intake.web.words import base_template, batch_row
from shegong.kernel.access import Actor, require
from shegong.kernel.http import actor_of, obstacle_text, page, status_of, today
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets import limits, writing
from shegong.kernel.sheets.layout import Layout, layout_of, layouts

FORMS = ".xlsx,.xls,.et,.ods,.csv,.txt"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ask(form: forms.Form, layout: Layout, actor: Actor) -> None:
    """Put the layout's questions about the file as a whole into a form."""
    for one in layout.questions:
        words = [(value, _(label)) for value, label in one.choices(actor, today())]
        form.fields[one.key] = forms.ChoiceField(
            label=_(one.title), choices=words, required=False, help_text=_(one.hint) if one.hint else ""
        )


class UploadForm(forms.Form):
    """The workbook."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        widget=forms.ClearableFileInput(attrs={"accept": FORMS, "class": "dropzone"}),
        max_length=255,
    )

    def __init__(self, layout: Layout, actor: Actor, *args: Any, **more: Any):
        super().__init__(*args, **more)
        ask(self, layout, actor)

    @property
    def questions(self) -> list[Any]:
        """What is asked beside the file."""
        return [self[name] for name in self.fields if name != "file"]


def allowed(actor: Actor) -> list[Layout]:
    """The layouts this actor may take in."""
    return [layout for layout in layouts() if actor.may(layout.permission)]


def known_layout(actor: Actor, key: str) -> Layout:
    """The layout of this key. Refuses one that the actor may not take in."""
    layout = layout_of(key)
    if layout is None:
        raise Http404
    require(actor, layout.permission)
    return layout


@page(Permission.USE, clause="T4.2.b")
def home(request: HttpRequest) -> HttpResponse:
    """The kinds of workbook, each with upload and template, and the latest batches."""
    actor = actor_of(request)
    latest = Batch.objects.visible_to(actor, Permission.USE).order_by("-id")[:8]
    context = {
        "layouts": [
            {"layout": one, "title": _(one.title), "columns": "、".join(c.title for c in one.columns)}
            for one in allowed(actor)
        ],
        "batches": [batch_row(one, actor) for one in latest], "base_template": base_template(actor),
    }  # fmt: skip
    return render(request, "intake/home.html", context)


@page(Permission.USE, methods=("GET", "POST"), about="layout", clause="T4.2.b")
def upload(request: HttpRequest, layout: str) -> HttpResponse:
    """Choose a file or drop one; afterwards its batch."""
    actor = actor_of(request)
    wanted = known_layout(actor, layout)
    form = UploadForm(wanted, actor, request.POST or None, request.FILES or None)
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            batch = _received(form, wanted, actor)
        except Refused as refused:
            for obstacle in refused.obstacles:
                about = obstacle.field if obstacle.field in form.fields else "file"
                form.add_error(about, obstacle_text(obstacle))
            known = next((o.params["number"] for o in refused.obstacles if o.code == "file_known"), None)
        else:
            return redirect("intake:batch", number=batch.number)
    context = {
        "form": form, "layout": wanted, "title": _(wanted.title), "known": known, "most": limits.FILE // limits.MIB,
        "forms": FORMS.replace(",", " "), "required": [c.title for c in wanted.columns if c.required],
        "others": [c.title for c in wanted.columns if not c.required], "base_template": base_template(actor),
    }  # fmt: skip
    return render(request, "intake/upload.html", context, status=status_of(form))


def _received(form: UploadForm, layout: Layout, actor: Actor) -> Batch:
    file: Any = form.cleaned_data["file"]
    if file.size > limits.FILE:
        raise Refused(
            limits.refusal(
                "sheet_too_large", {"size": -(-file.size // limits.MIB), "limit": limits.FILE // limits.MIB}
            )
        )
    said = {one.key: form.cleaned_data[one.key] for one in layout.questions}
    return actions.receive(
        layout.key, file_name=file.name, content=file.read(), by=actor, on=today(), said=said
    )


@page(Permission.USE, about="layout")
def template(request: HttpRequest, layout: str) -> HttpResponse:
    """The empty workbook with the right columns."""
    wanted, file = known_layout(actor_of(request), layout), io.BytesIO()
    writing.write_template(file, wanted, words=_)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{wanted.form_title}.xlsx")
    return response
