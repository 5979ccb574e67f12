"""The library of policy documents: kinds, mechanisms, what holds on a day, what speaks against an entry; pure."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


class PolicyKind(StrEnum):
    """What a document of the library is to the plan (P2, N1, S2012.b)."""

    UPSTREAM = "upstream"
    PLAN = "plan"
    LOCAL_MEASURE = "local_measure"
    STANDARD = "standard"
    NOTICE = "notice"


POLICY_KINDS: Mapping[str, str] = {
    PolicyKind.UPSTREAM: N_("Law or document from above"),
    PolicyKind.PLAN: N_("Plan"),
    PolicyKind.LOCAL_MEASURE: N_("Local implementing document"),
    PolicyKind.STANDARD: N_("Standard"),
    PolicyKind.NOTICE: N_("Notice of issue"),
}


class Mechanism(StrEnum):
    """The four kinds of measures and the purchase mechanism that 2012 asks for (S2012.b)."""

    TRAINING = "training"
    EVALUATION = "evaluation"
    USE = "use"
    INCENTIVE = "incentive"
    PURCHASE = "purchase"


MECHANISMS: Mapping[str, str] = {
    Mechanism.TRAINING: N_("Training mechanism"),
    Mechanism.EVALUATION: N_("Evaluation mechanism"),
    Mechanism.USE: N_("Use mechanism"),
    Mechanism.INCENTIVE: N_("Incentive mechanism"),
    Mechanism.PURCHASE: N_("Government purchase mechanism"),
}


class Validity(StrEnum):
    """What a document is worth on a day; never stored."""

    COMING = "coming"
    IN_FORCE = "in_force"
    REVISED = "revised"
    REPEALED = "repealed"


VALIDITIES: Mapping[str, str] = {
    Validity.COMING: N_("Not yet in force"),
    Validity.IN_FORCE: N_("In force today"),
    Validity.REVISED: N_("Revised"),
    Validity.REPEALED: N_("Repealed"),
}
TONES: Mapping[str, str] = {
    Validity.COMING: "info", Validity.IN_FORCE: "ok", Validity.REVISED: "warn", Validity.REPEALED: "",
}  # fmt: skip
CERTAINTIES = ("V", "V2", "D", "M")


def validity(start: date | None, end: date | None, revised_on: date | None, day: date) -> Validity:
    """What a document in force during [start, end) is worth on `day`; `revised_on`: the first day of a revision."""
    if end is not None and end <= day:
        return Validity.REPEALED
    if start is not None and day < start:
        return Validity.COMING
    return Validity.REVISED if revised_on is not None and revised_on <= day else Validity.IN_FORCE


_BRACKETS = re.compile(r"[\[(（【〔]\s*(\d{4})\s*[\])）】〕]")


def canonical_number(raw: str) -> str:
    """A document number as official papers write it: 民发[2009]44号 → 民发〔2009〕44号; standards keep their hyphens."""
    number = _BRACKETS.sub(r"〔\1〕", raw.strip())
    return re.sub(r"\s+", "" if "〔" in number else " ", number)


def policy_obstacles(
    *, title: str, issuer_name: str, kind: str, mechanism: str, certainty: str, issued_on: date | None,
    start: date | None, end: date | None, day: date,
) -> list[Obstacle]:  # fmt: skip
    """What speaks against an entry of the library: no title or issuer, unknown kinds, days that cannot be."""
    found = []
    if not 2 <= len(title.strip()) <= 200:
        found.append(
            Obstacle("policy_title", N_("Enter the full title, at most 200 characters."), "title", "P2")
        )
    if not issuer_name.strip():
        found.append(Obstacle("policy_issuer", N_("Enter who issued it."), "issuer_name", "P2"))
    if kind not in set(PolicyKind):
        found.append(Obstacle("policy_kind", N_("Choose one from the list."), "kind"))
    if mechanism and mechanism not in set(Mechanism):
        found.append(Obstacle("policy_mechanism", N_("Choose one from the list."), "mechanism", "S2012.b"))
    if certainty not in CERTAINTIES:
        found.append(Obstacle("policy_certainty", N_("Choose one from the list."), "certainty"))
    return found + _days(issued_on, start, end, day)


def _days(issued_on: date | None, start: date | None, end: date | None, day: date) -> list[Obstacle]:
    found = []
    if issued_on is None:
        found.append(Obstacle("policy_day", N_("Enter the day of issue."), "issued_on", "P2"))
    elif issued_on > day:
        found.append(Obstacle("policy_later", N_("The day of issue lies in the future."), "issued_on", "P2"))
    if start and end and end <= start:
        found.append(
            Obstacle(
                "policy_period", N_("It must end after the day on which it takes effect."), "ends_on", "P2"
            )
        )
    return found


def tree_obstacles(own: int | None, above: list[int]) -> list[Obstacle]:
    """A document may not rest on itself, not even by a detour; `above`: the chain of bases, nearest first."""
    if own is not None and own in above:
        message = N_("This document rests on the one you are correcting. Choose another basis.")
        return [Obstacle("policy_circle", message, "under", "P2")]
    return []
