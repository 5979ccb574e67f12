"""Who sent a long workbook is told in the inbox when its check, its taking in or its undoing has ended."""

from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from shegong.ground.intake.models import Batch
from shegong.kernel import messages
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.text import N_

LONG = 1000  # rows; whoever sends fewer is still looking at the page
FIGURES = {
    "checked": N_("%(file)s, batch %(number)s: %(total)s rows, %(good)s good, %(failed)s to mend or double. Nothing is in yet."),
    "taken": N_("%(file)s, batch %(number)s: %(taken)s rows are in, %(failed)s stayed out."),
    "undone": N_("%(file)s, batch %(number)s: its %(taken)s rows were taken back."),
    "kept": N_("%(file)s, batch %(number)s: it stays in. The batch says why."),
    "known": N_("%(file)s, batch %(number)s: its %(total)s rows came in before. The batch says with which."),
    "unreadable": N_("%(file)s, batch %(number)s. The batch says why."),
}  # fmt: skip
TITLES = {
    "checked": N_("Your workbook is checked"),
    "taken": N_("Your workbook is taken in"),
    "undone": N_("Your workbook is undone"),
    "kept": N_("Your workbook could not be undone"),
    "known": N_("Your workbook came in before"),
    "unreadable": N_("Your workbook could not be read"),
}


def tell(batch: Batch, person_id: int | None, *, what: str = "") -> None:
    """Tell this person what became of the batch, in the caller's transaction; short workbooks and nobody are passed over.

    `what` is a key of TITLES; else the batch's state.
    """
    what = what or str(BatchState(batch.state))
    if person_id is None or max(batch.total, batch.expected) < LONG:
        return
    figures = {name: f"{getattr(batch, name):,}" for name in ("total", "good", "taken")}
    figures["failed"] = f"{batch.left_out:,}"
    values = {"file": batch.file_name, "number": batch.number, **figures}
    template = messages.Template(f"intake.batch.{what}", TITLES[what], FIGURES[what])
    person: Any = SimpleNamespace(pk=person_id)
    page = reverse("intake:batch", args=[batch.number])
    messages.send(person, template, values, channels=(messages.INBOX,), link=page)
