"""One piece of evidence: first why, then the piece; the reading is written down."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Complaint, Evidence
from shegong.duties.conduct.rules import Permission
from shegong.kernel.http import actor_of, attempt, page, status_of, today


class ReadForm(forms.Form):
    """Why a piece is opened."""

    reason = forms.CharField(
        label=_("Why you open it"), max_length=200, help_text=_("Kept with your name and the time")
    )


@page(Permission.READ, methods=("GET", "POST"), about="evidence", clause="T4.2.f")
def evidence(request: HttpRequest, token: str) -> HttpResponse:
    """Open one piece of evidence: first why, then the piece; the reading is written down."""
    actor = actor_of(request)
    reached = Complaint.objects.visible_to(actor, Permission.READ)
    piece = Evidence.objects.filter(token=token, complaint__in=reached).select_related("complaint").first()
    if piece is None:
        raise Http404
    form = ReadForm(request.POST or None)
    if request.method == "POST":
        content = attempt(
            form,
            lambda: actions.read_evidence(piece, reason=form.cleaned_data["reason"], by=actor, on=today()),
        )
        if content is not None:
            return _bytes(content, piece.media_type)
    context = {
        "form": form,
        "complaint": piece.complaint,
        "back": reverse("conduct:case", args=[piece.complaint.token]),
    }
    return render(request, "conduct/evidence.html", context, status=status_of(form))


def _bytes(content: bytes, media_type: str) -> HttpResponse:
    """The piece itself, kept by nobody on the way, never able to run anything."""
    response = HttpResponse(content, content_type=media_type)
    image = media_type == "image/jpeg"
    response["Content-Disposition"] = "inline" if image else 'attachment; filename="evidence.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


urlpatterns = [path("office/evidence/<str:token>/", evidence, name="evidence")]
