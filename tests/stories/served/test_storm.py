"""Kill -9 of web server and worker while officers decide and a clerk takes workbooks in: nothing lost, halved or doubled.

`SHEGONG_STORM=200` makes it the whole storm of `bench/storm.py`; as a rule a few blows show that the harness strikes and judges.
"""

import importlib.util
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"
KILLS = int(os.environ.get("SHEGONG_STORM", "5"))


@pytest.fixture(scope="module")
def storm():
    """bench/storm.py as a module."""
    sys.path.insert(0, str(BENCH))
    spec = importlib.util.spec_from_file_location("storm", BENCH / "storm.py")
    found = importlib.util.module_from_spec(spec)
    sys.modules["storm"] = found
    spec.loader.exec_module(found)
    yield found
    sys.path.remove(str(BENCH))


def test_a_storm_of_kills_loses_halves_and_doubles_nothing_that_was_acknowledged(storm, quiet_world):
    said = storm.run(
        quiet_world.environment, quiet_world.accounts, port=quiet_world.port, kills=KILLS, folder=quiet_world.home,
        officers=("tumen",), rows=25,
    )  # fmt: skip
    assert said["faults"] == []
    assert (said["lost"], said["doubled"], said["halves"], said["unended"]) == (0, 0, 0, 0)
    assert said["journal"] == "clean" and said["decisions"] and said["batches"]
    assert sum(said["kills"].values()) >= KILLS and said["asked_again"]
    _the_judge_sees_harm(storm, quiet_world)


def _the_judge_sees_harm(storm, world):
    """The control: the same world with an acknowledgement too many, one too few, and a batch with a row too many."""
    token, verb = next(iter(storm._journal(world.environment)))
    decider = storm.Decider("", {"username": "x"}, acknowledged=Counter({("nowhere", "pass"): 1}))
    number = world.rows("SELECT number FROM kernel_batch LIMIT 1")[0][0]
    taker = storm.Taker("", {"username": "x"}, batches={number: 10_000})
    assert storm._judge(world.environment, Counter(), [decider], [taker])["lost"] == 1
    judged = storm._judge(world.environment, Counter(), [decider], [taker])
    assert judged["doubled"] >= 1 and judged["halves"] == 1, (token, verb)
