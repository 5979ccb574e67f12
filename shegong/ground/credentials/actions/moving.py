"""Two records of one human become one: degrees and certificates (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from shegong.ground.credentials.models import Certificate, Education
from shegong.ground.people.models import Person
from shegong.kernel import moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

HOLDS = moving.Holds(
    moved={Education: "person", Certificate: "person"},
    kept={"credentials.CertificateCheck.checker": "append-only: who compared it"},
)
LIVE = ("declared", "verified")


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Nobody holds two certificates of one level: an office finds out first which is the real one."""
    rows = Certificate.objects.filter(state__in=LIVE)
    levels = set(rows.filter(person=from_).values_list("level", flat=True)) & set(
        rows.filter(person=to).values_list("level", flat=True)
    )
    message = N_(
        "Both records have a certificate of one level with different numbers. Correct or refute the wrong one first."
    )
    return [Obstacle("certificate_twice", message, params={"level": level}) for level in sorted(levels)]


def parts(from_: Person, to: Person) -> list[Part]:
    """Certificates all move; of a degree stated on both records the kept one's stands."""
    certificates = Certificate.objects.filter(person=from_).order_by("pk").values_list("pk", flat=True)
    degrees = moving.of_both(Education.objects.current(), from_.pk, to.pk, _degree)
    return [
        Part(Certificate, N_("Certificates"), moves=tuple(certificates)),
        moving.part(Education, N_("Education"), degrees),
    ]


def _degree(row: Education) -> tuple[object, ...]:
    return row.level, row.degree, row.school_name, row.major, row.graduated_on


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Give what `from_` earned to `to`. Refuses unless people knows them as one."""
    moving.require_merged(from_, to)
    return moving.move(parts(from_, to), from_, to, verb="credentials.person.move", by=by)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    moving.put_back(changes, from_, to, verb="credentials.person.part", by=by)
