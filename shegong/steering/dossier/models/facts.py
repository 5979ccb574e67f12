"""What is compared between records, and which pairs are worth comparing: groups that share a key. Reads only."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import combinations
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Left, Upper

from shegong.ground.credentials.models import Certificate
from shegong.ground.people.models import Contact, Identity, Person, PersonName
from shegong.steering.dossier.rules import Facts, Name, sounds_of
from shegong.work.employment.models import Employment

Pair = tuple[int, int]
EIGHTEEN = ("resident", "hmt_resident", "foreign_resident")


def facts_of(person_ids: Collection[int]) -> dict[int, Facts]:
    """The facts of these records, in few queries whatever their number."""
    given: dict[int, dict[str, Any]] = {
        row["pk"]: {"born_on": row["born_on"], "sex": row["sex"]}
        for row in Person.objects.filter(pk__in=person_ids).values("pk", "born_on", "sex")
    }
    for name, values in _values(person_ids):
        for person_id, value in values:
            given[person_id].setdefault(name, []).append(value)
    return {pk: Facts(**{k: _frozen(k, v) for k, v in found.items()}) for pk, found in given.items()}


def _frozen(name: str, value: Any) -> Any:
    if name == "names":
        return tuple(value)
    return frozenset(value) if isinstance(value, list) else value


def _values(ids: Collection[int]) -> Iterator[tuple[str, Iterable[tuple[int, Any]]]]:
    """(field of `Facts`, (person, value) pairs)."""
    names = PersonName.objects.current().filter(person__in=ids)
    yield (
        "names",
        [(n.person_id, Name(n.name, n.canonical, sounds_of(n.name, n.canonical, n.pinyin))) for n in names],
    )
    born = dict(Person.objects.filter(pk__in=ids).values_list("pk", "born_on"))
    identities = list(Identity.objects.filter(person__in=ids).order_by("pk"))
    yield "last4", [(i.person_id, bytes(i.last4_index)) for i in identities if i.kind in EIGHTEEN]
    yield "eighteen", [(i.person_id, bytes(i.index)) for i in identities if i.kind in EIGHTEEN]
    yield "bodies", [(i.person_id, body) for i in identities if (body := _body(i, born.get(i.person_id)))]
    yield "passports", [(i.person_id, bytes(i.index)) for i in identities if i.kind == "passport"]
    contacts = list(_open_contacts().filter(person__in=ids).values_list("person_id", "kind", "index"))
    yield "phones", [(person, bytes(index)) for person, kind, index in contacts if kind == "phone"]
    yield "emails", [(person, bytes(index)) for person, kind, index in contacts if kind == "email"]
    numbers = Certificate.objects.filter(person__in=ids).annotate(plain=_plain_number())
    yield "certificates", numbers.values_list("person_id", "plain")
    jobs = Employment.objects.current().filter(person__in=ids)
    yield "employers", jobs.values_list("person_id", "employer_id")


def _body(identity: Identity, born_on: date | None) -> str:
    """A number without its check digit, for comparing in memory: what its mask hides is the date of birth."""
    if identity.kind not in EIGHTEEN or len(identity.masked) != 18 or born_on is None:
        return ""
    return f"{identity.masked[:6]}{born_on:%Y%m%d}{identity.masked[14:17]}"


def _open_contacts() -> QuerySet[Contact]:
    return Contact.objects.filter(during__upper_inf=True)


def _plain_number() -> Func:
    """A management number without spaces and dashes, in capitals."""
    only = Func(F("management_no"), Value("[^0-9A-Za-z]"), Value(""), Value("g"), function="regexp_replace")
    return Upper(only, output_field=TextField())


def candidates(crowd: int, person_ids: Collection[int] | None = None) -> set[Pair]:
    """Pairs of live records that share a key of `_groups`; only those with one of `person_ids` when given.

    A key that more than `crowd` records share is left out.
    """
    wanted = None if person_ids is None else set(person_ids)
    found: set[Pair] = set()
    for rows, keys in _groups():
        if wanted is not None:  # only the groups in which one of them is
            theirs = rows.filter(person__in=wanted).values(keys[0])
            rows = rows.filter(**{f"{keys[0]}__in": theirs})
        grouped = rows.values(*keys).annotate(
            people=ArrayAgg("person_id", distinct=True), n=Count("person_id", distinct=True)
        )
        for people in grouped.filter(n__gt=1, n__lte=crowd).values_list("people", flat=True):
            if wanted is None or wanted & set(people):
                found.update(combinations(sorted(people), 2))
    return found if wanted is None else {pair for pair in found if wanted & set(pair)}


def _groups() -> Iterator[tuple[QuerySet[Any], tuple[str, ...]]]:
    """Rows of live records, and the columns that put two of them side by side."""
    live = {"person__merged_into": None}
    names = PersonName.objects.current().filter(**live)
    born = names.filter(person__born_on__isnull=False)
    yield born, ("canonical", "person__born_on")
    yield born.exclude(pinyin=""), ("pinyin", "person__born_on")
    numbers = Identity.objects.filter(kind__in=EIGHTEEN, **live)
    yield numbers, ("last4_index", "person__born_on")
    yield (
        names.filter(person__identities__kind__in=EIGHTEEN),
        ("canonical", "person__identities__last4_index"),
    )
    yield (
        names.filter(person__employments__recorded__upper_inf=True),
        ("canonical", "person__employments__employer"),
    )
    yield names.filter(person__identities__kind="passport"), ("canonical", "person__identities__kind")
    places = names.filter(person__identities__kind__in=EIGHTEEN)
    yield places.annotate(place=Left("person__identities__masked", 6)), ("canonical", "place")
    yield _open_contacts().filter(kind__in=["phone", "email"], **live), ("index", "kind")
    yield Certificate.objects.filter(**live).annotate(plain=_plain_number()), ("plain",)
