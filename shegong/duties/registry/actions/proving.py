"""What proves a certificate without asking the register is kept ready: tokens of cards, lists of what has ended."""

import logging
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from shegong.duties.registry.actions.notices import tell_holder
from shegong.duties.registry.models import Card, CardToken, Restriction, StatusHold, StatusList, Term
from shegong.duties.registry.models.portraits import portrait_paper, scaled
from shegong.duties.registry.models.proof import PORTRAITS, live_kids
from shegong.duties.registry.rules.token import State
from shegong.duties.registry.tokens import bitstring_list, compact_list, token_of
from shegong.kernel.jobs import at_start, job, later, waiting
from shegong.kernel.sealing import KeyFault, SealError
from shegong.kernel.signing import signing_algorithm

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)  # older lists prove nothing any more
BATCH = 500
LISTS = ("revocation", "suspension")


def prove(card: Card) -> None:
    """Sign the token of a card that has just been made, and publish a list that knows it.

    Where this machine has no signing key the job does it on one that has.
    """
    try:
        sign_card(card)
    except KeyFault as fault:
        log.warning("card %s is not signed yet: %s", card.pk, fault)
    status_changed()


def sign_card(card: Card) -> CardToken:
    """The token of a card under the key that signs now, and its portrait scaled once. Raises `KeyFault`."""
    signing_algorithm("certificate")  # before the portrait: that takes longest
    paper = portrait_paper(card)
    try:
        picture = scaled(paper)
    except (OSError, SealError):  # a stored file that is gone or damaged must not hold up a certificate
        log.exception("the portrait of card %s cannot be read", card.pk)
        picture = None
    at = timezone.now()
    kid, token = token_of(card, portrait=picture, at=at)
    facts = {"token": token, "signed_at": at, "registration_id": card.registration_id}
    if picture:
        facts |= {"photo": PORTRAITS.keep(picture), "photo_from": paper.pk}
    return CardToken.objects.get_or_create(card=card, kid=kid, defaults=facts)[0]


def resign(card: Card) -> None:
    """Write the token of a card anew: the days that it claims have changed. Without a key here, the job signs."""
    card = Card.objects.select_related("registration", "term").get(pk=card.pk)
    card.tokens.all().delete()
    try:
        sign_card(card)
    except KeyFault as fault:
        log.warning("card %s is not signed yet: %s", card.pk, fault)


def unsigned_cards() -> QuerySet[Card]:
    """Current cards without a token that still proves something: never signed, or only by keys struck off."""
    proven = CardToken.objects.filter(card=OuterRef("pk"), kid__in=live_kids())
    rows = Card.objects.filter(
        ~Exists(proven), replaced_at__isnull=True, registration__closed_on__isnull=True
    )
    return rows.select_related("registration", "term").order_by("pk")


@at_start
@job("registry.sign_cards", cron="*/10 * * * *", attempts=1)
def sign_cards(every: bool = False) -> int:
    """Every ten minutes: sign current cards that have no token of a live key, as after a key was struck off: their holders
    are told that the print they carry no longer proves itself."""
    try:
        signing_algorithm("certificate")
    except KeyFault as fault:
        log.error("%s", fault)
        return 0
    cards = list(unsigned_cards()[:BATCH])
    for card in cards:
        with transaction.atomic():
            if card.tokens.exists():  # only by keys that are struck off
                tell_holder(card.registration, "code_renewed")
            sign_card(card)
    if len(cards) == BATCH:
        later(sign_cards)
    return len(cards)


def status_changed() -> None:
    """Publish a new status list as soon as this transaction is through."""
    later(publish_status)


@at_start
@job("registry.publish_status", cron="0 * * * *")
def publish_status(every: bool = False) -> int:
    """Every hour and after a change: publish a new status list. How many cards are not in force.

    Many changes in a row make one list: a run behind which another one waits leaves the work to it.
    """
    return 0 if waiting("registry.publish_status") else publish_list()


def publish_list() -> int:
    """Sign the states of all cards as they are now. How many are not in force."""
    now = timezone.now()
    with transaction.atomic():
        states = states_of_cards()
        whole = Card.objects.aggregate(cards=Count("pk"), last=Max("pk"))
        seen = Card.objects.filter(registration__admitted_on__isnull=False).count()
    if (
        seen != whole["cards"]
    ):  # a list that says of somebody unseen that nothing has ended would vouch for the revoked
        raise RuntimeError(f"the states of {seen} of {whole['cards']} cards are seen: nothing is published")
    count = (whole["last"] or 0) + 1
    pages = {
        purpose: bitstring_list(purpose, [pk for pk, state in states.items() if purposes(state) == purpose], now,
                                list_address(purpose))
        for purpose in LISTS
    }  # fmt: skip
    compact = compact_list(states, count, now, held_cards())
    kid = signing_algorithm("status")[0]
    StatusList.objects.create(made_at=now, kid=kid, count=count, compact=compact, **pages)
    StatusList.objects.filter(made_at__lt=now - KEPT).delete()
    return len(states)


def list_address(purpose: str) -> str:
    """Where a status list credential is published."""
    return settings.PUBLIC_URL + reverse("lookup:status_list", args=[purpose])


def purposes(state: State) -> str:
    """The W3C list that a state stands in."""
    return "suspension" if state is State.SUSPENDED else "revocation"


def states_of_cards() -> dict[int, State]:
    """Every card that is not in force today, by its number."""
    today = timezone.localdate()
    paused = Restriction.objects.current().on(today).filter(
        person=OuterRef("registration__person"), kind="suspended", stayed_on=None
    )  # fmt: skip
    was_held = StatusHold.objects.filter(registration=OuterRef("registration"))
    superseded = Q(registration__closed_on__lte=today, registration__closed_kind="superseded")
    found = Card.objects.annotate(
        found=Case(
            When(superseded, then=Value(int(State.REPLACED))),
            When(registration__closed_on__lte=today, then=Value(int(State.ENDED))),
            When(replaced_at__isnull=False, then=Value(int(State.REPLACED))),
            When(Exists(paused), then=Value(int(State.SUSPENDED))),
            # Held once, then let go before the day on its code: the code alone would still say valid.
            When(Q(registration__valid_to__lt=today) & Exists(was_held), then=Value(int(State.ENDED))),
            default=Value(0),
            output_field=IntegerField(),
        )
    )
    return {pk: State(state) for pk, state in found.filter(found__gt=0).values_list("pk", "found")}


def held_cards() -> dict[int, date]:
    """Cards whose status is kept beyond the end printed on them, and until when: an old print says less."""
    held = Term.objects.current().filter(kind="held", during__endswith__gt=timezone.localdate())
    ends = {
        key: during.upper - timedelta(days=1) for key, during in held.values_list("registration_id", "during")
    }
    cards = Card.objects.filter(registration__in=ends, replaced_at=None, registration__closed_on=None)
    return {pk: ends[key] for pk, key in cards.values_list("pk", "registration_id")}
