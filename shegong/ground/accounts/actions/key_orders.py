"""Changes of keys need two named security administrators; the operator carries out what they agreed to (D19).

One person at the shell can still force a change, under his name and with a reason: everybody who guards the house is told
at once, and a red banner stays until a security administrator other than he has looked at it.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from shegong.ground.accounts.actions.journal_alert import guardians
from shegong.ground.accounts.key_orders import KeyOrder, possible
from shegong.ground.accounts.rules import LEAST_REASON, Permission
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, half, holders, in_person, require
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

FORCED = messages.Template(
    "accounts.key_order.forced",
    N_("Keys were changed by one person alone"),
    N_(
        "On %(day)s an operator changed keys of the platform without the agreement of two security administrators: "
        "%(operation)s %(target)s. Reason given: %(reason)s. A security administrator must look at it."
    ),
)


@in_person("two people answer for a change of keys, each with a fresh second factor: propose it on the page")
@transaction.atomic
def propose_key_order(*, operation: str, target: str, reason: str, by: Actor, on: date) -> KeyOrder:
    """Ask that keys are changed. Refuses without the right over the province, without a reason, and what no key allows."""
    require(by, Permission.ORDER_KEYS, settings.PROVINCE)
    refuse_if([*_unreasoned(reason), *_impossible(operation, target)])
    return _propose(operation, target, reason, by)


def _propose(operation: str, target: str, reason: str, by: Actor) -> KeyOrder:
    row = KeyOrder.objects.create(
        operation=operation, target=target, reason=reason.strip(), proposed_by_id=by.person_id
    )
    _note("propose", row, by, reason=row.reason)
    return row


def _impossible(operation: str, target: str) -> list[Obstacle]:
    if (operation, target) in possible():
        return []
    return [Obstacle("key_unknown", N_("There is no such key, or nothing to do with it."), field="change")]


def _unreasoned(reason: str) -> list[Obstacle]:
    if len(reason.strip()) >= LEAST_REASON:
        return []
    return [Obstacle("reason", N_("Give the reason."), field="reason")]


def _note(verb: str, row: KeyOrder, by: Actor, **details: Any) -> None:
    facts: dict[str, Any] = {"operation": row.operation, "target": row.target, "order": row.pk}
    if row.key:
        facts["key"] = row.key
    journal.write(f"accounts.key_order.{verb}", by=by, subject=row, facts=facts, **details)


def _require_other(row: KeyOrder, by: Actor) -> None:
    require(by, Permission.ORDER_KEYS, settings.PROVINCE)
    if by.person_id is None or by.person_id == row.proposed_by_id:
        message = N_("Another person than the one who proposed it must decide.")
        raise Refused(Obstacle("four_eyes", message, clause="D19"))


@in_person("the second person proves with a fresh second factor who decides: agree on the page")
@transaction.atomic
def approve_key_order(row: KeyOrder, *, seen: int | None, by: Actor, on: date) -> KeyOrder:
    """Agree: for seven days an operator may do this once. Refuses whoever proposed it."""
    _require_other(row, by)
    row = transition(row, "approve", seen=seen, decided_by_id=by.person_id, decided_at=Now())
    _note("approve", row, by)
    return row


@half
@transaction.atomic
def refuse_key_order(row: KeyOrder, *, reason: str, seen: int | None, by: Actor, on: date) -> KeyOrder:
    """Turn it down with a reason. Refuses whoever proposed it: she may take it back."""
    _require_other(row, by)
    refuse_if(_unreasoned(reason))
    row = transition(row, "refuse", seen=seen, decided_by_id=by.person_id, decided_at=Now())
    _note("refuse", row, by, reason=reason.strip())
    return row


@transaction.atomic
def withdraw_key_order(row: KeyOrder, *, by: Actor, on: date) -> KeyOrder:
    """Take it back before it was carried out: whoever proposed it, or who agreed."""
    require(by, Permission.ORDER_KEYS, settings.PROVINCE)
    if by.person_id is None or by.person_id not in (row.proposed_by_id, row.decided_by_id):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    row = transition(row, "withdraw")
    _note("withdraw", row, by)
    return row


@in_person("whoever looks at a forced change proves with a fresh second factor who it is: answer on the page")
@transaction.atomic
def review_key_order(row: KeyOrder, *, reason: str, seen: int | None, by: Actor, on: date) -> KeyOrder:
    """Answer for a change that was forced: what was found. The banner goes. Refuses whoever forced it."""
    _require_other(row, by)
    refuse_if(_unreasoned(reason))
    row = transition(row, "review", seen=seen, decided_by_id=by.person_id, decided_at=Now())
    _note("review", row, by, reason=reason.strip())
    return row


@transaction.atomic
def use_key_order(operation: str, target: str, *, key: str = "", by: Actor, on: date) -> KeyOrder:
    """The operator begins what two agreed to, before any key is touched; `key` is what the change makes or puts away.

    One that was begun and not ended is taken up again. Refuses without an order, and when one of the two may no longer.
    """
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    begun = KeyOrder.objects.begun().filter(operation=operation, target=target)
    good = KeyOrder.objects.good(operation, target, timezone.now())
    row = begun.order_by("begun_at").first() or good.order_by("decided_at").first()
    if row is None:
        message = N_("Two security administrators have not agreed to this within the last seven days.")
        raise Refused(Obstacle("four_eyes", message, clause="D19"))
    _require_both(row, on)
    if row.state == "approved":
        row = transition(row, "begin", begun_at=Now(), key=row.key or key)
        _note("begin", row, by)
    return row


def _require_both(row: KeyOrder, on: date) -> None:
    """Both who agreed must still hold the role in an open account."""
    if not {row.proposed_by_id, row.decided_by_id} <= set(
        holders(Permission.ORDER_KEYS, on, region_code=settings.PROVINCE)
    ):
        message = N_("One of the two who agreed no longer has this role. Propose it again.")
        raise Refused(Obstacle("four_eyes", message, clause="D19"))


def end_key_order(row: KeyOrder, *, by: Actor, on: date) -> KeyOrder:
    """The keys are changed: what was begun is done, in the transaction that notes the change. The system only."""
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    if row.state == "begun":
        row = transition(row, "run", done_at=Now())
        _note("run", row, by)
    else:  # forced: stays until somebody has looked at it
        KeyOrder.objects.filter(pk=row.pk).update(done_at=Now())
    return row


@transaction.atomic
def give_back_key_order(row: KeyOrder, *, by: Actor, on: date) -> KeyOrder:
    """No key was touched: the order holds as before. The system only."""
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    row = transition(row, "give_back", begun_at=None)
    _note("give_back", row, by)
    return row


@in_person("done by `shegong keys … --emergency`, with a code of whoever forces it")
@transaction.atomic
def force_key_order(
    operation: str, target: str, *, key: str = "", reason: str, by: Actor, on: date
) -> KeyOrder:
    """One named administrator changes keys alone because waiting is worse: the guardians of the house are told.

    Refuses who is neither a security nor a system administrator of the province, and without a reason.
    """
    if not by.may(Permission.ORDER_KEYS, settings.PROVINCE):
        require(by, Permission.SEE_HEALTH, settings.PROVINCE)
    refuse_if(_unreasoned(reason))
    row = transition(_propose(operation, target, reason, by), "force", begun_at=Now(), key=key)
    _note("force", row, by, reason=row.reason)
    words = {"day": on.isoformat(), "operation": operation, "target": target, "reason": row.reason}
    for person_id in guardians(on, Permission.ORDER_KEYS):
        person: Any = SimpleNamespace(pk=person_id)
        messages.send(person, FORCED, words, link=reverse("accounts:start"))
    return row
