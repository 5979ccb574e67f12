"""Every change of certificates and degrees; one module an aggregate."""

from shegong.ground.credentials.actions.certificates import correct_certificate, declare_certificate
from shegong.ground.credentials.actions.checks import (
    annul_certificate,
    refute_certificate,
    verify_certificate,
)
from shegong.ground.credentials.actions.educations import drop_education, state_education
from shegong.ground.credentials.actions.intake import (
    StatedCertificate,
    StatedEducation,
    take_in,
    withdraw_batch,
)

__all__ = [
    "StatedCertificate",
    "StatedEducation",
    "annul_certificate",
    "correct_certificate",
    "declare_certificate",
    "drop_education",
    "refute_certificate",
    "state_education",
    "take_in",
    "verify_certificate",
    "withdraw_batch",
]
