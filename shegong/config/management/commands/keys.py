"""`shegong keys make | rotate | reseal | retire N | rotate-search | reindex | retire-search N | status | serve`."""

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from shegong.config.management.ordered import add_emergency, of_ring, ordered, was_begun
from shegong.ground.accounts.factor_sealing import FactorSecrets
from shegong.ground.accounts.key_orders import KeyOrder
from shegong.kernel import journal, listing_store, reindexing, resealing, sealing
from shegong.kernel.access import SYSTEM
from shegong.kernel.key_files import KINDS, KeyFault
from shegong.kernel.key_providers import FileKeys, serve
from shegong.kernel.key_tables import SealingKey
from shegong.kernel.resealing import Stock

RESEALING = 0x5345_414C  # one run at a time
SETTLED = (
    3  # looks at the keys after which every server makes hashes with the newest search key, with one to spare
)
RUNS = 3  # over everything: servers learn of a new key within seconds, and seal with the old one until then


class Command(BaseCommand):
    """Makes the keys of a new installation; adds the next one, moves every value under it, and lets old ones go. What
    changes keys needs an order of two security administrators (`config.management.ordered`)."""

    help = (
        "make: the first keys. rotate: a new key that seals from now on. reseal: move every sealed value under the newest "
        "key while the service works; run it again when it was interrupted. retire N: let an old key go once nothing "
        "needs it. rotate-search, reindex, retire-search N: the same for the key that searches are made with; reindex "
        "under another profile needs the service stopped. status: which values need which key. serve: be the key service "
        "of another account on this machine."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and for `retire` the number of the key."""
        tasks = [
            "make",
            "rotate",
            "reseal",
            "retire",
            "rotate-search",
            "reindex",
            "retire-search",
            "status",
            "serve",
        ]
        parser.add_argument("task", choices=tasks)
        parser.add_argument("number", nargs="?", type=int)
        parser.add_argument("--socket", help="where `serve` answers")
        parser.add_argument(
            "--of", default="", choices=["", *settings.KEYS_APART], help="a ring that is kept apart"
        )
        parser.add_argument(
            "--beside-others", action="store_true", help="reindex although others are connected"
        )
        add_emergency(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Does one task; without its keys nothing sealed can ever be opened, so it says where they are."""
        self.options = options
        self.ring = str(options["of"])
        self.keys = sealing.key_provider(self.ring)
        try:
            getattr(self, f"_{options['task'].replace('-', '_')}")(options["number"])
        except KeyFault as error:
            raise CommandError(str(error)) from error

    def _make(self, _: int | None) -> None:
        self._first()
        for ring in () if self.ring else settings.KEYS_APART:
            apart = sealing.key_provider(ring)
            for kind in KINDS:
                apart.make(kind, first=True)
            self.stdout.write(f"Those of {ring} are in {apart.where}.")

    def _first(self) -> None:
        for kind in KINDS:
            self.keys.make(kind, first=True)
        self._where()

    def _serve(self, _: int | None) -> None:
        if not isinstance(self.keys, FileKeys) or not self.options["socket"]:
            raise CommandError("serve needs keys in files (SHEGONG_KEYS=file:/path) and --socket /path")
        self._first()
        self.stdout.write(f"Answering at {self.options['socket']}.")
        self.stdout.flush()
        serve(self.keys, Path(self.options["socket"]))

    def _where(self) -> None:
        self.stdout.write(f"Keys are in {self.keys.where}. Back them up apart from the database.")

    def _rotate(self, _: int | None) -> None:
        for kind in KINDS:
            self.keys.make(kind, first=True)
        with self._ordered("seal.rotate", of_ring(self.ring), self._next("seal")) as order:
            number = int(self._made(order, "seal").removeprefix("seal-"))
            self._note("rotate", number, order, profile=settings.SHEGONG_CRYPTO)
        self.stdout.write(f"Key {number:04d} seals from now on; older values open as before.")
        self._where()
        self.stdout.write("Next: shegong keys reseal")

    def _ordered(self, operation: str, target: str, key: str) -> AbstractContextManager[KeyOrder]:
        sealing.look_again()
        return ordered(operation, target, self.options, self.stderr, key)

    def _next(self, kind: str) -> str:
        newest = max(name for name in self.keys.load() if name.startswith(f"{kind}-"))
        return f"{kind}-{int(newest.removeprefix(f'{kind}-')) + 1:04d}"

    def _made(self, order: KeyOrder, kind: str) -> str:
        """The key of the order; whoever died after making it finds it there."""
        return order.key if order.key in self.keys.load() else self.keys.make(kind)

    def _put_away(self, operation: str, number: int, key: str, verb: str) -> str:
        with self._ordered(operation, f"{of_ring(self.ring)} {number}", key) as order:
            kept = self.keys.retire(key) if key in self.keys.load() else f"retired-{key}"
            self._note(verb, number, order)
        return kept

    def _is_away(self, operation: str, number: int | None, key: str) -> bool:
        """Whether whoever put this key away died before saying so."""
        return key not in self.keys.load() and was_begun(operation, f"{of_ring(self.ring)} {number}")

    def _note(self, verb: str, number: int, order: KeyOrder, **facts: Any) -> None:
        _note(f"kernel.key.{verb}", number, {"order": order.pk, **self._ring(), **facts})
        sealing.look_again()

    def _ring(self) -> dict[str, str]:
        return {"ring": self.ring} if self.ring else {}

    def _reseal(self, _: int | None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [RESEALING])
            if not cursor.fetchone()[0]:
                raise CommandError("another run is at work")
            try:
                done = self._runs()
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [RESEALING])
        for where in done.unopened:
            self.stderr.write(f"does not open, left as it is: {where}")
        self.stdout.write(f"{done.moved} values moved under key {sealing.keyring().active:04d}.")
        if done.unopened:
            raise CommandError(f"{len(done.unopened)} values do not open")

    def _runs(self) -> resealing.Done:
        sealing.look_again()
        done, every = resealing.Done(), _stocks()
        for run in range(RUNS):
            if run:
                time.sleep(max(map(_unknown_for, ("", *settings.KEYS_APART))))
            last = resealing.reseal(every, self._tell)
            done.moved, done.unopened = done.moved + last.moved, last.unopened
            if run and not last.moved:
                break
        salts = resealing.salt_rows()
        facts = {"profile": settings.SHEGONG_CRYPTO, "moved": done.moved, "salts": salts}
        _note("kernel.key.reseal", sealing.keyring().active, {**facts, "unopened": len(done.unopened)})
        return done

    def _tell(self, name: str, moved: int, of: int) -> None:
        if of:
            self._told(f"{name}: {moved} of {of}")

    def _rotate_search(self, _: int | None) -> None:
        self._main_ring()
        with self._ordered("index.rotate", of_ring(self.ring), self._next("index")) as order:
            made = self._made(order, "index")
            self._note("rotate_search", int(made.removeprefix("index-")), order)
        self.stdout.write(f"{made} made; searches look under it and the older one from now on.")
        self._where()
        self.stdout.write("Next: shegong keys reindex, while the service works")

    def _main_ring(self) -> None:
        if self.ring:
            raise CommandError(
                "codes of complaints are shown once and kept nowhere: what finds them cannot be computed anew"
            )

    def _reindex(self, _: int | None) -> None:
        self._main_ring()
        sealing.look_again()
        beside = sealing.keyring().former
        if not beside and reindexing.others() and not self.options["beside_others"]:
            raise CommandError("others are connected to the database: stop the service first")
        if beside:
            time.sleep(self._unsettled_for())
            sealing.look_again()
        try:
            changed = reindexing.reindex(lambda name, done: self._told(f"{name}: {done}"))
        except (sealing.SealError, reindexing.Twice) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{changed} rows computed anew.")
        for number in sealing.keyring().former:
            self.stdout.write(f"Next: shegong keys retire-search {number}")

    def _unsettled_for(self) -> float:
        """Seconds until every process makes hashes with the newest search key: this one may know of it sooner."""
        newest = max(name for name in self.keys.load() if name.startswith("index-"))
        return max(0.0, SETTLED * sealing.LOOK_AGAIN - self.keys.age(newest))

    def _told(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _retire_search(self, number: int | None) -> None:
        self._main_ring()
        sealing.look_again()
        key = f"index-{number or 0:04d}"
        if not self._is_away("index.retire", number, key):
            self._may_retire_search(number)
        kept = self._put_away("index.retire", number or 0, key, "retire_search")
        self.stdout.write(
            f"Nothing is looked for under search key {number:04d} any more. Keep {kept} as long as the last backup made "
            "before. Whoever signs in by a service and did not do so since the new key was made binds it once more."
        )

    def _may_retire_search(self, number: int | None) -> None:
        former = sealing.keyring().former
        if number is None or number not in former:
            raise CommandError(
                f"name a search key that makes no hashes: {', '.join(map(str, former)) or 'none'}"
            )
        if self._unsettled_for():
            raise CommandError("the newest search key is a few seconds old: wait")
        if left := reindexing.stale():
            raise CommandError(f"{left} rows still need an older search key: shegong keys reindex first")

    def _retire(self, number: int | None) -> None:
        sealing.look_again()
        key = f"seal-{number or 0:04d}"
        if not self._is_away("seal.retire", number, key):
            self._may_retire(number)
        kept = self._put_away("seal.retire", number or 0, key, "retire")
        self.stdout.write(
            f"Nothing here needs key {number:04d} any more; it opens nothing from now on. Backups made before still need "
            f"it: keep {kept} with the key backup as long as the last of them, then destroy it and its copies."
        )

    def _may_retire(self, number: int | None) -> None:
        ring = sealing.keyring(self.ring)
        if number is None or number not in ring.sealing:
            raise CommandError(f"name one of the keys: {', '.join(map(str, sorted(ring.sealing)))}")
        if number == ring.active:
            raise CommandError(f"key {number:04d} seals now: shegong keys rotate first")
        if _unknown_for(self.ring):
            raise CommandError(
                "the newest key is a few seconds old; servers may still seal with the one before: wait"
            )
        needed = resealing.needed(_stocks(), number, self.ring)
        if needed:
            words = ", ".join(f"{count} in {name}" for name, count in needed.items())
            raise CommandError(f"key {number:04d} is still needed: {words}. shegong keys reseal first")

    def _status(self, _: int | None) -> None:
        ring = sealing.keyring(self.ring)
        for stock in _stocks():
            counts = ", ".join(f"key {key:04d}: {count}" for key, count in sorted(stock.keys().items()))
            self.stdout.write(f"{stock.name:34} {counts or 'nothing'}; to be moved: {stock.stale()}")
        self.stdout.write(f"Key {ring.active:04d} seals, profile {settings.SHEGONG_CRYPTO}.")
        for number in sorted(set(ring.sealing) - {ring.active}):
            if not resealing.needed(_stocks(), number, self.ring):
                of = f" --of {self.ring}" if self.ring else ""
                self.stdout.write(f"Nothing needs key {number:04d}: shegong keys retire {number}{of}")


def _stocks() -> list[Stock]:
    return [*resealing.stocks(), FactorSecrets(), listing_store.Files()]


def _unknown_for(ring: str = "") -> float:
    """Seconds until every process has learnt of the newest key."""
    return max(0.0, 2 * sealing.LOOK_AGAIN - sealing.key_provider(ring).age())


def _note(verb: str, number: int, facts: dict[str, Any]) -> None:
    with transaction.atomic():
        journal.write(verb, by=SYSTEM, subject=SealingKey(number=number), facts=facts)
