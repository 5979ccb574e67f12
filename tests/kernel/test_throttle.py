"""Counters: exact under many at once, per key, and forgotten when the window ends."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from shegong.kernel import throttle
from shegong.kernel.throttle import Throttle, drop_old, forget, hit

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_as_many_tries_as_allowed_and_then_the_wait_is_told():
    answers = [hit("door:anna", 3, MINUTE) for _ in range(5)]
    assert [answer.allowed for answer in answers] == [True, True, True, False, False]
    assert 0 < answers[-1].retry_after <= 60
    assert hit("door:bela", 3, MINUTE).allowed, "another key has its own counter"


@pytest.mark.django_db
def test_a_new_window_begins_after_the_old_one_and_refused_tries_do_not_lengthen_it():
    for _ in range(10):
        hit("door", 1, MINUTE)
    end = Throttle.objects.get().ends_at
    assert not hit("door", 1, MINUTE).allowed
    assert Throttle.objects.get().ends_at == end
    Throttle.objects.update(ends_at=F("ends_at") - timedelta(minutes=2))
    assert hit("door", 1, MINUTE).allowed


@pytest.mark.django_db
def test_after_a_success_counting_starts_anew():
    hit("door", 1, MINUTE)
    assert not hit("door", 1, MINUTE).allowed
    forget("door")
    assert hit("door", 1, MINUTE).allowed


@pytest.mark.django_db
def test_the_table_does_not_name_the_key_and_old_windows_go():
    hit("code:13800138000", 1, MINUTE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM kernel_throttle t")
        assert "138" not in cursor.fetchone()[0].split(",")[0]
    assert drop_old() == 0
    Throttle.objects.update(ends_at=F("ends_at") - timedelta(minutes=2))
    assert drop_old() == 1


def let_in(knock):
    """How many of forty were let in, eight of them at a time."""

    def one(_):
        try:
            return knock("gate", 10, MINUTE).allowed
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        return sum(crowd.map(one, range(40)))


@pytest.mark.django_db(transaction=True)
def test_of_forty_at_once_exactly_ten_are_let_in():
    assert let_in(hit) == 10


@pytest.mark.django_db(transaction=True)
def test_control_a_counter_that_is_read_and_then_written_lets_too_many_in():
    """The same race without the one statement that does both: eight read before one of them writes."""
    meet = threading.Barrier(8, timeout=10)

    def careless(key, limit, window):
        seen = throttle.counted(key)
        meet.wait()
        counted = {"hits": seen + 1, "ends_at": Now() + window}
        Throttle.objects.update_or_create(key=throttle.hashed(key), defaults=counted)
        return throttle.Answer(seen < limit)

    assert let_in(careless) > 10


@pytest.mark.django_db
@pytest.mark.parametrize("is_undone", [True, False])
def test_what_is_written_down_about_a_page_stays_whether_the_page_was_undone_or_kept(is_undone):
    with throttle.counted_even_if_undone(), transaction.atomic():
        throttle.even_if_undone(lambda: hit("written", 9, MINUTE))
        if is_undone:
            transaction.set_rollback(True)
            throttle.undone()
    assert throttle.counted("written") == 1
