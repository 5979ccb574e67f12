"""Papers enter a case folder, and leave it with a trace. Who may do so is the business of the case that owns the folder."""

import re
import unicodedata
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from shegong.ground.documents import pictures, scanning, vault
from shegong.ground.documents.models.papers import File, Folder, FolderItem
from shegong.ground.documents.rules.papers import JPEG, PDF, file_obstacles, kind_obstacles, kind_of
from shegong.kernel import journal, quota
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.refusal import refuse_if


@unguarded("the case that owns the folder has asked")
@transaction.atomic
def open_folder(*, title: str, by: Actor, on: date) -> Folder:
    """A new, empty case folder (案卷)."""
    folder = Folder.objects.create(title=title)
    journal.write("documents.folder.open", by=by, subject=folder)
    return folder


@unguarded("the case that owns the folder has asked")
@transaction.atomic
def add_paper(folder: Folder, *, kind: str, content: bytes, filename: str, by: Actor, on: date) -> FolderItem:
    """Put a photo (JPEG, PNG, WebP up to 4 MB; stored as JPEG without place and maker) or a PDF (up to 8 MB) into a folder.

    The content decides what a file is, the name never does. The same paper twice stays one. Refuses disguised,
    damaged, oversized and harmful files and PDFs with active content, each with a sentence.
    """
    refuse_if([*kind_obstacles(kind), *file_obstacles(content)])
    quota.bring(by, len(content))
    scanned = scanning.scan(content)
    file = _stored(content, scanned)
    Folder.objects.select_for_update(no_key=True).get(pk=folder.pk)
    items = FolderItem.objects.filter(folder=folder, removed_at__isnull=True)
    present = items.filter(kind=kind, file=file).first()
    if present is not None:
        return present
    position = (items.aggregate(last=Max("position"))["last"] or 0) + 1
    item = FolderItem.objects.create(
        folder=folder, file=file, kind=kind, title=clean_title(filename), position=position
    )
    journal.write(
        "documents.paper.add", by=by, subject=item, facts={"kind": kind, "folder": folder.pk}, rows=[item]
    )
    return item


def store_file(content: bytes) -> File:
    """Keep a PDF or photo outside any folder (the text of a policy document); refuses as `add_paper` does."""
    refuse_if(file_obstacles(content))
    return _stored(content, scanning.scan(content))


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The bytes as they may be kept, and their media type: checked, scanned, photos written anew; stored nowhere.
    For contexts that keep files under keys of their own. Refuses as `add_paper` does."""
    refuse_if(file_obstacles(content))
    scanning.scan(content)
    return (pictures.rewrite(content)[0], JPEG) if kind_of(content) == "image" else (content, PDF)


def _stored(content: bytes, scanned: str) -> File:
    width = height = None
    media_type = PDF
    if kind_of(content) == "image":
        content, width, height = pictures.rewrite(content)
        media_type = JPEG
    file, _ = File.objects.get_or_create(
        sha256=vault.keep(content),
        defaults={
            "size": len(content), "media_type": media_type, "width": width, "height": height,
            "scanned_at": Now() if scanned == "clean" else None, "scan_result": scanned,
        },
    )  # fmt: skip
    return file


def clean_title(filename: str) -> str:
    """A file name as a title: without folders, control and direction characters, at most 80 characters."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    return "".join(c for c in name if unicodedata.category(c)[0] != "C").strip()[:80]


@unguarded("the case that owns the folder has asked")
@transaction.atomic
def remove_paper(item: FolderItem, *, by: Actor, on: date) -> FolderItem:
    """Take a paper out of its folder; the row and the bytes stay, so that a return can be proven."""
    if FolderItem.objects.filter(pk=item.pk, removed_at__isnull=True).update(removed_at=Now()):
        item.refresh_from_db()
        journal.write("documents.paper.remove", by=by, subject=item,
                      facts={"kind": item.kind, "folder": item.folder_id}, rows=[item])  # fmt: skip
    return item


def read_bytes(file: File) -> bytes:
    """The stored bytes of a file, opened."""
    return vault.read(file.sha256)


def destroy_bytes(file: File) -> None:
    """Remove the stored bytes for good, at the erasure of the person they are about; the row stays."""
    vault.PAPERS.forget(file.sha256)


def has_bytes(file: File) -> bool:
    """Whether the stored bytes are there."""
    return vault.PAPERS.path_of(file.sha256).exists()
