"""Whoever died holds nothing any more: account shut, sign-ins and roles ended, as the journal tells of a death."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.accounts.models import Grant, SignIn, User
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, unguarded
from shegong.kernel.jobs import job
from shegong.kernel.journal_reading import reading
from shegong.kernel.temporal import days

DEATHS = Q(verb="people.person.close")
WHY = "人员库已登记死亡"


@job("accounts.follow_deaths", cron="* * * * *", attempts=1)
def follow_deaths() -> int:
    """Each minute: end what people hold whose death was recorded; how many accounts and roles."""
    with reading("accounts.deaths", DEATHS) as part:
        on = timezone.localdate()
        return sum(end_access(entry.about_person_id, by=SYSTEM, on=on) for entry in part.entries)


@unguarded("follows from a recorded death")
@transaction.atomic
def end_access(person_id: int | None, *, by: Actor, on: date) -> int:
    """Shut the account, end its sign-ins and every role of one person; how many rows. Twice changes nothing."""
    count = 0
    for user in User.objects.filter(person=person_id, disabled_at=None):
        User.objects.filter(pk=user.pk).update(disabled_at=Now())
        SignIn.objects.open().filter(user=user).update(ended_at=Now())
        journal.write("accounts.user.disable", by=by, subject=user, about_person_id=person_id, reason=WHY)
        count += 1
    held = Grant.objects.filter(Q(during__endswith__gt=on) | Q(during__upper_inf=True), person=person_id)
    for grant in held.exclude(during__isempty=True).select_for_update():
        Grant.objects.filter(pk=grant.pk).update(during=days(min(grant.during.lower, on), on))
        grant.refresh_from_db()
        facts = {"role": grant.role, "organization": grant.organization_id}
        journal.write("accounts.grant.end", by=by, subject=grant, about_person_id=person_id, reason=WHY, rows=[grant],
                      facts=facts)  # fmt: skip
        count += 1
    return count
