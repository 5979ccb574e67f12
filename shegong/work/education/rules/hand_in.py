"""A class list on its way into the ledger: what keeps it back, and which lists an officer looks at; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

CLAUSE = "T3.3"


@dataclass(frozen=True)
class Half:
    """A half-day as the hand-in sees it: its marks, and whether the teacher co-signed just these."""

    on: date
    marks: int
    cosigned: bool


def digest_of(marks: Iterable[int]) -> str:
    """What stands for a set of marks, so that co-signing vouches for these and no others."""
    return sha256(",".join(map(str, sorted(marks))).encode()).hexdigest()


def hand_in_obstacles(*, halves: Sequence[Half], seats: int, marks: int, has_papers: bool) -> list[Obstacle]:
    """What keeps a class list back."""
    found = []
    if not seats or not marks:
        found.append(Obstacle("list_empty", N_("Nobody is marked present in this class."), "", CLAUSE))
    for half in halves:
        if half.marks and not half.cosigned:
            message = N_("%(day)s: the teacher has not co-signed the %(marks)s marks of this half-day.")
            params = {"day": half.on.isoformat(), "marks": half.marks}
            found.append(Obstacle("half_day_unsigned", message, "", CLAUSE, params))
    if not has_papers:
        message = N_("The class file lacks a notice, a syllabus or the teachers.")
        found.append(Obstacle("class_file_short", message, "", CLAUSE))
    return found


def why_checked(
    *, people: int, marks: int, unsigned: int, recognised_days: int, every: bool, from_unsigned_percent: int,
    from_people: int, new_days: int, late: bool = False,
) -> str:  # fmt: skip
    """Why an officer looks at a list before its hours count; "" when policy lets it through.

    `unsigned`: marks that nobody made with her own phone; `recognised_days`: how long the provider is recognised; `late`:
    a year of the class is locked.
    """
    if late:
        return "late"
    if every:
        return "every"
    if unsigned * 100 >= from_unsigned_percent * max(marks, 1) and unsigned:
        return "unsigned"
    if people >= from_people:
        return "many"
    return "new_provider" if recognised_days < new_days else ""


WHY_CHECKED = {
    "": N_("No check needed"),
    "late": N_("Its year is locked: two officers look"),
    "every": N_("Every list is checked"),
    "unsigned": N_("Many marks come from paper or a file"),
    "many": N_("Many people"),
    "new_provider": N_("Provider recognised for less than a year"),
}


def certificate_number(number: int, place: int) -> str:
    """The number of a proof of passing: the class, and the place on its list."""
    return f"{number}-{place:04d}"


def place_of(certificate_no: str) -> int:
    """The place that such a number ends with."""
    return int(certificate_no.rpartition("-")[2])
