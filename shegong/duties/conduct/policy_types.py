"""Sanctions as types: what policy/sanctions.toml must hold; pure. Values and their articles live in the file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shegong.kernel.policy import Policy, Wording, load

Certainty = Literal["V", "V2", "D", "M"]
Effect = Literal["none", "note", "shown", "suspended", "revoked"]
Shown = Literal["number", "body", "measure", "days", "ground", "name", "register_no"]


@dataclass(frozen=True)
class Measure:
    """One of the graded list. `months`: how long the decision is shown, from the day it was taken, for a suspension from
    its end; 0: never. `early_months`: from then on early repair may be asked for; 0: not of this measure."""

    code: str
    title: Wording
    effect: Effect
    months: int
    basis: str = ""
    certainty: Certainty = "M"
    early_months: int = 0

    @property
    def is_shown(self) -> bool:
        """Whether the public reads it at all."""
        return self.months > 0


@dataclass(frozen=True)
class Ground:
    """Why a measure is imposed."""

    code: str
    title: Wording
    basis: str = ""
    certainty: Certainty = "M"


@dataclass(frozen=True)
class PublishedField:
    """A field that the public register of decisions may show, of decisions with these measures, and what allows it."""

    field: Shown
    title: Wording
    measures: tuple[str, ...]
    basis: str
    certainty: Certainty = "M"


@dataclass(frozen=True)
class SanctionPolicy:
    """Terms of inquiry, sanction and review; periods in the unit their name says."""

    reply_days: int  # working days to answer, from the disclosure
    interim_most_days: int
    interim_review_days: int
    panel_least: int  # members who vote
    suspension_most_months: int
    decision_number: str
    review_days: int  # to ask for a review, from service
    review_decision_days: int  # for the body above
    stays: tuple[Literal["display", "effect"], ...]  # what a review stops meanwhile
    retaliation_days: int  # after the complaint
    serial_least: int  # complaints found groundless before a series may be stated
    repair_again_days: int  # after a refusal of early repair
    small_cell: int  # smaller figures are not shown
    measures: tuple[Measure, ...]
    grounds: tuple[Ground, ...]
    published: tuple[PublishedField, ...]

    def measure(self, code: str) -> Measure | None:
        """The measure of this code."""
        return next((one for one in self.measures if one.code == code), None)

    def rank(self, code: str) -> int:
        """Its place in the graded list, the mildest 0."""
        return [one.code for one in self.measures].index(code)

    def ground(self, code: str) -> Ground | None:
        """The ground of this code."""
        return next((one for one in self.grounds if one.code == code), None)

    def shows(self, measure: str) -> frozenset[str]:
        """The fields that the public may read of a decision with this measure."""
        return frozenset(one.field for one in self.published if measure in one.measures)


def load_sanctions(folder: Path) -> Policy[SanctionPolicy]:
    """The policy of sanctions in `folder`. Raises `PolicyFault`."""
    return load(folder / "sanctions.toml", SanctionPolicy)
