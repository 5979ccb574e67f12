"""Bearing witness for another office: its checkpoints are taken in only where they continue what it showed before.

An operator who rewrites his own journal cannot show us the proof, and what we hold of him stays. Who is witnessed is
named by a file `<name>.json` in SHEGONG_WITNESSED: the published keys of that installation (`shegong audit keys`).
"""

import json
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from shegong.kernel import checkpoints_marks as marks
from shegong.kernel import merkle, signing
from shegong.kernel.checkpoints_marks import Mark
from shegong.kernel.checkpoints_tables import Witnessed
from shegong.kernel.signing import PublicKey, SignatureFault

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST = 130  # hashes in a proof: two a level of the largest tree there can be
AHEAD = timedelta(minutes=10)  # how far clocks may be apart
LOCK = 0x5749_544E


class Refusal(Exception):
    """A checkpoint that is not taken in; the message says why."""


class Elsewhere(Refusal):
    """The proof does not begin at what is held; `held` says from where it must."""

    def __init__(self, held: Mark | None) -> None:
        """`held`: the last checkpoint we have, None for none."""
        super().__init__("prove it from the checkpoint that is held here")
        self.held = held


def keys_of(name: str) -> list[PublicKey] | None:
    """The published keys of an installation that is witnessed here; None for any other."""
    path = settings.WITNESSED / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    return [PublicKey(**key) for key in json.loads(path.read_text())]


def last(name: str) -> Mark | None:
    """The last checkpoint of `name` that is held here."""
    row = Witnessed.objects.filter(name=name).order_by("-id").first()
    return marks.read_line(row.line) if row else None


def accept(name: str, keys: list[PublicKey], given: Any) -> Mark:
    """Take in {mark, since, proof} of `name`. Raises `Refusal`, `Elsewhere`."""
    mark, since, proof = _read(given)
    try:
        signing.verify_by(keys, mark.text.encode(), mark.kid, mark.alg, mark.signature_bytes)
    except SignatureFault as fault:
        raise Refusal(f"not signed by {name}: {fault.reason}") from fault
    if mark.moment > timezone.now() + AHEAD:
        raise Refusal("it is of the future")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        held = last(name)
        if held is not None and held.text != mark.text:
            _refuse_another_history(held, mark, since, proof)
        if held is None or held.text != mark.text:
            Witnessed.objects.create(
                name=name,
                size=mark.size,
                algorithm=mark.algorithm,
                root=bytes.fromhex(mark.root),
                line=mark.line,
            )
    return mark


def _read(given: Any) -> tuple[Mark, int, list[bytes]]:
    try:
        mark, since = marks.read(given["mark"]), given["since"]
        proof = [bytes.fromhex(one) for one in given["proof"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("no checkpoint with its proof") from error
    if type(since) is not int or len(proof) > LONGEST or mark.algorithm not in merkle.ALGORITHMS:
        raise Refusal("no checkpoint with its proof")
    return mark, since, proof


def _refuse_another_history(held: Mark, mark: Mark, since: int, proof: list[bytes]) -> None:
    if (mark.origin, mark.algorithm) != (held.origin, held.algorithm):
        raise Refusal("another journal, or another hash, than the one that is held here")
    if mark.size < held.size or mark.moment < held.moment:
        raise Refusal(f"older than what is held here: {held.size} entries of {held.at}")
    if since != held.size:
        raise Elsewhere(held)
    old, new = bytes.fromhex(held.root), bytes.fromhex(mark.root)
    if not merkle.continues(old, held.size, new, mark.size, proof, mark.algorithm):
        raise Refusal(f"it does not continue the {held.size} entries of {held.at} that are held here")
