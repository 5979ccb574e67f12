"""Commands that change keys: what two security administrators agreed to, or, said aloud, what one person forces."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from shegong.ground.accounts import actions
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.key_orders import MAIN, KeyOrder
from shegong.ground.accounts.models import User
from shegong.ground.accounts.web.factor_forms import proves
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import obstacle_text, today
from shegong.kernel.key_files import KeyFault
from shegong.kernel.refusal import Refused

HOW = (
    "One security administrator proposes it ({operation} {target}) under 系统管理 · 密钥变更, another agrees there. If "
    "waiting is worse: --emergency --as NAME --why …, with her code; everybody who guards the platform is told at once."
)


def add_emergency(parser: CommandParser) -> None:
    """The options of one person alone."""
    parser.add_argument(
        "--emergency", action="store_true", help="without the agreement of two; is told at once"
    )
    parser.add_argument("--as", dest="username", help="who forces it: a security or system administrator")
    parser.add_argument("--code", default="", help="of her authenticator app; asked for at a terminal")
    parser.add_argument("--why", default="", help="why waiting is worse")


@contextmanager
def ordered(operation: str, target: str, options: dict[str, Any], warn: Any, key: str) -> Iterator[KeyOrder]:
    """Inside, keys are changed and the change is noted; refuses before anything is changed.

    That it begins, and with which `key`, is committed first: whoever is killed in between leaves an order that was
    begun, which the health page tells of and the same command ends. A `KeyFault` gives the order back.
    """
    try:
        order = (
            _forced(operation, target, options, key)
            if options["emergency"]
            else _agreed(operation, target, key)
        )
    except Refused as refused:
        raise CommandError(" ".join(map(obstacle_text, refused.obstacles))) from refused
    if options["emergency"]:
        warn.write(
            "!! Forced by one person alone. The guardians of the platform are told; a red banner stays until"
        )
        warn.write("!! a security administrator has looked at it (系统管理 · 密钥变更).")
    try:
        with transaction.atomic():
            yield order
            actions.end_key_order(order, by=SYSTEM, on=today())
    except KeyFault:
        if order.state == "begun":
            actions.give_back_key_order(order, by=SYSTEM, on=today())
        raise


def was_begun(operation: str, target: str) -> bool:
    """Whether this change was begun and not ended."""
    return KeyOrder.objects.begun().filter(operation=operation, target=target).exists()


def _agreed(operation: str, target: str, key: str) -> KeyOrder:
    try:
        return actions.use_key_order(operation, target, key=key, by=SYSTEM, on=today())
    except Refused as refused:
        said = " ".join(map(obstacle_text, refused.obstacles))
        raise CommandError(f"{said} {HOW.format(operation=operation, target=target)}") from refused


def _forced(operation: str, target: str, options: dict[str, Any], key: str) -> KeyOrder:
    user = User.objects.filter(username=options["username"] or "", disabled_at__isnull=True).first()
    if user is None:
        raise CommandError("say who forces it: --as NAME, an active account")
    actor = actor_for(user, today())
    code = options["code"] or (
        getpass(f"Code of {user.username}'s authenticator app: ") if sys.stdin.isatty() else ""
    )
    if not proves(user, code):
        raise CommandError(
            "whoever forces it proves it: --code with the code of her authenticator app, or a recovery code"
        )
    return actions.force_key_order(operation, target, key=key, reason=options["why"], by=actor, on=today())


def of_ring(ring: str) -> str:
    """The ring as orders name it."""
    return ring or MAIN
