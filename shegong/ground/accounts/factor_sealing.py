"""Secrets of second factors as one kind of sealed values: they lie in the library's table, as text inside JSON."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator

from shegong.ground.accounts.factors import PLACE
from shegong.kernel.resealing import Done, again
from shegong.kernel.sealing import SealError, keyring

SEALED = ("secret", "seed", "migrated_codes")


class FactorSecrets:
    """See `kernel.resealing.Stock`."""

    name = "mfa_authenticator.data"

    def keys(self) -> Counter[int]:
        """By the head of each secret."""
        return Counter(int.from_bytes(head[2:4], "big") for head in self._heads())

    def stale(self) -> int:
        """Secrets that do not begin as a new one would."""
        return sum(head != keyring().plain_header for head in self._heads())

    def reseal(self) -> Iterator[Done]:
        """User by user; who sets up a new factor meanwhile wins."""
        for row in self._rows():
            if any(head != keyring().plain_header for head in _heads_of(row.data)):
                yield self._resealed(row)

    def _resealed(self, row: Authenticator) -> Done:
        place = (PLACE["table"], PLACE["column"], f"user:{row.user_id}")
        try:
            anew = _each(row.data, lambda text: again(bytes.fromhex(text), place).hex())
        except SealError:
            return Done(0, (f"{self.name} {row.pk}",))
        return Done(Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=anew))

    def _heads(self) -> Iterator[bytes]:
        for row in self._rows():
            yield from _heads_of(row.data)

    def _rows(self) -> Iterator[Authenticator]:
        return Authenticator.objects.filter(type__in=["totp", "recovery_codes"]).order_by("pk").iterator()


def _each(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The same with every sealed text changed."""
    return {
        name: value
        if name not in SEALED
        else change(value)
        if isinstance(value, str)
        else list(map(change, value))
        for name, value in data.items()
    }


def _heads_of(data: dict[str, Any]) -> list[bytes]:
    heads: list[bytes] = []
    _each(data, lambda text: heads.append(bytes.fromhex(text[:8])) or text)  # type: ignore[func-returns-value]
    return heads
