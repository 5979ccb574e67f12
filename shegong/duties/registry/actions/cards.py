"""补发: a lost card is replaced by a new one; the old code then answers "replaced"."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.notices import tell_holder
from shegong.duties.registry.actions.proving import prove
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
    old = registration.cards.filter(replaced_at__isnull=True).order_by("-id").first()
    if old is None:
        raise Refused(Obstacle("no_card", N_("This registration has no card yet.")))
    Card.objects.filter(pk=old.pk).update(replaced_at=Now())
    card = Card.objects.create(registration=registration, term_id=old.term_id)
    prove(card)
    tell_holder(registration, "card_replaced")
    journal.write(
        "registry.card.replace", by=by, subject=registration, reason=reason.strip(), rows=[old, card],
        facts={"old": old.pk, "new": card.pk},
    )  # fmt: skip
    return card
