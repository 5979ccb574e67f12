"""What becomes of degrees, certificates and pass lists at an erasure (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet

from shegong.ground.credentials.models import Certificate, Education, PassListEntry
from shegong.ground.people.models import Identity
from shegong.kernel.forgetting import Forgets, Hold


def _lines(person_ids: Sequence[int]) -> QuerySet[PassListEntry]:
    """Lines of pass lists with an identity number of these records."""
    numbers = Identity.objects.filter(person__in=person_ids).values("index")
    return PassListEntry.objects.filter(index__in=numbers)


FORGETS = Forgets(
    deleted=(PassListEntry,),
    blanked={
        Education: {"school": None, "school_name": "", "major": "", "graduated_on": None},
        Certificate: {"management_no": lambda row: f"erased-{row.pk}"},
    },
    kept={
        "credentials.education": "statistics count levels and classes of majors; without a name it is nobody's",
        "credentials.certificate": "statistics count levels and years; without number and name it is nobody's",
        "credentials.certificatecheck": "append-only: that a certificate was checked, not whose",
    },
    finds={PassListEntry: _lines},
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Certificates stay with the registration that rests on them; the registry says how long."""
    return []
