"""Reading the journal on from where one stopped: the one way in which news travels upward between contexts.

Entries get their numbers under the chain's lock and keep it until they commit (`journal.write_all`), so they appear in
the order of their numbers: whoever sees an entry sees every one before it, and no entry appears late behind a reader.
A reader moves on in the transaction of what it does with the entries: each is read once, also when the job is killed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Q

from shegong.kernel.journal import JournalEntry
from shegong.kernel.walls_rows import Open

SPAN = 1000  # entries that one step may pass over
EVERYTHING = Q()


class JournalReader(models.Model):
    """How far one reader has come: every entry up to `seq` is done, and so are `done` rows of the next it asks for."""

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField()
    done = models.IntegerField(default=0)
    wall = Open("Places in the journal; nothing of anybody.")

    class Meta:
        app_label = "kernel"


@dataclass
class Part:
    """The next entries a reader asks for, in their order, and whether there may be more behind them."""

    entries: list[JournalEntry]
    upto: int
    more: bool
    done: int = 0
    left: int = 0

    def stay(self, done: int) -> None:
        """The one entry in hand is not finished: so many of its rows are, and the next step begins with it again."""
        self.upto, self.left, self.more = self.entries[0].seq - 1, done, True


@contextmanager
def reading(name: str, where: Q = EVERYTHING, *, most: int = SPAN, plain: bool = False) -> Iterator[Part]:
    """The next entries of `where`, at most `most` of the next `SPAN`; what is done inside commits with the place in the
    journal, or neither does. A new reader begins at the end. While another holds the place there is nothing to read.

    `plain`: without the digests of rows, which are many in the entries of batches.
    """
    with transaction.atomic():
        place = _held(name)
        part = _next(place, where, most, plain) if place else Part([], 0, False)
        yield part
        if place and (part.upto, part.left) != (place.seq, place.done):
            JournalReader.objects.filter(pk=name).update(seq=part.upto, done=part.left)


def begin(name: str) -> None:
    """A reader that never read begins at the end of the journal as it is now; one that did stays where it is."""
    JournalReader.objects.get_or_create(name=name, defaults={"seq": _head()})


def behind(name: str) -> int:
    """How many entries a reader has not come to yet."""
    place = JournalReader.objects.filter(name=name).first()
    return _head() - place.seq if place else 0


def _held(name: str) -> JournalReader | None:
    begin(name)
    return JournalReader.objects.select_for_update(skip_locked=True).filter(name=name).first()


def _head() -> int:
    return JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def _next(place: JournalReader, where: Q, most: int, plain: bool) -> Part:
    # The head first, by a statement of its own: what it names, and all before it, the next statement sees.
    head = _head()
    upto = min(head, place.seq + SPAN)
    rows = JournalEntry.objects.filter(where, seq__gt=place.seq, seq__lte=upto).order_by("seq")
    entries = list((rows.defer("rows") if plain else rows)[:most])
    if len(entries) == most:
        upto = entries[-1].seq
    return Part(entries, upto, upto < head, place.done)
