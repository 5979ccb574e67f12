"""What a decision on conduct does to the register: at once, in the transaction that takes it, with the register's own verbs.

Nobody is asked for a right here: the decision has asked, and two people stand behind it. What it rests on is kept with
each restriction (`origin`, `origin_id`), so that the register alone cannot lift it.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from shegong.duties.registry.actions.notices import tell_holder
from shegong.duties.registry.actions.proving import status_changed
from shegong.duties.registry.models import Registration, Restriction
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import close_recorded, days
from shegong.kernel.text import N_

ASKED = "the decision on conduct has asked"
GROUND = "law_or_ethics"  # the ground of closing in policy/registration.toml
NOT_REGISTERED = Obstacle(
    "not_registered", N_("There is no open registration that this measure could reach.")
)


@answers("T4.2.f")
@unguarded(ASKED)
@transaction.atomic
def impose_suspension(
    person: Person, *, start: date, end: date, ground: str, origin: tuple[str, int], by: Actor, on: date
) -> Restriction:
    """Suspend as decided, from `start` until before `end`. `ground` is shown to whoever sees the register.

    Refuses a person without an open registration, and days that a suspension covers already.
    """
    registration = _locked(person)
    held = Restriction.objects.current().filter(person=person, kind="suspended")
    if held.filter(during__overlap=days(start, end)).exists():
        raise Refused(
            Obstacle("suspended_before", N_("A suspension already covers days of this time."), "start")
        )
    row = _row(person, start, end, ground, origin, by)
    status_changed()
    last = end - timedelta(days=1)
    if end > on:  # else it never held from now on, as where a review left days that are over
        tell_holder(registration, "suspended", start=start.isoformat(), last=last.isoformat(), ground=ground)
    facts = {"start": start.isoformat(), "end": end.isoformat(), "origin": origin[0]}
    _note("impose", row, registration, by, [row], facts)
    return row


@answers("T4.2.f")
@unguarded(ASKED)
@transaction.atomic
def shorten_suspension(
    restriction: Restriction,
    *,
    end: date,
    origin: tuple[str, int],
    replaced: bool = False,
    by: Actor,
    on: date,
) -> Restriction | None:
    """Another end as decided later; what was in force before stays answerable. `end` on or before the start lifts it whole,
    as if from then on it had never been; `replaced`: another one takes its place in the same step, and its holder is told
    of that one alone. The row that holds now, None when none does."""
    registration = _locked(restriction.person, open_only=False)
    rows = Restriction.objects.filter(pk=restriction.pk)
    if not close_recorded(rows):
        raise Refused(Obstacle("lifted_before", N_("This suspension is already over.")))
    restriction.refresh_from_db()
    start = restriction.during.lower
    kept = None
    if end > start:
        kept = _row(restriction.person, start, end, restriction.ground, origin, by)
    status_changed()
    if registration is not None and not replaced:
        if end <= on:
            tell_holder(registration, "lifted", day=on.isoformat())
        else:
            last = end - timedelta(days=1)
            tell_holder(registration, "suspended", start=start.isoformat(), last=last.isoformat(),
                        ground=restriction.ground)  # fmt: skip
    facts = {"end": end.isoformat(), "origin": origin[0]}
    _note("lift", restriction, registration, by, [restriction, *([kept] if kept else [])], facts)
    return kept


@answers("T4.2.f")
@unguarded(ASKED)
@transaction.atomic
def stay_suspension(restriction: Restriction, *, stayed: bool, by: Actor, on: date) -> Restriction:
    """Let a suspension rest while a review runs, or let it hold again; only where policy lets a review stop the effect."""
    registration = _locked(restriction.person, open_only=False)
    close_recorded(Restriction.objects.filter(pk=restriction.pk))
    restriction.refresh_from_db()
    row = Restriction.objects.create(
        person=restriction.person, kind=restriction.kind, ground=restriction.ground, during=restriction.during,
        decided_by=restriction.decided_by, origin=restriction.origin, origin_id=restriction.origin_id,
        stayed_on=on if stayed else None,
    )  # fmt: skip
    status_changed()
    verb = "lift" if stayed else "impose"
    _note(verb, row, registration, by, [restriction, row], {"stayed": stayed})
    return row


@answers("T4.2.f")
@unguarded(ASKED)
@transaction.atomic
def revoke_by_decision(
    person: Person, *, title: str, origin: tuple[str, int], by: Actor, on: date
) -> Registration:
    """Revoke as decided: the certificate is invalid from today. Refuses a person without an open registration."""
    registration = _locked(person)
    Registration.objects.filter(pk=registration.pk).update(
        closed_on=on, closed_kind="revoked", reason_code=GROUND, version=F("version") + 1
    )
    registration.refresh_from_db()
    tell_holder(registration, "revoked", day=on.isoformat(), reason=title)
    status_changed()
    journal.write(
        "registry.registration.revoke", by=by, subject=registration, rows=[registration],
        facts={"reason": GROUND, "origin": origin[0], "origin_id": origin[1]},
    )  # fmt: skip
    return registration


@unguarded(ASKED)
def reinstate_person(person: Person, *, by: Actor, on: date) -> Registration | None:
    """The registration that a decision on conduct revoked stands again; None where there is none, or where she has been
    registered anew meanwhile: then the new one stands, and a review is answered all the same."""
    rows = Registration.objects.filter(person=person)
    revoked = rows.filter(closed_kind="revoked", reason_code=GROUND).order_by("-id").first()
    if revoked is None or rows.filter(closed_on__isnull=True).exists():
        return None
    return reinstate(revoked, by=by, on=on)


@answers("T4.2.f")
@unguarded(ASKED)
@transaction.atomic
def reinstate(registration: Registration, *, by: Actor, on: date) -> Registration:
    """A revocation was annulled or changed on review: the registration stands again as far as its term reaches.

    Refuses one that was not revoked by a decision on conduct, and a holder who has another registration by now.
    """
    registration = Registration.objects.select_for_update().get(pk=registration.pk)
    if registration.closed_kind != "revoked" or registration.reason_code != GROUND:
        raise Refused(
            Obstacle("not_revoked", N_("This registration was not revoked by a decision on conduct."))
        )
    if Registration.objects.filter(person=registration.person_id, closed_on__isnull=True).exists():
        raise Refused(Obstacle("registered_anew", N_("The person has been registered anew meanwhile.")))
    Registration.objects.filter(pk=registration.pk).update(
        closed_on=None, closed_kind=None, reason_code="", version=F("version") + 1
    )
    registration.refresh_from_db()
    status_changed()
    tell_holder(registration, "reinstated", day=on.isoformat())
    journal.write("registry.registration.reinstate", by=by, subject=registration, rows=[registration])
    return registration


def _locked(person: Person, *, open_only: bool = True) -> Registration:
    """The person's open registration, locked until commit; with `open_only` off, perhaps a closed one or none."""
    found = Registration.objects.select_for_update().filter(person=person)
    row = found.filter(closed_on__isnull=True).first()
    if row is None and open_only:
        raise Refused(NOT_REGISTERED)
    if row is not None:
        Registration.objects.filter(pk=row.pk).update(version=F("version") + 1)
        row.refresh_from_db()
    return row or found.order_by("-id").first()


def _row(
    person: Person, start: date, end: date, ground: str, origin: tuple[str, int], by: Actor
) -> Restriction:
    kind, key = origin
    return Restriction.objects.create(
        person=person, kind="suspended", during=days(start, end), ground=ground, decided_by_id=by.person_id,
        origin=kind, origin_id=key,
    )  # fmt: skip


def _note(verb: str, row: Restriction, registration: Registration | None, by: Actor, rows: list[Restriction],
          facts: Mapping[str, object]) -> None:  # fmt: skip
    journal.write(
        f"registry.restriction.{verb}", by=by, subject=row, about_person_id=row.person_id, rows=rows, facts=facts,
        region_code=registration.region_code if registration else None,
    )  # fmt: skip
