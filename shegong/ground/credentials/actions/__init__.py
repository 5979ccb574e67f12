"""Every change of certificates and degrees; one module an aggregate."""

from shegong.ground.credentials.actions.certificates import correct_certificate, declare_certificate
from shegong.ground.credentials.actions.checks import (
    annul_certificate,
    refute_certificate,
    verify_certificate,
)
from shegong.ground.credentials.actions.educations import drop_education, state_education

__all__ = [
    "annul_certificate",
    "correct_certificate",
    "declare_certificate",
    "drop_education",
    "refute_certificate",
    "state_education",
    "verify_certificate",
]
