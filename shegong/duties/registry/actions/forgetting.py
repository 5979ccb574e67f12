"""What becomes of the register's rows at an erasure, and what the law wants kept (`kernel.forgetting`)."""

import base64
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from shegong.duties.registry.models import (
    Application,
    ChangeDetail,
    ClosingCase,
    ClosingProposal,
    Decision,
    Desk,
    Registration,
    Restriction,
    ReturnItem,
    new_token,
)
from shegong.duties.registry.models.proof import PORTRAITS, CardToken
from shegong.duties.registry.rules import OPEN_STATES, State
from shegong.ground.documents.actions import destroy_bytes, has_bytes, read_bytes
from shegong.ground.documents.models import File, Folder, FolderItem
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.forgetting import Forgets, Hold
from shegong.kernel.inventory import period, period_source
from shegong.kernel.sealing import SealError
from shegong.kernel.text import N_

_NUMBER = "a number of the register; without the person's record it leads to nobody"
_ACTED = "who acted in an office: kept with the case, told in the acting officer's own copy"


def _folders(person_ids: Sequence[int]) -> QuerySet[Folder]:
    cases = Application.objects.filter(person__in=person_ids, folder__isnull=False)
    looked = ClosingCase.objects.filter(registration__person__in=person_ids, folder__isnull=False)
    return Folder.objects.filter(Q(pk__in=cases.values("folder")) | Q(pk__in=looked.values("folder")))


def _papers(person_ids: Sequence[int]) -> QuerySet[FolderItem]:
    return FolderItem.objects.filter(folder__in=_folders(person_ids))


def _files(person_ids: Sequence[int]) -> QuerySet[File]:
    return File.objects.filter(pk__in=_papers(person_ids).values("file"))


def content(file: File) -> str:
    """The paper itself, in base64; '' when the bytes are gone."""
    try:
        return base64.b64encode(read_bytes(file)).decode()
    except (OSError, SealError, ValueError):
        return ""


FORGETS = Forgets(
    deleted=(CardToken, ReturnItem, FolderItem, Desk),
    blanked={
        Application: {"token": lambda row: new_token()},
        Decision: {"opinion": "", "recall_reason": ""},
        ChangeDetail: {"to_name": "", "note": ""},
        ClosingCase: {"told": "", "findings": ""},
        ClosingProposal: {"reason": "", "note": ""},
        Restriction: {"ground": ""},
        Folder: {"title": ""},
    },
    kept={
        "registry.hoursstanding": "sums beside the register; without a name they are nobody's",
        "registry.application": "the case as counted: numbers, dates and states without a name",
        "registry.registration": _NUMBER,
        "registry.term": "days of validity of a number",
        "registry.statushold": "why the status of a number was kept",
        "registry.reminder": "when the holder of a number was reminded; the message itself is deleted in its own time",
        "registry.lapsebatch": _ACTED,
        "registry.card": _NUMBER,
        "registry.decision": "how the office decided, without words",
        "registry.changedetail": "what of a number changed, without a name",
        "registry.closingcase": "what was looked into before a closing, without words",
        "registry.closingproposal": "how a number was closed, without words",
        "registry.restriction": "kind and days of a decision, without words",
        "registry.registrationround": _ACTED,
        "documents.file": "size and format; the bytes are destroyed",
        "documents.folder.created_at": "when a folder was made",
    },
    finds={
        Folder: _folders,
        FolderItem: _papers,
        File: _files,
        Desk: lambda person_ids: Desk.objects.filter(application__person__in=person_ids),
    },
    adds={File: {"content": content}},
)


def destroy_files(person_ids: Sequence[int]) -> int:
    """Destroy the bytes of papers and portraits of these records, once the transaction has committed; how many.

    A file that stands in somebody else's folder too stays. Called before the rows that lead there are gone.
    """
    mine = list(_files(person_ids))
    shared = set(
        FolderItem.objects.filter(file__in=mine)
        .exclude(folder__in=_folders(person_ids))
        .values_list("file", flat=True)
    )
    files = [file for file in mine if file.pk not in shared]
    tokens = CardToken.objects.filter(card__registration__person__in=person_ids).exclude(photo="")
    portraits = list(tokens.values_list("photo", flat=True))

    def carry_out() -> None:
        for file in files:
            destroy_bytes(file)
        for digest in portraits:
            PORTRAITS.forget(digest)

    transaction.on_commit(carry_out)
    return len(files) + len(portraits)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """What must stay: cases in hand, a live registration, decisions, the register, sanctions."""
    return [*_cases(person_ids, on), *_registrations(person_ids, on), *_sanctions(person_ids, on)]


def _lasting(kind: str, message: str, name: str, start: date, on: date, **params: Any) -> Iterator[Hold]:
    """A hold by a period that began on `start`, while it runs."""
    until = period(name, on).ends(start)
    if until > on:
        yield Hold(kind, message, period_source(name, on).basis, until, params)


def _cases(person_ids: Sequence[int], on: date) -> Iterator[Hold]:
    rows = Application.objects.filter(person__in=person_ids, submitted_at__isnull=False).order_by("id")
    for row in rows:
        if row.state in OPEN_STATES:
            message = N_("The application %(number)s is being dealt with.")
            yield Hold("open_case", message, "民发〔2009〕44号第七条", None, {"number": row.number})
            continue
        ended = row.final_on or timezone.localdate(row.decided_at or row.submitted_at)
        message = N_("The decision on the application %(number)s is an archive.")
        yield from _lasting("case", message, "case", ended, on, number=row.number)


def _registrations(person_ids: Sequence[int], on: date) -> Iterator[Hold]:
    for row in Registration.objects.filter(person__in=person_ids).order_by("id"):
        if row.closed_on is None and row.valid_to >= on:
            message = N_("The registration %(number)s is in force.")
            yield Hold(
                "registration", message, "民发〔2009〕44号第三条、第四条", None, {"number": row.register_no}
            )
            continue
        ended = row.closed_on or row.valid_to
        message = N_("The registration %(number)s has ended; the register is an archive.")
        yield from _lasting("register", message, "register", ended, on, number=row.register_no)
        if ClosingProposal.objects.waiting().filter(registration=row).exists():
            yield Hold("closing", N_("A proposal to close the registration waits."), "D19")


def _sanctions(person_ids: Sequence[int], on: date) -> Iterator[Hold]:
    for row in Restriction.objects.current().filter(person__in=person_ids).order_by("id"):
        ended = row.during.upper
        if ended is None or ended > on:
            basis = period_source("sanction", on).basis
            yield Hold("sanction", N_("A suspension or warning is in force."), basis, ended)
            continue
        yield from _lasting(
            "sanction", N_("A suspension or warning has ended; the decision is kept."), "sanction", ended, on
        )


def drop_drafts(before: datetime, *, by: Actor) -> int:
    """Delete applications that were never submitted and not saved since a moment, with their papers; how many.

    A step of the retention job, which has asked.
    """
    old = Application.objects.filter(state=State.DRAFTED, submitted_at=None, number=None, saved_at__lt=before)
    drafts = list(old.select_for_update())
    for draft in drafts:
        papers = list(FolderItem.objects.filter(folder=draft.folder_id))
        for file in _only_here(papers):
            transaction.on_commit(partial(destroy_bytes, file))
        FolderItem.objects.filter(pk__in=[paper.pk for paper in papers]).delete()
        Application.objects.filter(pk=draft.pk).delete()
        Folder.objects.filter(pk=draft.folder_id).delete()
        journal.write("registry.application.drop", by=by, subject=draft, gone=[draft, *papers])
    return len(drafts)


def drop_orphans(before: datetime) -> int:
    """Destroy the bytes of papers that nothing leads to any more, as after a restore; how many.

    A step of the retention job, which has asked.
    """
    lost = File.objects.filter(stored_at__lt=before)
    for table, column in _holders():
        held = table._base_manager.filter(**{f"{column}__isnull": False})
        lost = lost.exclude(pk__in=held.values(column))
    files = [file for file in lost if has_bytes(file)]
    for file in files:
        transaction.on_commit(partial(destroy_bytes, file))
    return len(files)


def _holders() -> list[tuple[type[Model], str]]:
    """Every table and column that leads to a file, those that Django hides too."""
    found = [
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.is_relation and column.related_model is File
    ]
    if FolderItem not in {model for model, _ in found}:
        raise RuntimeError("papers would look lost that are not")
    return found


def _only_here(papers: Sequence[FolderItem]) -> list[File]:
    files = {paper.file_id for paper in papers}
    elsewhere = FolderItem.objects.filter(file__in=files).exclude(pk__in=[paper.pk for paper in papers])
    return list(File.objects.filter(pk__in=files).exclude(pk__in=elsewhere.values("file")))
