"""One's own hours of continuing education over HTTP: both verdicts and every record."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.spans import period_of
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.endpoints import endpoint
from shegong.kernel.http import actor_of, today
from shegong.work.education.models import entries_of, verdicts_of
from shegong.work.education.rules import Verdict

router = Router()


class VerdictOut(Schema):
    """One rule's answer, in minutes; `until` is the last day of the span. `certainty` M: needs a source."""

    rule: str
    since: date
    until: date
    required: int
    counted: int
    missing: int
    met: bool
    basis: str
    certainty: str


class RecordOut(Schema):
    """One record; `counted` minutes of it count nationally in the running term, `why` says why not all."""

    on: date
    minutes: int
    kind: str
    title: str
    provider: str
    source: str
    passed: bool
    counted: int | None
    why: str


class HoursOut(Schema):
    """Both verdicts (none without a registration; the national one decides on renewal), newest records first."""

    verdicts: list[VerdictOut]
    records: list[RecordOut]


@router.get("my/hours", response=HoursOut, summary="One's own hours under both rules")
@endpoint(SIGNED_IN, clause="T3.3")
def my_hours(request: HttpRequest) -> Any:
    """The same numbers as the page."""
    registration, on = Registration.objects.live_own(actor_of(request)), today()
    verdicts: tuple[Verdict, ...] = ()
    if registration:
        verdicts = verdicts_of(
            registration.person_id, level=registration.level, period=period_of(registration, on), on=on,
            registered=registration.admitted_on,
        )  # fmt: skip
    counted = {one.line.entry: one for one in verdicts[0].lines} if verdicts else {}
    records = [
        {"on": row.earned_on, "minutes": row.minutes, "kind": row.kind, "title": row.title,
         "provider": row.provider.name if row.provider else "", "source": row.source, "passed": row.passed,
         "counted": counted[row.pk].minutes if row.pk in counted else None,
         "why": counted[row.pk].why if row.pk in counted else ""}
        for row in entries_of(actor_of(request).person_id)[:500]
    ]  # fmt: skip
    return {"verdicts": [_verdict(one) for one in verdicts], "records": records}


def _verdict(one: Verdict) -> dict[str, Any]:
    since, end = one.span
    return {
        "rule": one.rule, "since": since, "until": date.fromordinal(end.toordinal() - 1), "required": one.required,
        "counted": one.counted, "missing": one.missing, "met": one.met, "basis": one.basis, "certainty": one.certainty,
    }  # fmt: skip
