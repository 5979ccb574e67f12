"""Automatic checks beside a case: what the machine compared, and what a human must judge; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules.first import FULL_AGE, FirstFacts, age_on, bars, late_round, papers_missing
from shegong.kernel.calendar import Calendar
from shegong.kernel.text import N_


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

    first: FirstFacts
    identity_valid: bool
    identity_place_known: bool
    in_pass_list: bool | None  # None: no pass list has been taken in for that year
    management_no_length: int
    other_people_with_name_and_birth: int = 0
    late_round_title: str = ""


def checks(case: CaseFacts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Check]:
    """All checks, the failed ones first."""
    found = [
        _identity(case),
        _place(case),
        _pass_list(case),
        _number(case),
        _papers(case, policy),
        _duplicates(case),
    ]
    found += [_age(case, on), _late(case)]
    found += [Check(o.code, False, o.message, o.params) for o in bars(case.first, policy, calendar, on)]
    return sorted((check for check in found if check), key=lambda check: check.passed)


def all_passed(found: list[Check]) -> bool:
    """True when an officer may pass the case in bulk."""
    return all(check.passed for check in found)


def _identity(case: CaseFacts) -> Check:
    if case.identity_valid:
        return Check("identity", True, N_("Check digit and birth date of the identity number are right"))
    return Check(
        "identity", False, N_("The identity document is not a resident card; compare it with the document")
    )


def _place(case: CaseFacts) -> Check | None:
    if case.identity_place_known:
        return None
    return Check(
        "place", False, N_("The first six digits name no division on record; compare them with the photo")
    )


def _pass_list(case: CaseFacts) -> Check | None:
    if case.in_pass_list is None:
        return None
    if case.in_pass_list:
        return Check("pass_list", True, N_("Name, identity and management number are on the pass list"))
    return Check("pass_list", False, N_("The certificate is not on the pass list of its year"))


def _number(case: CaseFacts) -> Check:
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


def _papers(case: CaseFacts, policy: RegistrationPolicy) -> Check:
    if case.first.on_paper:
        return Check("papers", True, N_("Taken in at the counter; the office keeps the papers on paper"))
    missing = papers_missing(case.first, policy)
    if missing:
        return Check("papers", False, N_("%(count)s required papers are missing"), {"count": len(missing)})
    return Check("papers", True, N_("All %(count)s papers are there"), {"count": len(case.first.papers)})


def _duplicates(case: CaseFacts) -> Check:
    if case.other_people_with_name_and_birth:
        params = {"count": case.other_people_with_name_and_birth}
        return Check(
            "duplicates", False, N_("%(count)s other people have the same name and birth date"), params
        )
    return Check(
        "duplicates", True, N_("No second registration and no namesake born the same day in the province")
    )


def _age(case: CaseFacts, on: date) -> Check | None:
    born_on = case.first.born_on
    if born_on is None or age_on(born_on, on) >= FULL_AGE:
        return None
    return Check(
        "age", False, N_("Under 18: full capacity only with income from own labour (Civil Code art. 18)")
    )


def _late(case: CaseFacts) -> Check | None:
    if not case.late_round_title or late_round(case.first) is None:
        return None
    return Check(
        "late", True, N_("Late, admitted by the round “%(title)s”"), {"title": case.late_round_title}
    )
