"""Change, cancellation and reissue of a registration: what each asks and what stands against it; pure.

The articles of 民发〔2009〕44号 after art. 7 were not read (rules B3, certainty M): periods are policy, words are ours.
"""

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules import checks, first
from shegong.duties.registry.rules.checks import CaseFacts, Check
from shegong.duties.registry.rules.facts import (
    LEVELS,
    Change,
    Facts,
    LateRound,
    Step,
    capacity_bars,
    papers_missing,
    route_bars,
    standing_bars,
)
from shegong.duties.registry.rules.states import Kind, Status
from shegong.kernel.calendar import Calendar
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


class What(StrEnum):
    """What a holder asks for after the first day."""

    EMPLOYER = "employer"
    NAME = "name"
    LEVEL = "level"
    REGION = "region"
    REQUEST = "request"
    LOST = "lost"
    DAMAGED = "damaged"


WHAT_NAMES = {
    What.EMPLOYER: N_("New employer"),
    What.NAME: N_("Change of name"),
    What.LEVEL: N_("Certificate of a higher level"),
    What.REGION: N_("Moved to another county"),
    What.REQUEST: N_("Cancel the registration"),
    What.LOST: N_("Certificate lost"),
    What.DAMAGED: N_("Certificate damaged"),
}
KIND_OF = {
    What.EMPLOYER: Kind.CHANGE, What.NAME: Kind.CHANGE, What.LEVEL: Kind.CHANGE, What.REGION: Kind.CHANGE,
    What.REQUEST: Kind.CANCEL, What.LOST: Kind.REISSUE, What.DAMAGED: Kind.REISSUE,
}  # fmt: skip
NEEDS_TERM = (Status.REGISTERED, Status.EXPIRING, Status.GRACE, Status.SUSPENDED)


def is_higher(level: str, than: str) -> bool:
    """Whether a certificate's level lies above another."""
    return level in LEVELS and than in LEVELS and LEVELS.index(level) > LEVELS.index(than)


def done(facts: Facts, policy: RegistrationPolicy) -> dict[Step, bool]:
    """Which steps are complete: what is asked for, and its papers."""
    stated = facts.change is not None and facts.change.is_stated
    return {Step.CHANGE: stated, Step.PAPERS: not papers_missing(facts, policy)}


def bars(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    """What stands against it, however complete the form is."""
    held, change = facts.held, facts.change
    if held is None or change is None:
        return [Obstacle("not_live", N_("This registration has ended. A new first registration is needed."))]
    if held.is_closed:
        return [Obstacle("not_live", N_("This registration has ended. A new first registration is needed."))]
    general = route_bars(facts)
    if facts.kind == Kind.CANCEL:
        return general  # whoever wants to leave may, whatever else there is
    found = [*capacity_bars(facts, on), *_in_term(held.status)]
    if facts.kind == Kind.CHANGE:
        found += [*standing_bars(facts), *_BARS[What(change.what)](facts, change, policy, calendar, on)]
    return [*found, *general]


def _in_term(status: Status) -> list[Obstacle]:
    if status in NEEDS_TERM:
        return []
    message = N_("The term of this registration is over. Renew it first; the renewal takes the change along.")
    return [Obstacle("not_in_term", message)]


def _employer(
    facts: Facts, change: Change, policy: RegistrationPolicy, calendar: Calendar, on: date
) -> list[Obstacle]:
    if not change.is_stated:
        return []
    if change.is_disputed:
        message = N_("The employer denies it. The county decides first; then the register follows.")
        return [Obstacle("employer_disputed", message, "change")]
    if not change.differs:
        message = N_("The register has this employer already. State the new one under “My work” first.")
        return [Obstacle("nothing_new", message, "change")]
    if change.other_county:
        message = N_("The new employer lies in another county. Ask for a move to that county instead.")
        return [Obstacle("other_county", message, "change")]
    return []


def _name(
    facts: Facts, change: Change, policy: RegistrationPolicy, calendar: Calendar, on: date
) -> list[Obstacle]:
    if change.is_stated and not change.differs:
        message = N_("The certificate has this name already.")
        return [Obstacle("nothing_new", message, "change")]
    return []


def _level(
    facts: Facts, change: Change, policy: RegistrationPolicy, calendar: Calendar, on: date
) -> list[Obstacle]:
    if not change.is_stated:
        return []
    if not change.differs:
        message = N_("Choose a certificate of a higher level than the registered one.")
        return [Obstacle("not_higher", message, "change")]
    return first.window(facts, policy, calendar, facts.handed_in or on)


def _region(
    facts: Facts, change: Change, policy: RegistrationPolicy, calendar: Calendar, on: date
) -> list[Obstacle]:
    if change.is_stated and not change.differs:
        message = N_("The registration is kept in this county already.")
        return [Obstacle("nothing_new", message, "change")]
    return []


_BARS: dict[What, Callable[..., list[Obstacle]]] = {
    What.EMPLOYER: _employer, What.NAME: _name, What.LEVEL: _level, What.REGION: _region,
}  # fmt: skip


def round_used(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> LateRound | None:
    """A higher level handed in after its year needs a round, as a first registration does."""
    if facts.change is None or facts.change.what != What.LEVEL:
        return None
    return first.round_used(facts, policy, calendar, on)


def granting(facts: Facts) -> list[Obstacle]:
    """No office lets a change of employer pass while the employer has not confirmed it."""
    change = facts.change
    if change is None or change.what != What.EMPLOYER or not (change.is_waiting or change.is_disputed):
        return []
    message = N_(
        "The employer has not confirmed it yet. It confirms, or the county decides under “Employments to decide on”."
    )
    return [Obstacle("employer_waiting", message)]


def looked_into(facts: Facts) -> list[Obstacle]:
    """Where the policy says so, nobody leaves the register while something about him is being looked into."""
    if not facts.waits_for_inquiry:
        return []
    message = N_(
        "Something about this holder is being looked into. The cancellation can be decided when that has ended."
    )
    return [Obstacle("looked_into", message)]


def look(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Whether the register would change, and whether both sides agree."""
    change = case.facts.change
    if change is None or change.what not in _BARS:
        return None
    if change.is_waiting or change.is_disputed:
        return Check("change", False, N_("The employer has not confirmed the change"))
    if change.is_unasked and change.differs:
        message = N_("Nobody answers for this employer here: compare the contract, or ask the employer")
        return Check("change", False, message)
    if change.differs:
        return Check("change", True, N_("What is asked for differs from the register"))
    return Check("change", False, N_("The register holds what is asked for already"))


def number(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """The number of a certificate of a higher level, which is registered anew, is looked at as at a first registration."""
    change = case.facts.change
    return checks.number(case, policy, on) if change is not None and change.what == What.LEVEL else None


def move_obstacles(*, is_region: bool, state: str, due_on: date | None, on: date) -> list[Obstacle]:
    """The receiving county has its days to accept the file; only after them it goes up."""
    if not is_region or state != "submitted":
        return [Obstacle("not_waiting", N_("This file does not wait for the receiving county."))]
    if due_on is None or due_on >= on:
        return [Obstacle("not_due", N_("The receiving county still has time."))]
    return []
