"""Accounts with rights that nobody uses: told, then shut; a person opens them; workers and the last keeper stay."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from shegong.ground.accounts import actions
from shegong.ground.accounts.models import SignIn, User
from shegong.ground.accounts.unused import Next, UnusedPolicy, due, unused_policy
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
POLICY = UnusedPolicy(idle_days=90, warn_days=14)


def ago(count):
    return NOW - timedelta(days=count)


@pytest.mark.parametrize(
    ("used", "told", "step"),
    [
        (75, None, Next.NOTHING), (76, None, Next.TELL), (200, None, Next.TELL),
        (89, 13, Next.NOTHING), (90, 13, Next.NOTHING), (90, 14, Next.SHUT), (200, 14, Next.SHUT),
        (80, 300, Next.TELL), (1, 14, Next.NOTHING),  # used since she was told
    ],
)  # fmt: skip
def test_the_holder_is_told_a_fortnight_before_and_a_use_takes_that_back(used, told, step):
    assert due(used=ago(used), told=ago(told) if told else None, now=NOW, policy=POLICY) is step


def test_days_that_leave_no_time_to_be_told_are_refused():
    with pytest.raises(ValueError, match="warn_days"):
        UnusedPolicy(idle_days=14, warn_days=14)


@pytest.fixture
def idle(make_user, places):
    """`idle("lin", 100, role=…)`: an account whose only sign-in, making and grant lie so many days back."""

    def make(name, back, *, role="first_registrar", region=places.yanji):
        start = today() - timedelta(days=back) if role else None
        user = make_user(name, role=role, region=region, start=start)
        moment = timezone.now() - timedelta(days=back)
        User.objects.filter(pk=user.pk).update(created_at=moment)
        SignIn.objects.create(user=user, started_at=moment, seen_at=moment)
        return user

    return make


def is_open(user):
    return User.objects.get(pk=user.pk).is_active


def told_long_ago(user):
    back = unused_policy(today()).warn_days
    User.objects.filter(pk=user.pk).update(warned_at=timezone.now() - timedelta(days=back, minutes=1))


def test_an_unused_officer_is_told_once_then_shut_and_opened_by_a_person_for_as_long_again(idle):
    user = idle("lin", 120)
    assert actions.shut_unused() == 1 and actions.shut_unused() == 0
    assert (
        is_open(user)
        and Message.objects.filter(person_id=user.person_id, kind="accounts.unused").count() == 1
    )
    told_long_ago(user)
    assert actions.shut_unused() == 1 and not is_open(user)
    assert SignIn.objects.open().filter(user=user).count() == 0
    entry = JournalEntry.objects.get(verb="accounts.user.disable")
    assert (entry.role, entry.reason) == ("system", "连续 90 天未使用")
    actions.enable_user(User.objects.get(pk=user.pk), reason="回岗", by=SYSTEM, on=today())
    assert actions.shut_unused() == 0 and is_open(user)


def test_who_uses_her_account_who_got_rights_lately_and_who_has_none_stay(idle, make_user, places):
    used, worker = idle("lin", 10), idle("wu", 2000, role=None)
    fresh = idle("he", 2000, role=None)
    actions.found_grant(fresh.person, role="leader", organization=places.offices[places.yanji], region_code=places.yanji,
                        witnesses=(used.person, worker.person), start=today(), by=SYSTEM, on=today())  # fmt: skip
    for user in (used, worker, fresh):
        told_long_ago(user)
    assert actions.shut_unused() == 0 and all(map(is_open, (used, worker, fresh)))


def test_the_last_keeper_of_the_province_is_told_and_never_shut(idle, places):
    last = idle("bao", 400, role="security_admin", region=places.jilin)
    assert actions.shut_unused() == 1
    told_long_ago(last)
    assert actions.shut_unused() == 0 and is_open(last)
    idle("zhao", 3, role="security_admin", region=places.jilin)
    assert actions.shut_unused() == 1 and not is_open(last)
