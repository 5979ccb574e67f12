"""What stands outside the database and bears witness about a restored one: checkpoints of the journal, keys."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from shegong.kernel import checkpoints_marks, outbound, signing
from shegong.kernel.audit import Finding
from shegong.kernel.checkpoints_places import Folder, NotKept, places
from shegong.kernel.journal import JournalEntry
from shegong.kernel.sealing import Forgotten, KeyFault, SealError, keyring
from shegong.kernel.typed_numbers import whole_number


def marks(source: str) -> list[dict[str, Any]]:
    """Heads of the journal of the database `source` that lie outside it and that this installation signed."""
    found = []
    for mark in _outside(source):
        with contextlib.suppress(signing.SignatureFault):
            checkpoints_marks.check(mark)
            found.append({"seq": mark.size, "hash": mark.chain, "at": mark.at})
    return found


def _outside(source: str) -> Iterator[checkpoints_marks.Mark]:
    """What the places outside hold; one that cannot be reached says nothing."""
    with outbound.in_a_job():
        for place in places():
            with contextlib.suppress(NotKept, OSError):
                if isinstance(place, Folder):
                    path = place.folder / f"checkpoints-{source}.jsonl"
                    for line in path.read_text(errors="replace").splitlines():
                        with contextlib.suppress(ValueError):  # a power cut leaves half a line
                            yield checkpoints_marks.read_line(line)
                else:
                    yield from place.read()


def is_beyond(finding: Finding, head: int) -> bool:
    """Whether a finding only says that a checkpoint lies after the head: that is a loss and told as one."""
    number = finding.where.rpartition(" ")[2]
    return finding.kind in ("tail", "restored") and (whole_number(number, digits=18) or 0) > head


def contradicted(found: list[dict[str, Any]], head: int) -> list[Finding]:
    """Checkpoints up to the head that the restored journal does not confirm."""
    asked = {int(mark["seq"]): mark for mark in found if 0 < int(mark["seq"]) <= head}
    held = {
        seq: bytes(value).hex()
        for seq, value in JournalEntry.objects.filter(seq__in=asked).values_list("seq", "hash")
    }
    return [
        Finding(
            "tail", f"entry {seq}", f"differs from the checkpoint of {mark['at']} kept outside the database"
        )
        for seq, mark in sorted(asked.items())
        if held.get(seq) != mark["hash"]
    ]


def loss(found: list[dict[str, Any]], journal: dict[str, Any]) -> dict[str, Any]:
    """Entries that were proven outside and are not in the backup: how many at least, from when to when; {} for none."""
    last = max(found, key=lambda mark: int(mark["seq"]), default=None)
    if last is None or int(last["seq"]) <= journal["seq"]:
        return {}
    return {
        "entries_at_least": int(last["seq"]) - journal["seq"],
        "from_entry": journal["seq"] + 1,
        "to_entry": int(last["seq"]),
        "from": journal["at"],
        "to": last["at"],
    }


def sealed_sample() -> dict[str, Any]:
    """Open one sealed value of each sealed column; `closed` names what the keys of this house do not open."""
    opened, closed = 0, []
    for model in apps.get_models():
        for column, row_column in getattr(model, "sealed", ()):
            try:
                opened += _opens(model, column, row_column)
            except (SealError, KeyFault) as problem:
                closed.append(str(problem))
    return {"opened": opened, "closed": closed}


def _opens(model: type[Model], column: str, row_column: str) -> int:
    """1 when a value opens, 0 when there is none; the values of erased people open nowhere and say nothing."""
    rows = model._base_manager.exclude(**{column: None}).exclude(**{column: b""})
    for row in rows.order_by("-pk")[:20]:
        with contextlib.suppress(Forgotten):
            # As bytes: rows of workbooks are packed before they are sealed, and are no text.
            place = (model._meta.db_table, column, str(getattr(row, row_column)))
            keyring().open(bytes(getattr(row, column)), place)
            return 1
    return 0
