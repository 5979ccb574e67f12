"""`shegong audit verify` on N entries and as many register rows: rows a second, and the ratio to a floor.

The floor reads the same tables with the same driver, hashes each entry's bytes and each row's digest once, and asks
nothing else. Run it with `DATABASE_URL` of a scratch database (it is filled): `bench/audit_verify.py 100000`.
Also: what a checkpoint costs at this size, and a proof of one entry.
"""

import hashlib
import sys
import tempfile
import time
from pathlib import Path

import measure

N = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PEOPLE = N // 10
AT_ONCE = 1000


def fill() -> None:
    """People with a sealed phone each; then entries that name one of their rows, until there are N."""
    from django.db import transaction

    from shegong.ground.people import actions as people
    from shegong.ground.people.models import Person
    from shegong.kernel import journal
    from shegong.kernel.access import SYSTEM
    from shegong.kernel.http import today
    from shegong.kernel.journal import JournalEntry, Line

    while (there := Person.objects.count()) < PEOPLE:
        with transaction.atomic(), journal.together(SYSTEM):
            for order in range(there, there + AT_ONCE):
                person = people.create_person(by=SYSTEM, on=today())
                phone = f"139{order:08d}"
                people.state_contact(person, kind="phone", value=phone, verified=False, by=SYSTEM, on=today())
    some = list(Person.objects.order_by("id")[:AT_ONCE])
    while JournalEntry.objects.count() < N:
        with transaction.atomic():
            journal.write_all([Line("people.contact.read", one, rows=[one]) for one in some], by=SYSTEM)


def floor() -> int:
    """Rows read and hashed, nothing compared."""
    from django.db import connection, transaction

    from shegong.kernel import audit, journal

    rows = 0

    def read(query: str, size: int, each: object = None) -> None:
        nonlocal rows
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(query)
            while chunk := cursor.fetchmany(size):
                for row in chunk if each else ():
                    hashlib.sha256(each(row)).digest()
                rows += len(chunk)

    read("SELECT * FROM kernel_journalentry ORDER BY seq", 2000, lambda row: str(row).encode())
    for model in audit.journalled_models():
        digest, table = journal.digest_sql(model), model._meta.db_table
        read(f'SELECT "{model._meta.pk.column}", {digest} FROM "{table}"', 5000)
    read("SELECT seal_id, value FROM people_contact", 5000, lambda row: bytes(row[1]))
    return rows


def verify() -> None:
    """All of it, as the command does."""
    from shegong.kernel import audit

    found = list(audit.verify())
    assert found == [], found[:5]


def main() -> None:
    measure.start()
    from django.conf import settings
    from django.db import transaction

    from shegong.ground.people import actions as people
    from shegong.kernel import checkpoints
    from shegong.kernel.access import SYSTEM
    from shegong.kernel.checkpoints_proofs import of_entry
    from shegong.kernel.http import today

    settings.CHECKPOINTS = [str(Path(tempfile.mkdtemp()) / name) for name in ("one", "two")]
    fill()
    first = measure.timed(checkpoints.checkpoint)
    with transaction.atomic():
        people.create_person(by=SYSTEM, on=today())
    again = measure.timed(checkpoints.checkpoint)
    proof = measure.timed(lambda: of_entry(N // 3))
    rows = floor()
    began = time.process_time()
    verify()
    work = time.process_time() - began
    taken = measure.alternate({"ours": verify, "floor": floor}, rounds=3, warm=0)
    ours, bare = (min(taken[name]) for name in ("ours", "floor"))
    measure.report(
        "audit verify", ours=round(rows / ours), floor=round(rows / bare), unit="rows/s", n=N, better="more", rows=rows,
        seconds=round(ours, 2), rows_per_second_of_its_own_work=round(rows / work), first_checkpoint_s=round(first, 3), next_checkpoint_s=round(again, 3),
        proof_ms=round(proof * 1000, 1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
