"""What a restored database is worth, found out in a process of its own (`python -m shegong.config.backup`).

Missing migrations are applied first, rows are counted before that. The checkpoints outside are those of the database
that was backed up: what they know and the restored journal lacks was lost.
"""

from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from shegong.config.backup import programs, witnesses
from shegong.config.backup.making import row_counts
from shegong.kernel import audit, person_keys
from shegong.kernel import journal as book
from shegong.kernel.access import SYSTEM
from shegong.steering.privacy.actions import erase_again

SHOWN = 20  # findings named; all are counted


def inspect(asked: dict[str, Any]) -> dict[str, Any]:
    """Every check, in the order in which one rests on another."""
    found: dict[str, Any] = {"rows": rows(asked["tables"])}
    found["migrations"] = migrations()
    if found["migrations"]["unknown"]:
        return found
    erased = erasures(Path(asked["ledger"]))
    found["erasures_replayed"] = len(erased)
    found["audit"] = journal(asked)
    found["sealed"] = sealed()
    if found["audit"]["loss"] and asked.get("accept"):
        found["declared_as"] = declare(found["audit"]["loss"], asked)
    erase_again(erased, by=SYSTEM, on=timezone.localdate())  # their rows; written into the journal, so last
    return found


def rows(expected: dict[str, int]) -> dict[str, Any]:
    """Rows of each table against the manifest; `differ` names [expected, found]."""
    with programs.connect(programs.live_url()) as raw:
        found = row_counts(raw)
    differ = {
        name: [expected.get(name), found.get(name)]
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    }
    return {"tables": len(found), "rows": sum(found.values()), "differ": differ}


def migrations() -> dict[str, Any]:
    """Apply what the backup does not have yet; `unknown` are of a newer program than this one."""
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations) | set(executor.loader.replacements)  # type: ignore[arg-type]
    unknown = sorted(
        f"{app}.{name}" for app, name in executor.loader.applied_migrations if (app, name) not in known
    )
    pending = [
        f"{one.app_label}.{one.name}"
        for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]
    if pending and not unknown:
        call_command("migrate", interactive=False, verbosity=0)
    return {"unknown": unknown, "applied": pending if not unknown else []}


def erasures(ledger: Path) -> list[int]:
    """Whose keys were destroyed after the backup was made: destroyed again, by the ledger outside."""
    return person_keys.replay_erasures(ledger)


def journal(asked: dict[str, Any]) -> dict[str, Any]:
    """`audit verify` on what is there, and what the checkpoints outside know beyond it."""
    head = asked["journal"]["seq"]
    marks = witnesses.marks(asked["source"])
    deviations, shown = 0, []
    for one in chain(audit.verify(), witnesses.contradicted(marks, head)):
        if not witnesses.is_beyond(one, head):
            deviations += 1
            shown += [[one.kind, one.where]] if deviations <= SHOWN else []
    return {
        "entries": head,
        "deviations": deviations,
        "findings": shown,
        "loss": witnesses.loss(marks, asked["journal"]),
    }


def sealed() -> dict[str, Any]:
    """Whether the keys here open what was restored: one value of each sealed column."""
    return witnesses.sealed_sample()


def declare(loss: dict[str, Any], asked: dict[str, Any]) -> int:
    """The restored journal says itself what it lacks; the entry's number."""
    with transaction.atomic():
        head = book.JournalEntry.objects.order_by("-seq").first()
        entry = book.write(
            "kernel.journal.restore",
            by=SYSTEM,
            subject=head,
            region_code=None,
            reason=asked.get("reason", ""),
            facts=loss,
        )
    return entry.seq
