"""How a centre stands: the yearly check, the abnormal list, the end of its registration."""

from datetime import date

from django.db import IntegrityError, transaction

from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.centres.models import AnnualCheck, Centre, Standing
from shegong.work.centres.rules import Permission, check_obstacles, reason_obstacles


@answers("T1.2.b")
@transaction.atomic
def record_check(
    centre: Centre, *, year: int, result: str, by: Actor, on: date, staff: int | None = None,
    certified: int | None = None, batch_id: int | None = None,
) -> AnnualCheck:  # fmt: skip
    """Record what the check of `year` found, with the staff and certificate holders that the centre reported.

    Refuses a year that is not over or lies before the registration, and a second result for a year.
    """
    require(by, Permission.EDIT, centre.region_code)
    refuse_if(
        check_obstacles(
            year=year,
            result=result,
            registered_on=centre.registered_on,
            staff=staff,
            certified=certified,
            on=on,
        )
    )
    try:
        with transaction.atomic():
            found = AnnualCheck.objects.create(
                centre=centre, year=year, result=result, staff=staff, certified=certified, batch_id=batch_id
            )
    except IntegrityError as error:
        message = N_("The check of %(year)s is recorded already.")
        raise Refused(Obstacle("check_recorded", message, "year", params={"year": year})) from error
    facts = {"year": year, "result": str(result)}
    journal.write("centres.check.record", by=by, subject=centre, rows=[found], facts=facts)
    return found


@transaction.atomic
def change_standing(
    centre: Centre, *, step: str, reason: str, by: Actor, on: date, seen: int | None = None
) -> Centre:
    """List a centre as abnormal, take it off the list, or cancel its registration; `step` is a step of the workflow.

    Refuses without a reason and from a state that the step does not start from.
    """
    require(by, Permission.EDIT, centre.region_code)
    refuse_if(reason_obstacles(reason))
    if step not in centre.workflow.steps:
        raise Refused(Obstacle("centre_step", N_("Choose what is to be done."), "step"))
    earlier = _entered_before(centre, on)
    transition(centre, step, seen=seen)
    since = Standing.objects.create(centre=centre, state=centre.state, on=on)
    journal.write(
        f"centres.centre.{step}", by=by, subject=centre, rows=[centre, *earlier, since], reason=reason.strip()
    )
    return centre


def _entered_before(centre: Centre, on: date) -> list[Standing]:
    """The first row of a centre that was entered before standings were kept."""
    if Standing.objects.filter(centre=centre).exists():
        return []
    return [Standing.objects.create(centre=centre, state=centre.state, on=centre.registered_on or on)]
