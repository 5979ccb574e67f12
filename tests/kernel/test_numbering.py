"""Official numbers: no number twice, no gap, whatever happens at once. Each race has a control that must fail."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from shegong.kernel.numbering import Sequence, next_number, next_numbers, take, take_many

THREADS, ROUNDS = 6, 12


class RolledBack(Exception):
    """Thrown to undo a case after its number was taken."""


def unlocked_take(name: str) -> int:
    """The negative control: reads the counter, then writes it, as code without a lock would."""
    counter, _ = Sequence.objects.get_or_create(name=name)
    number = counter.next
    Sequence.objects.filter(pk=counter.pk).update(next=number + 1)
    return number


def taken_at_once(taker: Callable[[str], int], *, failing: bool = False) -> list[int]:
    """Numbers that `THREADS` workers committed, each `ROUNDS` cases; with `failing`, every third case rolls back."""
    kept: list[int] = []
    start = threading.Barrier(THREADS)

    def work() -> None:
        start.wait()
        try:
            for turn in range(ROUNDS):
                try:
                    with transaction.atomic():
                        number = taker("race")
                        if failing and turn % 3 == 1:
                            raise RolledBack
                    kept.append(number)
                except RolledBack:
                    pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(kept)


@pytest.mark.clause("T4.2.a")
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_take_every_number_exactly_once():
    assert taken_at_once(take) == list(range(1, THREADS * ROUNDS + 1))


@pytest.mark.clause("T4.2.a")
@pytest.mark.django_db(transaction=True)
def test_cases_rolled_back_between_leave_no_gap():
    kept = taken_at_once(take, failing=True)
    assert kept == list(range(1, THREADS * ROUNDS * 2 // 3 + 1))


@pytest.mark.django_db(transaction=True)
def test_the_same_race_without_the_lock_gives_numbers_twice():
    Sequence.objects.create(name="race")
    assert len(set(taken_at_once(unlocked_take))) < THREADS * ROUNDS


@pytest.mark.django_db(transaction=True)
def test_the_same_race_on_a_database_sequence_leaves_gaps():
    def from_database_sequence(name: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('kernel_sequence', 'id'))")
            return cursor.fetchone()[0]

    kept = taken_at_once(from_database_sequence, failing=True)
    assert kept[-1] - kept[0] + 1 > len(kept)


@pytest.mark.django_db
def test_numbers_taken_together_follow_one_another():
    assert take("one") == 1
    assert list(take_many("one", 3)) == [2, 3, 4]
    assert take("one") == 5
    assert take("other") == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        take("one")


@pytest.mark.django_db
def test_taking_no_number_is_a_programming_error():
    with pytest.raises(ValueError, match="at least one"):
        take_many("one", 0)


@pytest.mark.django_db
def test_a_pattern_with_the_year_counts_anew_each_year():
    assert next_number("JL{year}{seq:06d}", year=2026) == "JL2026000001"
    assert next_numbers("JL{year}{seq:06d}", 2, year=2026) == ["JL2026000002", "JL2026000003"]
    assert next_number("JL{year}{seq:06d}", year=2027) == "JL2027000001"


@pytest.mark.django_db
def test_a_pattern_without_the_year_counts_on():
    assert next_number("{province}-{seq:04d}", province=22, year=2026) == "22-0001"
    assert next_number("{province}-{seq:04d}", province=22, year=2027) == "22-0002"
