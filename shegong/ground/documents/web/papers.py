"""Files of a document: itself as PDF, its attachments, its receipts as a table."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents import actions
from shegong.ground.documents.models import file_response
from shegong.ground.documents.printing import official_pdf as pdf_of
from shegong.ground.documents.rules import Permission
from shegong.ground.documents.rules.official import ROLES
from shegong.ground.documents.rules.papers import LARGEST_PDF
from shegong.ground.documents.web.drafting import may_change
from shegong.ground.documents.web.listing import days_waiting
from shegong.ground.documents.web.official import document_or_404
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows

RECEIPTS = (
    Column("body", gettext_lazy("Addressee"), lambda a: a.organization.name),
    Column("role", gettext_lazy("Addressed as"), lambda a: a.role, words=lambda v: _(ROLES[v])),
    Column("acknowledged", gettext_lazy("Acknowledged on"), lambda a: a.acknowledged_on, "date"),
    Column("studied", gettext_lazy("Studied on"), lambda a: a.studied_on, "date"),
    Column("waiting", gettext_lazy("Days waiting"), days_waiting, "number"),
    Column("reminded", gettext_lazy("Last reminded on"), lambda a: a.reminded_on, "date"),
)


@page(Permission.READ, about="official_document", clause="N5")
def official_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Who has acknowledged it and who has not, as a file."""
    document = document_or_404(request, pk)
    rows = document.addressees.select_related("organization", "document").order_by("role", "position")
    return export_rows(
        request, form, key="documents.receipts", title=_("Receipts"), permission=Permission.READ, columns=RECEIPTS, rows=rows,
        filters={_("Number of the official paper"): document.number or document.title}, region_code=document.region_code,
    )  # fmt: skip


@page(Permission.READ, about="official_document", clause="N0")
def official_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The document as it is printed; drafts and recalled ones say so."""
    document = document_or_404(request, pk)
    response = HttpResponse(pdf_of(document), content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename=document-{document.pk}.pdf"
    response["X-Content-Type-Options"] = "nosniff"
    return response


class PaperForm(forms.Form):
    """An attachment."""

    title = forms.CharField(label=gettext_lazy("Title of the attachment"), max_length=80)
    paper = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("PDF up to 8 MB, or a photo up to 4 MB")
    )

    def clean_paper(self) -> Any:
        """A file that no rule would take is not read."""
        paper = self.cleaned_data["paper"]
        if paper.size > LARGEST_PDF:
            raise forms.ValidationError(_("At most 8 MB."))
        return paper


@page(Permission.DRAFT, methods=("GET", "POST"), about="official_document")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a paper to a draft."""
    document = document_or_404(request, pk)
    if not may_change(document, actor_of(request)):
        return see(request, "documents:official", pk=pk)
    form = PaperForm(request.POST or None, request.FILES or None)
    common = {"by": actor_of(request), "on": today()}
    done = (
        attempt(form, lambda: actions.attach(document, content=form.cleaned_data["paper"].read(), title=form.cleaned_data["title"], **common))
        if form.is_bound
        else None
    )  # fmt: skip
    if done is not None:
        return see(request, "documents:official", _("The attachment is added."), pk=pk)
    back = reverse("documents:official", args=[pk])
    context = {"form": form, "form_title": _("Add an attachment"), "back": back}
    return render(request, "documents/form.html", context, status=status_of(form))


@page(Permission.DRAFT, methods=("POST",), about="official_document")
def detach(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take a paper out of a draft."""
    document = document_or_404(request, pk)
    paper = document.folder.items.present().filter(pk=item).first()
    if paper is None:
        raise Http404
    actions.detach(document, paper, by=actor_of(request), on=today())
    return see(request, "documents:official", _("The attachment is taken out."), pk=pk)


@page(Permission.READ, about="official_document")
def attachment(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One attachment."""
    document = document_or_404(request, pk)
    paper = document.folder.items.present().filter(pk=item).first()
    if paper is None:
        raise Http404
    return file_response(paper, "download")


urlpatterns: list[URLPattern] = [
    path("office/documents/<int:pk>.<str:form>", official_file, name="official_file"),
    path("office/documents/<int:pk>/pdf/", official_pdf, name="official_pdf"),
    path("office/documents/<int:pk>/attach/", attach, name="attach"),
    path("office/documents/<int:pk>/papers/<int:item>/", attachment, name="attachment"),
    path("office/documents/<int:pk>/papers/<int:item>/remove/", detach, name="detach"),
]
