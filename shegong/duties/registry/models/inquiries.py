"""Whether something about a holder is being looked into: this register's own cases, and what contexts above it add."""

from collections.abc import Callable, Collection
from datetime import date

from shegong.duties.registry.models.closing import ClosingCase
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules.closing import Inquiry

# Each says of which of these people it looks into something that they have been told of; added at start-up.
running: list[Callable[[Collection[int]], set[int]]] = []


def is_looked_into(person_id: int, on: date) -> bool:
    """True while something runs that may end in a revocation or another measure."""
    return bool(looked_into([person_id], on))


def looked_into(person_ids: Collection[int], on: date) -> set[int]:
    """Those of them about whom something runs that may end in a revocation or another measure."""
    revoking = [one.code for one in registration_policy(on).closing_reasons if one.closed_kind == "revoked"]
    own = ClosingCase.objects.filter(
        registration__person__in=person_ids,
        reason_code__in=revoking,
        state__in=[Inquiry.OPENED, Inquiry.FOUND, Inquiry.PROPOSED],
    )
    found = set(own.values_list("registration__person", flat=True))
    return found.union(*(about(person_ids) for about in running))
