"""The register as a workbook, from the database to the file, against xlsxwriter alone on the same values.

`ours` reads N registrations in chunks and writes them (`kernel/listing_export.file_of`), names, masked numbers, regions,
employers and computed status included. `floor` is xlsxwriter with constant_memory writing the same cells, which are
already in memory. `writing` is our writer on rows already in memory. Each in turn, ROUNDS times. Then the memory of the
whole process after an export of N rows and of 4 N, each in a process of its own.

    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/export_xlsx.py [N]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import measure

measure.start()
import xlsxwriter  # noqa: E402
from django.utils import timezone  # noqa: E402
from officers import asked, officer  # noqa: E402

from shegong.kernel.listing_export import Mark, cell_of, file_of  # noqa: E402

ROUNDS = 3


def rows_of(n: int) -> SimpleNamespace:
    """The first n rows of the province's register, as an export reads them."""
    found = asked(officer("province", timezone.localdate()), timezone.localdate(), "status=")
    return SimpleNamespace(columns=found.columns, every_row=lambda: islice(found.every_row(), n))


def mark() -> Mark:
    return Mark("Register", timezone.localdate(), "", "bench", timezone.localtime(), 1)


def exported(rows: SimpleNamespace) -> int:
    """Our file of these rows; how many it has."""
    written = file_of(rows, "xlsx", mark())
    written.file.close()
    return written.rows


def floor(values: list[list[object]]) -> None:
    """The same cells by xlsxwriter."""
    with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(values):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(at, place, value, day)
                elif isinstance(value, int):
                    sheet.write_number(at, place, value)
                elif value:
                    sheet.write_string(at, place, str(value))


def memory(n: int) -> float:
    """MiB at the peak of a process that exports n rows."""
    done = subprocess.run(
        [sys.executable, __file__, "memory", str(n)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main(n: int) -> None:
    rows = rows_of(n)
    held = list(rows.every_row())
    in_memory = SimpleNamespace(columns=rows.columns, every_row=lambda: iter(held))
    cells = [cell_of(column) for column in rows.columns]
    values = [[cell(row) for cell in cells] for row in held]
    calls = {
        "ours": lambda: exported(rows),
        "floor": lambda: floor(values),
        "writing": lambda: exported(in_memory),
    }
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            took[name].append(time.perf_counter() - began)
    middle = {name: round(statistics.median(seconds), 2) for name, seconds in took.items()}
    measure.report(
        "export of the register to xlsx", ours=middle["ours"], floor=middle["floor"], unit="s", n=len(held),
        columns=len(rows.columns), writing=middle["writing"], rounds=took,
        memory_mib={n: memory(n), 4 * n: memory(4 * n)}, reach=1.3,
    )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        exported(rows_of(int(sys.argv[2])))
        status = Path("/proc/self/status").read_text()
        peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
        print(json.dumps(round(int(peak) / 1024, 1)))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
