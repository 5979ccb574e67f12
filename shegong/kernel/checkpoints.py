"""Signed checkpoints of the journal: every ten minutes or 1,000 entries, kept at two places outside the database.

Each is the head of the journal's Merkle tree (RFC 6962) with a signature. Whoever changes the journal afterwards,
with whatever rights in the database, no longer matches what lies outside; `shegong audit verify` says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Warned
from django.db import connection

from shegong.kernel import checkpoints_marks as marks
from shegong.kernel import journal, outbound
from shegong.kernel.checkpoints_losses import declared_losses
from shegong.kernel.checkpoints_marks import Mark
from shegong.kernel.checkpoints_places import Folder, NotKept, Place, places
from shegong.kernel.checkpoints_tables import ENOUGH, Checkpoint
from shegong.kernel.checkpoints_tree import Broken, Tree, grow, linked
from shegong.kernel.jobs import job, later
from shegong.kernel.person_keys import note_erasures
from shegong.kernel.snapshots import one_moment

ENTRIES = 1000
EVERY = timedelta(minutes=10)
AT_REST = timedelta(hours=6)  # a journal without new entries says so too
STALE = timedelta(days=1)


@dataclass(frozen=True)
class Freshness:
    """When a checkpoint was last kept at two places outside, and whether that is too long ago."""

    last: Checkpoint | None
    age: timedelta | None
    is_stale: bool


def checkpoint_age() -> timedelta | None:
    """How old the last checkpoint is that lies at two places outside; None when there is none."""
    return freshness().age


def freshness() -> Freshness:
    """For pages and health: stale after a day, and a journal that has waited a day for its first checkpoint is too."""
    last = Checkpoint.objects.kept().newest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), (SELECT at FROM kernel_journalentry ORDER BY seq LIMIT 1)")
        now, began = cursor.fetchone()
    age = now - last.at if last else None
    waited = age if age is not None else (now - began if began else timedelta())
    return Freshness(last, age, waited > STALE)


def origin() -> str:
    """Whose journal it is: the address that people use, and the database."""
    return f"{urlsplit(settings.PUBLIC_URL).netloc}/{connection.settings_dict['NAME']}"


@dataclass(frozen=True)
class _Head:
    size: int
    at: datetime
    last: Checkpoint | None

    @property
    def is_due(self) -> bool:
        fresh, age = self.size - (self.last.size if self.last else 0), self._age
        return fresh >= ENTRIES or (fresh > 0 and age >= EVERY) or age >= AT_REST

    @property
    def _age(self) -> timedelta:
        return self.at - self.last.at if self.last else EVERY


def checkpoint_if_due() -> Checkpoint | None:
    """A checkpoint when ten minutes or 1,000 entries have passed since the last one; None when not, or nowhere to."""
    if not settings.CHECKPOINTS:
        return None
    head = _head()
    return checkpoint() if head.size and head.is_due else None


def checkpoint() -> Checkpoint | None:
    """Sign the journal's head and keep it at every place; None for an empty journal. Call it outside transactions.

    Raises `Broken` when what is new does not continue the chain: nothing is signed over a damaged journal.
    """
    mark = _signed()
    if mark is None:
        return None
    kept: list[str] = []
    failed: list[str] = []
    with outbound.in_a_job():
        for place in places():
            problem = _problem(place, mark)
            (failed if problem else kept).append(f"{place.name}: {problem}" if problem else place.name)
    return Checkpoint.objects.create(
        size=mark.size, algorithm=mark.algorithm, root=bytes.fromhex(mark.root), chain=bytes.fromhex(mark.chain),
        at=mark.moment, origin=mark.origin, kid=mark.kid, alg=mark.alg, signature=mark.signature_bytes,
        kept=kept, failed=failed,
    )  # fmt: skip


def mark_of(kept: Checkpoint) -> Mark:
    """The checkpoint as it was signed."""
    bare = Mark(kept.origin, kept.size, kept.algorithm, bytes(kept.root).hex(), bytes(kept.chain).hex(),
                kept.at.strftime("%Y-%m-%dT%H:%M:%SZ"), kept.kid, kept.alg)  # fmt: skip
    return marks.with_signature(bare, bytes(kept.signature))


def _head() -> _Head:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT seq FROM kernel_journalentry ORDER BY seq DESC LIMIT 1), clock_timestamp()"
        )
        size, at = cursor.fetchone()
    return _Head(size or 0, at, Checkpoint.objects.newest())


def _signed() -> Mark | None:
    """The signed head of what is committed now, in one snapshot."""
    with one_moment("the journal is one for all", read_only=False):
        head, algorithm = _head(), journal.algorithm()
        if not head.size:
            return None
        size, chain = linked(*_from(head))
        _refuse_older_than_outside(size)
        grow(algorithm, size)
        return marks.signed(origin(), size, algorithm, Tree(algorithm).head(size), chain, head.at)


def _from(head: _Head) -> tuple[int, bytes | None]:
    """Where to follow the chain from: after the last checkpoint, or from the beginning."""
    last = head.last
    return (last.size + 1, bytes(last.chain)) if last and last.size <= head.size else (1, None)


def _refuse_older_than_outside(size: int) -> None:
    """Not over a journal that ends before what already lies outside, unless the journal declares that loss."""
    losses = declared_losses()
    for place in places():
        last = place.last() if isinstance(place, Folder) else None
        if last and last.size > size and not any(loss.covers(last) for loss in losses):
            raise Broken(
                f"the journal ends at entry {size}, but the checkpoint of {last.at} outside has {last.size}: "
                "its end was cut off, or an older backup was put back and not declared"
            )


def _problem(place: Place, mark: Mark) -> str:
    try:
        place.keep(mark)
    except NotKept as problem:
        return str(problem)
    return ""


# -- by the clock and by the count -----------------------------------------------------------------------------------


@job("kernel.checkpoint", cron="* * * * *", attempts=1, alone=True)  # two would grow one tree at once
def by_the_clock(**_given: Any) -> int:
    """Each minute, and after each 1,000 entries: a checkpoint if one is due; how many entries it holds, else 0."""
    made = checkpoint_if_due()
    if made:
        note_erasures()  # beside the checkpoint, what a crash kept from being noted
    return made.size if made else 0


def _by_the_count() -> None:
    if settings.CHECKPOINTS:
        later(by_the_clock)


journal.every(ENTRIES, _by_the_count)


@register(Tags.security, deploy=True)
def two_places_outside(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Deployment check: fewer than two places, or places beside the application's own files, prove nothing."""
    found: list[CheckMessage] = []
    if len(settings.CHECKPOINTS) < ENOUGH:
        found.append(Warned("SHEGONG_CHECKPOINTS names fewer than two places outside the database.",
                            hint="See docs/operations.md, Checkpoints.", id="shegong.W060"))  # fmt: skip
    folders = [place.folder for place in places() if isinstance(place, Folder)]
    if any(folder.resolve().is_relative_to(settings.SHEGONG_HOME.resolve()) for folder in folders):
        found.append(Warned("A place of SHEGONG_CHECKPOINTS is inside SHEGONG_HOME: one disk, one account, no witness.",
                            hint="See docs/operations.md, Checkpoints.", id="shegong.W061"))  # fmt: skip
    return found
