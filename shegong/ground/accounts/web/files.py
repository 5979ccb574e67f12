"""Roles, proposals, messages and devices as files, as their pages show them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.accounts.models import SignIn
from shegong.ground.accounts.rules import Permission
from shegong.ground.accounts.web import grants
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.messages import Message


def _local(at: Any) -> Any:
    return timezone.localtime(at).replace(tzinfo=None) if at else None


def _start(row: Any) -> Any:
    return row.starts_on if hasattr(row, "starts_on") else row.during.lower


def _end(row: Any) -> Any:
    return row.ends_on if hasattr(row, "ends_on") else row.during.upper


GRANT = (
    Column("person", gettext_lazy("Person"), lambda r: r.who, personal="name"),
    Column("role", gettext_lazy("Role"), lambda r: r.role_name),
    Column("body", gettext_lazy("Office or organization"), lambda r: r.organization.name),
    Column("region", gettext_lazy("Region"), lambda r: r.place),
    Column("from", gettext_lazy("From"), _start, "date"),
    Column("until", gettext_lazy("Until (not included)"), _end, "date"),
)
MESSAGE = (
    Column("at", gettext_lazy("Sent"), lambda m: _local(m.created_at), "date"),
    Column("title", gettext_lazy("Title"), lambda m: m.title),
    Column("body", gettext_lazy("Text"), lambda m: m.body),
    Column("read", gettext_lazy("Read"), lambda m: _local(m.read_at), "date"),
)
DEVICE = (
    Column("device", gettext_lazy("Device"), lambda d: d.device or _("Unknown device")),
    Column("since", gettext_lazy("Signed in"), lambda d: _local(d.started_at), "date"),
    Column("seen", gettext_lazy("Last used"), lambda d: _local(d.seen_at), "date"),
)


@page(Permission.READ)
def waiting_file(request: HttpRequest, form: str) -> HttpResponse:
    """Proposals of roles within reach that wait."""
    rows = grants.waiting(actor_of(request)).select_related("organization").order_by("id")
    return export_rows(
        request, form, key="accounts.grant_requests", title=_("Waiting for a decision"), permission=Permission.READ,
        columns=GRANT, rows=grants.described(list(rows), today()),
    )  # fmt: skip


@page(SIGNED_IN)
def inbox_file(request: HttpRequest, form: str) -> HttpResponse:
    """One's own messages."""
    rows = Message.objects.inbox(actor_of(request).person_id).iterator(500)
    return export_rows(
        request, form, key="accounts.inbox", title=_("Inbox"), permission=SIGNED_IN, columns=MESSAGE, rows=rows
    )  # fmt: skip


@page(SIGNED_IN)
def devices_file(request: HttpRequest, form: str) -> HttpResponse:
    """One's own devices that are signed in."""
    rows = SignIn.objects.open().filter(user_id=actor_of(request).user_id).order_by("-seen_at")
    return export_rows(
        request, form, key="accounts.devices", title=_("Signed-in devices"), permission=SIGNED_IN, columns=DEVICE, rows=rows
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("office/grants-waiting.<str:form>", waiting_file, name="grants_waiting_file"),
    path("my/inbox.<str:form>", inbox_file, name="inbox_file"),
    path("my/account.<str:form>", devices_file, name="account_file"),
]
