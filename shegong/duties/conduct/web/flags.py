"""For the discipline inspector: changes to the records of who complained from the side complained of, and who opened evidence."""

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
from shegong.duties.conduct.models import EvidenceRead, Flag
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web.step_forms import FindingForm
from shegong.ground.accounts.rules import VERBS
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_files import export_rows
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.walls_acting import lifted

WHY = "the inspector alone reads flags; they lead to who complained, so nobody else's wall opens them"
MOST = 500


def _flags() -> list[dict[str, Any]]:
    """Flags, those not looked at first: what was changed, by whom, from which body. Whose record it was is not said."""
    with lifted(WHY):
        rows = list(Flag.objects.select_related("complaint").order_by("looked_on", "-pk")[:MOST])
        entries = JournalEntry.objects.in_bulk([row.seq for row in rows])
        names = names_of([e.person_id for e in entries.values() if e.person_id])
        bodies = dict(Organization.objects.filter(
            pk__in={e.organization_id for e in entries.values() if e.organization_id}).values_list("pk", "name"))  # fmt: skip
    found = []
    for row in rows:
        entry = entries.get(row.seq)
        found.append({
            "row": row, "number": row.complaint.number, "seq": row.seq,
            "at": f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}" if entry else "",
            "what": gettext(VERBS.get(entry.verb, entry.verb)) if entry else "",
            "who": names.get(entry.person_id or 0, "") if entry else "",
            "body": bodies.get(entry.organization_id, "") if entry else "",
            "finding": FINDINGS[row.finding], "url": reverse("conduct:flag", args=[row.pk]),
        })  # fmt: skip
    return found


FINDINGS = {"": _("To be looked at"), "none": _("Nothing in it"), "retaliation": _("Retaliation")}
COLUMNS = (
    Column("at", _("Time"), lambda r: r["at"]),
    Column("number", _("Number of the complaint"), lambda r: r["number"]),
    Column("what", _("What was done"), lambda r: r["what"]),
    Column("who", _("By whom"), lambda r: r["who"]),
    Column("body", _("Unit of who did it"), lambda r: r["body"]),
    Column("seq", _("Number in the journal"), lambda r: r["seq"]),
    Column("finding", _("Finding"), lambda r: str(r["finding"])),
)


@page(Permission.AUDIT, clause="T4.2.f")
def flags(request: HttpRequest) -> HttpResponse:
    """All flags, those that wait first."""
    return render(request, "conduct/flags.html", {"flags": _flags()})


@page(Permission.AUDIT, clause="T4.2.f")
def flags_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    return export_rows(request, form, key="conduct.flags", title=_("Possible retaliation"), permission=Permission.AUDIT,
                       columns=COLUMNS, rows=_flags())  # fmt: skip


@page(Permission.AUDIT, methods=("GET", "POST"), about="flag", clause="T4.2.f")
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """One flag and what the inspector found of it."""
    found = next((one for one in _flags() if one["row"].pk == pk), None)
    if found is None:
        raise Http404
    form = FindingForm(request.POST or None)

    def change() -> object:
        given = form.cleaned_data
        return actions.look_at_flag(
            found["row"], finding=given["finding"], note=given["note"], by=actor_of(request), on=today()
        )

    if request.method == "POST" and attempt(form, change) is not None:
        return see(request, "conduct:flags", gettext("Your finding is on record."))
    return render(request, "conduct/flag.html", {"one": found, "form": form}, status=status_of(form))


@dataclass(frozen=True)
class Row:
    """One opening of a piece of evidence."""

    id: int
    at: datetime
    number: str
    reader: str
    what: str
    reason: str


def _rows(ids: Sequence[int], scene: Scene) -> list[Row]:
    with lifted(WHY):
        found = list(EvidenceRead.objects.filter(pk__in=ids).select_related("evidence__complaint"))
        names = names_of([one.reader_id for one in found if one.reader_id])
    return [
        Row(one.pk, one.read_at, one.evidence.complaint.number, names.get(one.reader_id or 0, ""),
            opened(one.evidence, "title"), one.reason)
        for one in found
    ]  # fmt: skip


LIST = Listing(
    key="conduct.evidence_reads",
    title=_("Who opened evidence"),
    permission=Permission.AUDIT,
    export_permission=Permission.AUDIT,
    rows=lambda scene: EvidenceRead.objects.all(),
    load=_rows,
    columns=(
        Column("at", _("Time"), lambda r: f"{timezone.localtime(r.at):%Y-%m-%d %H:%M}", fixed=True),
        Column("number", _("Number of the complaint"), lambda r: r.number),
        Column("reader", _("Reader"), lambda r: r.reader),
        Column("what", _("What was opened"), lambda r: r.what),
        Column("reason", _("Why"), lambda r: r.reason),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("Every reading is on record before it is shown; nobody can take one out."),
)  # fmt: skip


@page(Permission.AUDIT, clause="T4.2.f")
def evidence_reads(request: HttpRequest) -> HttpResponse:
    """All openings of evidence."""
    return answer(request, LIST)


@page(Permission.AUDIT, clause="T4.2.f")
def evidence_reads_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, LIST, form)


urlpatterns = [
    path("office/complaint-flags/", flags, name="flags"),
    path("office/complaint-flags.<str:form>", flags_file, name="flags_file"),
    path("office/complaint-flags/<int:pk>/", flag, name="flag"),
    *paths("office/evidence-read", evidence_reads, evidence_reads_file, "evidence_reads"),
]
