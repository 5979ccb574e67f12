"""Who is behind a count: rows of people as they stand on a day. Reads only."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from shegong.ground.people.models import Person, Tie, standing
from shegong.steering.statistics.rules import PersonRow, age_band

CHUNK = 5000


def counted_as(people: QuerySet[Any], day: date, indicator: str = "") -> Iterator[PersonRow]:
    """Rows for these people where each counts on `day`; who counts nowhere is left out."""
    ids = iter(people.order_by("pk").values_list("pk", flat=True).iterator(CHUNK))
    while chunk := list(islice(ids, CHUNK)):
        places, codes = places_of(chunk, day), codes_of(chunk, day)
        for person in chunk:
            if person in places:
                sex, band = codes[person]
                yield PersonRow(person, places[person], indicator, sex=sex, age_band=band)


def places_of(person_ids: Iterable[int], day: date) -> dict[int, int]:
    """Where each of them counts on `day`."""
    ties: dict[int, list[Tie]] = {}
    for one in Tie.objects.current().on(day).filter(person__in=person_ids):
        ties.setdefault(one.person_id, []).append(one)
    found = {person: standing(theirs, day) for person, theirs in ties.items()}
    return {person: code for person, code in found.items() if code is not None}


def codes_of(person_ids: Iterable[int], day: date) -> dict[int, tuple[int, int]]:
    """Sex and age band of each on `day`."""
    rows = Person.objects.filter(pk__in=person_ids).values_list("pk", "sex", "born_on")
    return {pk: (int(sex or 0), age_band(born_on, day)) for pk, sex, born_on in rows}
