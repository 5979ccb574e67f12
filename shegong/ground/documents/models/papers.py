"""Papers: stored files and the folder of one case."""

from typing import Self
from urllib.parse import quote

from django.db import models
from django.db.models import Q
from django.http import HttpResponse

from shegong.ground.documents import pictures, vault
from shegong.ground.documents.rules.papers import JPEG
from shegong.kernel.walls_rows import Wall


class File(models.Model):
    """Stored bytes, once; the bytes lie sealed on disk under their hash."""

    sha256 = models.TextField(unique=True)
    size = models.BigIntegerField()
    media_type = models.TextField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    scanned_at = models.DateTimeField(null=True)
    scan_result = models.TextField(blank=True)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="file_size", condition=Q(size__gt=0, size__lte=20 * 1024 * 1024)),
        ]


class Folder(models.Model):
    """The papers of one case (案卷)."""

    title = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)


class FolderItemQuerySet(models.QuerySet["FolderItem"]):
    """Reads of papers."""

    def present(self) -> Self:
        """Papers that were not taken out, in their order."""
        return self.filter(removed_at__isnull=True).select_related("file").order_by("position", "pk")


class FolderItem(models.Model):
    """One paper in a folder; `kind` is the code of the material. Removing keeps the row, so that a return can be proven."""

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="items")
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    kind = models.TextField()
    title = models.TextField(blank=True)
    position = models.SmallIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    objects = FolderItemQuerySet.as_manager()
    journalled = ("folder_id", "file_id", "kind")
    wall = Wall(held="folder_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "kind", "file"],
                condition=Q(removed_at__isnull=True),
                name="folder_item_once",
            )
        ]


def portrait_of(item: FolderItem, width: int, height: int) -> bytes | None:
    """The photo of a paper as a JPEG of exactly these points; None when the paper is a PDF."""
    if item.file.media_type != JPEG:
        return None
    return pictures.portrait(vault.read(item.file.sha256), width, height)


def file_response(item: FolderItem, variant: str = "full") -> HttpResponse:
    """The bytes of a paper for the page of its case, which has checked who may see it.

    `variant` is `full`, `thumbnail` (small JPEG; a PDF has none and is sent whole) or `download`. Never cached, never
    guessed at by the browser, never able to run anything.
    """
    content, media_type = vault.read(item.file.sha256), item.file.media_type
    if variant == "thumbnail" and media_type == JPEG:
        content = pictures.thumbnail(content)
    response = HttpResponse(content, content_type=media_type)
    shown = "inline" if media_type == JPEG and variant != "download" else "attachment"
    name = f"{item.kind}-{item.pk}.{'jpg' if media_type == JPEG else 'pdf'}"
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
