"""For the discipline inspector: who read who complained and why, and complaints that no office in line may have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Complaint, Kin, VaultRead
from shegong.duties.conduct.rules import Permission, State
from shegong.duties.conduct.web.case_forms import KinEndForm, PlaceForm
from shegong.duties.conduct.web.relations import kin_lines
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.walls_acting import lifted

WHY = "the inspector belongs to no office that handles complaints, and sees who read, not what"


@dataclass(frozen=True)
class Row:
    """One reading."""

    id: int
    at: datetime
    number: str
    reader: str
    what: str
    reason: str


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    with lifted(WHY):
        found = list(VaultRead.objects.filter(pk__in=ids).select_related("complaint"))
        names = names_of([one.reader_id for one in found if one.reader_id])
    return [
        Row(
            one.pk,
            one.read_at,
            one.complaint.number,
            _reader(one, names),
            _what(one.what),
            _reason(one.reason),
        )
        for one in found
    ]


def _reader(one: VaultRead, names: dict[int, str]) -> str:
    return names.get(one.reader_id, str(one.reader_id)) if one.reader_id else gettext("The system")


def _what(code: str) -> str:
    words = {
        "contact": gettext("Contact, to send a word"),
        "compared": gettext("Nothing: words or a person were compared and refused"),
    }
    return words.get(code, gettext("Name and contact"))


def _reason(reason: str) -> str:
    words = {
        "notice": gettext("To say that something moved"),
        "compared": gettext("A text for the other side, or somebody to take part in the case"),
    }
    return words.get(reason, reason)


LIST = Listing(
    key="conduct.reads",
    title=_("Who read who complained"),
    permission=Permission.AUDIT,
    export_permission=Permission.AUDIT,
    rows=lambda scene: VaultRead.objects.all(),
    load=_rows,
    columns=(
        Column("at", _("Read at"), lambda r: f"{timezone.localtime(r.at):%Y-%m-%d %H:%M}", fixed=True),
        Column("number", _("Number of the complaint"), lambda r: r.number),
        Column("reader", _("Reader"), lambda r: r.reader),
        Column("what", _("What was opened"), lambda r: r.what),
        Column("reason", _("Why"), lambda r: r.reason),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("Every reading is on record before it is shown; nobody can take one out."),
)  # fmt: skip


@page(Permission.AUDIT, methods=("GET", "POST"), clause="T4.2.f")
def reads(request: HttpRequest) -> HttpResponse:
    """All readings, and above them complaints that wait for a body."""
    return answer(
        request, LIST, template="conduct/reads.html", more={"waiting": waiting(), "kin": kin_lines(KIN_ASKED)}
    )


KIN_ASKED = Kin.objects.filter(over_asked_on__isnull=False)


@page(Permission.AUDIT, methods=("GET", "POST"), about="kin", clause="T4.2.f")
def kin_end(request: HttpRequest, pk: int) -> HttpResponse:
    """An officer says that a relation is over: agree, or leave it as declared."""
    lines = kin_lines(KIN_ASKED.filter(pk=pk))
    if not lines:
        raise Http404
    form, row = KinEndForm(request.POST or None), lines[0]["row"]

    def change() -> object:
        agreed = form.cleaned_data["agreed"] == "yes"
        return actions.end_kin(row, agreed=agreed, by=actor_of(request), on=today())

    if request.method == "POST" and attempt(form, change) is not None:
        return see(request, "conduct:reads", gettext("Done."))
    return render(request, "conduct/kin_end.html", {"form": form, "one": lines[0]}, status=status_of(form))


def waiting() -> list[dict[str, Any]]:
    """Complaints of which every body in line has a side: number and day, nothing of what they say."""
    with lifted(WHY):
        rows = list(Complaint._base_manager.filter(state=State.LODGED).order_by("pk")[:50])
    return [
        {"number": one.number, "on": one.received_on, "url": reverse("conduct:place", args=[one.token])}
        for one in rows
    ]


@page(Permission.AUDIT, clause="T4.2.f")
def reads_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


@page(Permission.AUDIT, methods=("GET", "POST"), about="complaint", clause="T4.2.f")
def place(request: HttpRequest, token: str) -> HttpResponse:
    """Name the body for a complaint that waits; one with a side is refused."""
    with lifted(WHY):
        row = Complaint._base_manager.filter(token=token, state=State.LODGED).first()
    if row is None:
        raise Http404
    form = PlaceForm(request.POST or None)

    def change() -> object:
        given = form.cleaned_data
        return actions.place_by_hand(
            row, given["body"], reason=given["reason"], by=actor_of(request), on=today()
        )

    if request.method == "POST" and attempt(form, change) is not None:
        return see(request, "conduct:reads", gettext("Done: the case is with another office now."))
    return render(request, "conduct/place.html", {"row": row, "form": form}, status=status_of(form))


urlpatterns = [
    *paths("office/complaints-read", reads, reads_file, "reads"),
    path("office/complaints-read/<str:token>/", place, name="place"),
    path("office/relations-over/<int:pk>/", kin_end, name="kin_end"),
]
