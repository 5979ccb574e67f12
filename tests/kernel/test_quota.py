"""What one account takes out and brings in within a day is counted together, and apart from everybody else's."""

import threading

import pytest
from django.db import connection, transaction

from shegong.kernel import quota
from shegong.kernel.access import ANONYMOUS, SYSTEM, Actor
from shegong.kernel.refusal import Refused

ONE, OTHER = Actor(user_id=1), Actor(user_id=2)
pytestmark = pytest.mark.django_db


def test_rows_add_up_for_each_account(monkeypatch):
    quota.take(ONE, 70)
    quota.take(ONE, 20)
    assert (quota.taken(ONE), quota.taken(OTHER)) == (90, 0)
    quota.take(SYSTEM, 5)
    assert quota.taken(SYSTEM) == quota.taken(ANONYMOUS) == 0


def test_rows_past_the_day_s_share_are_not_handed_out_whoever_looked_before():
    quota.take(ONE, 7, 10)
    with pytest.raises(quota.Spent), transaction.atomic():
        quota.take(ONE, 4, 10)
    assert quota.taken(ONE) == 7, "what was not handed out is not counted"
    quota.take(ONE, 3, 10)
    quota.take(OTHER, 10, 10)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", [True, False])
def test_of_two_files_at_once_the_second_counts_the_first(monkeypatch, held):
    """The control compares with what both saw before either counted."""
    meet, outcomes = threading.Barrier(2, timeout=10), []
    if not held:
        monkeypatch.setattr(quota, "taken", lambda by: 0)

    def hand_out():
        try:
            with transaction.atomic():
                meet.wait()
                quota.take(ONE, 7, 10)
            outcomes.append("given")
        except quota.Spent:
            outcomes.append("spent")
        finally:
            connection.close()

    both = [threading.Thread(target=hand_out) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == (["given", "spent"] if held else ["given", "given"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", [True, False])
def test_of_two_orders_at_once_the_second_sees_what_the_first_took(monkeypatch, held):
    """The control looks without the hold, and both find the day empty."""
    meet, seen = threading.Barrier(2, timeout=10), []

    def order():
        try:
            with transaction.atomic():
                if held:
                    meet.wait()
                    quota.hold(ONE)
                found = quota.taken(ONE)
                if not held:
                    meet.wait()
                quota.take(ONE, 7)
            seen.append(found)
        finally:
            connection.close()

    both = [threading.Thread(target=order) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(seen) == ([0, 7] if held else [0, 0])


def test_uploads_past_a_day_s_share_are_refused_to_that_account_alone(monkeypatch):
    monkeypatch.setattr(quota, "UPLOADS", 100)
    quota.bring(ONE, 60)
    quota.bring(ONE, 40)
    with pytest.raises(Refused) as refused:
        quota.bring(ONE, 1)
    assert [one.code for one in refused.value.obstacles] == ["upload_quota"]
    quota.bring(OTHER, 100)
    quota.bring(SYSTEM, 1000)
