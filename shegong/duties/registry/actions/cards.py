"""补发: a lost card is replaced by a new one; the old code then answers "replaced"."""

from datetime import date

from django.db import transaction

from shegong.duties.registry.actions.effects import new_card
from shegong.duties.registry.actions.notices import tell_holder
from shegong.duties.registry.actions.restricting import claim
from shegong.duties.registry.models import Card, Registration
from shegong.duties.registry.rules import reason_obstacles
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_


@answers("T4.2.a")
@transaction.atomic
def replace_card(
    registration: Registration, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Card:
    """Give the newest term a card with a new serial; a scan of the old one says that it was replaced."""
    claim(registration, seen, by=by)
    refuse_if(reason_obstacles(reason))
    if not registration.cards.filter(replaced_at__isnull=True).exists():
        raise Refused(Obstacle("no_card", N_("This registration has no card yet.")))
    card, *before = new_card(registration)
    old = before[-1]
    tell_holder(registration, "card_replaced")
    journal.write(
        "registry.card.replace", by=by, subject=registration, reason=reason.strip(), rows=[card, *before],
        facts={"old": old.pk, "new": card.pk},
    )  # fmt: skip
    return card
