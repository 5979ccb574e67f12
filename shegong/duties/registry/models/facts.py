"""Gathers from the registers what the rules of registration look at. Reads only."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from shegong.duties.registry.models.application import Application, RegistrationRound
from shegong.duties.registry.models.changes import change_of
from shegong.duties.registry.models.held import held_of
from shegong.duties.registry.models.inquiries import is_looked_into
from shegong.duties.registry.models.policies import registration_policy, route_stages, units_above
from shegong.duties.registry.models.register import Card, Registration, Restriction
from shegong.duties.registry.rules import CaseFacts, Facts, Kind, LateRound, RegistrationPolicy, Stage
from shegong.ground.credentials.models import Certificate, Education, on_pass_list
from shegong.ground.documents.models import FolderItem
from shegong.ground.people.models import Person, PersonName, main_identity
from shegong.ground.regions.models import tree
from shegong.kernel.calendar import Calendar
from shegong.kernel.holidays import calendar_in_force


@dataclass(frozen=True)
class Ground:
    """What a decision on a day rests on: the facts, the policy and the calendar of that day."""

    facts: Facts
    policy: RegistrationPolicy
    calendar: Calendar
    route: tuple[Stage, ...]


def ground_of(application: Application, on: date) -> Ground:
    """Facts, policy, calendar and route for the rules of an application of any kind.

    Also of one that nobody has begun yet: an unsaved row answers what would be missing.
    """
    route = route_of(application, application.region_code, on) if application.region_code else ()
    calendar = calendar_in_force()
    return Ground(_facts(application, on, route, calendar), registration_policy(on), calendar, route)


def route_of(application: Application, region_code: int, on: date) -> tuple[Stage, ...]:
    """The way from this region for an applicant with this employer."""
    employer = application.workplace.employer if application.workplace else None
    level = employer.level or 4 if employer and employer.system == "civil_affairs" else 4
    return route_stages(region_code, on, level)


def _facts(application: Application, on: date, route: tuple[Stage, ...], calendar: Calendar) -> Facts:
    person, certificate, workplace = application.person, application.certificate, application.workplace
    name = PersonName.objects.current().on(on).filter(person=person).first()
    identity = main_identity(person.pk)
    live = Registration.objects.filter(person=person, closed_on__isnull=True).first()
    in_force = Restriction.objects.current().on(on).filter(person=person, stayed_on=None)
    restricted = set(in_force.values_list("kind", flat=True))
    registered = _registered(certificate)
    handed_in = application.counts_from(on)
    looked_into = application.kind == Kind.CANCEL and is_looked_into(person.pk, on)
    return Facts(
        kind=Kind(application.kind),
        name=name.name if name else "",
        identity_masked=identity.masked if identity else "",
        born_on=person.born_on,
        died=person.died_on is not None,
        education=Education.objects.current().filter(person=person).exists(),
        level=certificate.level if certificate else "",
        issued_on=certificate.issued_on if certificate else None,
        certificate_state=certificate.state if certificate else "",
        on_pass_list=on_pass_list(certificate) if certificate else None,
        ground=application.ground,
        region_code=application.region_code,
        region_name=tree().full_name(application.region_code, on) if application.region_code else "",
        employer=workplace.employer.name if workplace else "",
        employer_dissolved=bool(
            workplace and workplace.employer.dissolved_on and workplace.employer.dissolved_on <= on
        ),
        papers=frozenset(papers_of(application).values_list("kind", flat=True)),
        committed=application.committed_at is not None,
        on_paper=application.on_paper,
        registered_at_level=registered in ("", "superseded"),
        revoked_before=registered == "revoked",
        live_level=live.level if live else "",
        handed_in=handed_in,
        barred="barred" in restricted,
        looked_into=looked_into,
        waits_for_inquiry=looked_into and registration_policy(on).cancel_under_inquiry == "waits",
        suspended="suspended" in restricted,
        rounds=tuple(open_rounds(application.region_code, handed_in or on, application.kind)),
        returned=tuple(open_returns(application)),
        route_found=bool(route),
        on_record=seen_before(application),
        held=held_of(application, on, calendar),
        round=_late(application.round) if application.round_id else None,
        change=change_of(application, on),
    )


def _registered(certificate: Certificate | None) -> str | None:
    """How the last registration of a certificate ended; '' while it is open, None where there was none."""
    rows = Registration.objects.filter(certificate=certificate).order_by("-id") if certificate else ()
    return next((row.closed_kind or "" for row in rows[:1]), None)


def seen_before(application: Application) -> frozenset[str]:
    """Papers that an office has confirmed at an earlier application: number, certificate, and what this register issued."""
    if application.registration_id is None:
        return frozenset()
    identity, certificate = main_identity(application.person_id), application.certificate
    found = {
        "identity": bool(identity and identity.verified_on),
        "certificate": bool(certificate and certificate.state == "verified"),
        "registration_certificate": Card.objects.filter(registration=application.registration_id).exists(),
    }
    return frozenset(code for code, is_seen in found.items() if is_seen)


def papers_of(application: Application) -> QuerySet[FolderItem]:
    """The papers handed in and not replaced, in the order of the materials."""
    return FolderItem.objects.filter(folder=application.folder_id, removed_at__isnull=True).order_by(
        "position", "id"
    )


def open_returns(application: Application) -> list[str]:
    """Items returned for completion and not yet put right."""
    if application.pk is None:
        return []
    rows = application.return_items.filter(settled_at__isnull=True, withdrawn_at__isnull=True)
    return list(rows.order_by("id").values_list("item", flat=True))


def open_rounds(region_code: int | None, on: date, kind: str = Kind.FIRST) -> list[LateRound]:
    """Special windows for this kind open on `on` in a unit above (or at) the region."""
    if region_code is None:
        return []
    rounds = RegistrationRound.objects.filter(
        region_code__in=list(units_above(region_code, on)), opens_on__lte=on, closes_on__gte=on
    )
    return [_late(row) for row in rounds.filter(kinds__contains=[str(kind)])]


def _late(row: RegistrationRound) -> LateRound:
    return LateRound(
        row.id, tuple(row.levels), row.issued_from, row.issued_to, row.may_be_after_expiry, row.requires_ce
    )


def case_facts(application: Application, ground: Ground) -> CaseFacts:
    """What the automatic checks compare."""
    identity = main_identity(application.person_id)
    certificate: Certificate | None = application.certificate
    title = RegistrationRound.objects.filter(id=application.round_id).values_list("title", flat=True).first()
    return CaseFacts(
        facts=ground.facts,
        identity_valid=bool(identity and identity.kind != "passport"),
        identity_place_known=True,
        in_pass_list=ground.facts.on_pass_list,
        management_no_length=len(certificate.management_no) if certificate else 0,
        other_people_with_name_and_birth=_namesakes(application.person, ground.facts.name),
        late_round_title=title or "",
    )


def _namesakes(person: Person, name: str) -> int:
    same = PersonName.objects.current().filter(
        name=name, person__born_on=person.born_on, person__merged_into=None
    )
    return same.filter(~Q(person=person)).count() if person.born_on and name else 0
