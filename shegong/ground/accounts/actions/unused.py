"""Accounts with rights that nobody uses: their holders are told, then they are shut; a person opens them again.

Whoever could open accounts of the whole province is told and never shut while no other such account is in use: a house
whose last keeper is locked out would stay locked.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, F, Func, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from shegong.ground.accounts.actions.users import disable_user
from shegong.ground.accounts.authority import holders
from shegong.ground.accounts.models import Grant, SignIn, User
from shegong.ground.accounts.rules import Permission
from shegong.ground.accounts.unused import Next, due, unused_policy
from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM
from shegong.kernel.jobs import job
from shegong.kernel.text import N_

TOLD = messages.Template(
    "accounts.unused",
    N_("Your account will be shut"),
    N_(
        "Nobody has signed in to your account since %(used)s. It holds rights in an office, and such an account is shut after "
        "%(days)s days without use. Sign in before %(until)s to keep it, or tell the administrator that you no longer need it."
    ),
)


@job("accounts.unused", cron="20 18 * * *")
def shut_unused() -> int:
    """Each night at 02:20: tell holders of unused accounts, shut those that stayed unused; how many of both."""
    now = timezone.now()
    on = timezone.localdate(now)
    quiet = unused_policy(on).quiet
    return sum(
        _step(pk, now, on)
        for pk in _with_rights(on).filter(used__lte=now - quiet).values_list("pk", flat=True)
    )


def _with_rights(on: date) -> QuerySet[Any]:
    """Open accounts of people with rights today, with the moment of their last use; a new grant begins the time anew."""
    seen = SignIn.objects.filter(user=OuterRef("pk")).values("user").annotate(last=Max("seen_at"))
    since = Grant.objects.on(on).filter(person=OuterRef("person_id")).values("person").annotate(
        last=Max(Cast(Func(F("during"), function="lower"), DateTimeField()))
    )  # fmt: skip
    used = Greatest(
        "created_at", "enabled_at", Subquery(seen.values("last")), Subquery(since.values("last")),
        output_field=DateTimeField(),
    )  # fmt: skip
    people = Grant.objects.on(on).values("person")
    return User.objects.filter(disabled_at=None, person__in=people).annotate(used=used).order_by("pk")


@transaction.atomic
def _step(pk: int, now: datetime, on: date) -> int:
    User.objects.select_for_update(of=("self",)).get(pk=pk)
    user = _with_rights(on).filter(pk=pk).first()
    if user is None:
        return 0
    policy = unused_policy(on)
    step = due(used=user.used, told=user.warned_at, now=now, policy=policy)
    if step is Next.SHUT and not _is_last_keeper(user, now, on):
        disable_user(
            user, reason=gettext("Not used for %(days)s days") % {"days": policy.idle_days}, by=SYSTEM, on=on
        )
        return 1
    if step is Next.TELL:
        _tell(user, now, on)
        return 1
    return 0


def _tell(user: Any, now: datetime, on: date) -> None:
    policy = unused_policy(on)
    until = max(user.used + timedelta(days=policy.idle_days), now + timedelta(days=policy.warn_days))
    params = {
        "used": f"{timezone.localdate(user.used)}",
        "days": policy.idle_days,
        "until": f"{timezone.localdate(until)}",
    }
    messages.send(user.person, TOLD, params, link=reverse("accounts:start"))
    User.objects.filter(pk=user.pk).update(warned_at=now)
    journal.write("accounts.user.warn", by=SYSTEM, subject=user, about_person_id=user.person_id)


def _is_last_keeper(user: User, now: datetime, on: date) -> bool:
    """Whether this account opens others in the whole province and no other such account was used lately."""
    keepers = holders(Permission.DISABLE_USER, on, region_code=settings.PROVINCE)
    if user.person_id not in keepers:
        return False
    others = _with_rights(on).filter(person__in=keepers, used__gt=now - unused_policy(on).quiet)
    return not others.exclude(pk=user.pk).exists()
