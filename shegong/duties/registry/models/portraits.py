"""The photo of the holder that a certificate carries: the last one handed in before it was issued."""

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.register import Card
from shegong.duties.registry.rules import State
from shegong.ground.documents.models import FolderItem, portrait_of

PAPER = "photo"  # code of the material in policy/registration.toml
TWO_INCHES = (413, 579)  # 35 mm by 49 mm at 300 points an inch


def portrait_paper(card: Card) -> FolderItem | None:
    """The paper with the holder's photo as it was when this card was issued; None when none was handed in."""
    decided = Application.objects.filter(
        person=card.registration.person_id, state__in=[State.ADMITTED, State.ISSUED], folder__isnull=False
    )
    papers = FolderItem.objects.filter(
        folder__in=decided.values("folder"), kind=PAPER, removed_at__isnull=True, added_at__lte=card.issued_at
    )
    return papers.select_related("file").order_by("-id").first()


def portrait(card: Card) -> bytes | None:
    """That photo as a JPEG of two inches; None without one, or when it came as a PDF."""
    return scaled(portrait_paper(card))


def scaled(paper: FolderItem | None) -> bytes | None:
    """The photo of a paper as a JPEG of two inches."""
    return portrait_of(paper, *TWO_INCHES) if paper else None
