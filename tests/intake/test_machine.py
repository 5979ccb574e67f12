"""Hypothesis walks a workbook through every order of steps: what is in the register is what was taken and not undone, once."""

from datetime import timedelta

import pytest
from django.db import connection
from fixtures.walking import Walking, walk
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from shegong.ground.intake import actions
from shegong.ground.intake.actions import undoing
from shegong.ground.intake.models import Batch
from shegong.kernel.http import today

GOOD = ["A1", "A3"]
WORKED = {"received": "checked", "checking": "checked", "taking": "taken", "undoing": "undone"}
OFFICERS = st.sampled_from(["clerk", "neighbour"])


def asked(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


class Intake(Walking):
    """One file of two good rows and a bad one; a neighbouring office tries everything too."""

    def __init__(self, content, officers):
        super().__init__()
        self.content, self.officers = content, officers
        self.sent, self.edited = 0, False
        self.state = "dropped"  # nothing of the file stands
        self.send("clerk")

    def left(self):
        batches = Batch.objects.order_by("pk").values_list("pk", "state", "version", "round", "taken")
        return (
            list(batches),
            asked("SELECT * FROM test_intake ORDER BY code"),
            asked("SELECT count(*) FROM test_intake_log"),
        )

    def _batch(self):
        return Batch.objects.latest("pk")

    @rule()
    def again(self):
        self.send("clerk")

    def send(self, who):
        by, over = self.officers[who], self.state in ("dropped", "undone")
        if self.tried(
            over, lambda: actions.receive("test", file_name="a.xlsx", content=self.content, by=by, on=today())
        ):
            self.state, self.sent, self.edited = "received", self.sent + 1, False

    @rule()
    def work(self):
        """By a worker; a second one finds nothing to do."""
        before = self.left()
        actions.work(batch_id=self._batch().pk)
        if self.state not in WORKED:
            assert self.left() == before
        elif self.state == "undoing" and self.edited:
            self.state = "taken"
        else:
            self.state = WORKED[self.state]

    @rule(who=OFFICERS)
    def accept(self, who):
        may = who == "clerk" and self.state == "checked"
        if self.tried(may, lambda: actions.accept(self._batch(), by=self.officers[who], on=today())):
            self.state = "taking"

    @rule(who=OFFICERS)
    def check_again(self, who):
        may = who == "clerk" and self.state == "checked"
        if self.tried(may, lambda: actions.check_again(self._batch(), by=self.officers[who], on=today())):
            self.state = "checking"

    @rule(who=OFFICERS)
    def drop(self, who):
        may = who == "clerk" and self.state in ("received", "checking", "checked")
        if self.tried(may, lambda: actions.drop(self._batch(), by=self.officers[who], on=today())):
            self.state = "dropped"

    @rule(who=OFFICERS, late=st.booleans())
    def undo(self, who, late):
        may = who == "clerk" and self.state == "taken" and not late and not self.edited
        on, by = today() + timedelta(days=400 if late else 0), self.officers[who]
        if self.tried(may, lambda: actions.undo(self._batch(), reason="发错了", by=by, on=on)):
            self.state = "undoing"

    @rule()
    def edit(self):
        """Somebody builds upon a row, or takes that back."""
        if self.state in ("taken", "undoing"):
            self.edited = not self.edited
            with connection.cursor() as cursor:
                cursor.execute("UPDATE test_intake SET touched = %s", [self.edited])

    @invariant()
    def the_register_says_what_the_model_says(self):
        assert (self._batch().state, Batch.objects.count()) == (self.state, self.sent)
        held = [code for (code,) in asked("SELECT code FROM test_intake ORDER BY code")]
        assert held == (GOOD if self.state in ("taken", "undoing") else [])
        assert all(n == 1 for (n,) in asked("SELECT count(*) FROM test_intake_log GROUP BY batch_id, code"))


@pytest.fixture
def make(clerk, world_of, make_book):
    content = make_book(["A1", "张三", ""], ["A2", "#", ""], ["A3", "李四", ""])
    neighbour = world_of.officer(world_of.TUMEN, user=2, person=2)
    return lambda: Intake(content, {"clerk": clerk, "neighbour": neighbour})


def test_no_order_of_steps_takes_rows_in_twice_or_leaves_half_of_them(make):
    walk(make, examples=12, steps=22)


def test_control_a_walk_finds_that_an_undo_after_its_days_is_let_through(make, monkeypatch):
    monkeypatch.setattr(undoing, "undo_obstacles", lambda *asked: [])
    steps = make()
    for step in (steps.work, lambda: steps.accept("clerk"), steps.work):
        step()
    with pytest.raises(AssertionError):
        steps.undo("clerk", late=True)
    steps.teardown()
