"""Which person a provider's list means: identity number and name together, for many at once."""

from collections.abc import Iterable
from datetime import date

from shegong.ground.people.models import CHINESE_NUMBERS, Identity, identity_index, merged_into, names_of
from shegong.kernel.copying import among
from shegong.kernel.identity import canonical_identity
from shegong.kernel.names import same_name
from shegong.kernel.refusal import Obstacle
from shegong.kernel.search_keys import spellings
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

Said = tuple[str, str]


def unknown() -> Obstacle:
    """The same sentence whether the number is nobody's or the name another's: a list is no way to ask who is on record."""
    message = N_("Nobody of this name and number is on record. She states herself first; then enter her.")
    return Obstacle("person_unknown", message, "identity")


def people_meant(said: Iterable[Said], on: date) -> dict[Said, int | Obstacle]:
    """(number, name) as typed → the person, or why not. A merged record is answered with the one it became."""
    wanted = dict.fromkeys(said)
    read = {number: canonical_identity(number, today=on) for number, _name in wanted}
    indexes = {
        number: identity_index(found.value, "resident") for number, found in read.items() if not isinstance(found, list)
    }  # fmt: skip
    if not indexes:
        return {one: read[one[0]][0] for one in wanted}  # type: ignore[index]
    with lifted("a provider's list names people of any place; it learns only what it said itself"):
        rows = Identity.objects.filter(index__in=among(indexes.values()), kind__in=CHINESE_NUMBERS)
        held = {bytes(index): person for index, person in rows.values_list("index", "person_id")}
        became = merged_into(list(held.values()))
        names = names_of(list({became.get(person, person) for person in held.values()}))
    answers: dict[Said, int | Obstacle] = {}
    for number, name in wanted:
        found = read[number]
        if isinstance(found, list):
            answers[number, name] = found[0]
            continue
        person = next((held[one] for one in spellings(indexes[number]) if one in held), None)
        stands = became.get(person, person) if person else None
        right = stands is not None and same_name(names.get(stands, ""), name)
        answers[number, name] = stands if right and stands is not None else unknown()
    return answers
