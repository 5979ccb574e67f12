"""Two at once: neither change is lost, whoever commits first. The control shows that it is the lock that does it."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from shegong.kernel import cube, cube_changes
from shegong.kernel.cube_measures import withdraw

ON, PLACE = date(2012, 3, 5), 220102000


@pytest.fixture
def rows(transactional_db):
    held = {}
    cube.register(
        cube.Measure("tests.race", "", "person", "stock", "people.Person", (),
                     lambda some: [f for s in some or held for f in held.get(s, ())])
    )  # fmt: skip
    yield held
    withdraw("tests.race")


@pytest.mark.parametrize("locked", [True, False])
def test_two_changes_of_one_cell_and_a_fold_between_them_lose_nothing(rows, monkeypatch, locked):
    if not locked:
        monkeypatch.setattr(cube_changes, "hold", lambda: None)
    rows |= {s: [cube.Fact(s, PLACE, ON)] for s in (1, 2)}
    changed, may_end = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            cube.refresh("tests.race", [1])
            changed.set()
            may_end.wait(10)
        connection.close()

    def quick():
        with transaction.atomic():
            cube.refresh("tests.race", [2])
        cube.fold()
        connection.close()

    first, second = threading.Thread(target=slow), threading.Thread(target=quick)
    first.start()
    assert changed.wait(10)
    second.start()
    second.join(0.5)
    assert second.is_alive() is locked, "with the lock the second waits for the first"
    may_end.set()
    first.join()
    second.join()
    cube.fold()
    assert cube.value("tests.race", on=ON) == (2 if locked else 1)


@pytest.mark.parametrize("locked", [True, False])
def test_one_subject_changed_by_two_at_once_counts_once(rows, monkeypatch, locked):
    rows[1] = [cube.Fact(1, PLACE, ON)]
    barrier, added = threading.Barrier(2), cube_changes.added

    def meet(*asked):
        """Both have compared facts and contributions before one of them commits."""
        count = added(*asked)
        barrier.wait(10)
        return count

    if not locked:
        monkeypatch.setattr(cube_changes, "hold", lambda: None)
        monkeypatch.setattr(cube_changes, "added", meet)

    def change():
        with transaction.atomic():
            if locked:
                barrier.wait(10)
            cube.refresh("tests.race", [1])
        connection.close()

    both = [threading.Thread(target=change) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    wrong = cube.recount("tests.race")
    assert cube.value("tests.race", on=ON) == (1 if locked else 2)
    assert [(one.kept, one.counted) for one in wrong] == ([] if locked else [(2, 1)])
