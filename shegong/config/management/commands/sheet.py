"""`shegong sheet import LAYOUT FILE --as USER`, `sheet export LIST FILE --as USER`, `sheet layouts`: workbooks from the shell, under a person's own
authority."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext

from shegong.config.management import sheet_export
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.models import User
from shegong.ground.intake import actions
from shegong.ground.intake.actions.steps import layout_for
from shegong.ground.intake.looking import Looked, errors_of, look
from shegong.ground.intake.models import Batch
from shegong.ground.intake.preview import refusal_text
from shegong.kernel.access import Actor
from shegong.kernel.http import obstacle_text
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets.layout import Taking, answers, layouts
from shegong.kernel.sheets.steps import AT_WORK, BatchState


class Command(BaseCommand):
    """The same reading, checking and taking in as on the pages."""

    help = "Check or take in a workbook, or name the kinds of workbook there are."

    def add_arguments(self, parser: CommandParser) -> None:
        parts = parser.add_subparsers(dest="what", required=True, parser_class=ArgumentParser)
        take = parts.add_parser("import", help="check a workbook; take its good rows in with --accept-good")
        take.add_argument("layout")
        take.add_argument("file", type=Path)
        take.add_argument("--as", dest="username", required=True)
        take.add_argument("--accept-good", action="store_true")
        take.add_argument("--say", action="append", default=[], metavar="QUESTION=ANSWER",
                          help="answer a question about the file as a whole, e.g. covers=220000000")  # fmt: skip
        sheet_export.add_arguments(parts.add_parser("export", help="write a list as a file"))
        named = parts.add_parser("layouts", help="name the kinds of workbook")
        for part in (take, named):
            part.add_argument("--json", action="store_true")
        for part in parts.choices.values():
            part.add_argument("--lang", default="zh-hans", help="zh-hans or en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en" if str(options["lang"]).startswith("en") else "zh-hans"):
            whats = {"import": self._import, "export": self._export, "layouts": self._layouts}
            whats[options["what"]](options)

    def _export(self, options: dict[str, Any]) -> None:
        result = sheet_export.run(options, actor_named(options["username"]))
        self.stdout.write(sheet_export.said(result, as_json=options["json"]))

    def _layouts(self, options: dict[str, Any]) -> None:
        rows = [
            {"key": one.key, "number": one.number, "title": gettext(one.title), "form_title": one.form_title,
             "columns": [column.title for column in one.columns]}
            for one in layouts()
        ]  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['number']:2} {row['key']:16} {row['title']}")

    def _import(self, options: dict[str, Any]) -> None:
        actor = actor_named(options["username"])
        try:
            content = options["file"].read_bytes()
        except OSError as problem:
            raise CommandError(f"{options['file']}: {problem.strerror}") from problem
        try:
            found = _looked(options, content, actor)
            said = {
                "rows": found.rows,
                "good": found.good,
                "bad": found.bad,
                "errors": errors_of(found, obstacle_text),
            }
            if options["accept_good"]:
                said["batch"] = _taken(options, content, actor)
        except Refused as refused:
            reasons = [
                {"row": None, "column": None, "code": o.code, "message": obstacle_text(o)}
                for o in refused.obstacles
            ]
            said = {"rows": 0, "good": 0, "bad": 0, "errors": reasons}
            self._say(said, options)
            raise CommandError("refused", returncode=2) from refused
        self._say(said, options)

    def _say(self, said: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))
            return
        for one in said["errors"]:
            self.stdout.write(f"{one['row'] or ''}\t{one['column'] or ''}\t{one['message']}")
        self.stdout.write(f"{said['rows']} rows, {said['good']} good, {said['bad']} bad")


def actor_named(username: str) -> Actor:
    """The active user of that name with the rights of today."""
    user = User.objects.filter(username=username, disabled_at__isnull=True).first()
    if user is None:
        raise CommandError(f"no active user {username}")
    return actor_for(user, timezone.localdate())


def _looked(options: dict[str, Any], content: bytes, actor: Actor) -> Looked:
    """What the preview would say under the same answers."""
    layout, on = layout_for(options["layout"], actor), timezone.localdate()
    said = answers(layout, _said(options), actor, on)
    if isinstance(said, list):
        raise Refused(said)
    return look(content, layout, Taking(0, actor, on, said))


def _said(options: dict[str, Any]) -> dict[str, str]:
    return dict(answer.split("=", 1) for answer in options["say"] if "=" in answer)


def _worked(batch: Batch) -> None:
    """Do the work of the batch here, or wait for a worker that was faster."""
    actions.work(batch_id=batch.pk)
    batch.refresh_from_db()
    while batch.state in AT_WORK:
        time.sleep(0.2)
        actions.work(batch_id=batch.pk)
        batch.refresh_from_db()


def _taken(options: dict[str, Any], content: bytes, actor: Actor) -> dict[str, Any]:
    """Take the good rows in, here and now; what the batch says afterwards."""
    on = timezone.localdate()
    name, said = options["file"].name, _said(options)
    batch = actions.receive(options["layout"], file_name=name, content=content, by=actor, on=on, said=said)
    _worked(batch)
    if batch.good:
        actions.accept(batch, by=actor, on=on)
        _worked(batch)
    elif batch.state == BatchState.CHECKED:
        actions.drop(batch, by=actor, on=on)
    batch.refresh_from_db()
    return {
        "number": batch.number,
        "state": batch.state,
        "taken": batch.taken,
        "same": batch.same,
        "failed": batch.left_out,
        "why": refusal_text(batch),
    }
