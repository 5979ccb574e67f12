"""Where a holder stands with the renewal of her registration: one answer for her pages, reminders, officers and the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shegong.duties.registry.models.application import Application, RegistrationRound
from shegong.duties.registry.models.facts import Ground, ground_of, open_rounds
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register import Card, Registration
from shegong.duties.registry.rules import (
    OPEN_STATES,
    Facts,
    Held,
    Hours,
    Kind,
    LateRound,
    State,
    Status,
    bars,
    missing_steps,
    steps_left,
)
from shegong.duties.registry.rules.renewal import admitting
from shegong.duties.registry.rules.window import RenewalWindow
from shegong.ground.people.models import Identity
from shegong.ground.people.models.lists import OTHERS
from shegong.kernel.refusal import Obstacle
from shegong.work.employment.models import Employment


@dataclass(frozen=True)
class Outlook:
    """The renewal of a registration on a day; `application` is unsaved where nobody has begun it yet."""

    application: Application
    ground: Ground
    against: tuple[Obstacle, ...]

    @property
    def held(self) -> Held:
        """The term that ends and the window."""
        assert self.ground.facts.held is not None
        return self.ground.facts.held

    @property
    def is_begun(self) -> bool:
        """There is a draft, or a case."""
        return self.application.pk is not None

    @property
    def is_with_office(self) -> bool:
        """Handed in and not returned: nothing is to do for the holder, and nothing is decided yet."""
        return self.is_begun and self.application.state not in (State.DRAFTED, State.RETURNED)

    @property
    def is_open(self) -> bool:
        """It can be applied for now, as far as the days and the person go."""
        return not self.against

    @property
    def rounds(self) -> list[RegistrationRound]:
        """The special rounds that are open and admit her, for her to read."""
        rows = RegistrationRound.objects.filter(pk__in=[one.id for one in admitting(self.ground.facts)])
        return list(rows.order_by("closes_on"))

    @property
    def left(self) -> int:
        """“还差 N 步”: steps to do and items to put right; 0 once it lies with the office."""
        return 0 if self.is_with_office else steps_left(self.ground.facts, self.ground.policy)

    @property
    def missing(self) -> list[str]:
        """Codes of the steps to do."""
        return (
            []
            if self.is_with_office
            else [str(s) for s in missing_steps(self.ground.facts, self.ground.policy)]
        )


def renewal_of(registration: Registration, on: date) -> Outlook:
    """How the renewal of this registration stands on `on`, begun or not."""
    rows = Application.objects.filter(registration=registration, kind=Kind.RENEWAL, state__in=OPEN_STATES)
    found = rows.select_related(
        "person", "certificate", "workplace__employer", "registration", "round"
    ).first()
    if found is None:
        kind, person = Kind.RENEWAL, registration.person
        found = Application(kind=kind, person=person, **prefilled(registration, on))
    ground = ground_of(found, on)
    return Outlook(found, ground, tuple(bars(ground.facts, ground.policy, ground.calendar, on)))


def steps_left_of(registration: Registration, on: date) -> int:
    """How many steps the holder still has before her."""
    return renewal_of(registration, on).left


def steps_left_many(
    windows: Sequence[tuple[Registration, RenewalWindow]], missing: Mapping[int, int], on: date
) -> dict[int, int]:
    """The same for many, by registration: a few queries together for those who have begun nothing, whose form would be
    filled in from the register; `missing` are minutes of continuing education, by registration."""
    keys = [row.pk for row, _ in windows]
    begun = Application.objects.filter(registration__in=keys, kind=Kind.RENEWAL, state__in=OPEN_STATES)
    drafts = set(begun.values_list("registration_id", flat=True))
    fresh = [(row, window) for row, window in windows if row.pk not in drafts]
    facts = _fresh(fresh, missing, on)
    policy = registration_policy(on)
    found = {row.pk: steps_left(facts[row.pk], policy) for row, _ in fresh}
    return found | {row.pk: renewal_of(row, on).left for row, _ in windows if row.pk in drafts}


def _fresh(
    windows: Sequence[tuple[Registration, RenewalWindow]], missing: Mapping[int, int], on: date
) -> dict[int, Facts]:
    """What a renewal that nobody has begun would hold, as far as its steps go."""
    people = [row.person_id for row, _ in windows]
    jobs = Employment.objects.current().on(on).filter(person__in=people, main=True)
    employers = dict(jobs.values_list("person_id", "employer__name"))
    verified = numbers_verified(people)
    cards = Card.objects.filter(registration__in=[row.pk for row, _ in windows])
    carded = set(cards.values_list("registration_id", flat=True))
    lived = _at_home([row for row, _ in windows if row.person_id not in employers])
    rounds: dict[int, tuple[LateRound, ...]] = {}
    found = {}
    for row, window in windows:
        if row.region_code not in rounds:
            rounds[row.region_code] = tuple(open_rounds(row.region_code, on, Kind.RENEWAL))
        seen = {"identity": row.person_id in verified, "certificate": row.certificate.state == "verified",
                "registration_certificate": row.pk in carded}  # fmt: skip
        left = missing.get(row.pk)
        held = Held(
            register_no=row.register_no, status=Status.EXPIRING, is_closed=False, term_from=row.admitted_on,
            valid_to=window.ends_on, opens_on=window.opens_on, last_day=window.closes_on, restorable_to=window.closes_on,
            hours=None if left is None else Hours(left, 0),
        )  # fmt: skip
        found[row.pk] = Facts(
            kind=Kind.RENEWAL, level=row.certificate.level, issued_on=row.certificate.issued_on,
            certificate_state=row.certificate.state, region_code=row.region_code, rounds=rounds[row.region_code],
            ground="workplace" if row.person_id in employers else "domicile" if row.pk in lived else "",
            employer=employers.get(row.person_id, ""), on_record=frozenset(code for code, is_seen in seen.items() if is_seen),
            held=held,
        )  # fmt: skip
    return found


def _at_home(rows: Sequence[Registration]) -> set[int]:
    """Who applied at the domicile the last time."""
    by_certificate = {row.certificate_id: row.pk for row in rows}
    grounds = Application.objects.filter(certificate__in=by_certificate).exclude(ground="").order_by("id")
    last = dict(grounds.values_list("certificate_id", "ground"))
    return {key for certificate, key in by_certificate.items() if last.get(certificate) == "domicile"}


def numbers_verified(people: Sequence[int]) -> set[int]:
    """Whose identity number an office has compared with the document: of several the one that speaks for the person."""
    found: dict[int, tuple[bool, bool, int]] = {}
    for one in Identity.objects.filter(person__in=people):
        rank = (one.kind in OTHERS, one.verified_on is None, -one.pk)
        found[one.person_id] = min(found.get(one.person_id, rank), rank)
    return {person for person, rank in found.items() if not rank[1]}


def prefilled(registration: Registration, on: date) -> dict[str, Any]:
    """What the register knows already, so that nobody types it again: certificate, place, main employment of the day."""
    work = (
        Employment.objects.current()
        .on(on)
        .filter(person=registration.person_id, main=True)
        .select_related("employer")
        .first()
    )
    return {
        "registration": registration, "certificate": registration.certificate,
        "region_code": registration.region_code, "workplace": work,
        "ground": "workplace" if work else _last_ground(registration),
    }  # fmt: skip


def _last_ground(registration: Registration) -> str:
    """Domicile, where that was the ground before; who had a workplace and has none now says where she works."""
    grounds = Application.objects.filter(certificate=registration.certificate_id).exclude(ground="")
    last = grounds.order_by("-id").values_list("ground", flat=True).first()
    return "domicile" if last == "domicile" else ""
