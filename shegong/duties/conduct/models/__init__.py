"""Conduct: complaints, inquiries, decisions, sanctions and appeals (T4.2.f)."""

from shegong.duties.conduct.models.complaints import (
    Complaint,
    ComplaintQuerySet,
    EarlierComplaint,
    Exchange,
    Kin,
)
from shegong.duties.conduct.models.stages import StageDate
from shegong.duties.conduct.models.vault import ComplainantVault, ComplaintDraft, VaultRead

__all__ = [
    "ComplainantVault",
    "Complaint",
    "ComplaintDraft",
    "ComplaintQuerySet",
    "EarlierComplaint",
    "Exchange",
    "Kin",
    "StageDate",
    "VaultRead",
]
