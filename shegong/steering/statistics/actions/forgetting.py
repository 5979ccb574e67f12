"""What this context keeps of an erased person: codes of a count, so that frozen sums stay what they were."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold

FORGETS = Forgets(
    kept={
        "statistics.snapshotrow": "codes without a name behind a published count; the sum must stay provable",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """A count forbids no erasure: it names nobody once the record behind it is empty."""
    return []
