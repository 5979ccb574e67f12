"""Numbers of official documents: the pattern and the words of offices (policy/documents.toml); pure."""

from dataclasses import dataclass
from pathlib import Path

from shegong.ground.documents.rules.official import DocumentKind
from shegong.kernel.patterns import pattern_faults
from shegong.kernel.policy import Policy, load

PARTS = ("word", "year", "seq")


@dataclass(frozen=True)
class Word:
    """By which word an office numbers (机关代字), and by which its letters."""

    issuer: str
    word: str
    letter: str = ""
    basis: str = ""
    certainty: str = "D"


@dataclass(frozen=True)
class DocumentPolicy:
    """How documents are numbered, and when a missing acknowledgement is late."""

    number: str
    late_after_days: int
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a pattern that does not work."""
        if faults := pattern_faults(self.number, PARTS, PARTS):
            raise ValueError("; ".join(faults))

    def word_of(self, issuer: str, kind: str) -> str:
        """The word by which this issuer numbers this kind; its own short name where the policy has none."""
        found = next((one for one in self.words if one.issuer == issuer), None)
        if found is None:
            return issuer if kind != DocumentKind.LETTER else f"{issuer}函"
        return found.letter or found.word if kind == DocumentKind.LETTER else found.word


def load_documents(folder: Path) -> Policy[DocumentPolicy]:
    """policy/documents.toml, checked. Raises `PolicyFault`."""
    return load(folder / "documents.toml", DocumentPolicy)
