"""A case names the record that was meant. When two records of one human became one, it is read through to the human: a merge
that moved cases would list them among what it moved, and so tell that there is one."""

from collections.abc import Collection, Iterable

from shegong.ground.people.models import merged_into


def standing_records(person_ids: Collection[int]) -> dict[int, int]:
    """Of each of these records, the one that stands for the human today."""
    became = merged_into(person_ids)
    return {pk: became.get(pk, pk) for pk in person_ids}


def standing_record(person_id: int) -> int:
    """The record that stands for this human today: the same unless it was merged."""
    return standing_records([person_id])[person_id]


def humans(person_ids: Iterable[int | None]) -> frozenset[int]:
    """The humans behind these records, each by the record that stands."""
    return frozenset(standing_records({pk for pk in person_ids if pk}).values())
