"""Service centres: what may be entered about one, how it stands, what its yearly check found; pure (T1.2.b).

Centres are private non-enterprise units (民办非企业单位), today social service organisations (社会服务机构), registered by
the county's civil affairs department in a township or subdistrict (国务院令第251号).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CLAUSE = "T1.2.b"
LAW = "国务院令第251号"
# The first year in which such a unit can have been checked: the law is of 1998.
FIRST_CHECK = 1999
TOWNSHIP = 4


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "centres.read"
    EDIT = "centres.edit"


class State(StrEnum):
    """How a registered centre stands: only an active one may hire."""

    ACTIVE = "active"
    ABNORMAL = "abnormal"
    CANCELLED = "cancelled"


WORKFLOW = Workflow(
    State,
    State.ACTIVE,
    [
        step("flag", State.ACTIVE, State.ABNORMAL, LAW),
        step("clear", State.ABNORMAL, State.ACTIVE, LAW),
        step("cancel", (State.ACTIVE, State.ABNORMAL), State.CANCELLED, LAW),
    ],
)
STATES: Mapping[str, str] = {
    State.ACTIVE: N_("Active"),
    State.ABNORMAL: N_("Listed as abnormal"),
    State.CANCELLED: N_("Registration cancelled"),
}
STEPS: Mapping[str, str] = {
    "flag": N_("List as abnormal"),
    "clear": N_("Take off the abnormal list"),
    "cancel": N_("Cancel the registration"),
}


class Result(StrEnum):
    """What the yearly check found."""

    PASSED = "passed"
    BASIC = "basic"
    FAILED = "failed"
    ABSENT = "absent"


RESULTS: Mapping[str, str] = {
    Result.PASSED: N_("Check passed"),
    Result.BASIC: N_("Basically passed"),
    Result.FAILED: N_("Check not passed"),
    Result.ABSENT: N_("Did not take part"),
}


def entry_obstacles(
    *, level: int | None, has_code: bool, registration_no: str, legal_representative: str, fund_fen: int | None,
    registered_on: date | None, on: date,
) -> list[Obstacle]:  # fmt: skip
    """What speaks against entering a centre; `level` is that of its place (4 township), None when there is none."""
    found = []
    if level != TOWNSHIP:
        message = N_("A centre belongs to a township or subdistrict; choose one.")
        found.append(Obstacle("centre_township", message, "region", CLAUSE))
    if not has_code and not registration_no:
        message = N_("Enter the unified social credit code or the former registration number.")
        found.append(Obstacle("centre_number", message, "registration_no", CLAUSE))
    if not legal_representative:
        found.append(
            Obstacle("centre_representative", N_("Enter the legal representative."), "legal_representative")
        )
    if fund_fen is not None and fund_fen < 0:
        found.append(Obstacle("centre_fund", N_("The start-up fund cannot be negative."), "fund"))
    if registered_on is not None and registered_on > on:
        message = N_("The day of registration lies in the future.")
        found.append(Obstacle("centre_registered_later", message, "registered_on"))
    return found


def check_obstacles(
    *,
    year: int,
    result: str,
    registered_on: date | None,
    staff: int | None,
    certified: int | None,
    on: date,
) -> list[Obstacle]:
    """What speaks against the result of a year's check. A year is checked after it ended (report by 31 March)."""
    found = []
    first = max(FIRST_CHECK, registered_on.year if registered_on else FIRST_CHECK)
    if not first <= year < on.year:
        message = N_("There is no check of %(year)s: it covers whole years from %(first)s to %(last)s.")
        params = {"year": year, "first": first, "last": on.year - 1}
        found.append(Obstacle("check_year", message, "year", LAW, params))
    if result not in set(Result):
        found.append(Obstacle("check_result", N_("Choose the result of the check."), "result"))
    if staff is not None and certified is not None and certified > staff:
        params = {"certified": certified, "staff": staff}
        message = N_("%(certified)s with a certificate cannot be more than %(staff)s staff.")
        found.append(Obstacle("centre_certified", message, "certified", params=params))
    return found
