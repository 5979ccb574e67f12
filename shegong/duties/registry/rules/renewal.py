"""Re-registration (再登记): its window, its hours, what stands against it (民发〔2009〕44号 art. 4; 民发〔2009〕123号 art. 3); pure.

Conditions: full capacity, a registration certificate inside the window, the hours of the measures on continuing
education, law and ethics kept (regulations section 2). A late renewal needs a special round of the province.
"""

from datetime import date

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules.facts import (
    ART_4,
    ART_5,
    Facts,
    Held,
    LateRound,
    Step,
    capacity_bars,
    papers_missing,
    route_bars,
    standing_bars,
)
from shegong.duties.registry.rules.lapsing import returned_to
from shegong.kernel.calendar import Calendar, corresponding_day
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.work.education.rules import in_hours

CE_ART_3 = "民发〔2009〕123号 art. 3"
PROOF = "continuing_education"  # the paper for hours that this platform has not recorded


def done(facts: Facts, policy: RegistrationPolicy) -> dict[Step, bool]:
    """Which steps of a renewal are complete; what the register holds already is not asked again."""
    return {
        Step.HOURS: are_hours_met(facts) or PROOF in facts.papers or facts.on_paper,
        Step.WORKPLACE: bool(facts.region_code and (facts.ground == "domicile" or facts.employer)),
        Step.PAPERS: not papers_missing(facts, policy),
        Step.COMMITMENT: facts.committed or facts.on_paper,
    }


def are_hours_met(facts: Facts) -> bool:
    """The ledger covers the term by the national rule, or the round asks for no hours."""
    hours = facts.held.hours if facts.held else None
    return is_waived_by_round(facts) or (hours is not None and not hours.missing)


def is_waived_by_round(facts: Facts) -> bool:
    """A special round that asks for no proof of continuing education: the one it was handed in under, else one that is
    open and admits it."""
    used = facts.round or next((r for r in admitting(facts) if not r.requires_ce), None)
    return used is not None and not used.requires_ce


def admitting(facts: Facts) -> list[LateRound]:
    """The open rounds whose levels and issue dates cover the certificate; those that ask for less come first."""
    issued_on = facts.issued_on
    found = [r for r in facts.rounds if issued_on is not None and r.admits(facts.level, issued_on)]
    return sorted(found, key=lambda r: (r.requires_ce, not r.may_be_after_expiry))


def is_in_time(held: Held, on: date) -> bool:
    """Handed in within the three months before the term ends; then the next term joins it without a gap."""
    return held.opens_on <= on <= held.last_day


def next_term(
    held: Held, policy: RegistrationPolicy, *, handed_in: date, decided_on: date
) -> tuple[date, date]:
    """First and last day of the next term: joined to the last one, or begun on the decision when it was handed in late.

    The end is the corresponding day three years on, within the time to return by `policy.late_term`; an end of validity
    never moves for a day off.
    """
    if handed_in <= held.last_day:
        end = corresponding_day(held.valid_to, years=policy.validity_years)
        return _after(held.valid_to), end
    start = max(decided_on, _after(held.valid_to))
    if handed_in <= held.restorable_to:
        return start, returned_to(held.valid_to, start, policy)
    return start, corresponding_day(start, years=policy.validity_years)


def round_used(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> LateRound | None:
    """The special round that a renewal handed in on `on` rests on: because it is late, early, or short of hours."""
    if facts.held is None:
        return None
    short = facts.held.hours is None or facts.held.hours.missing
    if is_in_time(facts.held, on) or is_restoring(facts.held, on):
        return next((r for r in admitting(facts) if not r.requires_ce), None) if short else None
    return next((r for r in admitting(facts) if _opens(r, facts.held, on)), None)


def bars(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    """What stands against a renewal, however complete it is (art. 4, 5)."""
    held = facts.held
    if held is None or held.is_closed:
        message = N_("This registration has ended; it cannot be renewed. A new first registration is needed.")
        return [Obstacle("not_live", message, None, ART_4)]
    general = [*capacity_bars(facts, on), *standing_bars(facts)]
    return [*general, *_window(facts, held, facts.handed_in or on), *route_bars(facts)]


def granting(facts: Facts) -> list[Obstacle]:
    """What must be settled before an office lets a renewal pass: the hours stand in the ledger (123号 art. 3)."""
    return [] if are_hours_met(facts) else [hours_missing(facts)]


def suspended(facts: Facts) -> list[Obstacle]:
    """A suspension that runs: the case waits for its end, and a holder who applied in time loses nothing by it."""
    if not facts.suspended:
        return []
    until = facts.held.suspended_to.isoformat() if facts.held and facts.held.suspended_to else ""
    message = N_("The registration is suspended until %(until)s; it can be renewed after that.")
    return [Obstacle("suspended", message, None, ART_5, {"until": until})]


def hours_missing(facts: Facts) -> Obstacle:
    """How many hours the national rule still asks for."""
    hours = facts.held.hours if facts.held else None
    if hours is None:
        return Obstacle(
            "hours_unknown", N_("The hours of continuing education are not counted yet."), "hours", CE_ART_3
        )
    params = {
        "missing": in_hours(hours.missing),
        "counted": in_hours(hours.counted),
        "required": in_hours(hours.required),
    }
    message = N_(
        "%(missing)s hours of continuing education are missing by the national rule: %(counted)s of %(required)s are recorded."
    )
    return Obstacle("hours_missing", message, "hours", CE_ART_3, params)


def _window(facts: Facts, held: Held, on: date) -> list[Obstacle]:
    if is_in_time(held, on) or is_restoring(held, on) or any(_opens(r, held, on) for r in admitting(facts)):
        return []
    if on < held.opens_on:
        message = N_("Renewal opens on %(opens)s, three months before the term ends on %(ends)s.")
        params = {"opens": held.opens_on.isoformat(), "ends": held.valid_to.isoformat()}
        return [Obstacle("too_early", message, None, ART_4, params)]
    message = N_(
        "A renewal had to be applied for by %(last)s. Wait for a special round of the province; it is announced here and sent to you."
    )
    return [Obstacle("renewal_over", message, None, ART_4, {"last": held.last_day.isoformat()})]


def _opens(one: LateRound, held: Held, on: date) -> bool:
    """A round lets a holder come early, but not again before the term that it brought has begun."""
    return held.term_from <= on <= held.last_day or (held.last_day < on and one.may_be_after_expiry)


def is_restoring(held: Held, on: date) -> bool:
    """Handed in after the window, within the time that the policy grants for a return (regulations section 2, late
    renewal)."""
    return held.last_day < on <= held.restorable_to


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
