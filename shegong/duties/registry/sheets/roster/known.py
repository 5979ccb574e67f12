"""What the base knows about the rows of a part, read set by set: people, facts, bodies, the register."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models.functions import Coalesce

from shegong.duties.registry.models import Registration
from shegong.ground.credentials.models import Certificate, Education
from shegong.ground.organizations.models import School
from shegong.ground.organizations.rules.names import canonical
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Identity, Person, PersonName, names_of
from shegong.kernel.copying import among
from shegong.kernel.names import comparison_key
from shegong.kernel.sealing import blind_index
from shegong.kernel.search_keys import spellings
from shegong.kernel.sheets.layout import Row, Taking
from shegong.work.employment.models import Employment

CHINESE = ("resident", "hmt_resident", "foreign_resident")
LIVE = ("declared", "verified")


@dataclass
class Known:
    """Somebody of the base, as far as a roster says anything about her."""

    pk: int
    name: str
    masked: str
    born_on: date | None
    ethnicity: str
    political_status: str
    may_edit: bool
    names: frozenset[str] = frozenset()  # as they are compared: former ones and those of merged records too
    educations: list[Education] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    employments: list[Employment] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    phone: str = ""
    phone_index: bytes = b""


@dataclass
class Base:
    """All that one part's rows are compared with."""

    by_number: dict[str, Known]
    namesakes: dict[tuple[str, date], list[Known]]
    certificates: dict[str, Certificate]
    holders: dict[int, Known]
    registrations: dict[str, Registration]
    schools: dict[str, int]


def born_by(number: str) -> date:
    """Date of birth by an identity number of 18 characters that has been checked."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def read_base(rows: Sequence[Row], taking: Taking) -> Base:
    """Everything about these rows in a fixed number of queries."""
    numbers = _said(rows, "identity")
    owners = _owners(numbers)
    certificates = _certificates(_said(rows, "management_no"))
    registrations = _registrations(_said(rows, "register_no"))
    new = [r for r in rows if r.values.get("identity") not in owners]
    alike = _alike(new)
    whose = {*owners.values(), *(c.person_id for c in certificates.values()), *alike.values(),
             *(r.person_id for r in registrations.values())}  # fmt: skip
    people_ = _people(whose, taking)
    _add_facts({pk: people_[pk] for pk in owners.values()})
    namesakes: dict[tuple[str, date], list[Known]] = defaultdict(list)
    for (_, key, born), pk in alike.items():
        namesakes[key, born].append(people_[pk])
    return Base({number: people_[pk] for number, pk in owners.items()}, namesakes, certificates, people_, registrations,
                _schools(_said(rows, "school")))  # fmt: skip


def _said(rows: Iterable[Row], column: str) -> list[str]:
    return list({row.values[column] for row in rows if row.values.get(column)})


def _owners(numbers: Sequence[str]) -> dict[str, int]:
    """Number → who holds it, under the record that stands for her today."""
    by_index = {one: number for number in numbers for one in spellings(blind_index("identity", number))}
    found = Identity.objects.filter(kind__in=CHINESE, index__in=among(by_index))
    stands = Coalesce("person__merged_into_id", "person_id")
    return {by_index[bytes(index)]: person for index, person in found.values_list("index", stands)}


def _alike(rows: Sequence[Row]) -> dict[tuple[int, str, date], int]:
    """People of the same name and date of birth as somebody new."""
    wanted = {(comparison_key(r.values["name"]), born_by(r.values["identity"])) for r in rows
              if r.values.get("name") and r.values.get("identity")}  # fmt: skip
    if not wanted:
        return {}
    found = PersonName.objects.current().filter(
        canonical__in=among({key for key, _ in wanted}), person__merged_into=None
    )  # fmt: skip
    rows_ = found.values_list("person_id", "canonical", "person__born_on")
    return {(pk, key, born): pk for pk, key, born in rows_ if (key, born) in wanted}


def _certificates(numbers: Sequence[str]) -> dict[str, Certificate]:
    if not numbers:
        return {}
    found = Certificate.objects.filter(management_no__in=among(numbers)).exclude(
        state__in=["refuted", "replaced"]
    )
    return {row.management_no: row for row in found}


def _registrations(numbers: Sequence[str]) -> dict[str, Registration]:
    found = Registration.objects.filter(register_no__in=among(numbers)) if numbers else ()
    return {row.register_no: row for row in found}


def _schools(names: Sequence[str]) -> dict[str, int]:
    wanted = {canonical(name) for name in names}
    found = School.objects.filter(organization__name__in=wanted) if wanted else School.objects.none()
    return dict(found.values_list("organization__name", "pk"))


def _people(keys: set[int], taking: Taking) -> dict[int, Known]:
    if not keys:
        return {}
    may_edit, names, all_names = people.editable(keys, taking.by), names_of(keys), _all_names(keys)
    masked = dict(
        Identity.objects.filter(person__in=among(keys)).order_by("-pk").values_list("person_id", "masked")
    )
    return {
        p.pk: Known(p.pk, names.get(p.pk, ""), masked.get(p.pk, ""), p.born_on, p.ethnicity, p.political_status,
                    p.pk in may_edit, all_names.get(p.pk, frozenset()))
        for p in Person.objects.filter(pk__in=among(keys))
    }  # fmt: skip


def _all_names(keys: set[int]) -> dict[int, frozenset[str]]:
    """Every name that somebody bears or bore, under any record that became this one."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = PersonName.objects.current()
    for own in (rows.filter(person__in=among(keys)), rows.filter(person__merged_into__in=among(keys))):
        whose = Coalesce("person__merged_into_id", "person_id")
        for key, name in own.values_list(whose, "canonical"):
            found[key].add(name)
    return {key: frozenset(names) for key, names in found.items()}


def _add_facts(known: dict[int, Known]) -> None:
    """Degrees, certificates, employments, registrations and the phone of people whom rows are about."""
    if not known:
        return
    sets: tuple[tuple[str, Any], ...] = (
        ("educations", Education.objects.current()),
        ("certificates", Certificate.objects.filter(state__in=LIVE)),
        ("employments", Employment.objects.current().filter(main=True).select_related("employer")),
        ("registrations", Registration.objects.all()),
    )
    for name, found in sets:
        for row in found.filter(person__in=among(known)).order_by("pk"):
            getattr(known[row.person_id], name).append(row)
    phones = Contact.objects.filter(person__in=among(known), kind="phone", during__upper_inf=True)
    for person_id, masked, index in phones.values_list("person_id", "masked", "index"):
        known[person_id].phone, known[person_id].phone_index = masked, bytes(index)
