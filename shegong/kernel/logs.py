"""What the logs say: one line an event, each with the request it belongs to, none of them about a person.

`SHEGONG_LOG=json` (production) writes an object a line for collectors, `line` writes for people. Lines name a request id,
a user's number and a route by its name: never names, numbers, addresses of pages or what was typed. Text from outside
cannot begin a line of its own nor forge a field.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from shegong.kernel.masking import cover

_request: ContextVar[HttpRequest | None] = ContextVar("request in hand", default=None)
# What cannot stand in a line: control characters, line and paragraph separators, marks that turn the direction of text.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# PostgreSQL repeats values in these parts of a complaint.
VALUES = re.compile(r"\s*\b(DETAIL|CONTEXT|LINE \d+|HINT):.*", re.S)
LONGEST = 2000  # characters of a message
# Loggers of Django's that put the page's address, with whatever stands in it, into their message.
NAMES_PAGES = ("django.request", "django.security")


def begin(request: HttpRequest) -> object:
    """Lines from now on belong to this request."""
    return _request.set(request)


def end(mark: object) -> None:
    """The request is answered."""
    _request.reset(mark)  # type: ignore[arg-type]


def escaped(text: str) -> str:
    """Text that stays on its line, without anything that looks like somebody's number or address."""
    text = cover(text[: LONGEST + 100])[:LONGEST]
    return FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def belongs() -> dict[str, Any]:
    """Request id, user's number and route of the request in hand."""
    request = _request.get()
    if request is None:
        return {}
    found: dict[str, Any] = {"request_id": getattr(request, "request_id", "")}
    actor = request.__dict__.get("actor")
    if user := getattr(actor, "user_id", None):
        found["user"] = user
    if request.resolver_match is not None:
        found["route"] = request.resolver_match.view_name
    return found


def message_of(record: logging.LogRecord) -> str:
    """What happened; without the address of a page."""
    if record.name.startswith(NAMES_PAGES) and record.args:
        said = record.args[0] if str(record.msg).startswith("%s") else record.msg  # type: ignore[index]
        return str(said).partition(":")[0]
    return VALUES.sub("", record.getMessage())


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the line is about: the request in hand, and what was said with it."""
    found = {**belongs(), **getattr(record, "facts", {})}
    return {name: escaped(value) if isinstance(value, str) else value for name, value in found.items()}


def trace_of(record: logging.LogRecord) -> list[str]:
    """Where it happened: file, line and function of each step, and the kind of error with its first words."""
    if not record.exc_info or record.exc_info[1] is None:
        return []
    lines: list[str] = []
    problem: BaseException | None = record.exc_info[1]
    while problem is not None and len(lines) < 200:
        steps = traceback.extract_tb(problem.__traceback__)
        lines += [f"{step.filename}:{step.lineno} {step.name}" for step in steps]
        lines.append(f"{type(problem).__name__}: {VALUES.sub('', str(problem))}")
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    return [escaped(line) for line in lines]


class JsonLines(logging.Formatter):
    """One JSON object a line, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        found: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": escaped(message_of(record)),
            **facts_of(record),
        }
        if trace := trace_of(record):
            found["trace"] = trace
        return json.dumps(found, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """One line for people; the steps of an error stand below it, indented, so that none of them looks like a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = "".join(f" {name}={value}" for name, value in facts_of(record).items() if value != "")
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        line = f"{at} {record.levelname.lower()} {record.name} {escaped(message_of(record))}{facts}"
        return "\n    ".join([line, *trace_of(record)])
