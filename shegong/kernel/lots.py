"""Lots that nobody can choose: the seed of a draw is the root of the first signed head of the journal that holds the entry
which announced it. It is signed by the clock, over entries of everybody, and kept outside the database."""

from django.conf import settings
from django.db.models import Model

from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_


def fall() -> bool:
    """Whether heads are signed and kept here, so that lots fall by them; not before an installation has its first one."""
    return bool(settings.CHECKPOINTS) and Checkpoint.objects.exists()


def lot_of(subject: Model, announced: str) -> Checkpoint | None:
    """The head that decides what the entry `announced` about this row announced; None until one is signed."""
    said = JournalEntry.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, verb=announced
    )
    seq = said.order_by("seq").values_list("seq", flat=True).first()
    return Checkpoint.objects.filter(size__gte=seq).order_by("id").first() if seq else None


def seed_of(subject: Model, announced: str, clause: str = "") -> str:
    """The seed that fell for it, 64 hexadecimal digits. Refuses a draw before the head is signed."""
    head = lot_of(subject, announced)
    if head is None:
        message = N_(
            "The lot has not fallen yet: the next signed head of the journal decides. Draw again in ten minutes."
        )
        raise Refused(Obstacle("no_lot_yet", message, clause=clause))
    return bytes(head.root).hex()
