"""What the register knows about the people of a summary, read set by set."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shegong.duties.registry.models import Application, Registration, Restriction
from shegong.duties.registry.rules import OPEN_STATES, Kind
from shegong.ground.credentials.models import Certificate
from shegong.ground.people import actions as people
from shegong.ground.people.models import Identity, Person, Tie, names_of
from shegong.kernel.copying import among
from shegong.kernel.sealing import blind_index
from shegong.kernel.search_keys import spellings
from shegong.kernel.sheets.layout import Row, Taking
from shegong.work.employment.models import Employment

CHINESE = ("resident", "hmt_resident", "foreign_resident")


@dataclass
class Known:
    """Somebody of the base, as far as an application says anything about her."""

    person: Person
    name: str
    masked: str
    may_edit: bool
    certificates: dict[str, Certificate] = field(default_factory=dict)
    employment: Employment | None = None
    domicile: int | None = None
    registrations: list[Registration] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    restrictions: set[str] = field(default_factory=set)


def read_known(rows: Sequence[Row], taking: Taking) -> dict[str, Known]:
    """Identity number → who holds it, with everything that an application looks at."""
    said = [row.values["identity"] for row in rows]
    numbers = {one: number for number in said for one in spellings(blind_index("identity", number))}
    found = Identity.objects.filter(kind__in=CHINESE, index__in=among(numbers)).select_related("person")
    held = {numbers[bytes(identity.index)]: identity for identity in found}
    keys = {identity.person_id for identity in held.values()}
    if not keys:
        return {}
    may_edit, names = people.editable(keys, taking.by), names_of(list(keys))
    known = {
        identity.person_id: Known(identity.person, names.get(identity.person_id, ""), identity.masked,
                                  identity.person_id in may_edit)
        for identity in held.values()
    }  # fmt: skip
    _add(known, taking.on)
    return {number: known[identity.person_id] for number, identity in held.items()}


def _add(known: dict[int, Known], on: date) -> None:
    rows: dict[str, dict[int, list[Any]]] = {}
    sets: tuple[tuple[str, Any], ...] = (
        ("certificates", Certificate.objects.exclude(state__in=["refuted", "replaced"])),
        ("employments", Employment.objects.current().on(on).filter(main=True).select_related("employer")),
        ("domiciles", Tie.objects.holding().filter(kind="domicile")),
        ("registrations", Registration.objects.all()),
        ("applications", Application.objects.filter(kind=Kind.FIRST, state__in=OPEN_STATES)),
        ("restrictions", Restriction.objects.current().on(on)),
    )
    for name, found in sets:
        rows[name] = defaultdict(list)
        for row in found.filter(person__in=among(known)).order_by("pk"):
            rows[name][row.person_id].append(row)
    for pk, one in known.items():
        one.certificates = {row.management_no: row for row in rows["certificates"][pk]}
        one.employment = next(iter(rows["employments"][pk]), None)
        one.domicile = next((row.region_code for row in rows["domiciles"][pk]), None)
        one.registrations, one.applications = rows["registrations"][pk], rows["applications"][pk]
        one.restrictions = {row.kind for row in rows["restrictions"][pk]}
