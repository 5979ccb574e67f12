"""Levels of the certificate and the steps of its verification; pure."""

from enum import StrEnum

from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Level(StrEnum):
    """Three levels (社会工作者职业水平评价暂行规定 art. 4)."""

    ASSISTANT = "assistant"
    SOCIAL_WORKER = "social_worker"
    SENIOR = "senior"


LEVEL_NAMES = {
    Level.ASSISTANT: N_("Assistant social worker"),
    Level.SOCIAL_WORKER: N_("Social worker"),
    Level.SENIOR: N_("Senior social worker"),
}


class CertificateState(StrEnum):
    """Declared by someone, then checked against a source."""

    DECLARED = "declared"
    VERIFIED = "verified"
    REFUTED = "refuted"
    ANNULLED = "annulled"
    REPLACED = "replaced"


CERTIFICATE_WORKFLOW = Workflow(
    CertificateState,
    CertificateState.DECLARED,
    [
        step("correct", "declared", "replaced", "T4.2.b"),
        step("verify", "declared", "verified", "rules B3"),
        step("refute", "declared", "refuted", "rules B3"),
        step("annul", "verified", "annulled", "rules B1"),
    ],
)
