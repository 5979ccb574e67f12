"""The file of a registration: the papers of all its applications, for the office that keeps it now, wherever they were taken in.

A file that moved to another county is read there through the registration; the applications keep the place of their time.
The county that is asked to take a registration over, or to renew it, reads it while it decides.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext

from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import OPEN_STATES, STATE_NAMES, Kind, Permission, State
from shegong.duties.registry.web.registration import name_of, registration_or_404, url_of
from shegong.duties.registry.web.words import KIND_NAMES
from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, page, today


@page(Permission.READ, about="registration", clause="T4.2.a")
def whole_file(request: HttpRequest, register_no: str) -> HttpResponse:
    """Every application that was handed in about this certificate, with its papers."""
    row, back = _read_here(request, register_no)
    context = {"registration": row, "name": name_of(row), "back": back, "cases": _cases(row)}
    return render(request, "registry/whole_file.html", context)


def _read_here(request: HttpRequest, register_no: str) -> tuple[Registration, str]:
    """The registration, and the page that leads to its file: its own where it is kept, else the case to decide."""
    asked = Application.objects.visible_to(actor_of(request), Permission.READ).filter(
        registration__register_no=register_no, state__in=OPEN_STATES, submitted_at__isnull=False
    )
    case = asked.select_related("registration").first()
    kept = Registration.objects.visible_to(actor_of(request), Permission.READ).filter(register_no=register_no)
    if case is not None and case.registration is not None and not kept.exists():
        return case.registration, reverse("registry:case", args=[case.token])
    row = registration_or_404(request, register_no)
    return row, url_of(row)


def applications_of(registration: Registration) -> Any:
    """What led to the registration and what was asked about it since, in order."""
    certificate = registration.certificate_id
    about = Application.objects.filter(certificate=certificate) | Application.objects.filter(
        registration=registration
    )
    return about.filter(submitted_at__isnull=False).distinct().order_by("id")


def _cases(registration: Registration) -> list[dict[str, Any]]:
    policy, on = registration_policy(today()), today()
    found = list(applications_of(registration))
    items = FolderItem.objects.filter(folder__in=[one.folder_id for one in found], removed_at__isnull=True)
    papers: dict[int, list[dict[str, Any]]] = {}
    for item in items.order_by("position", "id"):
        title = policy.material_name(item.kind).says(get_language())
        papers.setdefault(item.folder_id, []).append({"item": item, "title": title})
    return [
        {"number": one.number, "kind": gettext(KIND_NAMES[Kind(one.kind)]), "at": one.submitted_at,
         "state": gettext(STATE_NAMES[State(one.state)]), "place": tree().full_name(one.region_code, on),
         "papers": papers.get(one.folder_id or 0, [])}
        for one in found
    ]  # fmt: skip


@page(Permission.READ, about="registration_paper", clause="T4.2.a")
def whole_file_paper(request: HttpRequest, register_no: str, item: int) -> HttpResponse:
    """One paper of the file."""
    row, _back = _read_here(request, register_no)
    folders = applications_of(row).values("folder")
    found = FolderItem.objects.filter(folder__in=folders, pk=item, removed_at__isnull=True).first()
    if found is None:
        raise Http404
    return file_response(found)


urlpatterns = [
    path("office/registrations/<str:register_no>/file/", whole_file, name="whole_file"),
    path(
        "office/registrations/<str:register_no>/file/<int:item>/", whole_file_paper, name="whole_file_paper"
    ),
]
