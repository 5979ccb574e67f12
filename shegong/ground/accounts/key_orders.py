"""Orders to change the keys of the house: what two security administrators agreed to, and what was forced without them."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shegong.ground.accounts.rules import KEY_ORDERS, ORDER_GOOD_FOR
from shegong.ground.people.models import Person
from shegong.kernel import signing
from shegong.kernel.sealing import KeyFault, keyring
from shegong.kernel.walls_rows import Open

MAIN = "main"  # the ring that is not kept apart, as orders name it


class KeyOrderQuerySet(models.QuerySet["KeyOrder"]):
    """Reads of orders."""

    def unreviewed(self) -> Self:
        """Forced at the shell, and nobody has answered for it yet."""
        return self.filter(state="emergency")

    def open(self, now: datetime) -> Self:
        """What somebody has to do something about: decide, carry out, end, or look at afterwards."""
        fresh = Q(state="approved", decided_at__gt=now - ORDER_GOOD_FOR)
        return self.filter(Q(state__in=["proposed", "begun", "emergency"]) | fresh)

    def begun(self) -> Self:
        """Carried out in part: the process that changed the keys died, or works just now."""
        return self.filter(state="begun")

    def good(self, operation: str, target: str, now: datetime) -> Self:
        """Orders that let an operator do this now."""
        return self.open(now).filter(state="approved", operation=operation, target=target)


class KeyOrder(models.Model):
    """One change of keys: proposed by one, agreed to by another, then done by an operator at the shell."""

    workflow = KEY_ORDERS

    operation = models.TextField()
    target = models.TextField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    key = models.TextField(
        blank=True, default="", db_default=""
    )  # what the change makes or puts away, noted before it does
    done_at = models.DateTimeField(null=True)
    state = models.TextField(default="proposed")
    version = models.IntegerField(default=0)

    objects = KeyOrderQuerySet.as_manager()
    wall = Open(
        "Names keys by number and who asked for what; the page asks for the right over the whole province."
    )

    class Meta:
        app_label = "accounts"
        constraints = [
            models.CheckConstraint(
                name="key_order_four_eyes",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="key_order_decided",
                condition=~Q(state__in=["approved", "refused", "begun", "done", "reviewed"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]


def possible() -> list[tuple[str, str]]:
    """(operation, target) of every change that the keys at hand allow now; rings that are away have none."""
    found: list[tuple[str, str]] = []
    for ring in ("", *settings.KEYS_APART):
        found += _sealing(ring)
    for purpose in signing.PURPOSES:
        found += _signing(purpose)
    return found


def _sealing(ring: str) -> list[tuple[str, str]]:
    try:
        held = keyring(ring)
    except KeyFault:
        return []
    name = ring or MAIN
    found = [("seal.rotate", name)]
    found += [("seal.retire", f"{name} {number}") for number in sorted(held.sealing) if number != held.active]
    if not ring:
        found += [("index.rotate", name)]
        found += [("index.retire", f"{name} {number}") for number in held.former]
    return found


def _signing(purpose: str) -> list[tuple[str, str]]:
    try:
        keys = signing.published(purpose)
    except KeyFault:
        return []
    struck = [("sign.strike", key.kid) for key in keys if not key.struck_off_at]
    return [("sign.rotate", purpose), *struck]
