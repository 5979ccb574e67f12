"""Losses that the journal itself declares: a backup was restored, and these entries had stood outside."""

from dataclasses import dataclass
from datetime import datetime

from shegong.kernel.checkpoints_marks import Mark
from shegong.kernel.journal import JournalEntry

RESTORED = "kernel.journal.restore"  # the entry that says which entries a restored backup lacks


@dataclass(frozen=True)
class Declared:
    """A loss that the journal itself declares: these entries stood outside when a backup was restored."""

    first: int
    last: int
    at: datetime

    def covers(self, mark: Mark) -> bool:
        """Whether a checkpoint is of the entries that were lost."""
        return self.first <= mark.size <= self.last and mark.moment <= self.at


def declared_losses() -> list[Declared]:
    """Restores that were declared."""
    entries = JournalEntry.objects.filter(verb=RESTORED).order_by("seq")
    found = [(e.facts.get("from_entry"), e.facts.get("to_entry"), e.at) for e in entries]
    return [Declared(*one) for one in found if isinstance(one[0], int) and isinstance(one[1], int)]
