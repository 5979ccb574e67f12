"""The talent base as a list (人才信息库, T4.2.b): each person once, at the place where she counts today, with what is on record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from shegong.duties.registry.models import Registration
from shegong.ground.credentials.models import Certificate, Education
from shegong.ground.credentials.rules import Level
from shegong.ground.people.models import Contact, Tie, identities_of, names_of
from shegong.ground.people.rules import STANDING_KINDS
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.code_lists import codes
from shegong.kernel.temporal import Today
from shegong.work.employment.models import Employment

RANKS = [str(level) for level in Level]  # lowest first


@dataclass(frozen=True)
class Talent:
    """One person as the list shows her; empty where nothing is on record. `id` is that of her tie."""

    id: int
    person_id: int
    token: str
    prefecture: str
    county: str
    township: str
    name: str
    sex: str
    ethnicity: str
    born: str
    identity: str
    political: str
    education: str
    degree: str
    school: str
    major: str
    employer: str
    position: str
    since: date | None
    level: str
    management_no: str
    issued_on: date | None
    register_no: str
    valid_to: date | None
    phone: str


def standing_ties() -> QuerySet[Tie]:
    """The one tie of each person by which she counts today: of work, else of residence, else of domicile."""
    held = Tie.objects.holding()
    where = Q(pk__in=[])
    for rank, kind in enumerate(STANDING_KINDS):
        nearer = held.filter(person=OuterRef("person"), kind__in=STANDING_KINDS[:rank])
        where |= Q(kind=kind) & ~Q(Exists(nearer)) if rank else Q(kind=kind)
    return held.filter(where)


def certified_at(level: str) -> Q:
    """Ties of people whose highest verified or declared certificate is of this level; "" for those who state none."""
    held = Certificate.objects.filter(state__in=["declared", "verified"])
    if not level:
        return ~Q(Exists(held.filter(person=OuterRef("person"))))
    higher = RANKS[RANKS.index(level) + 1 :]
    return Q(Exists(held.filter(person=OuterRef("person"), level=level))) & ~Q(
        Exists(held.filter(person=OuterRef("person"), level__in=higher))
    )


def talents(ids: Sequence[int], day: date) -> list[Talent]:
    """The people of these ties, in any order, in a fixed number of queries."""
    ties = list(Tie.objects.filter(pk__in=ids).select_related("person"))
    whose = [tie.person_id for tie in ties]
    names, numbers = names_of(whose), identities_of(whose)
    work, studies = (
        _work(whose),
        _by_person(Education.objects.current().filter(person__in=whose).order_by("graduated_on", "pk")),
    )
    certificates, registered, phones = _certificates(whose), _registered(whose), _phones(whose)
    found = []
    for tie in ties:
        key, person = tie.person_id, tie.person
        job, study, certificate, entry = (
            work.get(key),
            studies.get(key),
            certificates.get(key),
            registered.get(key),
        )
        found.append(Talent(
            tie.pk, key, person.token, *_place(tie.region_code, day), names.get(key, ""), _word("sex", person.sex),
            _word("ethnicity", person.ethnicity), f"{person.born_on:%Y-%m}" if person.born_on else "", numbers.get(key, ""),
            _word("political_status", person.political_status), _word("education", study and study.level),
            _word("degree", study and study.degree), study.school_name if study else "", study.major if study else "",
            job.employer.name if job else "", job.position if job else "", job.during.lower if job else None,
            certificate.level if certificate else "", certificate.management_no if certificate else "",
            certificate.issued_on if certificate else None, entry.register_no if entry else "",
            entry.valid_to if entry else None, phones.get(key, ""),
        ))  # fmt: skip
    return found


def _place(code: int, day: date) -> tuple[str, str, str]:
    """Names of prefecture, county and township of the reporting tree; "" for a level above the place's own."""
    chain = [code, *tree().chain(code, day, REPORTING)]
    by_level = {place.level: place.name for one in chain if (place := tree().at(one, day))}
    return by_level.get(2, ""), by_level.get(3, ""), by_level.get(4, "")


def _word(name: str, code: str | None) -> str:
    return codes(name).get(code or "", "")


def _by_person(rows: QuerySet[Any]) -> dict[int, Any]:
    """The last row of each person."""
    return {row.person_id: row for row in rows}


def _work(whose: Collection[int]) -> dict[int, Employment]:
    rows = Employment.objects.current().filter(person__in=whose, main=True, during__contains=Today())
    return _by_person(rows.select_related("employer"))


def _certificates(whose: Collection[int]) -> dict[int, Certificate]:
    rows = Certificate.objects.filter(person__in=whose, state__in=["declared", "verified"])
    return {row.person_id: row for row in sorted(rows, key=lambda row: RANKS.index(row.level))}


def _registered(whose: Collection[int]) -> dict[int, Registration]:
    return _by_person(Registration.objects.filter(person__in=whose, closed_on=None))


def _phones(whose: Collection[int]) -> dict[int, str]:
    rows = Contact.objects.filter(person__in=whose, kind="phone", during__upper_inf=True).order_by(
        "verified_at", "pk"
    )
    return dict(rows.values_list("person_id", "masked"))
