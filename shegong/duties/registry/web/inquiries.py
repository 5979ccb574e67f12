"""Before a closing is proposed: what was told, the papers, what was found; for officers of the province."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import ClosingCase, Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.rules.closing import INQUIRY_NAMES, RAISED_NAMES, Inquiry, Raised
from shegong.duties.registry.web.registration import (
    blocked,
    name_of,
    registration_or_404,
    url_of,
)
from shegong.duties.registry.web.words import reason_title
from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, seen_version, status_of, today, typed_before
from shegong.kernel.journal import JournalEntry
from shegong.ui.fields import CameraField

TONES = {Inquiry.OPENED: "warn", Inquiry.FOUND: "err", Inquiry.DROPPED: "", Inquiry.PROPOSED: "info"}
WAITING = ("opened", "found")


class OpenForm(forms.Form):
    """Which ground, told by whom, what."""

    reason_code = forms.ChoiceField(label=_("Ground of closing"), widget=forms.RadioSelect)
    raised_by = forms.ChoiceField(
        label=_("Who told it"),
        choices=lambda: [(str(k), gettext(v)) for k, v in RAISED_NAMES.items() if k != Raised.NEWS],
    )
    told = forms.CharField(
        label=_("What was reported"),
        max_length=500,
        widget=forms.Textarea,
        help_text=_("It stays on record."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language, reasons = get_language(), registration_policy(today()).closing_reasons
        self.fields["reason_code"].choices = [
            (r.code, r.title.says(language)) for r in reasons if r.investigated
        ]


class ProofForm(forms.Form):
    """One paper."""

    file = CameraField(label=_("Paper that shows it"))


class ConcludeForm(forms.Form):
    """What was found."""

    found = forms.ChoiceField(
        label=_("Result"),
        choices=[("yes", _("It is so; closing may be proposed")), ("no", _("It is not so"))],
        widget=forms.RadioSelect,
    )
    findings = forms.CharField(
        label=_("What was found"), max_length=500, widget=forms.Textarea, help_text=_("It stays on record.")
    )


def waiting(actor: Actor) -> list[dict[str, Any]]:
    """Cases in reach that are looked into, the oldest first."""
    rows = ClosingCase.objects.visible_to(actor, Permission.RESTRICT).filter(state__in=WAITING)
    found = list(rows.select_related("registration").order_by("id")[:200])
    names = names_of([row.registration.person_id for row in found])
    return [
        {"row": row, "name": names.get(row.registration.person_id, ""), "reason": reason_title(row.reason_code, today()),
         "place": tree().full_name(row.registration.region_code, today()), "url": _url(row.registration, row),
         "state": gettext(INQUIRY_NAMES[Inquiry(row.state)]), "tone": TONES[Inquiry(row.state)],
         "raised": gettext(RAISED_NAMES[Raised(row.raised_by)])}
        for row in found
    ]  # fmt: skip


def _url(registration: Registration, case: ClosingCase) -> str:
    return reverse("registry:inquiry", args=[registration.register_no, case.pk])


def _shown(request: HttpRequest, row: Registration, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"form": form, "registration": row, "name": name_of(row), "back": url_of(row), **more}
    return render(request, "registry/inquiry.html", context, status=status_of(form))


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def inquiry_open(request: HttpRequest, register_no: str) -> HttpResponse:
    """Begin to look into it."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    by, bound = actor_of(request), request.method == "POST"
    if not bound and (why := blocked(row, by.person_id)):
        messages.warning(request, why)
        return redirect(url_of(row))
    form = OpenForm(request.POST) if bound else OpenForm(initial=typed_before(request))
    if bound and (
        case := attempt(form, lambda: actions.open_inquiry(row, **form.cleaned_data, by=by, on=today()))
    ):
        return redirect(_url(row, case))
    return _shown(
        request, row, form, title=gettext("Look into a ground of closing"), submit=gettext("Open the case")
    )


@page(Permission.RESTRICT, methods=("GET", "POST"), about="inquiry", clause="T4.2.a")
def inquiry(request: HttpRequest, register_no: str, pk: int) -> HttpResponse:
    """One case: what was told, its papers; add a paper, or conclude."""
    row, case = _case(request, register_no, pk)
    by = actor_of(request)
    adding, concluding = "file" in request.FILES or "add" in request.POST, "findings" in request.POST
    proof = ProofForm(request.POST, request.FILES) if adding else ProofForm()
    form = ConcludeForm(request.POST) if concluding else ConcludeForm(initial=typed_before(request))
    if adding and attempt(proof, lambda: _add(case, proof, by)):
        return redirect(_url(row, case))
    if concluding and attempt(form, lambda: _conclude(request, case, form, by)):
        return redirect(_url(row, case) if form.cleaned_data["found"] == "yes" else url_of(row))
    items = FolderItem.objects.filter(folder=case.folder_id, removed_at__isnull=True).order_by("id")
    return _shown(
        request, row, proof if adding else form, title=reason_title(case.reason_code, today()), case=case, proof=proof,
        conclude=form, items=items, rows=_rows(case), state=gettext(INQUIRY_NAMES[Inquiry(case.state)]),
        tone=TONES[Inquiry(case.state)], stopped=blocked(row, by.person_id), version=case.version,
    )  # fmt: skip


def _case(request: HttpRequest, register_no: str, pk: int) -> tuple[Registration, ClosingCase]:
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    case = ClosingCase.objects.filter(registration=row, pk=pk).first()
    if case is None:
        raise Http404
    return row, case


def _add(case: ClosingCase, form: ProofForm, by: Actor) -> FolderItem:
    given = form.cleaned_data["file"]
    return actions.add_proof(case, content=given.read(), filename=given.name, by=by, on=today())


def _conclude(request: HttpRequest, case: ClosingCase, form: ConcludeForm, by: Actor) -> ClosingCase:
    return actions.conclude_inquiry(
        case, is_found=form.cleaned_data["found"] == "yes", findings=form.cleaned_data["findings"], by=by, on=today(),
        seen=seen_version(request, case.version),
    )  # fmt: skip


def _rows(case: ClosingCase) -> list[dict[str, str]]:
    names = names_of([p for p in (case.opened_by_id, case.concluded_by_id) if p])
    rows = [
        (gettext("Who told it"), gettext(RAISED_NAMES[Raised(case.raised_by)])),
        (gettext("What was reported"), case.told or _news(case)),
        (gettext("Entry of the journal"), str(case.news or "")),
        (gettext("Case opened by"), names.get(case.opened_by_id or 0, "")),
        (gettext("What was found"), case.findings),
        (gettext("Case concluded by"), names.get(case.concluded_by_id or 0, "")),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _news(case: ClosingCase) -> str:
    """What the other register wrote down: the day of a death, the paper that was seen, by which office and when."""
    entry = JournalEntry.objects.filter(seq=case.news).first() if case.news else None
    if entry is None:
        return ""
    died, office = (
        case.registration.person.died_on,
        Organization.objects.filter(pk=entry.organization_id).first(),
    )
    said = [
        gettext("died on %(day)s") % {"day": died.isoformat()}
        if died and case.reason_code == "death"
        else "",
        entry.reason,
        office.name if office else "",
        timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M"),
    ]
    return " · ".join(filter(None, said))


@page(Permission.RESTRICT, about="inquiry", clause="T4.2.a")
def inquiry_paper(request: HttpRequest, register_no: str, pk: int, item: int) -> HttpResponse:
    """One paper of the case."""
    _row, case = _case(request, register_no, pk)
    found = FolderItem.objects.filter(folder=case.folder_id, pk=item, removed_at__isnull=True).first()
    if found is None:
        raise Http404
    return file_response(found)


_AT = "office/registrations/<str:register_no>/inquiry/"
urlpatterns = [
    path(_AT + "new/", inquiry_open, name="inquiry_open"),
    path(_AT + "<int:pk>/", inquiry, name="inquiry"),
    path(_AT + "<int:pk>/files/<int:item>/", inquiry_paper, name="inquiry_paper"),
]
