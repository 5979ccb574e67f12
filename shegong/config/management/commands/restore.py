"""`shegong restore FOLDER --into URL`: put a backup back, prove it, and say what it lacks."""

import json
import os
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.config.backup import manifest, programs, restoring, witnesses
from shegong.config.backup.envelope import Broken
from shegong.config.house.account import HouseError
from shegong.kernel.sealing import KeyFault

LOST = 3  # exit code: entries after this backup would be lost, and nobody has accepted that


class Command(BaseCommand):
    """Restores into an empty database; over a full one only when its name is typed twice."""

    help = "Restore a backup into an empty database, check it, and declare what was lost."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What, where to, and what one consents to."""
        parser.add_argument("folder", type=Path, help="a backup, or a folder of backups: the newest")
        parser.add_argument(
            "--into", required=True, metavar="URL", help="address of the database, as its owner"
        )
        parser.add_argument("--over", action="append", default=[], metavar="NAME", help="replace data: the database's name, given twice")  # fmt: skip
        parser.add_argument("--files-to", type=Path, help="house of the stored files; default SHEGONG_HOME")
        parser.add_argument(
            "--accept-loss", metavar="REASON", default="", help="declare in the journal what is lost"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, or say in one line why not; nothing that lives is touched before all checks have passed."""
        try:
            self._refuse_old(options)
            result = self._restored(options)
        except (Broken, HouseError, KeyFault, psycopg.Error, OSError) as problem:
            raise CommandError(f"Nothing was restored: {str(problem).strip().splitlines()[0]}") from problem
        self._show(result, options["json"])
        if result.faults:
            raise CommandError("; ".join(result.faults))
        if programs.is_own(options["into"]):
            call_command(
                "migrate", interactive=False, verbosity=0
            )  # the application's role gets its rights again

    def _refuse_old(self, options: dict[str, Any]) -> None:
        """A backup that the checkpoints outside prove to be old is restored only by who says so."""
        found = restoring.opened_backup(manifest.chosen(options["folder"]), Path(settings.SHEGONG_HOME))[0]
        lost = witnesses.loss(witnesses.marks(found.database), found.journal)
        if lost and not options["accept_loss"]:
            raise CommandError(f"Nothing was restored: {_lost(lost)}", returncode=LOST)

    def _restored(self, options: dict[str, Any]) -> restoring.Restored:
        url, folder = options["into"], manifest.chosen(options["folder"])
        home = Path(settings.SHEGONG_HOME)
        name = programs.database_of(url)
        about: dict[str, Any] = {
            "home": home, "files_to": options["files_to"] or home,
            "accept": bool(options["accept_loss"]), "reason": options["accept_loss"],
        }  # fmt: skip
        restoring.opened_backup(folder, home)  # before anything is made: is it whole, and have we its key
        if not restoring.exists(url):
            restoring.make_database(url, name)
        elif held := restoring.filled_tables(url):
            return self._over(folder, url, held, options["over"], about)
        else:
            restoring.empty(url)
        return restoring.restore(folder, url, **about)

    def _over(
        self, folder: Path, url: str, held: list[str], typed: list[str], about: dict[str, Any]
    ) -> restoring.Restored:
        name = programs.database_of(url)
        if typed != [name, name]:
            raise HouseError(
                f"{name} holds data ({len(held)} tables with rows, {held[0]} first). To replace them stop web server "
                f"and worker, then: --over {name} --over {name}. What it holds now stays, under another name."
            )
        with restoring.administration(url) as connection:
            restoring.refuse_company(connection, name)
        fresh = f"{name}_restoring_{os.getpid()}"
        try:
            result = restoring.restore(folder, restoring.make_database(url, fresh), **about)
            if not result.faults:
                result.kept_as = restoring.take_name(url, fresh)
        finally:
            restoring.drop_database(url, fresh)  # gone already when it has taken the name
        return result

    def _show(self, result: restoring.Restored, as_json: bool) -> None:
        facts = {
            "ok": not result.faults,
            "backup": result.manifest.summary(),
            "seconds": result.seconds,
            "stored_files": result.files,
            "kept_as": result.kept_as,
            "faults": result.faults,
            **result.found,
        }
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=1))
            return
        rows, audit = result.found["rows"], result.found.get("audit", {})
        self.stdout.write(
            f"Restored the state of {result.manifest.at}: {rows['rows']} rows of {rows['tables']} tables, "
            f"{result.files} files, journal up to entry {audit.get('entries')} ({sum(result.seconds.values()):.1f} s)."
        )
        if result.kept_as:
            self.stdout.write(
                f"What was there before is the database {result.kept_as}; drop it when you are sure."
            )
        if "declared_as" in result.found:
            lost = result.loss["entries_at_least"]
            self.stdout.write(
                f"At least {lost} entries are lost; entry {result.found['declared_as']} declares it."
            )


def _lost(loss: dict[str, Any]) -> str:
    return (
        f"This backup is older than the checkpoints outside: at least {loss['entries_at_least']} entries "
        f"({loss['from_entry']} to {loss['to_entry']}), written after {loss['from']} and up to {loss['to']}, would be "
        "lost. Restore a newer backup, or accept that with --accept-loss REASON: the journal will say so."
    )
