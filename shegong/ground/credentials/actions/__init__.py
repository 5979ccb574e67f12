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
from shegong.ground.credentials.actions.listing import compare_with_list
from shegong.ground.credentials.actions.pass_list import (
    Passed,
    correct_coverage,
    in_use,
    prefecture_of,
    take_pass_list,
    withdraw_pass_list,
)

__all__ = [
    "Passed",
    "StatedCertificate",
    "StatedEducation",
    "annul_certificate",
    "compare_with_list",
    "correct_certificate",
    "correct_coverage",
    "declare_certificate",
    "drop_education",
    "in_use",
    "prefecture_of",
    "refute_certificate",
    "state_education",
    "take_in",
    "take_pass_list",
    "verify_certificate",
    "withdraw_batch",
    "withdraw_pass_list",
]
