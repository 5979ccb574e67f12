"""What everybody may check of a draw: what was fixed before the seed, the seed, and the numbers of the drawn records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shegong.kernel.walls_acting import lifted
from shegong.work.education.models.integrity import Draw, DrawCandidate, Lot, SpotCheck

WHY = "a draw is published for everybody: numbers of records and chances, no person and no title"
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Published:
    """A draw as the public reads it; `drawn` are numbers of records in their order, none while it waits for its seed."""

    row: Draw
    lot: Lot | None
    drawn: Sequence[int]


def published_draws() -> list[Published]:
    """The newest draws."""
    with lifted(WHY):
        rows = list(Draw.objects.select_related("lot").order_by("-id")[:SHOWN])
        drawn: dict[int, list[int]] = {}
        checks = SpotCheck.objects.filter(draw__in=rows).order_by("draw_id", "rank")
        for draw_id, entry in checks.values_list("draw_id", "entry_id"):
            drawn.setdefault(draw_id, []).append(entry)
    return [Published(row, getattr(row, "lot", None), drawn.get(row.pk, ())) for row in rows]


def published_candidates(draw_id: int) -> Mapping[int, int] | None:
    """Records with their chances as they were hashed; None for no draw, or one that has not fallen: until then the hash
    alone is public, so that nobody learns beforehand which records weigh more."""
    with lifted(WHY):
        row = Draw.objects.select_related("lot").filter(pk=draw_id).first()
        if row is None or row.fell_at is None:
            return None
        return dict(DrawCandidate.objects.filter(draw=row).values_list("entry", "chances"))
