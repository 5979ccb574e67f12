"""Who watches a registration now, and who in that body is to be told, when and where."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from shegong.duties.lookup.models import Watch, Watched, WatchReader, alert_policy
from shegong.duties.lookup.rules.news import channels_of, due_at
from shegong.duties.registry.models import Registration
from shegong.duties.registry.rules import Permission
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Range, holders
from shegong.work.employment.models import Employment


def staff_watch(body_id: int, on: date) -> Watch:
    """The watch that every employer has over its own staff; made when it is first needed."""
    known = Watch.objects.running().filter(kind="staff", body=body_id).first()
    if known is None:
        known = Watch.objects.create(kind="staff", body_id=body_id, started_on=on)
        journal.write("lookup.watch.start", by=SYSTEM, subject=known, rows=[known], facts={"kind": "staff"})
    return known


class Audience:
    """The watches of these registrations on a day, read once."""

    def __init__(self, rows: Sequence[Registration], on: date):
        self.on, self.policy = on, alert_policy(on)
        self.clerks: dict[int, list[int]] = {}
        self.made: dict[int, Watch] = {}
        self.settings: dict[int, dict[int, WatchReader]] = {}
        self.people: dict[int, list[int]] = {}
        self.employers: dict[int, set[int]] = {}
        jobs = Employment.objects.current().on(on).filter(person__in=[row.person_id for row in rows])
        for person_id, employer_id in jobs.values_list("person_id", "employer_id"):
            self.employers.setdefault(person_id, set()).add(employer_id)
        self.lists: dict[int, list[Watch]] = {}
        for one in Watched.objects.running().filter(registration__in=rows).select_related("watch"):
            self.lists.setdefault(one.registration_id, []).append(one.watch)
        self.areas: list[tuple[Watch, tuple[Range, ...]]] = [
            (one, tree().ranges(one.region_code, on, tree="reporting"))
            for one in Watch.objects.running().filter(kind="region")
        ]

    def watches(self, row: Registration, body: int | None = None) -> Iterator[Watch]:
        """Who watches this registration; `body`: only this employer, whose staff she was."""
        bodies = [body] if body is not None else sorted(self.employers.get(row.person_id, ()))
        yield from (self._staff(one) for one in bodies if self._clerks(one))
        if body is None:
            yield from self.lists.get(row.pk, ())
            yield from (one for one, where in self.areas if any(row.region_code in r for r in where))

    def left(self, row: Registration, region_code: int) -> Iterator[Watch]:
        """Who watches the place that this registration left, and not the one that keeps it now."""
        for one, where in self.areas:
            if any(region_code in r for r in where) and not any(row.region_code in r for r in where):
                yield one

    def _clerks(self, body: int) -> list[int]:
        if body not in self.clerks:
            self.clerks[body] = holders(Permission.STAFF, self.on, body=body)
        return self.clerks[body]

    def _staff(self, body: int) -> Watch:
        if body not in self.made:
            self.made[body] = staff_watch(body, self.on)
        return self.made[body]

    def readers(self, watch: Watch, what: str, at: datetime) -> Iterator[tuple[int, datetime, list[str]]]:
        """Person, moment and channels of everybody who is told of this."""
        if watch.pk not in self.people:
            self.settings[watch.pk] = {row.person_id: row for row in watch.readers.all()}
            self.people[watch.pk] = self._people(watch)
        for person_id in self.people[watch.pk]:
            chosen = self.settings[watch.pk].get(person_id)
            digest = chosen.digest if chosen else self.policy.default(watch.kind)
            due = due_at(digest, what, at, self.policy)
            if due is not None:
                by = {"sms": chosen.sms if chosen else None, "email": chosen.email if chosen else None}
                yield person_id, due, channels_of(what, **by, policy=self.policy)

    def _people(self, watch: Watch) -> list[int]:
        """Clerks of the body; of an office, those officers who asked for it and still may read there."""
        if watch.kind != "region":
            return self._clerks(watch.body_id)
        may = holders(Permission.READ, self.on, body=watch.body_id, region_code=watch.region_code)
        return [person_id for person_id in may if person_id in self.settings[watch.pk]]
