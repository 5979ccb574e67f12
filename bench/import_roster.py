"""A roster of 100,000 people and 24 columns taken in whole, 1 % of the rows with planted faults: read in a process of its
own, every check, the preview stored, each good row checked again and written, the journal sealed.

    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/import_roster.py 100000

`ours` is seconds from handing in the file until it is taken in, `floor` what nobody can avoid: the same file read with
calamine in this process, every cell that carries a fact looked at once (`glance`), and the very rows that ours stored,
sent again with COPY into the same tables with the same constraints, what figures count among them. Reach: 2. A second
worker process helps with the taking, as it does in a house that runs two (in one worker its second thread does);
`--single` leaves it out. Workers have run before: what a process loads once is loaded. Beside them processor seconds of
all processes taking part (`cpu…`), which other work on the machine disturbs less; `again` (the same bytes) and `resaved`
(the same rows in another file) against reading; memory of the workers and of the reading process; and
django-import-export with the same file into one flat table, for developers only (`uv sync --group bench`).

With `--undo` the roster is taken in and back again, and what counts is the memory that takes: run it with two N.

Empties the people of the database, whose name must begin with bench. N, then `--alone` leaves the comparison out.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import measure

measure.start()
import python_calamine  # noqa: E402
from dirty_roster import TITLES, Made, Where, write  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402
from import_worker import clock, in_a_process  # noqa: E402

from shegong.ground.accounts.models import Grant, User  # noqa: E402
from shegong.ground.intake.models import Batch, BatchPart  # noqa: E402
from shegong.ground.organizations.models import Organization  # noqa: E402
from shegong.ground.people.models import Person  # noqa: E402
from shegong.kernel.copying import text_array  # noqa: E402
from shegong.kernel.identity import canonical_identity  # noqa: E402
from shegong.kernel.pinyin import grams  # noqa: E402
from shegong.kernel.sheets.store import rows_of  # noqa: E402
from shegong.kernel.temporal import days  # noqa: E402

FACTS = (
    "people_person", "people_identity", "people_personname", "people_contact", "employment_employment", "people_tie",
    "credentials_certificate", "credentials_education",
)  # fmt: skip
STAGED = (
    "kernel_batch",
    "kernel_batchpart",
    "kernel_batchrow",
    "kernel_journalentry",
    "kernel_personkey",
    COUNTED := "kernel_contribution",
)
EMPLOYERS = 20  # in each county
JILIN = 220000000


# -- the world -------------------------------------------------------------------------------------------------------


def emptied() -> None:
    """No people, no batches; the guards of append-only tables step aside for this only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        if not cursor.fetchone()[0].removeprefix("h_").startswith("bench"):
            sys.exit("This empties tables: it runs in a database whose name begins with bench only.")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join((*FACTS, *STAGED))} CASCADE")
        cursor.execute("SET session_replication_role = origin")


def places() -> list[Where]:
    """The counties of today with some bodies each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.code, r.name, p.name FROM regions_region r JOIN regions_region p ON p.code = r.parent_code"
            " WHERE r.level = 3 AND p.level = 2 AND upper_inf(r.during) ORDER BY r.code"
        )
        counties = cursor.fetchall()
        cursor.execute("DELETE FROM organizations_organization WHERE source = 'bench'")
        found = []
        for code, county, prefecture in counties:
            names = tuple(f"{prefecture}{county}第{n}社会工作服务中心" for n in range(1, EMPLOYERS + 1))
            cursor.executemany(
                "INSERT INTO organizations_organization (kind, region_code, system, name, pinyin, grams, old_registration_no,"
                " source, version) VALUES ('social_service', %s, 'other', %s, '', %s, '', 'bench', 0)",
                [(code, name, text_array(grams(name))) for name in names],
            )
            found.append(Where(prefecture, county, str(code // 1000), names))
    return found


def clerk() -> int:
    """A user who may take rosters in for the whole province."""
    person, first, second = (Person.objects.create(source="office") for _ in range(3))
    Grant.objects.create(
        person=person, role="first_registrar", organization=Organization.objects.order_by("pk")[0], region_code=JILIN,
        tree="reporting", proposed_by=first, approved_by=second, during=days(localdate().replace(day=1)),
    )  # fmt: skip
    return int(User.objects.create_user("bench-roster", "a long password", person=person).pk)


def main_undo(count: int) -> None:
    """Take a roster in and back again."""
    emptied()
    where = places()
    clerk()
    with tempfile.TemporaryDirectory() as name:
        made = write(Path(name) / "roster.xlsx", count, where, dirty=0.1)
        mine = in_a_process("ours", made.path, "", "--single")
    back = in_a_process("undoing", str(mine["batch"]))
    grown = back["mib"] - back["mib_before"]
    measure.report(
        "roster taken back",
        ours=back["undone"],
        floor=mine["taken"],
        unit="s",
        n=count,
        grown_mib=grown,
        **back,
    )


def blamed(batch_id: int) -> dict[tuple[int, str], str]:
    """Every finding that keeps a row out: (row, column) → code."""
    found = {}
    for part in BatchPart.objects.filter(batch=batch_id).order_by("number").iterator(chunk_size=20):
        for row in rows_of(part):
            found.update({(row.number, f.column): f.obstacle.code for f in row.blocking})
    return found


# -- the floor -------------------------------------------------------------------------------------------------------


def dumped(folder: Path, batch_id: int) -> dict[str, Path]:
    """What ours stored, table by table, as COPY writes it; then the tables are emptied."""
    files = {}
    with connection.cursor() as cursor:
        for table in (*FACTS, *STAGED):
            if table in FACTS:
                rows = f"SELECT * FROM {table} WHERE batch_id = {batch_id}"
            elif table == COUNTED:
                rows = f"SELECT * FROM {table} WHERE subject IN (SELECT id FROM people_person WHERE batch_id = {batch_id})"
            elif table == "kernel_personkey":
                rows = f"SELECT * FROM {table} WHERE person_id IN (SELECT id FROM people_person WHERE batch_id = {batch_id})"
            elif table == "kernel_journalentry":
                rows = (
                    f"SELECT * FROM {table} WHERE subject_kind = 'kernel.batch' AND subject_id = {batch_id}"
                )
            else:
                rows = f"SELECT * FROM {table} WHERE {'id' if table == 'kernel_batch' else 'batch_id'} = {batch_id}"
            files[table] = folder / table
            with files[table].open("wb") as file, cursor.copy(f"COPY ({rows}) TO STDOUT") as copy:
                for piece in copy:
                    file.write(piece)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"DELETE FROM kernel_batch; TRUNCATE {', '.join((*FACTS, *STAGED))} CASCADE")
        cursor.execute("SET session_replication_role = origin")
    return files


def glance(rows: list[list[Any]], bodies: set[str], counties: set[str]) -> int:
    """Look at each fact once, with the same canonical identity number, and count what is sound."""
    at = {key: place for place, key in enumerate(TITLES, start=1)}
    today, sound, seen = localdate(), 0, set()
    for row in rows:
        number = canonical_identity(str(row[at["identity"]]), today=today)
        ok = not isinstance(number, list) and number.value not in seen and len(str(row[at["name"]])) > 1
        ok = ok and str(row[at["county"]]).strip() in counties and str(row[at["employer"]]).strip() in bodies
        for column in ("born", "issued_on", "since"):
            ok = ok and (row[at[column]] == "" or any(c.isdigit() for c in str(row[at[column]])))
        for column in ("phone", "management_no", "level", "education", "sex", "ethnicity", "political"):
            ok = ok and len(str(row[at[column]])) < 40
        if ok and not isinstance(number, list):
            seen.add(number.value)
            sound += 1
    return sound


def floor(path: str, files: dict[str, Path], where: list[Where]) -> dict[str, float]:
    """Read, glance, COPY."""
    found: dict[str, float] = {}
    bodies = {name for one in where for name in one.employers}
    with clock(found, "floor"):
        with clock(found, "floor_read"):
            rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
        with clock(found, "floor_glance"):
            found["floor_sound"] = glance(rows, bodies, {one.county for one in where})
        with clock(found, "floor_copy"), transaction.atomic(), connection.cursor() as cursor:
            for table, file in files.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy, file.open("rb") as source:
                    while piece := source.read(1 << 20):
                        copy.write(piece)
    return found


# -- all -------------------------------------------------------------------------------------------------------------


def main(count: int, beside: Callable[[str, set[int]], dict[str, Any]] | None) -> None:
    """Make, measure, compare, say."""
    emptied()
    where = places()
    clerk()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made: Made = write(folder / "roster.xlsx", count, where, dirty=0.1)
        write(folder / "resaved.xlsx", count, where, dirty=0.1, in_order=False)
        one = "--single" if "--single" in sys.argv else ""
        mine = in_a_process("ours", made.path, str(folder / "resaved.xlsx"), one)
        said = blamed(mine["batch"])
        files = dumped(folder, mine["batch"])
        bare = floor(made.path, files, where)
        compared = beside(made.path, {row for row, _ in made.planted}) if beside else {}
    total = round(mine["checked"] + mine["taken"], 3)
    cpu = mine["cpu_checked"] + mine["cpu_taken"]
    measure.report(
        f"roster of {len(TITLES)} columns", ours=total, floor=bare.pop("floor"), unit="s", n=count, reach="<= 2 x floor",
        cpu_ratio=round(cpu / bare["cpu_floor"], 3), planted=len(made.planted), kinds=len(made.faults),
        named=sum(said.get(cell) == code for cell, code in made.planted.items()),
        blamed_wrongly=len(said.keys() - made.planted.keys()), again_ratio=round(mine["again"] / mine["reading"], 3),
        resaved_ratio=round(mine["resaved"] / mine["reading"], 3), **mine, **bare, **compared,
    )  # fmt: skip
    Batch.objects.all().delete()


if __name__ == "__main__":
    if "--undo" in sys.argv:
        main_undo(int(sys.argv[1]))
    else:
        beside = None
        if "--alone" not in sys.argv:
            from beside_import_export import beside
        main(int(sys.argv[1]) if sys.argv[1:] else 100_000, beside)
