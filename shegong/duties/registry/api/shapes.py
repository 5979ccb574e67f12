"""What an application looks like over HTTP, to officers and to its holder."""

from datetime import date
from typing import Any

from ninja import Schema

from shegong.duties.registry.models import Application
from shegong.duties.registry.rules import NATIONAL_STATUS, State
from shegong.kernel.endpoints import RefusalOut

REFUSALS = {422: RefusalOut, 409: RefusalOut}


class ApplicationOut(Schema):
    """One case; `version` goes back with every decision."""

    token: str
    number: str | None
    kind: str
    state: str
    national_status: str
    waiting_for: str
    region: int | None
    due_on: date | None
    due_provisional: bool
    version: int


def application_out(row: Application) -> dict[str, Any]:
    """The columns of the shape."""
    names = ("token", "number", "kind", "state", "waiting_for", "due_on", "due_provisional", "version")
    return {name: getattr(row, name) for name in names} | {
        "region": row.region_code,
        "national_status": NATIONAL_STATUS[State(row.state)],
    }
