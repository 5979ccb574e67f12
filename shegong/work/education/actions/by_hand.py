"""An officer records hours of one person from a paper: into the ledger, or as a late entry where the year is locked."""

import secrets
from datetime import date

from django.db import transaction

from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.work.education.actions.late import propose_late
from shegong.work.education.actions.posting import post
from shegong.work.education.models import CreditEntry, HoursStatement
from shegong.work.education.models.policies import year_obstacles
from shegong.work.education.rules import Permission

BY_HAND = "education.paper"


@answers("T3.3")
@transaction.atomic
def record_hours(
    person: Person, *, minutes: int, kind: str, earned_on: date, title: str, region_code: int, passed: bool = True,
    credit_code: str = "", provider: Organization | None = None, reason: str = "", by: Actor, on: date,
) -> CreditEntry | HoursStatement:  # fmt: skip
    """Enter hours from a paper; hours of a locked year become a proposal that a second officer decides, with a reason.

    Refuses what the ledger has already of the same day, kind and title: no hour counts twice.
    """
    require(by, Permission.ENTER, region_code)
    same = CreditEntry.objects.current().filter(person=person, earned_on=earned_on, kind=kind)
    waiting = HoursStatement.objects.open().filter(person=person, earned_on=earned_on, kind=kind)
    if same.filter(title=title.strip()).exists() or waiting.filter(title=title.strip()).exists():
        message = N_("The ledger has these hours of that day already.")
        raise Refused(Obstacle("known_before", message, "earned_on"))
    said = {"minutes": minutes, "kind": kind, "earned_on": earned_on, "title": title, "region_code": region_code,
            "passed": passed, "credit_code": credit_code, "provider": provider, "by": by, "on": on}  # fmt: skip
    if year_obstacles(earned_on, on):
        return propose_late(person, reason=reason, **said)  # type: ignore[arg-type]
    return post(person, source=BY_HAND, source_id=secrets.randbits(62), **said)  # type: ignore[arg-type]
