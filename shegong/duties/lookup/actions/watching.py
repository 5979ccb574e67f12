"""Beginning and ending a watch, who is on a list, and how one person wants to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from shegong.duties.lookup.actions.audience import staff_watch
from shegong.duties.lookup.models import Watch, Watched, WatchReader, alert_policy, find
from shegong.duties.lookup.rules import Answer, answer_of, canonical_number, is_match
from shegong.duties.lookup.rules.news import purpose_obstacles, settings_obstacles
from shegong.duties.registry.models import Registration
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor, Authority
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_

Pairs = Sequence[tuple[str, str]]
DAY = timedelta(days=1)


@dataclass
class Outcome:
    """What became of the lines of a list: put on it, there already, without a match."""

    added: list[Watched] = field(default_factory=list)
    known: int = 0
    missed: list[str] = field(default_factory=list)


def _clerk_of(by: Actor, body_id: int) -> Authority:
    authority = next((a for a in by.with_permission(Permission.STAFF) if a.organization_id == body_id), None)
    if authority is None:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    return authority


def _officer_of(by: Actor, body_id: int, region_code: int | None) -> Authority:
    for one in by.with_permission(Permission.READ):
        if one.ranges and (one.organization_id, one.region_code) == (body_id, region_code):
            return one
    raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))


def acting_for(watch: Watch, by: Actor) -> Authority:
    """The right under which the actor has to do with this watch; refuses everybody else."""
    if watch.kind == "region":
        return _officer_of(by, watch.body_id, watch.region_code)
    return _clerk_of(by, watch.body_id)


@transaction.atomic
def watch_staff(body: Organization, *, by: Actor, on: date) -> Watch:
    """The watch of a body over its own staff, which every employer with a clerk has."""
    _clerk_of(by, body.pk)
    return staff_watch(body.pk, on)


@answers("T4.2.f")
@transaction.atomic
def watch_area(body: Organization, *, region_code: int, by: Actor, on: date) -> Watch:
    """Watch the registrations of the office's own area; who asks is told from now on, as the policy says."""
    authority = _officer_of(by, body.pk, region_code)
    watch, is_new = Watch.objects.get_or_create(
        kind="region", body=body, region_code=region_code, ended_on=None,
        defaults={"started_on": on, "started_by_id": by.person_id},
    )  # fmt: skip
    if is_new:
        journal.write("lookup.watch.start", by=by, subject=watch, rows=[watch], authority=authority,
                      facts={"kind": "region"})  # fmt: skip
    return watch


@transaction.atomic
def choose(watch: Watch, *, digest: str, sms: bool, email: bool, by: Actor, on: date) -> WatchReader:
    """How the actor is told of this watch from the next change on; `off` is to unsubscribe."""
    authority = acting_for(watch, by)
    refuse_if(settings_obstacles(digest, watch.kind))
    if by.person_id is None:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    row, _ = WatchReader.objects.update_or_create(
        watch=watch, person_id=by.person_id, defaults={"digest": digest, "sms": sms, "email": email}
    )
    journal.write("lookup.watch.choose", by=by, subject=watch, rows=[row], authority=authority,
                  region_code=authority.region_code, facts={"digest": digest})  # fmt: skip
    return row


@answers("T4.2.e")
@transaction.atomic
def put_on_list(body: Organization, pairs: Pairs, *, purpose: str, by: Actor, on: date) -> Outcome:
    """Watch people whom the body knows by number and name, for a purpose that they can read.

    A pair that does not belong together is the same as one that does not exist; too many of them end the day.
    """
    authority = _clerk_of(by, body.pk)
    refuse_if(purpose_obstacles(purpose))
    watch, is_new = Watch.objects.get_or_create(
        kind="list", body=body, purpose=purpose.strip(), ended_on=None,
        defaults={"started_on": on, "started_by_id": by.person_id},
    )  # fmt: skip
    policy = alert_policy(on)
    standing = dict(watch.watched.filter(until__isnull=True).values_list("registration_id", "pk"))
    if len(standing) + len(pairs) > policy.most_on_a_list:
        raise Refused(Obstacle("list_full", N_("A list holds %(most)s people at most."), field="people",
                               params={"most": f"{policy.most_on_a_list:,}"}))  # fmt: skip
    found = Outcome()
    for number, name in pairs:
        row = _found(body, number, name, policy.misses_a_day, on)
        if row is None:
            found.missed.append(number)
        elif row.pk in standing:
            found.known += 1
        else:
            one = Watched.objects.create(watch=watch, body=body, registration=row, person_id=row.person_id, since=on,
                                         added_by_id=by.person_id)  # fmt: skip
            standing[row.pk] = one.pk
            found.added.append(one)
    rows = [*([watch] if is_new else []), *found.added]
    journal.write("lookup.watch.add", by=by, subject=watch, rows=rows, authority=authority, region_code=body.region_code,
                  facts={"added": len(found.added), "missed": len(found.missed)})  # fmt: skip
    return found


def _found(body: Organization, number: str, name: str, most: int, on: date) -> Registration | None:
    key = f"watch body {body.pk}"
    canonical = canonical_number(number)
    found = find("number", canonical, day=on, at=timezone.now(), key=throttle.hashed(key))
    if found.misses >= most:
        raise Refused(Obstacle("list_misses", N_("Too many pairs had no match today. Try again tomorrow."), field="people"))  # fmt: skip
    if not is_match(canonical, name, found.number, found.name) or answer_of(found.status) is Answer.NOT_FOUND:
        throttle.hit(key, most, DAY)
        return None
    return Registration.objects.get(pk=found.id)


@transaction.atomic
def take_off(one: Watched, *, by: Actor, on: date) -> None:
    """Stop watching one person of a list."""
    authority = acting_for(one.watch, by)
    if Watched.objects.filter(pk=one.pk, until__isnull=True).update(until=on):
        one.refresh_from_db()
        journal.write("lookup.watch.drop", by=by, subject=one.watch, rows=[one], authority=authority,
                      region_code=authority.region_code, about_person_id=one.person_id)  # fmt: skip


@transaction.atomic
def end_watch(watch: Watch, *, by: Actor, on: date) -> Watch:
    """Stop watching an area or a list. The watch over one's own staff stays: each clerk may turn it off for herself."""
    authority = acting_for(watch, by)
    if watch.kind == "staff":
        raise Refused(Obstacle("watch_stays", N_("Every employer watches its own staff; choose “Not at all” for yourself.")))  # fmt: skip
    if Watch.objects.running().filter(pk=watch.pk).update(ended_on=on, ended_by_id=by.person_id):
        watch.refresh_from_db()
        journal.write("lookup.watch.end", by=by, subject=watch, rows=[watch], authority=authority,
                      region_code=authority.region_code)  # fmt: skip
    return watch
