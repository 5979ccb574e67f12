"""Garbage at every address: whatever is sent, to whatever page, by whomever, the answer is never a fault of ours.

Addresses, query strings, forms and bodies are filled with what breaks parsers, databases and dates. A page may refuse
with any 4xx; it may not answer 5xx. Names of fields are read from the pages themselves, so that a new form takes part.
"""

import importlib.util
import logging
import os
import re
import sys
import traceback
import zlib
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client

from shegong.ground.accounts.roles import roles
from shegong.kernel.access import PUBLIC, SIGNED_IN
from shegong.kernel.http import today
from shegong.kernel.routes import routes

_spec = importlib.util.spec_from_file_location("garbage_objects", Path(__file__).with_name("objects.py"))
objects = importlib.util.module_from_spec(_spec)
sys.modules["garbage_objects"] = objects
_spec.loader.exec_module(objects)

NAMES = re.compile(r"<(?:\w+:)?(\w+)>")
FIELDS = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"")
ROOT = Path(__file__).resolve().parents[2] / "shegong"
READ = re.compile(r"\.(?:GET|POST|params)(?:\.get|\.getlist)?[(\[]\s*[\"'](\w+)[\"']")
SLOW = {"account_logout", "metrics"}  # signs out; counts nothing of the reader's

HUGE, MIX = "9" * 40, "each field another"
# What is put into every field at once, by what it is meant to break.
VALUES = {
    "nothing": "",
    "NUL": "a\0b",
    "beyond bigint": HUGE,
    "too many digits": "9" * 5000,
    "superscript digit": "²",
    "long": "很" * 2_000,
    "markup": "<script>alert(1)</script>'\";--%s%(x)s{0}\u202e\U00020bb7\u200d\ufeff",
    "year 99999": "99999-12-31",
    "last day": "9999-12-31",
    "mixed": MIX,  # each field another one of MIXED
    "cursor with infinity": "W0luZmluaXR5LDEsMl0",  # [Infinity,1,2]
    "cursor with NUL": "WzEsImFcdTAwMDAiLCJhXHUwMDAwIiwiMSJd",  # [1,"a\u0000","a\u0000","1"]
    "cursor beyond bigint": "WzEsIjk5OTk5OTk5OTk5OTk5OTk5OTk5OTkiLCI5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Il0",
    "cursor of a day": "WzEsIjk5OTktMTItMzEiLCI5OTk5OTk5OTk5OTk5OTk5OTk5OTkiXQ",  # [1,"9999-12-31","9…"]
    "region": "222401@\0",
    "region elsewhere": "999999@nowhere",
}
MIXED = (
    "-1",
    "NaN",
    "2026-02-30",
    "4294967296",
    "../../etc/passwd%d%n\\u0000",
    "1e9",
    "٣",
    "true",
    "0001-01-01",
)
# What an address asks with; the rest differs for forms only. Lists are asked for places too.
ASKED = ("NUL", "beyond bigint", "too many digits", "superscript digit", "mixed", "region elsewhere")
CURSORS = tuple(label for label in VALUES if label.startswith("cursor"))
TYPED = tuple(label for label in VALUES if label not in CURSORS and not label.startswith("region"))
# What stands in the address in place of a name or number.
PLACES = [HUGE, "²", "a%00b", "%ff..%2f..%2fetc" + quote("很" * 600), "%0d%0aSet-Cookie:x"]
BODIES = [b"", b"{", b"null", b"[]", b'"\\ud800"', b'{"version": ' + HUGE.encode() + b"}", b"\xff\xfe\x00", b"[" * 2000,
          b'{"version": 0, "items": {"certificate": "\\ud800"}, "reason": "\\u0000", "opinion": "\\u0000"}',
          b'{"version": 0, "items": {"\\u0000": "\\u0000"}, "reason": "\\ud800", "opinion": "\\ud800"}',
          b'{"version": 1e400}', b'{"version": -1}', b'{"version": true, "state": "admitted", "id": 1}']  # fmt: skip
MULTIPART = "multipart/form-data; boundary=x"
PARTS = [
    b"",
    b"--x\r\n",
    b'--x\r\nContent-Disposition: form-data; name="a\x00"; filename="a\x00.jpg"\r\n\r\n\xff\xd8\xff\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="pick"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n\xff\xfe\x00\r\n--x--\r\n',
]


def all_routes():
    return [r for r in routes() if "(?P" not in r["path"] and r["name"] not in SLOW]


def read_names():
    """Every name that a page reads from an address or a form without a form class."""
    text = "".join(path.read_text() for path in ROOT.rglob("*.py"))
    return sorted(
        {*READ.findall(text), "next", "region", "from", "to", "q", "state", "level", "lang", "mode"}
    )


@pytest.fixture
def world(db):
    return objects.build(today())


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals would otherwise be written out."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def clients(world, let_in):
    """An officer of every role, a worker, and nobody; faults come back as answers."""
    found = {"nobody": Client(raise_request_exception=False)}
    for visitor in world.visitors:
        if visitor.user and (visitor.role is None or visitor.role not in found):
            found[visitor.role or "worker"] = let_in(Client(raise_request_exception=False), visitor.user)
    return found


def visitors_of(route, clients):
    """Nobody where everybody may come, the worker on her own pages, else an officer whose role may come here."""
    if route["permission"] == PUBLIC:
        return "nobody"
    if route["permission"] == SIGNED_IN:
        return "worker"
    holders = [
        name for name in clients if name in roles() and route["permission"] in roles()[name].permissions
    ]
    return holders[0]


class Faults:
    """What came back that may not: 5xx, with the line of ours where it broke."""

    def __init__(self):
        self.found, self.visits = {}, 0

    def send(
        self,
        client,
        method,
        path,
        label,
        data=b"",
        content_type="application/x-www-form-urlencoded",
        **headers,
    ):
        with transaction.atomic():
            response = client.generic(method, path, data, content_type=content_type, headers=headers)
            if getattr(response, "streaming", False):
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
        self.visits += 1
        if response.status_code >= 500:
            self.found.setdefault(f"{method} {path[:60]}: {where(response)}", label)
        return response

    def words(self):
        lines = "\n".join(f"{fault} ({label})" for fault, label in sorted(self.found.items()))
        return f"{len(self.found)} faults in {self.visits} visits:\n{lines}"


def where(response):
    """The exception and the last line of ours that it passed."""
    kind, error, trace = getattr(response, "exc_info", None) or (None, response.status_code, None)
    ours = [f for f in traceback.extract_tb(trace) if "/shegong/" in f.filename] if trace else []
    place = f"{Path(ours[-1].filename).relative_to(ROOT)}:{ours[-1].lineno}" if ours else ""
    return f"{getattr(kind, '__name__', '')} {str(error)[:90]!r} at {place}"


def form_of(names, value):
    values = MIXED if value == MIX else (value,)
    return urlencode([(name, values[n % len(values)]) for n, name in enumerate(names)]).encode()


def paths_of(route, world):
    """The address of an object of the first county, then with garbage in each name's place."""
    names = NAMES.findall(route["path"])
    try:
        _county, values = next(objects.filled(world, route, names))
    except KeyError:  # a public address, which the sweep does not fill in
        values = dict.fromkeys(names, "1")
    values = {name: str(values.get(name, "1")) for name in names}
    good = NAMES.sub(lambda found: values[found[1]], route["path"])
    wrong = []
    for name in names:
        for place in shared(PLACES, f"{route['path']} {name}"):
            filled = {**values, name: place}
            wrong.append(NAMES.sub(lambda found, filled=filled: filled[found[1]], route["path"]))
    return good, wrong


def visit(route, world, clients, faults, names):
    good, wrong = paths_of(route, world)
    methods = set(route["methods"]) - {"HEAD"}
    visitor = visitors_of(route, clients)
    client, fields = clients[visitor], set(names)
    for path in wrong:
        faults.send(client, sorted(methods)[0], path, visitor)
    if "GET" in methods:
        page = faults.send(client, "GET", good, visitor)
        if not getattr(page, "streaming", False):
            fields |= set(FIELDS.findall(page.content.decode(errors="replace")))
        fields = sorted(fields - {"csrfmiddlewaretoken", "_once"})
        for label in (
            *shared(ASKED, good),
            *(shared(CURSORS, good) if "cols" in fields or route["name"].endswith("_file") else ()),
        ):
            value = VALUES[label][:4400]
            few = fields if len(value) < 100 else ["pick", "drop_view", "year", "card", "version", "q"]
            faults.send(client, "GET", f"{good}?{form_of(few, value).decode()}", f"{visitor}, {label}")
        for many in shared([f"{good}?pick=1" + "&pick=1" * 900 + "&%ff=%fe&=&&q"] * 2, good):
            faults.send(client, "GET", many, f"{visitor}, many")
    if "POST" in methods:
        posted(client, good, visitor, sorted(fields), faults)
    if visitor != "nobody":  # who may not come at all gets no further with garbage
        for name in {"nobody", "worker"} - {visitor}:
            faults.send(clients[name], sorted(methods)[0], good, name, form_of(names, "\0"))


def shared(labels, path):
    """Every fifth kind of garbage, others for the next address; all of them with SHEGONG_LONG_RUN=1."""
    first = zlib.crc32(path.encode()) % 5
    return labels if os.environ.get("SHEGONG_LONG_RUN") else labels[first::5]


def posted(client, path, visitor, fields, faults):
    """Every field with every garbage; bodies that are no forms, forms that are too large, files that are none."""
    for label in shared(TYPED, path):
        faults.send(client, "POST", path, f"{visitor}, {label}", form_of(fields, VALUES[label]))
    is_api = path.startswith("/api/")
    form = "application/x-www-form-urlencoded"
    odd = [
        *((body, "application/json", {}) for body in (BODIES if is_api else BODIES[1:2])),
        *((body, MULTIPART, {}) for body in (PARTS if "file" in fields or is_api else PARTS[2:3])),
        (b"pick=1&" * 900, f"{form}; charset=nothing", {}),
        (b"a=1", "multipart/form-data", {}),
        (b"a=1", form, {"Idempotency-Key": "x" * 20, "Accept": "application/json"}),
    ]
    for body, kind, headers in odd if is_api else shared(odd, path):
        faults.send(client, "POST", path, f"{visitor}, {body[:60]!r}", body, kind, **headers)


PIECES = 4


@pytest.mark.parametrize("piece", range(PIECES))
def test_no_address_answers_garbage_with_a_fault(piece, world, clients):
    names, faults = read_names(), Faults()
    for route in all_routes()[piece::PIECES]:
        visit(route, world, clients, faults, names)
    assert faults.visits > 300
    assert not faults.found, faults.words()


def test_too_many_fields_are_refused(world, clients):
    faults = Faults()
    for method, data in (("GET", b""), ("POST", b"pick=1&" * 10_000)):
        path = "/office/people/" + ("?pick=1" + "&pick=1" * 10_000 if method == "GET" else "")
        assert faults.send(clients["first_registrar"], method, path, "many", data).status_code == 400


def test_the_search_for_faults_finds_one(world, clients, monkeypatch):
    """The control: a page that reads a number without looking is found."""
    monkeypatch.setattr(
        "shegong.duties.registry.web.register.whole_number", lambda text, digits: int(text or 0)
    )
    faults = Faults()
    route = next(r for r in all_routes() if r["name"] == "registry:register")
    visit(route, world, clients, faults, ["card"])
    assert [fault for fault in faults.found if "ValueError" in fault]
