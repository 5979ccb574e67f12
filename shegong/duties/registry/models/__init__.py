"""Tables and reads of the register."""

from shegong.duties.registry.models import proof_health as proof_health  # adds its check
from shegong.duties.registry.models.application import (
    Application,
    Decision,
    Desk,
    RegistrationRound,
    ReturnItem,
    new_token,
)
from shegong.duties.registry.models.changes import ChangeDetail
from shegong.duties.registry.models.closing import ClosingCase, ClosingProposal
from shegong.duties.registry.models.holds import LapseBatch, Reminder, StatusHold
from shegong.duties.registry.models.hours import HoursStanding
from shegong.duties.registry.models.inquiries import running
from shegong.duties.registry.models.proof import CardToken, SigningKey, StatusList
from shegong.duties.registry.models.register import (
    Card,
    Registration,
    RegistrationQuerySet,
    Restriction,
    Term,
)
from shegong.duties.registry.models.reliance import relied_on
from shegong.duties.registry.models.standing import status_of

__all__ = [
    "Application", "Card", "CardToken", "ChangeDetail", "ClosingCase", "ClosingProposal", "Decision", "Desk", "HoursStanding", "LapseBatch", "Registration", "RegistrationQuerySet", "RegistrationRound",
    "Reminder", "Restriction", "ReturnItem", "SigningKey", "StatusHold", "StatusList", "Term", "new_token", "relied_on", "running", "status_of",
]  # fmt: skip
