"""When a registration may lapse, what keeps it, and how many may lapse without people looking (moonshot 5); pure.

No reminder proven to have arrived, no lapse (peers' demand 5). A timely application keeps the status while the office
decides (demand 4); hours lost by the platform are given back (demand 25); a lapse of many waits for two people.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.kernel.calendar import corresponding_day
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step
from shegong.work.education.rules import in_hours


class Why(StrEnum):
    """Why a status is kept beyond its printed end."""

    PENDING = "pending_application"
    NO_PROOF = "no_proof"
    OUTAGE = "outage"
    MASS = "mass_lapse"


WHY_NAMES = {
    Why.PENDING: N_("The renewal was applied for in time and is being decided"),
    Why.NO_PROOF: N_("No reminder is proven to have reached the holder in time"),
    Why.OUTAGE: N_("The platform was down while the time to renew was running"),
    Why.MASS: N_("Many would lapse on one day; two officers must look first"),
}


class Batch(StrEnum):
    """States of the lapses of one day."""

    BELOW = "below"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    KEPT = "kept"


BATCH_NAMES = {
    Batch.BELOW: N_("Lapsed by themselves: few"),
    Batch.WAITING: N_("Waiting for the first officer"),
    Batch.CONFIRMED: N_("Waiting for the second officer"),
    Batch.LAPSED: N_("Lapsed after two officers looked"),
    Batch.KEPT: N_("Kept: their holders get another notice"),
}
BATCH_WORKFLOW = Workflow(
    Batch,
    Batch.WAITING,
    [
        step("confirm", "waiting", "confirmed", "moonshot 5: a human hand"),
        step("lapse", "confirmed", "lapsed", "another officer"),
        step("keep", ("waiting", "confirmed"), "kept"),
    ],
)


@dataclass(frozen=True)
class Ending:
    """What the gate knows of a registration whose validity ends: the extended deadline, what was sent, what is open."""

    ends_on: date  # last day of validity as printed
    closes_on: date  # last day to apply where hours were given back, else the end: a day off keeps no status
    applied: bool  # an application for renewal is being decided
    proven_on: date | None  # day on which a reminder of this end is proven to have arrived


def keeping(ending: Ending, policy: RegistrationPolicy, on: date) -> dict[Why, date]:
    """Every reason to keep the status beyond its printed end, as `on` finds it, each with its last day.

    A last day that is over keeps nothing; empty when it may lapse.
    """
    found = {}
    if ending.applied:
        found[Why.PENDING] = max(ending.ends_on, on) + timedelta(days=policy.hold_days)
    if ending.closes_on > ending.ends_on:
        found[Why.OUTAGE] = ending.closes_on
    if policy.lapse_needs_proof and not is_told_in_time(ending, policy):
        found[Why.NO_PROOF] = proof_until(ending, policy, on)
    return found


def is_told_in_time(ending: Ending, policy: RegistrationPolicy) -> bool:
    """A notice is proven to have arrived so many days before the end as the policy asks."""
    last = ending.ends_on - timedelta(days=policy.notice_days)
    return ending.proven_on is not None and ending.proven_on <= last


def proof_until(ending: Ending, policy: RegistrationPolicy, on: date) -> date:
    """Until when a status without proof is kept: a notice that arrived late gives its days, else until one arrives."""
    if ending.proven_on is None:
        return max(ending.ends_on, on) + timedelta(days=policy.hold_days)
    return max(ending.ends_on, ending.proven_on + timedelta(days=policy.notice_days))


def is_mass(lapsing: int, live: int, policy: RegistrationPolicy) -> bool:
    """More lapses on one day than may happen without people: above the number, or above the share of all in force."""
    if lapsing > policy.mass_lapse_number:
        return True
    return lapsing >= policy.mass_lapse_floor and lapsing * 1000 > live * policy.mass_lapse_permille


def batch_obstacles(
    *, officer_id: int | None, confirmed_by: int | None, holders: frozenset[int]
) -> list[Obstacle]:
    """Two officers look, neither at his own registration."""
    if officer_id in holders:
        return [Obstacle("own_case", N_("Your own registration is among these. A colleague must decide."))]
    if confirmed_by is not None and confirmed_by == officer_id:
        return [Obstacle("four_eyes", N_("Another officer must decide on what you confirmed."))]
    return []


def restoration_ends(lapsed_after: date, policy: RegistrationPolicy) -> date:
    """Last day on which a lapsed registration may be restored in one step; the end itself when the province gives none."""
    return lapsed_after + timedelta(days=policy.restoration_days)


def restoration_obstacles(
    *,
    lapsed_after: date,
    on: date,
    policy: RegistrationPolicy,
    lapsed: bool,
    suspended: bool,
    short: int | None,
    died: bool = False,
    applied: bool = False,
) -> list[Obstacle]:
    """Why a registration is not restored in one step. `short`: minutes of continuing education still missing; `applied`:
    a renewal is under way, which would add a second term."""
    if not lapsed:
        return [Obstacle("not_lapsed", N_("This registration has not lapsed."))]
    last = restoration_ends(lapsed_after, policy)
    if on > last:
        message = N_(
            "Restoring in one step was possible until %(day)s. Only a special round of the province admits it now."
        )
        return [Obstacle("restoration_over", message, params={"day": last.isoformat()})]
    found = []
    if died:
        found.append(Obstacle("deceased", N_("The register holds this person as deceased.")))
    if applied:
        message = N_("A late renewal is under way. Decide on it, or the holder takes it back first.")
        found.append(Obstacle("renewal_under_way", message))
    if suspended:
        found.append(Obstacle("suspended", N_("A suspension is in force. It must be over first.")))
    if short:
        message = N_("%(hours)s hours of continuing education are still missing.")
        found.append(Obstacle("hours_missing", message, params={"hours": in_hours(short)}))
    return found


def returned_to(old_end: date, begins_on: date, policy: RegistrationPolicy) -> date:
    """Last day of a term taken up again within the time to return, by late renewal or in one step: `policy.late_term`."""
    start = old_end if policy.late_term == "old_end" else begins_on
    return corresponding_day(start, years=policy.validity_years)
