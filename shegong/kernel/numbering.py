"""Gap-free official numbers, taken inside the caller's transaction.

A database sequence leaves a gap whenever a transaction rolls back; an official register may not have gaps.  Here the
counter is a row: taking a number locks it until the caller commits, so a rolled-back case gives its number back and
two cases can never hold the same one.  The price is that cases drawing from one counter queue for the length of a
transaction: take the number last, and name counters as narrowly as the pattern allows (per year and level).
"""

from django.db import connection, models

from shegong.kernel.patterns import counter_name, render

# The upsert locks the row; RETURNING gives the value after it, so the numbers taken end just before.
_TAKE = """
    INSERT INTO kernel_sequence AS s (name, next) VALUES (%s, %s + 1)
    ON CONFLICT (name) DO UPDATE SET next = s.next + %s
    RETURNING next
"""


class Sequence(models.Model):
    """A counter; `next` is the number that the next taker gets."""

    name = models.CharField(max_length=120, unique=True)
    next = models.BigIntegerField(default=1)

    class Meta:
        app_label = "kernel"
        db_table = "kernel_sequence"
        constraints = [models.CheckConstraint(condition=models.Q(next__gte=1), name="sequence_next_positive")]

    def __str__(self) -> str:
        return f"{self.name}: {self.next}"


def take_many(name: str, count: int) -> range:
    """The next `count` numbers of the counter `name`, in one go; a counter not used before starts at 1.

    Must run inside `transaction.atomic()`: outside, a failure after this line would leave a gap.
    """
    if count < 1:
        raise ValueError("take at least one number")
    if not connection.in_atomic_block:
        raise RuntimeError(f"take numbers of {name!r} inside the transaction that uses them")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [name, count, count])
        end = cursor.fetchone()[0]
    return range(end - count, end)


def take(name: str) -> int:
    """The next number of the counter `name`, from 1 up. See `take_many`."""
    return take_many(name, 1)[0]


def next_number(pattern: str, **parts: object) -> str:
    """The next official number of a pattern with ``{seq}``; the other parts name the counter. See `take_many`."""
    return render(pattern, seq=take(counter_name(pattern, **parts)), **parts)


def next_numbers(pattern: str, count: int, **parts: object) -> list[str]:
    """The next `count` official numbers of a pattern, in order."""
    return [render(pattern, seq=seq, **parts) for seq in take_many(counter_name(pattern, **parts), count)]
