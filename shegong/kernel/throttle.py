"""Counters that hold a door: so many tries in so much time, for all server processes together.

Keys are hashed with the index key, so the table names neither people nor addresses of the network.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, models
from django.db.models.functions import Now

from shegong.kernel.sealing import blind_index


class Throttle(models.Model):
    """Tries under one key in the window that ends at `ends_at`. Unlogged: a crash forgets it, nothing is lost."""

    key = models.BinaryField(primary_key=True)
    hits = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        app_label = "kernel"
        indexes = [models.Index(fields=["ends_at"], name="throttle_ends")]


@dataclass
class _Kept:
    """Tries of the page in hand, and whether what it did was undone."""

    tries: list[tuple[str, int, timedelta, int]]
    writes: list[Callable[[], None]] = field(default_factory=list)
    undone: bool = False


_kept: ContextVar[_Kept | None] = ContextVar("tries of the page in hand", default=None)


@contextmanager
def counted_even_if_undone() -> Iterator[None]:
    """Tries that are counted inside are counted again when the transaction that they were part of was rolled back."""
    kept = _Kept([])
    mark = _kept.set(kept)
    try:
        yield
    except BaseException:
        kept.undone = True
        raise
    finally:
        _kept.reset(mark)
        if kept.undone:
            for key, limit, window, amount in kept.tries:
                hit(key, limit, window, amount)
        for write in kept.writes:
            write()


def even_if_undone(write: Callable[[], None]) -> None:
    """Write something down after the page in hand, whether it was kept or undone; at once where no page is in hand."""
    kept = _kept.get()
    if kept is None or not connection.in_atomic_block:
        write()
    else:
        kept.writes.append(write)


def undone() -> None:
    """Say that the page in hand is refused and its transaction rolled back."""
    kept = _kept.get()
    if kept is not None:
        kept.undone = True


@dataclass(frozen=True)
class Answer:
    """Whether the try may go on; if not, after how many seconds the next one may."""

    allowed: bool
    retry_after: int = 0


HIT = """
INSERT INTO kernel_throttle AS t (key, hits, ends_at) VALUES (%(key)s, %(amount)s, clock_timestamp() + %(window)s)
ON CONFLICT (key) DO UPDATE SET
  hits = CASE WHEN t.ends_at <= clock_timestamp() THEN excluded.hits ELSE LEAST(t.hits, 1000000000) + excluded.hits END,
  ends_at = CASE WHEN t.ends_at <= clock_timestamp() THEN excluded.ends_at ELSE t.ends_at END
RETURNING hits, ceil(extract(epoch FROM ends_at - clock_timestamp()))::int
"""


def hit(key: str, limit: int, window: timedelta, amount: int = 1) -> Answer:
    """Count one try under `key`, or an `amount`; refused when it is more than `limit` in a window that began with the
    first one.

    Inside a page's transaction (`kernel.idempotency`) a try is counted even when the page is refused and undone;
    call it outside every other transaction that may be rolled back.
    """
    kept = _kept.get()
    if kept is not None and connection.in_atomic_block:
        kept.tries.append((key, limit, window, amount))
    with connection.cursor() as cursor:
        cursor.execute(HIT, {"key": hashed(key), "window": window, "amount": amount})  # type: ignore[dict-item]
        hits, seconds = cursor.fetchone()
    return Answer(True) if hits <= limit else Answer(False, max(seconds, 1))


def counted(key: str) -> int:
    """What was counted under `key` in the window in hand."""
    return (
        Throttle.objects.filter(key=hashed(key), ends_at__gt=Now()).values_list("hits", flat=True).first()
        or 0
    )


def forget(key: str) -> None:
    """Start counting anew, after a success."""
    Throttle.objects.filter(key=hashed(key)).delete()


def drop_old() -> int:
    """Remove windows that ended; how many."""
    return Throttle.objects.filter(ends_at__lt=Now()).delete()[0]


def hashed(key: str) -> bytes:
    return blind_index("throttle", key)
