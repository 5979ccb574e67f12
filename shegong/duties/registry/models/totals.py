"""How many are registered today, by region code and level: one grouped count that every figure is summed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from shegong.duties.registry.models.by_status import VALID, with_status
from shegong.duties.registry.models.register import Registration
from shegong.kernel.access import Actor, Range


@dataclass(frozen=True)
class Totals:
    """Counts by (region code, level)."""

    cells: dict[tuple[int, str], int]

    @property
    def all(self) -> int:
        """Everybody."""
        return sum(self.cells.values())

    def level(self, level: str) -> int:
        """Everybody of one level."""
        return sum(n for (_, of), n in self.cells.items() if of == level)

    def within(self, ranges: Sequence[Range], level: str = "") -> int:
        """Everybody in the ranges (of one level)."""
        return sum(
            n
            for (code, of), n in self.cells.items()
            if (not level or of == level) and any(code in one for one in ranges)
        )


def registered_now(actor: Actor, permission: str, day: date) -> Totals:
    """Valid registrations on `day` where the actor holds `permission`: in force and not suspended."""
    rows = Registration.objects.visible_to(actor, permission).filter(
        reduce(or_, with_status(VALID, day), Q(pk__in=[]))
    )
    counted = rows.order_by().values_list("region_code", "level").annotate(n=Count("id"))
    return Totals({(code, level): n for code, level, n in counted})
