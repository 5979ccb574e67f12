"""Alerts over HTTP: for employers, offices and funders whose systems ask by themselves."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from shegong.duties.lookup.models import Alert
from shegong.duties.lookup.models.alert_rows import alert_rows
from shegong.duties.registry.rules import Permission
from shegong.kernel.endpoints import endpoint

router = Router(tags=["lookup"])
PAGE = 100


class AlertOut(Schema):
    """One change of one registration; `id` grows in the order in which alerts became visible."""

    id: int
    at: datetime
    register_no: str
    name: str
    what: str
    on: date
    until: date | None
    watched_as: str
    purpose: str
    told_at: datetime | None
    opened_by: int


class AlertsOut(Schema):
    """A page; hand `next` over as `after` for the page that follows, also when it was empty."""

    alerts: list[AlertOut]
    next: int
    more: bool


def _page(request: HttpRequest, kinds: list[str], after: int) -> dict[str, Any]:
    rows = Alert.objects.of(request.actor).filter(watch__kind__in=kinds, pk__gt=after)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: PAGE + 1])
    found = {row.id: row for row in alert_rows(ids[:PAGE])}
    out = [
        {"id": row.id, "at": row.at, "register_no": row.number, "name": row.name, "what": row.what, "on": row.on,
         "until": row.until, "watched_as": row.kind, "purpose": row.purpose, "told_at": row.first_told, "opened_by": row.read}
        for row in (found[pk] for pk in ids[:PAGE])
    ]  # fmt: skip
    return {"alerts": out, "next": ids[:PAGE][-1] if ids else after, "more": len(ids) > PAGE}


@router.get("alerts", response=AlertsOut, summary="Alerts of my bodies after a cursor, a hundred a page")
@endpoint(Permission.STAFF, about="organization", clause="T4.2.e")
def list_alerts(request: HttpRequest, after: int = Query(0, ge=0, le=2**62)) -> Any:  # type: ignore[type-arg]
    """Changes of one's own staff and of listed people, oldest first."""
    return _page(request, ["staff", "list"], after)


@router.get("office/alerts", response=AlertsOut, summary="Alerts of my office's area after a cursor")
@endpoint(Permission.READ, about="office_alert", clause="T4.2.e")
def list_office_alerts(request: HttpRequest, after: int = Query(0, ge=0, le=2**62)) -> Any:  # type: ignore[type-arg]
    """Changes in the area that the office watches, oldest first."""
    return _page(request, ["region"], after)
