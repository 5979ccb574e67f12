"""`shegong breach`: who is affected when an account or an office was misused, as CSV for the security officer.

个人信息保护法 art. 57: the authority and the persons are told what was affected. Two kinds of lines: a person with what
was done, and a file that carried a list away (its people are those of the list at that time).
"""

import csv
import sys
import time
from argparse import ArgumentTypeError
from datetime import datetime
from datetime import time as clock
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from shegong.ground.accounts.models import User
from shegong.ground.accounts.panels import verb_word
from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.privacy.models.breach import Report, report

HEAD = [
    "类别",
    "人员编号",
    "姓名",
    "证件号码(遮盖)",
    "事项",
    "次数",
    "首次",
    "最后",
    "完整内容",
    "行数",
    "账号编号",
]
GUARDED = ("=", "+", "-", "@", "\t", "\r")


def moment(text: str) -> datetime:
    """A day or a moment in Asia/Shanghai."""
    if (day := parse_date(text)) is not None:
        return datetime.combine(day, clock(), tzinfo=timezone.get_current_timezone())
    found = parse_datetime(text)
    if found is None:
        raise ArgumentTypeError(f"{text!r} is neither a day (2026-11-23) nor a moment (2026-11-23T08:00)")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(BaseCommand):
    """The security officer's command; the journal notes that it was run."""

    help = "List the persons affected by what an account or an office did in a window of time, as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=moment, required=True, help="2026-11-01 or 2026-11-01T08:00")
        parser.add_argument("--until", type=moment, help="as --since; now when left out")
        parser.add_argument("--user", help="sign-in name of the account")
        parser.add_argument("--office", help="number or exact name of the office")
        parser.add_argument("--out", help="file to write; standard output when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the CSV and say how many were found in how much time."""
        until = options["until"] or timezone.now()
        user, office = _user(options["user"]), _office(options["office"])
        if user is None and office is None:
            raise CommandError("Say --user or --office: whose acts are to be listed.")
        started = time.monotonic()
        found = report(since=options["since"], until=until, user=user, office=office)
        _note(found, options, until)
        if options["out"]:
            with open(options["out"], "w", encoding="utf-8-sig", newline="") as file:
                write(found, file)
        else:
            write(found, self.stdout)  # type: ignore[arg-type]
        people = len({one.person_id for one in found.affected})
        seconds = time.monotonic() - started
        sys.stderr.write(f"{people} persons, {len(found.files)} files, {seconds:.1f} s\n")


def _user(name: str | None) -> int | None:
    if not name:
        return None
    row = User.objects.filter(username=name).first()
    if row is None:
        raise CommandError(f"There is no account {name!r}.")
    return row.pk


def _office(text: str | None) -> int | None:
    if not text:
        return None
    number = whole_number(text)
    wanted = {"name": text} if number is None else {"pk": number}
    row = Organization.objects.filter(**wanted).first()
    if row is None:
        raise CommandError(f"There is no office {text!r}.")
    return row.pk


@transaction.atomic
def _note(found: Report, options: dict[str, Any], until: datetime) -> None:
    subject = (
        User.objects.filter(username=options["user"]).first() or Organization.objects.order_by("pk").first()
    )
    if subject is not None:
        facts = {
            "since": options["since"].isoformat(), "until": until.isoformat(),
            "persons": len({one.person_id for one in found.affected}), "files": len(found.files),
        }  # fmt: skip
        journal.write("privacy.breach.list", by=SYSTEM, subject=subject, facts=facts)


def write(found: Report, file: TextIO) -> None:
    """The CSV: persons first, then files."""
    table = csv.writer(file)
    table.writerow(HEAD)
    for one in found.affected:
        table.writerow(_safe([
            "人员", one.person_id, one.name, one.number, verb_word(one.what), one.times, _at(one.first), _at(one.last),
            "是" if one.is_full else "", "", "",
        ]))  # fmt: skip
    for taken in found.files:
        table.writerow(_safe([
            "文件", "", "", "", verb_word(taken.verb), 1, _at(taken.at), _at(taken.at), "", taken.rows, taken.user_id,
        ]))  # fmt: skip


def _safe(row: list[Any]) -> list[Any]:
    """No cell begins a formula."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(GUARDED) else cell for cell in row]


def _at(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"
