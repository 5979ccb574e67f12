"""Give every `shegong` command a database: the one DATABASE_URL names, else the embedded one of this house."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from shegong.config.house.account import HouseError

CHECKOUT = Path(__file__).resolve().parents[3]
NEED_NO_DATABASE = {"", "help", "version", "i18n", "code", "collectstatic"}


def home() -> Path:
    """The folder of keys, secrets, stored files and the embedded database."""
    return Path(os.environ.get("SHEGONG_HOME", CHECKOUT / ".data")).absolute()


def is_embedded() -> bool:
    """Whether this process uses the house's own database server."""
    return os.environ.get("SHEGONG_EMBEDDED") == "1"


def keep_bytecode() -> None:
    """Let this process and all it starts keep compiled modules in the house, whatever the caller's environment says.

    Tests and checks start some hundred processes; each would compile two thousand modules anew (3 s a start).
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(home() / "bytecode"))
    sys.dont_write_bytecode, sys.pycache_prefix = False, prefix


def end_quietly(signal_number: int, _frame: object) -> None:
    """Turn SIGTERM into an ordinary exit, so that locks and servers are given back."""
    sys.exit(128 + signal_number)


def listen_options(arguments: list[str]) -> None:
    """Take --host and --port into the environment before the settings derive addresses from them."""
    for option, variable in (("--host", "SHEGONG_HOST"), ("--port", "SHEGONG_PORT")):
        for index, argument in enumerate(arguments):
            name, equals, value = argument.partition("=")
            if name == option and (equals or index + 1 < len(arguments)):
                os.environ[variable] = value if equals else arguments[index + 1]
    port = os.environ.get("SHEGONG_PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise HouseError(f"There is no port {port!r}; choose one from 1024 to 65535.")


@contextlib.contextmanager
def database(command: str) -> Iterator[None]:
    """Run the embedded server for as long as the command runs; nothing to do where DATABASE_URL is set."""
    if os.environ.get("DATABASE_URL") or command.lstrip("-") in NEED_NO_DATABASE:
        yield
        return
    from shegong.config.house.postgres import Cluster  # noqa: PLC0415 - a deployment with its own server needs none

    signal.signal(signal.SIGTERM, end_quietly)
    cluster = Cluster(home())
    with cluster.running() as owner:
        os.environ |= {
            "DATABASE_URL": cluster.application_url(),
            "DATABASE_OWNER_URL": owner,
            "SHEGONG_EMBEDDED": "1",
        }
        yield
