"""Two search keys side by side: what is found by a keyed hash is found under every key that is held.

A blind index is made with the newest key that every process has had the time to learn of; while older ones are held, it
carries their hashes along, and a query for it looks under all of them. So a new key can come while the service works:
`shegong keys rotate-search`, `reindex` (rows move in the background), `retire-search`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import BinaryField
from django.db.models.lookups import Exact, In

SETTLED_AFTER = 2  # looks at the keys that every process has taken by then


class Digest(bytes):
    """A keyed hash, and those of the same value under the other keys that are held."""

    others: tuple[bytes, ...] = ()


def together(makers: Sequence[Callable[[str], bytes]]) -> Callable[[str], bytes]:
    """What makes a hash with the first maker that a query also looks for as the others make it."""
    make, *others = makers
    if not others:
        return make

    def make_all(text: str) -> bytes:
        found = Digest(make(text))
        found.others = tuple(other(text) for other in others)
        return found

    return make_all


def spellings(value: Any) -> Iterator[Any]:
    """The hash under every key that is held, the one that writes first; of anything else, itself."""
    yield value
    yield from getattr(value, "others", ())


def is_hash_of(held: object, made: object) -> bool:
    """Whether a stored hash is this one, under whichever key; of anything else, whether they are equal."""
    return any(held == one for one in spellings(made))


def writes(numbers: Iterable[int], age: Callable[[int], float], look_again: float) -> tuple[int, bool]:
    """The number of the key that makes new hashes, and whether it is the newest: that waits until every process has
    learnt of it."""
    *older, newest = sorted(numbers)
    if older and age(newest) < SETTLED_AFTER * look_again:
        return older[-1], False
    return newest, True


@BinaryField.register_lookup
class ExactUnderEveryKey(Exact):
    """`index=blind_index(…)` under every key that is held."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The ordinary comparison, or a list of them."""
        found = getattr(self, "spelled", [self.rhs])
        if len(found) < 2:
            return super().as_sql(compiler, connection)
        return In(self.lhs, found).as_sql(compiler, connection)

    def get_prep_lookup(self) -> Any:
        """Keeps the other hashes before the field makes plain bytes of the value."""
        self.spelled = list(map(bytes, spellings(self.rhs))) if isinstance(self.rhs, Digest) else [self.rhs]
        return super().get_prep_lookup()


@BinaryField.register_lookup
class InUnderEveryKey(In):
    """`index__in=[blind_index(…), …]` under every key that is held."""

    def get_prep_lookup(self) -> Any:
        """Every hash of every value."""
        if self.rhs_is_direct_value():
            self.rhs = [bytes(one) if isinstance(one, Digest) else one
                        for value in self.rhs for one in spellings(value)]  # fmt: skip
        return super().get_prep_lookup()
