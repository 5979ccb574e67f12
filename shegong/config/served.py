"""Parts of the settings that take more than a line: the database's address, the gate's lanes, what the logs look like."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

# Of one server process, by lane: requests at work (each with a database connection), requests waiting, seconds they wait.
LANES = {"public": (2, 16, 2.0), "office": (4, 16, 3.0), "watch": (1, 4, 5.0)}


def lanes(changes: Iterable[str]) -> dict[str, tuple[int, int, float]]:
    """The lanes with what SHEGONG_LANES changes: `office=8/32/3` gives a larger machine more."""
    found = dict(LANES)
    for change in changes:
        name, _, size = change.partition("=")
        places, waiting, patience = size.split("/")
        found[name] = (int(places), int(waiting), float(patience))
    return found


def logs(form: str) -> dict[str, Any]:
    """LOGGING: one line an event on standard error, as an object (`json`) or for people (`line`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "shegong.kernel.logs.PlainLines"},
            "json": {"()": "shegong.kernel.logs.JsonLines"},
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json" if form == "json" else "line"}
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "procrastinate": {"level": "WARNING"},  # one line a job start is noise at a console
            "shegong.access": {
                "level": "INFO" if form == "json" else "WARNING"
            },  # one line a request, likewise
            "django": {"handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},  # refusals have their line already
        },
    }


# How long the database waits before it cuts off (D32): a statement, a lock, a transaction in which nothing happens.
# A request that takes longer holds up everybody; jobs and commands have more to do. Migrations may take what they take.
PATIENCE = {
    "web": {"statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"},
    "command": {
        "statement_timeout": "10min",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "60s",
    },
}


def database_from_url(url: str, patience: dict[str, str]) -> dict[str, object]:
    """Django's database entry from a postgresql:// address; user and password may be percent-encoded."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,  # a server that swallows packets is told from one that is slow
            "options": " ".join(f"-c {k}={v}" for k, v in {**patience, "timezone": "UTC"}.items()),
        },
    }
