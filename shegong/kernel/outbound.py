"""The one client that calls other machines: only addresses a setting names, resolved once, and only from jobs.

A name is resolved once and the connection goes to the address that was checked, so a name that answers differently the
second time (DNS rebinding) changes nothing. Addresses of private networks are refused unless the setting itself writes
the address out or SHEGONG_OUTBOUND_PRIVATE names their block. Redirects are not followed; answers are cut at 64 KB.
"""

import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LARGEST = 64 * 1024
PATIENCE = 10.0  # seconds
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_outside_a_request: ContextVar[bool] = ContextVar("outside a request", default=False)


class NotAllowed(Exception):
    """An address that this installation does not call."""


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is None where it is no JSON."""

    status: int
    body: Any


@contextmanager
def in_a_job() -> Iterator[None]:
    """Only inside may anything be called: pages never wait for another machine."""
    mark = _outside_a_request.set(True)
    try:
        yield
    finally:
        _outside_a_request.reset(mark)


def call(url: str, *, allowed: list[str], send: object = None) -> Answer:
    """GET `url`, or POST `send` to it as JSON. Raises `NotAllowed`, OSError, http.client.HTTPException."""
    if not _outside_a_request.get():
        raise NotAllowed("other machines are called by jobs and commands, never by a page")
    if url not in allowed:
        raise NotAllowed(f"no setting names {url}")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise NotAllowed(f"{url} is no address of the web")
    connection = _connection(parts, checked(parts))
    try:
        return _asked(connection, parts, send)
    finally:
        connection.close()


def checked(parts: SplitResult) -> str:
    """The one address that will be called. Raises `NotAllowed` when any of the name's addresses may not be."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    for address in addresses:
        if not _is_open(ipaddress.ip_address(address.partition("%")[0]), parts.hostname or ""):
            raise NotAllowed(f"{parts.hostname} is {address}, an address of a private network")
    return addresses[0]


def _is_open(address: Address, named: str) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_global and not address.is_multicast:
        return True
    blocks = [ipaddress.ip_network(block, strict=False) for block in settings.OUTBOUND_PRIVATE]
    return named == str(address) or any(address in block for block in blocks)


def _connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    """A connection to the checked address that still asks for the certificate of the name."""
    if parts.scheme == "http":
        return http.client.HTTPConnection(address, parts.port or 80, timeout=PATIENCE)
    connection = http.client.HTTPSConnection(address, parts.port or 443, timeout=PATIENCE)
    plain = socket.create_connection((address, parts.port or 443), PATIENCE)
    connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
    return connection


def _asked(connection: http.client.HTTPConnection, parts: SplitResult, send: object) -> Answer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "Accept": "application/json", "User-Agent": "shegong"}
    body = None
    if send is not None:
        body, headers["Content-Type"] = json.dumps(send).encode(), "application/json"
    connection.request("GET" if send is None else "POST", path, body, headers)
    response = connection.getresponse()
    text = response.read(LARGEST + 1)
    try:
        found = json.loads(text) if len(text) <= LARGEST else None
    except ValueError:
        found = None
    return Answer(response.status, found)
