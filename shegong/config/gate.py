"""The gate before the application: so many at work, so many waiting, and the rest told at once to come back (D38).

Two lanes, so that no crowd of one kind keeps the other out: public verification has places of its own, and so have the
questions of the machine that watches this one. A place owns a database connection, which the thread at work borrows:
threads may be many, connections are as few as there are places. A request is read to its end before it takes a place;
whoever sends slowly waits outside.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, LifoQueue
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from shegong.kernel import health
from shegong.kernel.traffic import TURNED_AWAY

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
log = logging.getLogger("shegong.gate")

WATCH_PATHS = ("/healthz", "/readyz", "/metrics", "/health/deep")
RETRY_SECONDS = 5
READERS = (
    32  # requests with a body that are being read; of the server's threads the rest is free for the others
)
BODY_LIMIT = 32 * 2**20  # bytes; pages have lower limits of their own
IN_MEMORY = 256 * 2**10


@dataclass
class Place:
    """The right to be at work, with the connection that belongs to it."""

    connection: BaseDatabaseWrapper | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """The thread in hand works with this place's connection."""
        if self.connection is None:
            self.connection = connections.create_connection(DEFAULT_DB_ALIAS)
            self.connection.inc_thread_sharing()
        connections[DEFAULT_DB_ALIAS] = self.connection
        try:
            yield
        finally:
            del connections[DEFAULT_DB_ALIAS]


class Lane:
    """So many places, and a line of bounded length and patience before them."""

    def __init__(self, name: str, places: int, waiting: int, patience: float) -> None:
        """`patience` in seconds."""
        self.name, self.limit, self.patience = name, waiting, patience
        self._free: LifoQueue[Place] = LifoQueue()
        for _ in range(places):
            self._free.put(Place())
        self._waiting, self._lock = 0, threading.Lock()

    def enter(self) -> Place | None:
        """A place, or None when too many wait already or none became free in time."""
        try:
            return self._free.get_nowait()
        except Empty:
            pass
        with self._lock:
            if self._waiting >= self.limit:
                return None
            self._waiting += 1
        try:
            return self._free.get(timeout=self.patience)
        except Empty:
            return None
        finally:
            with self._lock:
                self._waiting -= 1

    def leave(self, place: Place) -> None:
        """The next one may come."""
        self._free.put(place)


class Stream:
    """An answer that is sent piece by piece keeps its place until it is sent, or the visitor has gone."""

    def __init__(self, answer: Iterable[bytes], lane: Lane, place: Place) -> None:
        """Takes the place over."""
        self.answer, self.pieces, self.lane, self.place = answer, iter(answer), lane, place
        self.is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self.place.taken():
            return next(self.pieces)

    def close(self) -> None:
        """Called by the server at the end."""
        if not self.is_open:
            return
        self.is_open = False
        try:
            with self.place.taken():
                getattr(self.answer, "close", lambda: None)()
        finally:
            self.lane.leave(self.place)

    def __del__(self) -> None:
        self.close()


class Gate:
    """The WSGI application in front of the application."""

    def __init__(self, application: Application, public_paths: tuple[str, ...], prefix: str) -> None:
        """Lanes as the settings say. `prefix` is the sub-path of a host site, which a proxy may leave on."""
        self.application, self.public_paths, self.prefix = application, public_paths, prefix
        self.lanes = {name: Lane(name, *size) for name, size in settings.LANES.items()}
        self.readers = threading.BoundedSemaphore(READERS)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if health.is_stopping():
            start_response = last_answer(start_response)
        lane = self.lanes[self.lane_of(environ.get("PATH_INFO", ""))]
        place = lane.enter() if self.read_body(environ) else None
        if place is None:
            return self.turn_away(lane.name, environ, start_response)
        return self.serve(environ, start_response, lane, place)

    def lane_of(self, path: str) -> str:
        """By the first letters of the address alone."""
        path = path.removeprefix(self.prefix)
        if path in WATCH_PATHS:
            return "watch"
        return "public" if path.startswith(self.public_paths) else "office"

    def serve(
        self, environ: Environ, start_response: Callable[..., Any], lane: Lane, place: Place
    ) -> Iterable[bytes]:
        """Answer at this place; it is free again when the answer is whole, or when its stream ends."""
        is_kept = False
        try:
            with place.taken():
                answer = self.application(environ, start_response)
                if getattr(answer, "streaming", False):
                    is_kept = True
                    return Stream(answer, lane, place)
                try:
                    return list(answer)
                finally:
                    getattr(answer, "close", lambda: None)()
        finally:
            if not is_kept:
                lane.leave(place)

    def read_body(self, environ: Environ) -> bool:
        """Take in what is sent before anything is asked of the application; False when too many are sending."""
        if environ.get("REQUEST_METHOD") in ("GET", "HEAD") or environ.get("CONTENT_LENGTH") == "0":
            return True
        if not self.readers.acquire(blocking=False):
            return False
        try:
            body, source = SpooledTemporaryFile(IN_MEMORY), environ["wsgi.input"]  # noqa: SIM115 - it lives with the request
            size = 0
            while size <= BODY_LIMIT and (piece := source.read(64 * 1024)):
                size += body.write(piece)
            body.seek(0)
            environ["wsgi.input"] = body
            environ["CONTENT_LENGTH"] = str(size)
            return True
        finally:
            self.readers.release()

    def turn_away(self, lane: str, environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        """503 at once, in the reader's language, with when to come back."""
        TURNED_AWAY.labels(lane).inc()
        said.often(lane)
        is_data = environ.get("PATH_INFO", "").removeprefix(self.prefix).startswith("/api/")
        body = FULL_DATA if is_data else FULL["en" if reads_english(environ) else "zh-hans"]
        headers = [
            ("Content-Type", "application/json" if is_data else "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(RETRY_SECONDS)),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("503 Service Unavailable", headers)
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]


def last_answer(start_response: Callable[..., Any]) -> Callable[..., Any]:
    """The connection ends with this answer: the visitor's next request goes to the process that comes after."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("Connection", "close")], *more)

    return start


def reads_english(environ: Environ) -> bool:
    """As the pages decide it: the address, else the cookie, else Chinese."""
    query, cookies = environ.get("QUERY_STRING", ""), environ.get("HTTP_COOKIE", "")
    if "lang=" in query:
        return "lang=en" in query
    return f"{settings.LANGUAGE_COOKIE_NAME}=en" in cookies


def _page(lang: str, title: str, first: str, second: str) -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{first}</p><p>{second}</p></body></html>"
    ).encode()


FULL = {
    "zh-hans": _page(
        "zh-Hans", "访问人数较多", "这次操作没有提交，已经提交的内容不受影响。", f"请过 {RETRY_SECONDS} 秒再试。"
    ),
    "en": _page(
        "en", "Many people are here just now", "This was not done. What you submitted before is safe.",
        f"Try again in {RETRY_SECONDS} seconds.",
    ),
}  # fmt: skip
FULL_DATA = b'{"obstacles": [{"code": "too_many", "text": "Too many requests wait. Try again later."}]}'


class Said:
    """At most one line a second and lane about those turned away: a crowd must not fill the disk too."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def often(self, lane: str) -> None:
        """Say it unless it was said just now."""
        now = time.monotonic()
        if now - self._at.get(lane, 0.0) >= 1:
            self._at[lane] = now
            log.warning("turned away: too many wait", extra={"facts": {"lane": lane}})


said = Said()
