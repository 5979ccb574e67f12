"""Conduct: complaints, inquiries, decisions, sanctions and appeals (T4.2.f)."""

from shegong.duties.conduct.models import leaving as leaving  # adds its question to the registry
from shegong.duties.conduct.models.appeals import Appeal
from shegong.duties.conduct.models.complaints import (
    Complaint,
    ComplaintQuerySet,
    EarlierComplaint,
    Exchange,
    Kin,
)
from shegong.duties.conduct.models.decisions import Decision, Publication, sanctions_in_force
from shegong.duties.conduct.models.evidence import Evidence, EvidenceRead
from shegong.duties.conduct.models.flags import Flag, SerialFinding
from shegong.duties.conduct.models.inquiry import Inquiry, Interim, Investigator, Statement
from shegong.duties.conduct.models.looks import SecondLook
from shegong.duties.conduct.models.panel import Seat, Vote
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.repairs import Repair
from shegong.duties.conduct.models.secrets import Secrets
from shegong.duties.conduct.models.stages import StageDate
from shegong.duties.conduct.models.vault import ComplainantVault, ComplaintDraft, VaultRead

__all__ = [
    "Appeal", "ComplainantVault", "Complaint", "ComplaintDraft", "ComplaintQuerySet", "Decision", "EarlierComplaint",
    "Evidence", "EvidenceRead", "Exchange", "Flag", "Inquiry", "Interim", "Investigator", "Kin",
    "Publication", "Repair", "Seat", "SecondLook", "Secrets", "SerialFinding", "StageDate", "Statement", "VaultRead", "Vote", "sanction_policy",
    "sanctions_in_force",
]  # fmt: skip
