"""What somebody writes before sending it: kept sealed under a random key that only her browser holds."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.conduct.models import ComplaintDraft
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.rules.intake import BYTES, Told, code_of
from shegong.duties.conduct.sealed_text import closed, opened
from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Folder, FolderItem
from shegong.ground.documents.rules.papers import kind_of
from shegong.kernel.access import ANONYMOUS, unguarded
from shegong.kernel.jobs import job
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sealing import blind_index
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

WHY = "nobody is signed in; whoever has the key of the draft may write in it"
PAPER = "complaint"
NAMES = {one.name for one in fields(Told)}


def code_from(key: str) -> str:
    """The tracking code that belongs to a draft's key: nobody has to store it, and the same browser can read it again
    until it says that it was copied."""
    return code_of(hashlib.sha256(b"shegong tracking code" + bytes.fromhex(key)).digest()[:BYTES])


def draft_hash(key: str) -> bytes:
    """How a draft is found; the key itself is not kept."""
    return blind_index("conduct.draft", key, "vault")


def tracking_hash(code: str) -> bytes:
    """How a complaint is found by its code; the code itself is not kept."""
    return blind_index("conduct.tracking", code, "vault")


def read_draft(key: str) -> tuple[Told, ComplaintDraft | None]:
    """What was typed so far; empty for an unknown or old key."""
    with lifted(WHY):
        row = (
            ComplaintDraft.objects.filter(key_hash=draft_hash(key), ends_at__gt=Now()).first()
            if key
            else None
        )
    if row is None:
        return Told(), None
    typed = json.loads(opened(row, "typed"))
    return Told(**{name: value for name, value in typed.items() if name in NAMES}), row


@unguarded(WHY)
@transaction.atomic
def save_draft(key: str, typed: dict[str, Any], *, on: date) -> Told:
    """Keep what was typed, right or wrong, for so many hours (policy)."""
    told, row = read_draft(key)
    told = replace(told, **{name: value for name, value in typed.items() if name in NAMES})
    row = row or ComplaintDraft(key_hash=draft_hash(key))
    row.typed = closed(ComplaintDraft, "typed", row.seal_id, json.dumps(asdict(told), ensure_ascii=False))
    row.ends_at = Now() + timedelta(hours=conduct_policy(on).draft_hours)
    with lifted(WHY):
        row.save()
    return told


def papers_of(folder_id: int | None) -> list[FolderItem]:
    """The papers of a draft or a complaint."""
    if folder_id is None:
        return []
    with lifted(WHY):
        return list(FolderItem.objects.present().filter(folder=folder_id))


@unguarded(WHY)
@transaction.atomic
def add_draft_papers(key: str, contents: Sequence[bytes], *, on: date) -> None:
    """Put photos into the draft, decoded and written anew without place, time and maker."""
    _told, row = read_draft(key)
    if row is None:
        raise Refused(Obstacle("no_draft", N_("Begin again: what was typed is older than we keep it.")))
    with lifted(WHY):
        if row.folder_id is None:
            row.folder_id = documents.open_folder(title="", by=ANONYMOUS, on=on).pk
            row.save(update_fields=["folder_id"])
    add_photos(Folder.objects.get(pk=row.folder_id), contents, on=on)


def add_photos(folder: Folder, contents: Sequence[bytes], *, on: date) -> None:
    """Photos alone: a PDF keeps the name of its author. File names are not kept."""
    there, most = len(papers_of(folder.pk)), conduct_policy(on).most_papers
    if there + len(contents) > most:
        message = N_("At most %(most)s photos.")
        raise Refused(Obstacle("papers", message, field="papers", params={"most": most}))
    with lifted(WHY):
        for at, content in enumerate(contents, start=there + 1):
            if content and kind_of(content) != "image":
                message = N_(
                    "Send photos: a document file can keep the name of who wrote it. Photograph its pages."
                )
                raise Refused(Obstacle("photo_only", message, field="papers"))
            try:
                documents.add_paper(
                    folder, kind=PAPER, content=content, filename=str(at), by=ANONYMOUS, on=on
                )
            except Refused as refused:
                raise Refused([replace(one, field="papers") for one in refused.obstacles]) from refused


@unguarded(WHY)
@transaction.atomic
def drop_draft_paper(key: str, item_id: int, *, on: date) -> None:
    """Take a photo out of the draft."""
    _told, row = read_draft(key)
    found = next((one for one in papers_of(row.folder_id if row else None) if one.pk == item_id), None)
    if found is not None:
        with lifted(WHY):
            documents.remove_paper(found, by=ANONYMOUS, on=on)


@unguarded(WHY)
@transaction.atomic
def drop_draft(key: str) -> None:
    """Forget what was typed."""
    with lifted(WHY):
        ComplaintDraft.objects.filter(key_hash=draft_hash(key)).delete()


@job("conduct.drop_drafts", cron="17 * * * *")
def drop_old_drafts() -> None:
    """Forget what nobody sent in time; the photos' bytes go with it."""
    with lifted("drafts belong to nobody"), transaction.atomic():
        old = ComplaintDraft.objects.filter(ends_at__lt=Now())
        folders = [pk for pk in old.values_list("folder_id", flat=True) if pk]
        old.delete()
        for item in FolderItem.objects.filter(folder__in=folders).select_related("file"):
            if not FolderItem.objects.filter(file=item.file_id).exclude(folder__in=folders).exists():
                documents.destroy_bytes(item.file)
