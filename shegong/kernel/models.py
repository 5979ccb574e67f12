"""Tables of the mechanisms, gathered for Django."""

from shegong.kernel import (
    cube_changes,  # noqa: F401  follows the journal from the start
    rings,  # noqa: F401  its deployment check
)
from shegong.kernel.audit_checks import JournalCheck
from shegong.kernel.checkpoints import Checkpoint
from shegong.kernel.checkpoints_tables import MerkleNode, Witnessed
from shegong.kernel.cube_tables import Cell, Contribution, CubeFold, CubeMark
from shegong.kernel.holidays import Holiday
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import JournalReader
from shegong.kernel.key_tables import PersonKey, SealingKey
from shegong.kernel.listing_orders import Export
from shegong.kernel.messages import Delivery, Message
from shegong.kernel.numbering import Sequence
from shegong.kernel.outages import Outage, Pulse, ServiceGap
from shegong.kernel.policy_reports import PolicyReport
from shegong.kernel.saved_views import SavedView
from shegong.kernel.sheets.tables import Batch, BatchPart, BatchRow
from shegong.kernel.throttle import Throttle

__all__ = [
    "Batch",
    "BatchPart",
    "BatchRow",
    "Cell",
    "Checkpoint",
    "Contribution",
    "CubeFold",
    "CubeMark",
    "Delivery",
    "Export",
    "Holiday",
    "IdempotencyKey",
    "JournalCheck",
    "JournalEntry",
    "JournalReader",
    "MerkleNode",
    "Message",
    "Outage",
    "PersonKey",
    "PolicyReport",
    "Pulse",
    "SavedView",
    "SealingKey",
    "Sequence",
    "ServiceGap",
    "Throttle",
    "Witnessed",
]
