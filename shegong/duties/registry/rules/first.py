"""First registration: what is still missing and what stands against it (民发〔2009〕44号 art. 4–6; T4.2.a); pure.

The person's page, the submission, the officer's desk and the API all read the same answers, through `kinds`.
"""

from datetime import date

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules.facts import (
    ART_4,
    ART_5,
    ART_6,
    LEVELS,
    Facts,
    LateRound,
    Step,
    capacity_bars,
    papers_missing,
    route_bars,
    standing_bars,
)
from shegong.kernel.calendar import Calendar, Due
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


def first_deadline(issued_on: date, policy: RegistrationPolicy, calendar: Calendar) -> Due:
    """Last day to apply: one year from the issue date on the certificate, rolled over a holiday (art. 4; 民法典 203), with
    the hours given back that the platform was down at the end."""
    return calendar.extended(calendar.add_months(issued_on, policy.window_months))


def done(facts: Facts, policy: RegistrationPolicy) -> dict[Step, bool]:
    """Which steps of a first registration are complete."""
    return {
        Step.IDENTITY: bool(facts.name and facts.identity_masked),
        Step.EDUCATION: facts.education or facts.on_paper,
        Step.CERTIFICATE: bool(facts.level and facts.issued_on),
        Step.WORKPLACE: bool(facts.region_code and (facts.ground == "domicile" or facts.employer)),
        Step.PAPERS: not papers_missing(facts, policy),
        Step.COMMITMENT: facts.committed or facts.on_paper,
    }


def bars(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    """What stands against a first registration, however complete the form is (art. 4, 5)."""
    registered = []
    if facts.registered_at_level:
        message = N_("This certificate is already registered. You need not apply again.")
        registered = [Obstacle("registered", message, "certificate", ART_4)]
    elif facts.revoked_before:
        message = N_("The registration of this certificate was revoked. The decision says how to appeal.")
        registered = [Obstacle("revoked_before", message, "certificate", ART_5)]
    elif (
        facts.live_level
        and facts.level in LEVELS
        and LEVELS.index(facts.level) < LEVELS.index(facts.live_level)
    ):
        message = N_("You are registered at a higher level than this certificate.")
        registered = [Obstacle("registered_higher", message, "certificate", ART_4)]
    general = [*capacity_bars(facts, on), *registered, *standing_bars(facts)]
    return [*general, *window(facts, policy, calendar, facts.handed_in or on), *route_bars(facts)]


def round_used(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> LateRound | None:
    """The special round that a first registration handed in on `on` needs; None within the year."""
    if facts.issued_on is None or on <= first_deadline(facts.issued_on, policy, calendar).on:
        return None
    return late_round(facts)


def counter_obstacles(*, is_own: bool, open_number: str | None) -> list[Obstacle]:
    """Why an officer cannot enter a paper application: it is her own, or there is one already ('' for a draft)."""
    if is_own:
        return [
            Obstacle(
                "own_case", N_("Nobody enters his own application. Apply on your own page."), clause=ART_6
            )
        ]
    if open_number == "":
        message = N_(
            "She has begun an application herself. She submits or withdraws it; then it can be entered."
        )
        return [Obstacle("open_draft", message, clause=ART_6)]
    if open_number:
        message = N_("Application %(number)s is under way already.")
        return [Obstacle("open_case", message, clause=ART_6, params={"number": open_number})]
    return []


def window(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    """A certificate is registered within a year of its issue date, or under a round (art. 4)."""
    if facts.issued_on is None:
        return []
    if facts.issued_on > on:
        return [
            Obstacle(
                "issued_in_future",
                N_("The issue date lies in the future. Copy it from the certificate."),
                "certificate",
                ART_4,
            )
        ]
    deadline = first_deadline(facts.issued_on, policy, calendar)
    if on <= deadline.on or late_round(facts):
        return []
    return [
        Obstacle(
            "window_closed",
            N_("A first registration had to be applied for by %(deadline)s. Wait for a special round of the province; it is announced here and sent to you."),
            "certificate", ART_4, {"deadline": deadline.on.isoformat()},
        )
    ]  # fmt: skip


def late_round(facts: Facts) -> LateRound | None:
    """The open special round that admits this certificate although its year is over."""
    if facts.issued_on is None:
        return None
    return next((r for r in facts.rounds if r.admits(facts.level, facts.issued_on)), None)
