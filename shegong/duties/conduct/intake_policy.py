"""What policy/conduct.toml must hold; pure. Values and their articles live in the file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shegong.kernel.policy import Policy, Wording, load

Certainty = Literal["V", "V2", "D", "M"]


@dataclass(frozen=True)
class MatterPolicy:
    """What a complaint may be about. Not `own`: another procedure takes it, and `goes_to` says where."""

    code: Literal["conduct", "labour", "finance", "crime"]
    own: bool
    title: Wording
    goes_to: Wording
    urgent: Wording | None = None
    basis: str = ""
    certainty: Certainty = "M"


@dataclass(frozen=True)
class Refusal:
    """Why a complaint is not accepted, in the words for who complained."""

    code: str
    words: Wording
    basis: str = ""
    certainty: Certainty = "M"


@dataclass(frozen=True)
class Pause:
    """Why a clock rests, and to whose account the days go."""

    code: str
    party: Literal["complainant", "respondent", "third", "outage"]
    words: Wording
    basis: str = ""
    certainty: Certainty = "M"


@dataclass(frozen=True)
class EthicsDuty:
    """One duty of the code, and how a complaint about it is put."""

    code: str
    title: Wording
    complaint: Wording


@dataclass(frozen=True)
class Ethics:
    """A version of the code of ethics: what people commit themselves to and what complaints are about."""

    version: str
    title: Wording
    basis: str
    certainty: Certainty
    duties: tuple[EthicsDuty, ...]

    def duty(self, code: str) -> EthicsDuty | None:
        """The duty of this code."""
        return next((one for one in self.duties if one.code == code), None)


@dataclass(frozen=True)
class ConductPolicy:
    """Terms of taking complaints in; periods in the unit their name says."""

    sorting_days: int
    inquiry_days: int
    extension_days: int
    review_ask_days: int
    review_days: int
    misrouted_days: int
    looks: Literal[
        0, 1, 2
    ]  # how often whoever complained may ask for another look; the law knows 复查 and 复核
    look_at_home: bool  # where no office stands above, other people of the same one look
    duties: tuple[str, ...]
    levels: tuple[int, ...]
    last_resort: str
    number: str
    draft_hours: int
    most_papers: int
    lodged_an_hour: int
    tries: int
    guesses: int  # of an officer in a case within a day: texts in which the name of who complained stood
    try_minutes: int
    longest_text: int
    earlier_days: int
    matters: tuple[MatterPolicy, ...]
    refusals: tuple[Refusal, ...]
    pauses: tuple[Pause, ...]
    ethics: Ethics

    def matter(self, code: str) -> MatterPolicy:
        """What the policy says of a matter."""
        return next(one for one in self.matters if one.code == code)

    def refusal(self, code: str) -> Refusal | None:
        """The reason of this code."""
        return next((one for one in self.refusals if one.code == code), None)

    def pause(self, code: str) -> Pause | None:
        """The pause of this code."""
        return next((one for one in self.pauses if one.code == code), None)


def load_conduct(folder: Path) -> Policy[ConductPolicy]:
    """The policy of complaints in `folder`. Raises `PolicyFault`."""
    return load(folder / "conduct.toml", ConductPolicy)


def ethics_of(policy: Policy[ConductPolicy], version: str) -> Ethics | None:
    """The text of a version of the code, however old: somebody may have signed it."""
    found = [one.value.ethics for one in policy.versions if one.value.ethics.version == version]
    return found[-1] if found else None
