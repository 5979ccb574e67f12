"""`shegong code SECRET`: the one-time code of this moment, for trying a demo account without an authenticator."""

import base64
import hmac
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

PERIOD_SECONDS = 30
DIGITS = 6


def one_time_code(secret: str, now: float) -> str:
    """The six digits that an authenticator shows for a base32 secret at a moment (RFC 6238)."""
    key = base64.b32decode(secret.strip().upper() + "=" * (-len(secret.strip()) % 8))
    digest = hmac.digest(key, int(now // PERIOD_SECONDS).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


class Command(BaseCommand):
    """Prints the code that an authenticator would show for a secret."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: the secret as printed at the start."""
        parser.add_argument("secret")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print six digits, or say that the secret is none."""
        try:
            self.stdout.write(one_time_code(options["secret"], time.time()))
        except ValueError as problem:
            raise CommandError("That is no secret: letters A to Z and digits 2 to 7 only.") from problem
