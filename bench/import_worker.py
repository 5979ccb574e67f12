"""The processes whose memory and processor time `import_roster.py` tells: a worker that takes a roster in, another one that
helps it, one that takes a batch back; and the clock they share."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import measure

measure.start()
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402

from shegong.duties.registry.sheets.roster import ROSTER  # noqa: E402
from shegong.ground.accounts.models import User  # noqa: E402
from shegong.ground.intake import actions as intake  # noqa: E402
from shegong.ground.intake.actions import checking, taking  # noqa: E402
from shegong.ground.intake.models import Batch  # noqa: E402
from shegong.ground.people.models import Person  # noqa: E402
from shegong.ground.regions.models import tree  # noqa: E402
from shegong.kernel.access import actor_of_user  # noqa: E402
from shegong.kernel.pinyin import pinyin  # noqa: E402
from shegong.kernel.refusal import Refused  # noqa: E402
from shegong.kernel.sheets.workbook import read_workbook  # noqa: E402

# -- measuring -------------------------------------------------------------------------------------------------------


def backend_seconds() -> float:
    """Processor seconds of the server process behind this connection; 0 when it runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not path.exists():
        return 0.0
    fields = path.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def processor_of_children() -> float:
    """Processor seconds of the processes that this one started and that have ended."""
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return theirs.ru_utime + theirs.ru_stime


@contextmanager
def clock(into: dict[str, float], name: str) -> Iterator[None]:
    """Seconds, and processor seconds of this process, its children and its server process."""

    def spent() -> float:
        mine = resource.getrusage(resource.RUSAGE_SELF)
        return mine.ru_utime + mine.ru_stime + processor_of_children() + backend_seconds()

    began, before = time.perf_counter(), spent()
    yield
    into[name] = round(time.perf_counter() - began, 3)
    into[f"cpu_{name}"] = round(spent() - before, 3)


def peak_mib() -> int:
    """The most memory this process held; getrusage would count the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def in_a_process(task: str, *values: str) -> dict[str, Any]:
    """Run a task of this file afresh; its last line."""
    done = subprocess.run(
        [sys.executable, __file__, task, *values], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


# -- ours, in a process of its own so that its memory can be told ------------------------------------------------------


def warmed() -> None:
    """Load what a worker has loaded since its first batch."""
    reverse("intake:batch", args=["x"])
    tree().alive(localdate(), 3)
    pinyin("王小明")


def helping(state: str, ready: str) -> dict[str, float]:
    """Another worker: does parts of the batch that is being checked, or taken in, until that is done."""
    warmed()
    act = {"checking": checking.check_last, "taking": taking.take_last}[state]
    Path(ready).touch()
    while not (batch := Batch.objects.filter(state=state).first()):
        time.sleep(0.02)
    began, mine = backend_seconds(), time.process_time()
    with suppress(checking.Moved):
        while Batch.objects.filter(pk=batch.pk, state=state).exists():
            if not act(batch, localdate()):
                time.sleep(0.02)
    return {"mib": peak_mib(), "cpu": round(backend_seconds() - began + time.process_time() - mine, 3)}


@contextmanager
def helped(into: dict[str, float], state: str, *, single: bool) -> Iterator[None]:
    """Inside, another process works on whatever is in this state; its processor time counts with what goes on inside."""
    if single:
        yield
        return
    with tempfile.TemporaryDirectory() as name:
        ready = Path(name) / "ready"
        command = [sys.executable, __file__, "helping", state, str(ready)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
            while not ready.exists() and other.poll() is None:
                time.sleep(0.05)
            yield
            said, _ = other.communicate()
    for key, value in json.loads(said.splitlines()[-1]).items():
        into[f"helper_{state}_{key}"] = value


def ours(path: str, resaved: str, single: bool) -> dict[str, float]:
    """Hand in, check, accept, take in; then the same bytes, and the same rows in another file."""
    on, user = localdate(), User.objects.get(username="bench-roster").pk
    warmed()
    by = actor_of_user(user, on)
    found: dict[str, float] = {}
    content = Path(path).read_bytes()
    with helped(found, "checking", single=single), clock(found, "checked"):
        batch = intake.receive("roster", file_name="roster.xlsx", content=content, by=by, on=on)
        intake.work(batch_id=batch.pk)
    with helped(found, "taking", single=single), clock(found, "taken"):
        batch.refresh_from_db()
        intake.accept(batch, by=by, on=on)
        intake.work(batch_id=batch.pk)
    for state, name in (("checking", "cpu_checked"), ("taking", "cpu_taken")):
        found[name] = round(found[name] + found.get(f"helper_{state}_cpu", 0.0), 3)
    batch.refresh_from_db()
    found |= {
        "batch": batch.pk,
        "rows": batch.total,
        "good": batch.taken,
        "bad": batch.bad,
        "clash": batch.clash,
    }
    found["mib"] = peak_mib()
    found["child_mib"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    with clock(found, "again"):
        try:
            intake.receive("roster", file_name="roster.xlsx", content=content, by=by, on=on)
        except Refused as refused:
            found["again_refused"] = refused.obstacles[0].code == "file_known"
    with clock(found, "reading"), read_workbook(path, ROSTER, today=on) as reading:
        found["read"] = sum(1 for _ in reading.rows())
    if not resaved:
        return found
    with clock(found, "resaved"):
        second = intake.receive(
            "roster", file_name="2.xlsx", content=Path(resaved).read_bytes(), by=by, on=on
        )
        intake.work(batch_id=second.pk)
    second.refresh_from_db()
    found["resaved_known"] = second.state == "dropped" and second.refusal["code"] == "rows_known"
    return found


def undoing(number: str) -> dict[str, float]:
    """Take a batch back: seconds, and how much this process grew by it."""
    found: dict[str, float] = {}
    on, user = localdate(), User.objects.get(username="bench-roster").pk
    by, batch = actor_of_user(user, on), Batch.objects.get(pk=int(number))
    warmed()
    found["mib_before"] = peak_mib()
    with clock(found, "undone"):
        intake.undo(batch, reason="bench", by=by, on=on)
        intake.work(batch_id=batch.pk)
    batch.refresh_from_db()
    left = Person.objects.filter(batch_id=batch.pk).count()
    return found | {"mib": peak_mib(), "is_undone": batch.state == "undone", "left": left}


TASKS: dict[str, Callable[..., dict[str, float]]] = {
    "ours": lambda *v: ours(v[0], v[1], bool(v[2])),
    "helping": helping,
    "undoing": undoing,
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
