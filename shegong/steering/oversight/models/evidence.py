"""The papers and dates behind somebody who was drawn, and behind an entered figure: what a member of the panel looks at (N13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shegong.ground.credentials.models import Certificate
from shegong.ground.people.models import Person, records_of, surviving
from shegong.ground.regions.models import tree
from shegong.kernel.access import holders
from shegong.steering.oversight.models.acceptance import Acceptance, AcceptanceItem, AcceptanceSample
from shegong.steering.oversight.rules import Permission
from shegong.steering.programme.models import EnteredPerson, HandValue, plan
from shegong.steering.programme.models.behind import Behind
from shegong.work.employment.models import Employment


@dataclass(frozen=True)
class Evidence:
    """What is on record about somebody drawn: certificates, jobs, and the entered figures that name her."""

    certificates: Sequence[Certificate]
    jobs: Sequence[Employment]
    entered: Sequence[EnteredPerson]


def evidence_of(sample: AcceptanceSample) -> Evidence:
    """Under every record of hers; the caller has made sure that the reader may see her."""
    ids = records_of(surviving(sample.person).pk)
    certificates = Certificate.objects.filter(person__in=ids).order_by("issued_on", "pk")
    jobs = (
        Employment.objects.current()
        .filter(person__in=ids)
        .select_related("employer")
        .order_by("during", "pk")
    )
    entered = EnteredPerson.objects.filter(person__in=ids, value__in=HandValue.objects.current())
    return Evidence(
        list(certificates), list(jobs), list(entered.select_related("value__folder").order_by("on", "pk"))
    )


def sources_of(item: AcceptanceItem) -> list[dict[str, Any]]:
    """The entered figures that an indicator is made of, with how many papers lie behind each."""
    known = plan().indicators.get(item.indicator)
    if known is None:
        return []
    day: date = item.acceptance.snapshot.as_of
    made = [known, *(plan().indicators[name] for name in known.parts)] if known.summed else [known]
    rows = [row for one in made for row in Behind(one, day, item.acceptance.region_code).entries]
    return [
        {
            "pk": row.pk, "place": tree().name(row.region_code, day), "since": row.period.lower, "until": row.period.upper,
            "indicator": row.indicator, "amount": row.amount, "papers": row.folder.items.present().count() if row.folder else 0,
        }
        for row in rows
    ]  # fmt: skip


def experts(row: Acceptance, on: date) -> dict[int, Person]:
    """Who may sit on the panel: those given the right to verify over the place, unless they are named already."""
    sitting = set(row.panel.values_list("person_id", flat=True))
    ids = [one for one in holders(Permission.VERIFY, on, region_code=row.region_code) if one not in sitting]
    return Person.objects.in_bulk(ids)
