"""`shegong signing make | list | rotate | strike | affected | check`: the keys that certificates and lists are signed with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shegong.config.management.ordered import add_emergency, ordered
from shegong.duties.registry.actions import publish_status, sign_cards
from shegong.duties.registry.models import CardToken, SigningKey
from shegong.duties.registry.models.proof import newest_list
from shegong.duties.registry.tokens import opened_list, verdict_on
from shegong.ground.accounts.key_orders import KeyOrder
from shegong.kernel import journal, signing
from shegong.kernel.access import SYSTEM
from shegong.kernel.jobs import later
from shegong.kernel.sealing import KeyFault
from shegong.kernel.signing import PURPOSES, PublicKey


class Command(BaseCommand):
    """Makes signing keys, lets a new one take over, strikes a compromised one off and says what that touches."""

    help = (
        "make: the first key of each purpose. list: keys, dates, what they signed. rotate PURPOSE: a new key signs, the old "
        "ones stay published. strike KID --reason: nothing that key signed is believed any more, certificates are signed "
        "again by a job. affected KID: registrations whose certificate it signed. check CODE: what a scanned code is worth."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, with which key or purpose, and for `strike` why."""
        parser.add_argument("task", choices=["make", "list", "rotate", "strike", "affected", "check"])
        parser.add_argument("which", nargs="?", default="")
        parser.add_argument("--reason", default="")
        add_emergency(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one task."""
        self.folder, self.options = signing.signing_folder(), options
        try:
            getattr(self, f"_{options['task']}")(options["which"], options["reason"].strip())
        except KeyFault as fault:
            raise CommandError(str(fault)) from None

    def _make(self, *_: str) -> None:
        signing.ensure_signing_keys(self.folder)
        self.stdout.write(f"Signing keys are in {self.folder}. Back this folder up apart from the database.")

    def _list(self, *_: str) -> None:
        for purpose in PURPOSES:
            for key in signing.published(purpose):
                signed = CardToken.objects.filter(kid=key.kid).count() if purpose == "certificate" else ""
                self.stdout.write(f"{purpose:12} {key.kid}  {_dates(key)}  {signed}")

    def _rotate(self, purpose: str, _: str) -> None:
        if purpose not in PURPOSES:
            raise CommandError(f"name a purpose: {', '.join(PURPOSES)}")
        with ordered(
            "sign.rotate", purpose, self.options, self.stderr, signing.next_key(self.folder, purpose)
        ) as order:
            made = signing.rotate(self.folder, purpose, order.key)
            self._note("rotate", purpose, made.kid, order)
        self.stdout.write(
            f"Key {made.kid} signs for {purpose} from now on; what older keys signed still verifies."
        )

    def _strike(self, kid: str, reason: str) -> None:
        if len(reason) < 5:
            raise CommandError('say why: --reason "…"; it is published with the key')
        if not any(key.kid == kid for one in PURPOSES for key in signing.published(one)):
            raise CommandError(f"no signing key {kid}: shegong signing list")
        with ordered("sign.strike", kid, self.options, self.stderr, kid) as order:
            purpose, struck = signing.strike(self.folder, kid, reason)
            self._note("strike", purpose, kid, order, reason=reason)
        self.stdout.write(
            f"Key {kid} of {purpose} is struck off since {struck.struck_off_at}. {_touched(kid).count()} certificates carry "
            f"its signature: the worker signs them again and their next print shows the new code (shegong signing affected {kid})."
        )

    def _affected(self, kid: str, _: str) -> None:
        if not any(key.kid == kid for purpose in PURPOSES for key in signing.published(purpose)):
            raise CommandError(f"no signing key {kid}: shegong signing list")
        live = [key.kid for key in signing.published("certificate") if not key.struck_off_at]
        for row in _touched(kid).select_related("card__registration").order_by("card_id").iterator():
            again = row.card.tokens.filter(kid__in=live).exists()
            registration = row.card.registration
            self.stdout.write(
                f"{registration.register_no}\t{registration.region_code}\t{'signed again' if again else 'waits'}"
            )

    def _check(self, code: str, _: str) -> None:
        newest = newest_list()
        known = opened_list(newest.compact) if newest else None
        verdict, claims = verdict_on(code.rpartition("#")[2].strip(), known=known, now=timezone.now())
        self.stdout.write(
            verdict + (f"\t{claims.number}\t{claims.kid}\t{claims.as_of:%Y-%m-%dT%H:%MZ}" if claims else "")
        )

    def _note(self, verb: str, purpose: str, kid: str, order: KeyOrder, reason: str = "") -> None:
        number = next(n for n, key in enumerate(signing.published(purpose), 1) if key.kid == kid)
        later(sign_cards)
        later(publish_status)
        facts = {"purpose": purpose, "kid": kid, "order": order.pk}
        row = SigningKey(number=number)
        journal.write(f"registry.signing.{verb}", by=SYSTEM, subject=row, facts=facts, reason=reason)


def _touched(kid: str) -> Any:
    """Tokens of current cards that this key signed."""
    return CardToken.objects.filter(
        kid=kid, card__replaced_at__isnull=True, card__registration__closed_on__isnull=True
    )


def _dates(key: PublicKey) -> str:
    if key.struck_off_at:
        return f"struck off {key.struck_off_at}: {key.reason}"
    return f"from {key.since}" + (f" until {key.until}" if key.until else ", signs now")
