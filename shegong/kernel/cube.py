"""The cube: every figure as of any day, by place and by what it is cut by, and who stands behind it (docs/adr/0032).

A context registers a `Measure`; whoever writes a journal entry about rows that the measure follows refreshes it in the
same transaction. Figures are sums of contributions, so each one opens to its subjects, as of any day, and as known on
any day.

Keywords of questions: `on`, the day; `since`, from when a flow is added up (of a stock everything counts). `ranges` are `access.Range`s, None means everywhere (also where no place is known); `codes` names dimensions with
a code or several: {"level": 2}, {"level": (2, 3)}. `known`: as the register knew it at the end of that day.
"""

from typing import Any

from django.db.models import QuerySet, Sum

from shegong.kernel.cube_cells import fold
from shegong.kernel.cube_changes import changed, refresh
from shegong.kernel.cube_measures import (
    FLOW,
    STOCK,
    Dimension,
    Fact,
    Measure,
    SqlFacts,
    measure,
    measures,
    register,
)
from shegong.kernel.cube_recount import Difference, recount
from shegong.kernel.cube_sums import Asked, by_place, series, table, value, wanted
from shegong.kernel.cube_tables import Contribution
from shegong.kernel.cube_together import Line, by_places, lines

__all__ = [
    "FLOW", "STOCK", "Asked", "Difference", "Dimension", "Fact", "Line", "Measure", "SqlFacts", "by_place", "by_places", "changed",
    "fold", "lines", "measure", "measures", "recount", "refresh", "register", "series", "subjects", "table", "value",
]  # fmt: skip


def subjects(name: str, **asked: Any) -> QuerySet[Contribution, int]:
    """Numbers of the subjects that `value` counts with the same keywords, for `pk__in`: the owner scopes its rows with
    `visible_to`."""
    rows = wanted(measure(name), Asked(**asked))
    counted = rows.values("subject").annotate(counts=Sum("amount")).filter(counts__gt=0)
    return counted.values_list("subject", flat=True)
