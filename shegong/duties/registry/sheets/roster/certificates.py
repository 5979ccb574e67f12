"""Certificate and registration of a row against the base: held once, by one person, as the register has them."""

from collections.abc import Iterator, Sequence
from datetime import date

from shegong.duties.registry.models import Registration
from shegong.duties.registry.sheets.roster.kinds import LEVELS
from shegong.duties.registry.sheets.roster.known import Base, Known, born_by
from shegong.duties.registry.sheets.roster.plan import Plan
from shegong.ground.credentials.models import Certificate
from shegong.ground.credentials.rules import certificate_obstacles, number_taken
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Offer, Row, Weight
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number

COLUMNS = ("level", "management_no", "issued_on")


def certificate_findings(
    row: Row, plan: Plan, base: Base, others: Sequence[Row], day: date
) -> Iterator[Finding]:
    """What is wrong with level, management number and date of issue; without findings the plan knows what to add."""
    v = row.values
    given = [column for column in COLUMNS if v.get(column)]
    if not given:
        return
    if len(given) < len(COLUMNS):
        message = N_(
            "A certificate needs level, management number and date of issue: fill in all three or none."
        )
        yield from (
            Finding(c, Obstacle("certificate_incomplete", message)) for c in COLUMNS if c not in given
        )
        return
    born = born_by(v["identity"]) if v.get("identity") else None
    wrong = certificate_obstacles(
        level=v["level"], issued_on=v["issued_on"], exam_year=None, local_scheme=False, born_on=born, on=day
    )
    yield from (Finding(obstacle.field or "", obstacle) for obstacle in wrong)
    yield from _year_note(v["management_no"], v["issued_on"])
    yield from _twice(row, others)
    held = base.certificates.get(v["management_no"])
    if held is not None and (plan.known is None or held.person_id != plan.known.pk):
        yield _held(row, base.holders[held.person_id])
    elif plan.known is None or held is None:
        yield from _same_level(row, plan)
    else:
        yield from _as_held(row, held)


def _year_note(number: str, issued_on: date) -> Iterator[Finding]:
    """Most numbers begin with the year of the examination; nothing may be derived from it, so this only asks to look."""
    year = (whole_number(number[:4]) or 0) if len(number) == 18 else 0
    if 2008 <= year <= 2100 and not 0 <= issued_on.year - year <= 2:
        params = {"year": year, "issued": issued_on.isoformat()}
        message = N_("The number begins with %(year)s, the certificate is dated %(issued)s. Compare both.")
        yield Finding("issued_on", Obstacle("certificate_year", message, params=params), Weight.NOTE)


def _twice(row: Row, others: Sequence[Row]) -> Iterator[Finding]:
    """Rows of one part about other people with the same number; in other parts the second is late."""
    clash = next((r for r in others if r.values.get("identity") != row.values.get("identity")), None)
    if clash:
        params = {"row": clash.number, "name": mask("name", clash.values.get("name") or "")}
        message = N_("Row %(row)s, %(name)s, has the same management number. Compare both certificates.")
        yield Finding("management_no", Obstacle("management_no_twice", message, params=params))


def _held(row: Row, holder: Known) -> Finding:
    """Somebody else has this certificate: both are shown, as far as the clerk may see the other."""
    if not holder.may_edit:
        return Finding("management_no", number_taken())
    params = {"name": mask("name", holder.name), "number": holder.masked, "said": mask("name", row.values.get("name") or ""),
              "mine": mask("identity", row.values.get("identity") or "")}  # fmt: skip
    message = N_(
        "This certificate stands with %(name)s, %(number)s, in the register; the row gives it to %(said)s, %(mine)s. Compare "
        "the number with the paper."
    )
    return Finding("management_no", Obstacle("management_no_held", message, params=params))


def _same_level(row: Row, plan: Plan) -> Iterator[Finding]:
    held = (
        next((c for c in plan.known.certificates if c.level == row.values["level"]), None)
        if plan.known
        else None
    )
    if held is None:
        plan.adds.add("certificate")
        return
    params = {"level": LEVELS[held.level], "held": held.management_no}
    message = N_(
        "The register has her certificate %(level)s under %(held)s. Keep that, or correct it on the person's page first."
    )
    offer = Offer(held.management_no, held.management_no)
    yield Finding(
        "management_no", Obstacle("certificate_differs", message, params=params), Weight.CHOICE, (offer,)
    )


def _as_held(row: Row, held: Certificate) -> Iterator[Finding]:
    """Her own certificate: level and date are the register's, which may have been checked by an office."""
    message = N_(
        "The register has %(held)s for this certificate. Keep that, or correct it on the person's page first."
    )
    for column, text in (("level", LEVELS[held.level]), ("issued_on", held.issued_on.isoformat())):
        if row.values[column] != getattr(held, column):
            found = Obstacle("certificate_differs", message, params={"held": text})
            yield Finding(column, found, Weight.CHOICE, (Offer(text, text),))


# -- the register ----------------------------------------------------------------------------------------------------


def register_findings(row: Row, plan: Plan, base: Base) -> Iterator[Finding]:
    """登记证号 and 登记有效期 are compared with the register and never written: it gives these numbers itself.

    A number that is not here is a note: it comes from before, and an application brings it in.
    """
    number, until = row.values.get("register_no"), row.values.get("valid_to")
    found = base.registrations.get(number) if number else _own(plan.known)
    if number and found is None:
        yield from _unknown_number(number, plan.known)
    elif found is not None and number and (plan.known is None or found.person_id != plan.known.pk):
        yield _of_another(number, base.holders[found.person_id])
    elif found is not None and until and not found.valid_to.isoformat().startswith(until):
        message = N_("The register has %(held)s as the last day of %(number)s. Take the register's.")
        params = {"held": found.valid_to.isoformat(), "number": found.register_no}
        offer = Offer(params["held"], params["held"])
        yield Finding(
            "valid_to", Obstacle("register_differs", message, params=params), Weight.CHOICE, (offer,)
        )
    elif found is None and until:
        message = N_(
            "She is not in the register; this date is not stored. An application for registration brings it in."
        )
        yield Finding("valid_to", Obstacle("register_unknown", message), Weight.NOTE)


def _own(known: Known | None) -> Registration | None:
    live = [r for r in known.registrations if r.closed_on is None] if known else []
    return live[0] if live else None


def _unknown_number(number: str, known: Known | None) -> Iterator[Finding]:
    own = _own(known)
    if own is not None:
        message = N_("Her registration has the number %(held)s, not %(number)s. Take the register's.")
        params = {"held": own.register_no, "number": number}
        offer = Offer(own.register_no, own.register_no)
        yield Finding(
            "register_no", Obstacle("register_differs", message, params=params), Weight.CHOICE, (offer,)
        )
        return
    message = N_(
        "The register has no number %(number)s; number and last day are not stored. An application for registration brings "
        "them in."
    )
    yield Finding(
        "register_no", Obstacle("register_unknown", message, params={"number": number}), Weight.NOTE
    )


def _of_another(number: str, holder: Known) -> Finding:
    if not holder.may_edit:
        message = N_(
            "The number %(number)s belongs to somebody else in the register. Compare it with the paper."
        )
        return Finding("register_no", Obstacle("register_no_held", message, params={"number": number}))
    message = N_(
        "The number %(number)s belongs to %(name)s, %(masked)s, in the register. Compare it with the paper."
    )
    params = {"number": number, "name": mask("name", holder.name), "masked": holder.masked}
    return Finding("register_no", Obstacle("register_no_held", message, params=params))
