"""The worker's daily backup into SHEGONG_BACKUPS, and which old ones go."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from shegong.config.backup import making, manifest, programs, record
from shegong.kernel.jobs import job
from shegong.kernel.policy import Policy, load

NIGHT = 2  # o'clock, from which the day's backup is made


@dataclass(frozen=True)
class BackupPolicy:
    """How many backups stay: the last of each of so many days, weeks and months that have one."""

    daily: int
    weekly: int
    monthly: int


@cache
def _versions() -> Policy[BackupPolicy]:
    return load(settings.POLICY_DIR / "backup.toml", BackupPolicy)


def backup_policy(on: date) -> BackupPolicy:
    """The version in force on `on`."""
    return _versions().on(on)


def kept(moments: Iterable[datetime], policy: BackupPolicy) -> set[datetime]:
    """Which backups stay: the newest always, and the last of the newest days, weeks and months that have any."""
    newest_first = sorted(moments, reverse=True)
    stay = set(newest_first[:1])
    spans: tuple[tuple[Callable[[datetime], Any], int], ...] = (
        (lambda at: at.date(), policy.daily),
        (lambda at: at.isocalendar()[:2], policy.weekly),
        (lambda at: (at.year, at.month), policy.monthly),
    )
    for span, count in spans:
        last_of: dict[Any, datetime] = {}
        for at in newest_first:
            last_of.setdefault(span(timezone.localtime(at)), at)
        stay |= set(list(last_of.values())[:count])
    return stay


def thin_out(folder: Path, policy: BackupPolicy) -> list[str]:
    """Delete the backups that need not stay; their names."""
    found = dict(manifest.finished(folder))
    gone = [found[at] for at in sorted(found.keys() - kept(found, policy))]
    for path in gone:
        dying = path.with_name(f".making-gone-{path.name}")  # half deleted it is no backup any more
        path.rename(dying)
        shutil.rmtree(dying)
    return [path.name for path in gone]


def is_due(last: datetime | None, now: datetime) -> bool:
    """Once a night; at any hour when the last night's is missing."""
    if last is None or now - last > timedelta(hours=26):
        return True
    local = timezone.localtime(now)
    return local.hour >= NIGHT and timezone.localtime(last).date() < local.date()


@job("config.backup", cron="13 * * * *", attempts=1)
def daily() -> str:
    """Each hour: tonight's backup if it is not there yet. One that failed is tried again in an hour; health tells its age."""
    folder: Path | None = settings.BACKUPS
    if folder is None:
        return ""
    newest = manifest.newest(folder)
    if not is_due(newest[0] if newest else None, datetime.now(UTC)):
        return ""
    home = Path(settings.SHEGONG_HOME)
    path, made = making.make(folder, programs.live_url(), home=home)
    record.note(home, path, made)
    thin_out(folder, backup_policy(timezone.localdate()))
    return path.name
