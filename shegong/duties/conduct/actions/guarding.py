"""Words that the other side reads are compared with who complained, without becoming a way to find out who it was (A18).

A refusal would answer a guess. So contacts of any kind are refused whosever they are; a text in which the name stands is
refused in the same words, is written down for the discipline inspector, and after a few of them the same officer is
told nothing more about this case that day.
"""

from datetime import date, timedelta

from django.db import transaction

from shegong.duties.conduct.actions.noting import note
from shegong.duties.conduct.models import Complaint, VaultRead
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.models.secrets import secrets_of
from shegong.duties.conduct.rules.inquiry import contact_obstacles, secret_obstacles
from shegong.duties.conduct.rules.recusal import COMPLAINANT
from shegong.kernel import throttle
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

WINDOW = timedelta(days=1)
COMPARED = "compared"  # what was read, in the list of readings
ENOUGH = N_(
    "Too many tries in this case today. Go on tomorrow, or let a colleague do it; the discipline inspector sees each try."
)


def telling_obstacles(
    complaint: Complaint, text: str, *, by: Actor, on: date, field: str = "text"
) -> list[Obstacle]:
    """Why the other side may not read this text. A name that stands in it counts as a try."""
    found = contact_obstacles(text, field)
    if found:
        return found
    if _is_enough(complaint, by, on):
        return [Obstacle("held_back", ENOUGH, field)]
    found = secret_obstacles(text, secrets_of(complaint).texts, field)
    if found:
        _count(complaint, by, on)
    return found


def partial_obstacles(complaint: Complaint, person_id: int, *, by: Actor, on: date) -> list[Obstacle]:
    """Why this person may not take part: who complained does not look into her own case. Counts as a try as well."""
    if _is_enough(complaint, by, on):
        return [Obstacle("held_back", ENOUGH, "person")]
    if secrets_of(complaint).person != person_id:
        return []
    _count(complaint, by, on)
    return [COMPLAINANT]


def _key(complaint: Complaint, by: Actor) -> str:
    return f"gives away {complaint.pk} {by.person_id}"


def _is_enough(complaint: Complaint, by: Actor, on: date) -> bool:
    return throttle.counted(_key(complaint, by)) >= conduct_policy(on).guesses


def _count(complaint: Complaint, by: Actor, on: date) -> None:
    throttle.hit(_key(complaint, by), conduct_policy(on).guesses, WINDOW)
    throttle.even_if_undone(lambda: _write_down(complaint.pk, by))


def _write_down(pk: int, by: Actor) -> None:
    with lifted("the machine writes down what it compared"), transaction.atomic():
        row = Complaint._base_manager.get(pk=pk)
        read = VaultRead.objects.create(complaint=row, reader_id=by.person_id, what=COMPARED, reason=COMPARED)
        note("conduct.vault.compare", row, by=by, rows=[read])
