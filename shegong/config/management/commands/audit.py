"""`shegong audit verify | checkpoint | prove | keys`: prove that the journal and what it sealed are as they were written."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shegong.kernel import checkpoints, checkpoints_proofs, signing
from shegong.kernel.audit import verify
from shegong.kernel.checkpoints_losses import declared_losses
from shegong.kernel.checkpoints_marks import PURPOSE
from shegong.kernel.checkpoints_tree import Broken
from shegong.kernel.journal import JournalEntry


class Command(BaseCommand):
    """The auditor's command. Ends with an error code when anything deviates."""

    help = (
        "Verify the journal, its checkpoints outside, every sealed row and value; note a checkpoint; prove an entry "
        "or that nothing before an entry changed; print the keys that checkpoints are signed with."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and for `prove` what."""
        parser.add_argument("what", choices=["verify", "checkpoint", "prove", "keys"])
        parser.add_argument("seq", nargs="?", type=int, help="prove: number of the entry")
        parser.add_argument("--from", dest="first", type=int, help="prove: entries then")
        parser.add_argument(
            "--to", dest="second", type=int, help="prove: entries now, by default all signed for"
        )
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--no-network", action="store_true", help="verify: do not ask witnesses")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        getattr(self, f"_{options['what']}")(options)

    def _checkpoint(self, options: dict[str, Any]) -> None:
        try:
            made = checkpoints.checkpoint()
        except Broken as problem:
            raise CommandError(
                f"Nothing was signed: {problem}. Run shegong audit verify.", returncode=1
            ) from None
        if made is None:
            raise CommandError("The journal is empty: there is nothing to sign.")
        self.stdout.write(checkpoints.mark_of(made).line)
        for place in made.failed:
            self.stderr.write(f"Not kept at {place}")
        if len(made.kept) < checkpoints.ENOUGH:
            raise CommandError(f"Kept at {len(made.kept)} places outside the database; two are needed.")

    def _prove(self, options: dict[str, Any]) -> None:
        try:
            if options["seq"] is not None:
                proof = checkpoints_proofs.of_entry(options["seq"])
            elif options["first"] is not None:
                proof = checkpoints_proofs.of_growth(options["first"], options["second"])
            else:
                raise CommandError("Say which entry: shegong audit prove SEQ, or --from N [--to M].")
        except checkpoints_proofs.NoProof as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(json.dumps(proof, ensure_ascii=False, indent=1))

    def _keys(self, options: dict[str, Any]) -> None:
        keys = [key.__dict__ for key in signing.published(PURPOSE)]
        self.stdout.write(json.dumps(keys, ensure_ascii=False, indent=1))

    def _verify(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        findings = [finding.__dict__ for finding in verify(network=not options["no_network"])]
        result = {
            "entries": JournalEntry.objects.count(),
            "seconds": round(time.monotonic() - started, 2),
            "findings": findings,
            "declared_losses": [f"entries {one.first} to {one.last}" for one in declared_losses()],
        }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self._print(result)
        if findings:
            raise CommandError(f"{len(findings)} deviations found", returncode=1)

    def _print(self, result: dict[str, Any]) -> None:
        for finding in result["findings"]:
            self.stdout.write(f"{finding['kind']:12} {finding['where']}: {finding['text']}")
        for lost in result["declared_losses"]:
            self.stdout.write(f"{lost} were lost when a backup was restored, as the journal itself declares.")
        if not result["findings"]:
            self.stdout.write(
                f"{result['entries']} entries verified in {result['seconds']} s: nothing was changed."
            )
