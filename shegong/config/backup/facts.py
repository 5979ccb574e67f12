"""Two facts of the health page: when the last backup was made, and when one was last restored in a drill."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from shegong.config.backup import manifest, record
from shegong.kernel.health import BAD, OFF, OK, WARN, Fact, check
from shegong.kernel.text import N_

LATE, LOST = timedelta(hours=26), timedelta(days=3)  # of a daily backup
DRILL_LATE = timedelta(days=100)  # of a drill each quarter


def last_backup() -> datetime | None:
    """The moment that the newest whole backup shows: in SHEGONG_BACKUPS, or noted by `shegong backup`."""
    moments = []
    if noted := record.last(Path(settings.SHEGONG_HOME), record.BACKUPS):
        moments.append(datetime.fromisoformat(noted["at"]))
    if settings.BACKUPS and (found := manifest.newest(settings.BACKUPS)):
        moments.append(found[0])
    return max(moments, default=None)


@check("backup", N_("Backup"), "seconds")
def backup() -> Fact:
    """What a dead disk would take with it at most: everything since the last backup."""
    last = last_backup()
    todo = N_("Name a folder on another machine's disk in SHEGONG_BACKUPS, or run: shegong backup FOLDER")
    if last is None:
        return Fact(BAD if settings.PRODUCTION else OFF, -1, N_("No backup was ever made here."), {}, todo)
    age = datetime.now(UTC) - last
    params = {"hours": int(age.total_seconds() // 3600)}
    text = N_("The last backup is %(hours)s hours old: so much would be lost with the disk.")
    if age > LATE:
        todo = N_("Look into the worker's log for why; then run: shegong backup FOLDER")
        return Fact(BAD if age > LOST else WARN, age.total_seconds(), text, params, todo)
    return Fact(OK, age.total_seconds(), text, params)


@check("drill", N_("Recovery drill"), "seconds")
def drill() -> Fact:
    """A backup that was never restored is a hope."""
    noted = record.last(Path(settings.SHEGONG_HOME), record.DRILLS)
    todo = N_("Run: shegong drill")
    if noted is None:
        state = WARN if settings.PRODUCTION else OFF
        return Fact(state, -1, N_("No backup was ever restored in a drill."), {}, todo)
    age = datetime.now(UTC) - datetime.fromisoformat(noted["at"])
    params = {"days": age.days, "seconds": noted["rto_seconds"]}
    if not noted["ok"]:
        return Fact(BAD, age.total_seconds(), N_("The last drill failed."), params, todo)
    text = N_(
        "The last drill was %(days)s days ago; the restored database passed every check after %(seconds)s seconds."
    )
    return Fact(
        WARN if age > DRILL_LATE else OK, age.total_seconds(), text, params, todo if age > DRILL_LATE else ""
    )
