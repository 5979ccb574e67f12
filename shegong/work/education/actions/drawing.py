"""Samples of hours: announced with all candidates, drawn by risk and by a seed that nobody can choose (T3.3).

The seed is the root hash of the first signed head of the journal that holds the announcement: signed by the clock, after
the candidates are fixed, over entries of everybody, and kept outside the database.
"""

from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.drawing import drawn
from shegong.kernel.jobs import job
from shegong.kernel.lots import lot_of
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.work.education.models.integrity import Draw, DrawCandidate, Lot, SpotCheck, limits
from shegong.work.education.models.sampling import chances_of
from shegong.work.education.rules import Permission
from shegong.work.education.rules.integrity import draw_obstacles, population_text

MOST_CANDIDATES = 200_000
ANNOUNCED = "education.draw.announce"


@answers("T3.3")
@transaction.atomic
def announce_draw(
    *, region_code: int, title: str, start: date, end: date, sample: int, by: Actor, on: date
) -> Draw:
    """Announce a draw of records of a place and time. The candidates with their chances are kept and hashed now; the seed
    comes about later, by nobody's choice.

    Refuses days to come, no candidates, more than can be looked over, and an installation whose journal has no signed heads.
    """
    require(by, Permission.CHECK, region_code)
    refuse_if(draw_obstacles(title=title, sample=sample, start=start, end=end, on=on))
    if not settings.CHECKPOINTS:
        message = N_(
            "No signed heads of the journal are kept here, so that no seed can come about. Ask the system administrator."
        )
        raise Refused(Obstacle("no_heads", message))
    chances = chances_of(region_code, start, end + timedelta(days=1), limits(on).weights, on)
    if not chances:
        raise Refused(Obstacle("no_candidates", N_("There are no records of this place and time."), "start"))
    if len(chances) > MOST_CANDIDATES:
        message = N_("These are %(count)s records. Choose a smaller area or a shorter time.")
        raise Refused(Obstacle("too_many", message, "end", params={"count": len(chances)}))
    row = Draw.objects.create(
        title=title.strip(), region_code=region_code, start=start, end=end, sample=sample, candidates=len(chances),
        sha=sha256(population_text(chances).encode()).hexdigest(), drawn_by_id=by.person_id,
    )  # fmt: skip
    DrawCandidate.objects.bulk_create(
        (DrawCandidate(draw=row, entry=key, chances=count) for key, count in chances.items()), batch_size=5000
    )
    journal.write(ANNOUNCED, by=by, subject=row, rows=[row], region_code=region_code)
    return row


@answers("T3.3")
@unguarded("the clock: the seed came about; the announcement has asked")
@transaction.atomic
def draw_by_lot(row: Draw, *, by: Actor = SYSTEM, on: date) -> Lot | None:
    """Draw what was announced, once a head of the journal that holds the announcement is signed; None until then."""
    row = Draw.objects.select_for_update().get(pk=row.pk)
    head = lot_of(row, ANNOUNCED)
    if head is None or Lot.objects.filter(draw=row).exists():
        return None
    lot = Lot.objects.create(
        draw=row, origin=head.origin, size=head.size, root=bytes(head.root).hex(), signed_at=head.at
    )
    chances = dict(DrawCandidate.objects.filter(draw=row).values_list("entry", "chances"))
    keys = drawn(chances, row.sample, f"{lot.root}\n{row.sha}")
    checks = SpotCheck.objects.bulk_create(
        SpotCheck(draw=row, entry_id=key, rank=rank, chances=chances[key]) for rank, key in enumerate(keys, 1)
    )
    journal.write("education.draw.draw", by=by, subject=row, rows=[lot, *checks], region_code=row.region_code)
    return lot


@job("education.draw_announced", cron="* * * * *")
def draw_announced() -> int:
    """Each minute: draw what was announced and whose seed has come about; how many."""
    on = timezone.localdate()
    waiting = Draw.objects.filter(seed="", lot=None).order_by("id")
    return sum(draw_by_lot(row, on=on) is not None for row in waiting)
