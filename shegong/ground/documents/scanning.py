"""The virus scan: a command of the installation that reads the bytes and answers 0 (clean) or 1 (harmful)."""

import shlex
import subprocess

from django.conf import settings

from shegong.ground.documents.rules.papers import harmful, scanner_down
from shegong.kernel.refusal import Refused

SECONDS = 20


def scan(content: bytes) -> str:
    """`clean`, or `not scanned` where no command is set (SCAN_COMMAND). Refuses harmful files; no answer refuses too."""
    command = getattr(settings, "SCAN_COMMAND", "")
    if not command:
        return "not scanned"
    try:
        answer = subprocess.run(  # noqa: S603  the operator's own command
            shlex.split(command), input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(scanner_down()) from error
    if answer.returncode == 1:
        raise Refused(harmful())
    if answer.returncode != 0:
        raise Refused(scanner_down())
    return "clean"
