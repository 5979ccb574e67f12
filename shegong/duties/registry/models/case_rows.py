"""Rows of the list of applications, in a fixed number of queries for any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.places import place_names
from shegong.ground.people.models import names_of


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One application as lists show it."""

    id: int
    token: str
    number: str
    name: str
    kind: str
    level: str
    region: str
    state: str
    waiting_for: str
    submitted_on: date | None
    due_on: date | None
    due_provisional: bool
    final_on: date | None
    is_clean: bool


def case_rows(ids: Sequence[int], day: date, within: int | None = None) -> list[CaseRow]:
    """The applications with these keys, in any order; regions named from the unit `within`."""
    found = list(Application.objects.filter(pk__in=ids).select_related("certificate"))
    names = names_of([row.person_id for row in found])
    places = place_names((row.region_code for row in found), day, within)
    return [_row(row, names.get(row.person_id, ""), places.get(row.region_code, "")) for row in found]


def _row(row: Application, name: str, region: str) -> CaseRow:
    submitted = timezone.localdate(row.submitted_at) if row.submitted_at else None
    level = row.certificate.level if row.certificate else ""
    return CaseRow(
        row.pk, row.token, row.number or "", name, row.kind, level, region, row.state, row.waiting_for,
        submitted, row.due_on, row.due_provisional, row.final_on, row.clean,
    )  # fmt: skip
