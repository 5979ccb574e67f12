"""Commands that change keys: what two security administrators agreed to, or, said aloud, what one person forces."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from shegong.ground.accounts import actions
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.key_orders import MAIN, KeyOrder
from shegong.ground.accounts.models import User
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import obstacle_text, today
from shegong.kernel.refusal import Refused

HOW = (
    "One security administrator proposes it ({operation} {target}) under 系统管理 · 密钥变更, another agrees there. If "
    "waiting is worse: --emergency --as NAME --why …; everybody who guards the platform is told at once."
)


def add_emergency(parser: CommandParser) -> None:
    """The options of one person alone."""
    parser.add_argument(
        "--emergency", action="store_true", help="without the agreement of two; is told at once"
    )
    parser.add_argument("--as", dest="username", help="who forces it: a security or system administrator")
    parser.add_argument("--why", default="", help="why waiting is worse")


@contextmanager
def ordered(operation: str, target: str, options: dict[str, Any], warn: Any) -> Iterator[KeyOrder]:
    """The transaction in which keys are changed; refuses before anything is changed. An error gives the order back."""
    with transaction.atomic():
        try:
            order = (
                _forced(operation, target, options) if options["emergency"] else _agreed(operation, target)
            )
        except Refused as refused:
            raise CommandError(" ".join(map(obstacle_text, refused.obstacles))) from refused
        if options["emergency"]:
            warn.write(
                "!! Forced by one person alone. The guardians of the platform are told; a red banner stays until"
            )
            warn.write("!! a security administrator has looked at it (系统管理 · 密钥变更).")
        yield order


def _agreed(operation: str, target: str) -> KeyOrder:
    try:
        return actions.use_key_order(operation, target, by=SYSTEM, on=today())
    except Refused as refused:
        said = " ".join(map(obstacle_text, refused.obstacles))
        raise CommandError(f"{said} {HOW.format(operation=operation, target=target)}") from refused


def _forced(operation: str, target: str, options: dict[str, Any]) -> KeyOrder:
    user = User.objects.filter(username=options["username"] or "", disabled_at__isnull=True).first()
    if user is None:
        raise CommandError("say who forces it: --as NAME, an active account")
    actor = actor_for(user, today())
    return actions.force_key_order(operation, target, reason=options["why"], by=actor, on=today())


def of_ring(ring: str) -> str:
    """The ring as orders name it."""
    return ring or MAIN
