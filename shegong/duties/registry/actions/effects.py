"""What issuing does to the register, by kind of application (民发〔2009〕44号 art. 4, 7).

`EFFECTS` is the table; each entry changes rows in the transaction of `issue_certificate`, which writes the one journal
entry and tells the applicant.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Model
from django.db.models.functions import Now

from shegong.duties.registry.actions.holding import make_way
from shegong.duties.registry.actions.proving import prove, status_changed
from shegong.duties.registry.models import Application, Card, Registration, Term
from shegong.duties.registry.models.changes import ChangeDetail, name_on
from shegong.duties.registry.models.facts import ground_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Kind, next_term, valid_to
from shegong.duties.registry.rules.changes import What
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.numbering import take
from shegong.kernel.patterns import counter_name, render
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import days
from shegong.kernel.text import N_

OWN_REQUEST = "own_request"  # the ground of closing in policy/registration.toml


@dataclass(frozen=True)
class Effect:
    """What was done: the registration, the journal's verb with every other changed row, and what the holder is told."""

    registration: Registration
    verb: str
    rows: Sequence[Model]
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)


def admit(application: Application, decided_on: date, *, by: Actor, on: date) -> Effect:
    """首次登记: a number, a term of three years from the decision, a card; a lower level gives way."""
    superseded = _supersede(application, decided_on)
    policy, level = registration_policy(decided_on), application.certificate.level
    registration = Registration.objects.create(
        person_id=application.person_id, certificate=application.certificate, level=level,
        register_no=_register_no(application, decided_on, level), region_code=application.region_code,
        admitted_on=decided_on, valid_to=valid_to(decided_on, policy),
    )  # fmt: skip
    term, card = _term_with_card(registration, application, decided_on)
    facts = {"superseded": [row.register_no for row in superseded]}
    return Effect(registration, "registry.registration.admit", [term, card, *superseded], "issued", facts)


def renew(application: Application, decided_on: date, *, by: Actor, on: date) -> Effect:
    """再登记: the next term joins the last one without a gap; one handed in late starts on the decision. New card."""
    registration = _live(application)
    ground = ground_of(application, on)
    held = ground.facts.held
    handed_in = ground.facts.handed_in or on
    start, end = next_term(held, ground.policy, handed_in=handed_in, decided_on=decided_on)
    made_way = make_way(registration, start, by=by, on=on)
    old = list(registration.cards.filter(replaced_at__isnull=True))
    Card.objects.filter(pk__in=[card.pk for card in old]).update(replaced_at=Now())
    for card in old:
        card.refresh_from_db()
    moved = registration.region_code if registration.region_code != application.region_code else None
    Application.objects.filter(pk=application.pk).update(from_region_code=moved)
    Registration.objects.filter(pk=registration.pk).update(
        valid_to=end, region_code=application.region_code, version=F("version") + 1
    )
    registration.refresh_from_db()
    term, card = _term_with_card(registration, application, start)
    facts = {"start": start.isoformat(), "valid_to": end.isoformat(), "late": handed_in > held.last_day}
    return Effect(
        registration, "registry.registration.renew", [term, card, *old, *made_way], "renewed", facts
    )


def change(application: Application, decided_on: date, *, by: Actor, on: date) -> Effect:
    """变更: a higher level is registered anew and the lower one gives way; otherwise the entry changes and gets a new card."""
    detail = ChangeDetail.objects.select_for_update().get(application=application)
    if detail.what == What.LEVEL:
        _live(application)
        return admit(application, decided_on, by=by, on=on)
    registration = _live(application)
    moved = {"region_code": application.region_code} if detail.what == What.REGION else {}
    Registration.objects.filter(pk=registration.pk).update(version=F("version") + 1, **moved)
    registration.refresh_from_db()
    if detail.what == What.NAME and name_on(registration.person_id, decided_on) != detail.to_name:
        people.state_name(
            registration.person, name=detail.to_name, by=SYSTEM, on=on, source="county", changed_on=decided_on
        )
    cards = new_card(registration)
    facts = {
        "what": detail.what,
        "from": _place(detail.from_region_code),
        "to": _place(detail.to_region_code),
    }
    return Effect(registration, "registry.registration.change", [detail, *cards], "changed", facts)


def cancel(application: Application, decided_on: date, *, by: Actor, on: date) -> Effect:
    """注销 at the holder's own request: invalid from the day of the decision."""
    registration = _live(application)
    Registration.objects.filter(pk=registration.pk).update(
        closed_on=decided_on, closed_kind="cancelled", reason_code=OWN_REQUEST, version=F("version") + 1
    )
    registration.refresh_from_db()
    status_changed()
    facts = {"reason": OWN_REQUEST}
    return Effect(registration, "registry.registration.cancel", [], "cancelled_own", facts)


def reissue(application: Application, decided_on: date, *, by: Actor, on: date) -> Effect:
    """补发: a new card. Of a lost one the old code stopped counting when the loss was reported; that card then stands."""
    registration = _live(application)
    detail = ChangeDetail.objects.get(application=application)
    cards = [] if detail.what == What.LOST else new_card(registration)
    return Effect(registration, "registry.card.reissue", list(cards), "reissued", {"what": detail.what})


EFFECTS: dict[Kind, Callable[..., Effect]] = {
    Kind.FIRST: admit, Kind.RENEWAL: renew, Kind.CHANGE: change, Kind.CANCEL: cancel, Kind.REISSUE: reissue,
}  # fmt: skip


def new_card(registration: Registration) -> list[Card]:
    """A signed card in the place of the present one, whose code from now on says that it was replaced: all changed cards."""
    old = list(registration.cards.filter(replaced_at__isnull=True))
    term = registration.terms.filter(recorded__upper_inf=True).order_by("-during").first()
    Card.objects.filter(pk__in=[card.pk for card in old]).update(replaced_at=Now())
    for card in old:
        card.refresh_from_db()
    card = Card.objects.create(registration=registration, term=term)
    prove(card)
    return [card, *old]


def _place(region_code: int | None) -> str:
    return str(region_code or "")


def _live(application: Application) -> Registration:
    """The registration that the application is about, locked. Refuses one that has ended meanwhile."""
    registration = Registration.objects.select_for_update(no_key=True).get(pk=application.registration_id)
    if registration.closed_on is not None:
        raise Refused(
            Obstacle("not_live", N_("This registration has ended. A new first registration is needed."))
        )
    return registration


def _term_with_card(registration: Registration, application: Application, start: date) -> tuple[Term, Card]:
    """A term up to the registration's last day, and its signed card."""
    term = Term.objects.create(
        registration=registration, application=application,
        during=days(start, registration.valid_to + timedelta(days=1)),
    )  # fmt: skip
    card = Card.objects.create(registration=registration, term=term)
    prove(card)
    return term, card


def _supersede(application: Application, decided_on: date) -> list[Registration]:
    """A higher level takes the place of the registration before it."""
    superseded = list(Registration.objects.filter(person=application.person_id, closed_on__isnull=True))
    Registration.objects.filter(pk__in=[row.pk for row in superseded]).update(
        closed_on=decided_on, closed_kind="superseded"
    )
    for row in superseded:
        row.refresh_from_db()
    return superseded


def _register_no(application: Application, on: date, level: str) -> str:
    pattern = registration_policy(on).register_number
    province = application.region_code // 10_000_000
    parts = {"region": f"{province:02d}", "year": on.year, "level": level}
    return render(pattern, seq=take(counter_name(pattern, **parts)), **parts)
