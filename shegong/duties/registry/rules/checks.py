"""Automatic checks beside a case: what the machine compared, and what a human must judge; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules.facts import FULL_AGE, Facts, age_on, papers_missing
from shegong.duties.registry.rules.first import late_round
from shegong.duties.registry.rules.renewal import is_in_time, is_restoring, is_waived_by_round
from shegong.kernel.text import N_
from shegong.work.education.rules import in_hours


@dataclass(frozen=True)
class Check:
    """One comparison. `passed` False asks the officer to look."""

    code: str
    passed: bool
    text: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseFacts:
    """What the checks look at beside the applicant's facts."""

    facts: Facts
    identity_valid: bool
    identity_place_known: bool
    in_pass_list: bool | None  # None: no pass list has been taken in for that year
    management_no_length: int
    other_people_with_name_and_birth: int = 0
    late_round_title: str = ""


def all_passed(found: list[Check]) -> bool:
    """True when an officer may pass the case in bulk."""
    return all(check.passed for check in found)


def identity(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check:
    """Whether the number of the identity document is right in itself."""
    if case.identity_valid:
        return Check("identity", True, N_("Check digit and birth date of the identity number are right"))
    return Check(
        "identity", False, N_("The identity document is not a resident card; compare it with the document")
    )


def place(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Whether its first six digits name a division."""
    if case.identity_place_known:
        return None
    return Check(
        "place", False, N_("The first six digits name no division on record; compare them with the photo")
    )


def pass_list(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Whether the certificate stands on the pass list of its examination."""
    if case.in_pass_list is None:
        return None
    if case.in_pass_list:
        return Check("pass_list", True, N_("Name, identity and management number are on the pass list"))
    return Check("pass_list", False, N_("The certificate is not on the pass list of its year"))


def number(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check:
    """Whether the management number has the length it should."""
    if case.in_pass_list and case.management_no_length != 18:
        return Check("number", True, N_("The management number is the one on the pass list"))
    if case.management_no_length == 18:
        return Check("number", True, N_("The management number has 18 digits"))
    params = {"length": case.management_no_length}
    return Check(
        "number",
        False,
        N_("The management number has %(length)s characters, not 18; compare it with the certificate"),
        params,
    )


def papers(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check:
    """Whether every required paper is there."""
    if case.facts.on_paper:
        return Check("papers", True, N_("Taken in at the counter; the office keeps the papers on paper"))
    missing = papers_missing(case.facts, policy)
    if missing:
        return Check("papers", False, N_("%(count)s required papers are missing"), {"count": len(missing)})
    if not case.facts.papers:
        return Check("papers", True, N_("No papers are asked for"))
    return Check("papers", True, N_("All %(count)s papers are there"), {"count": len(case.facts.papers)})


def duplicates(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check:
    """Whether somebody else has the same name and birth date."""
    if case.other_people_with_name_and_birth:
        params = {"count": case.other_people_with_name_and_birth}
        return Check(
            "duplicates", False, N_("%(count)s other people have the same name and birth date"), params
        )
    return Check(
        "duplicates", True, N_("No second registration and no namesake born the same day in the province")
    )


def age(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Whether the applicant is of age."""
    born_on = case.facts.born_on
    if born_on is None or age_on(born_on, on) >= FULL_AGE:
        return None
    return Check(
        "age", False, N_("Under 18: full capacity only with income from own labour (Civil Code art. 18)")
    )


def inquiry(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Whether the holder leaves while something about her is being looked into."""
    if not case.facts.looked_into:
        return None
    if case.facts.waits_for_inquiry:
        message = N_("Something about this holder is being looked into; the decision waits for its end")
    else:
        message = N_("Something about this holder is being looked into; it goes on after the cancellation")
    return Check("inquiry", False, message)


def late(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Which special round lets a late first registration in."""
    if not case.late_round_title or late_round(case.facts) is None:
        return None
    return Check(
        "late", True, N_("Late, admitted by the round “%(title)s”"), {"title": case.late_round_title}
    )


def hours(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check:
    """Whether the ledger covers the term by the national rule."""
    facts = case.facts
    counted = facts.held.hours if facts.held else None
    params = {
        "counted": in_hours(counted.counted) if counted else "0",
        "required": in_hours(counted.required) if counted else "",
    }
    if counted is not None and not counted.missing:
        message = N_("%(counted)s hours recorded in the term, %(required)s required")
        return Check("hours", True, message, params)
    if is_waived_by_round(facts):
        return Check("hours", True, N_("The special round asks for no proof of continuing education"))
    message = N_(
        "%(counted)s of %(required)s hours recorded; look at the proof, enter what it shows, then decide"
    )
    return Check("hours", False, message, params)


def in_time(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check | None:
    """Whether the renewal came within its window, or which round lets it in."""
    held = case.facts.held
    if held is None:
        return None
    if is_in_time(held, on):
        params = {"day": held.valid_to.isoformat()}
        return Check("in_time", True, N_("Handed in within the window; the term ends on %(day)s"), params)
    if is_restoring(held, on):
        params = {"day": held.restorable_to.isoformat()}
        return Check("in_time", True, N_("After the window, within the time to return (to %(day)s)"), params)
    if case.late_round_title:
        params, message = {"title": case.late_round_title}, N_("Late, admitted by the round “%(title)s”")
        if on < held.opens_on:
            message = N_("Before the window, admitted by the round “%(title)s”")
        return Check("in_time", True, message, params)
    return None  # the window itself then stands among what is against it


def sanctions(case: CaseFacts, policy: RegistrationPolicy, on: date) -> Check:
    """Whether law and ethics were kept in the term (art. 5)."""
    held = case.facts.held
    if held is None or not held.sanctions:
        return Check("sanctions", True, N_("No warning, suspension or ban in the last term"))
    message = N_("%(count)s warnings or suspensions in the last term; look at the decisions")
    return Check("sanctions", False, message, {"count": held.sanctions})
