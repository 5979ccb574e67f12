"""The worker is killed again and again, in every state: the batch ends whole, and no row is taken in twice."""

import importlib.util
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from shegong.ground.intake import actions
from shegong.ground.intake.models import BatchPart, BatchRow
from shegong.kernel.audit import verify
from shegong.kernel.http import today
from shegong.kernel.sheets import layout as layouts

WORKER = Path(__file__).with_name("worker.py")
_spec = importlib.util.spec_from_file_location(
    "intake_world_of_resume", Path(__file__).with_name("conftest.py")
)
_world = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_world)
ROWS = 400


def start(home, slow):
    settings = connection.settings_dict
    door = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'], safe='')}@{settings['HOST']}:{settings['PORT']}"
    told = {"DATABASE_URL": f"postgresql://{door}/{settings['NAME']}", "SHEGONG_HOME": str(home)}
    house = WORKER.parents[2]
    return subprocess.Popen([sys.executable, str(WORKER), str(slow)], cwd=house,
                            env=os.environ | told | {"PYTHONPATH": str(house)})  # fmt: skip


def marks(batch):
    """What changes when a worker begins with the batch, and with each part."""
    return batch.state, batch.done, batch.tries


def storm(batch, home, wanted, kills, slow=0.12):
    """Kill the worker `kills` times in the middle of its work, then let it end; how often it was in the middle."""
    chance, hits = random.Random(7), 0
    for _ in range(kills):
        worker = start(home, slow)
        try:
            before, patience = marks(batch), time.monotonic() + 60
            while marks(batch) == before and time.monotonic() < patience:
                time.sleep(0.02)
                batch.refresh_from_db()
            time.sleep(chance.uniform(0, slow * 3))
        finally:
            worker.kill()
            worker.wait()
        batch.refresh_from_db()
        hits += batch.state != wanted
    worker = start(home, 0)
    try:
        patience = time.monotonic() + 120
        while batch.state != wanted and time.monotonic() < patience:
            time.sleep(0.1)
            batch.refresh_from_db()
    finally:
        worker.terminate()
        worker.wait(30)
    assert batch.state == wanted
    return hits


def log_of(batch):
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM test_intake_log WHERE batch_id = %s ORDER BY code", [batch.pk])
        return [code for (code,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_kills_in_every_state_leaves_nothing_half_done_or_doubled(
    clerk, make_book, settings, monkeypatch, test_layout
):
    monkeypatch.setitem(layouts._LAYOUTS, "test", replace(test_layout, chunk=20))
    home = settings.SHEGONG_HOME
    codes = [f"A{n:04d}" for n in range(ROWS)]
    content = make_book(*[[code, "#" if n % 50 == 49 else "张三", ""] for n, code in enumerate(codes)])
    batch = actions.receive("test", file_name="名册.xlsx", content=content, by=clerk, on=today())
    good = [code for n, code in enumerate(codes) if n % 50 != 49]

    assert storm(batch, home, "checked", kills=2) >= 1
    assert (batch.total, batch.good, batch.bad) == (ROWS, len(good), ROWS - len(good))
    assert BatchPart.objects.filter(batch=batch).count() == ROWS // 20
    assert list(
        BatchRow.objects.filter(batch=batch).order_by("place").values_list("place", flat=True)
    ) == list(range(ROWS))
    assert log_of(batch) == []

    actions.accept(batch, by=clerk, on=today())
    batch.refresh_from_db()
    assert storm(batch, home, "taken", kills=2) >= 1
    assert (batch.taken, batch.late) == (len(good), 0)
    assert log_of(batch) == good
    assert len(_world.held()) == len(good)

    actions.undo(batch, reason="传错文件", by=clerk, on=today())
    batch.refresh_from_db()
    assert storm(batch, home, "undone", kills=1, slow=3) >= 1
    assert _world.held() == []
    assert [found for found in verify() if "kernel_batch" in found.where or found.kind == "chain"] == []
