"""What the public and clerks can change here."""

from shegong.duties.lookup.actions.receipts import keep_receipt, note_workbook

__all__ = ["keep_receipt", "note_workbook"]
