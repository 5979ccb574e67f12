"""What proves a certificate without asking the register: signed tokens, and the published status lists."""

from django.db import models

from shegong.duties.registry.models.register import Card, Registration
from shegong.kernel.signing import published
from shegong.kernel.vault import Vault
from shegong.kernel.walls_rows import Open, Wall

PORTRAITS = Vault("portraits", "registry_cardtoken", "photo")


class CardToken(models.Model):
    """The signed token of a card, one for each key that signed it.

    `photo` is the hash of the portrait scaled for print, kept in the vault, `photo_from` the paper it was made from: a
    paper that is removed later takes its picture off the certificate.
    """

    card = models.ForeignKey(Card, models.PROTECT, related_name="tokens")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    kid = models.TextField()
    token = models.TextField()
    photo = models.TextField(blank=True)
    photo_from = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField()

    wall = Wall(through="registration_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "kid"], name="card_token_one_a_key")]
        indexes = [models.Index(fields=["kid", "card"], name="card_token_by_key")]


class StatusList(models.Model):
    """One publication of the states of all cards: compact, and as two W3C Bitstring status list credentials."""

    made_at = models.DateTimeField()
    kid = models.TextField()
    count = models.IntegerField()
    compact = models.TextField()
    revocation = models.TextField()
    suspension = models.TextField()

    wall = Open("Published for everybody; names cards by number alone.")

    class Meta:
        indexes = [models.Index(fields=["-made_at"], name="status_list_newest")]


class SigningKey(models.Model):
    """A signing key as the subject of journal entries. It has no table: keys are never in the database."""

    number = models.IntegerField(primary_key=True)

    class Meta:
        managed = False


def live_kids() -> list[str]:
    """Ids of the certificate keys that still prove something."""
    return [key.kid for key in published("certificate") if not key.struck_off_at]


def live_token(card: Card) -> CardToken | None:
    """The newest token of a card that no struck-off key signed; None before it is signed."""
    return card.tokens.filter(kid__in=live_kids()).order_by("-id").first()


def newest_list() -> StatusList | None:
    """The status list published last; None on a new installation, and when its key has been struck off."""
    live = [key.kid for key in published("status") if not key.struck_off_at]
    return StatusList.objects.filter(kid__in=live).order_by("-made_at").first()
