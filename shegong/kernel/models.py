"""Tables of the mechanisms, gathered for Django."""

from shegong.kernel.holidays import Holiday
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.journal import JournalEntry
from shegong.kernel.numbering import Sequence

__all__ = ["Holiday", "IdempotencyKey", "JournalEntry", "Sequence"]
