"""What a verification of the journal can find, one kind for each harm."""

from collections.abc import Callable
from dataclasses import dataclass

Tell = Callable[[int], None]
TOLD = 5000  # entries, or rows, between two words


@dataclass(frozen=True)
class Finding:
    """Something that the journal does not explain.

    `kind`: of an entry edited, moved, inserted, gap, link; of the whole journal tail, restored, rewritten; of what lies
    outside signature, lost; of a row row_changed, row_missing, row_unknown; of a sealed value sealed, index.
    """

    kind: str
    where: str
    text: str


def tell_nobody(read: int) -> None:
    """Progress that nobody waits for."""
