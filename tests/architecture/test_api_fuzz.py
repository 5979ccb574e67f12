"""The API against its own document: every operation with generated input, as an officer, a worker and nobody.

Half of the calls go to a real case, with and without an idempotency key, so that what is generated reaches the actions
and not only the reading of it.
"""

import importlib.util
import json
import logging
import re
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from shegong.kernel.http import today
from shegong.kernel.routes import routes

_spec = importlib.util.spec_from_file_location("fuzz_objects", Path(__file__).with_name("objects.py"))
objects = importlib.util.module_from_spec(_spec)
sys.modules["fuzz_objects"] = objects
_spec.loader.exec_module(objects)

EXAMPLES = 10
NAMES = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
KEYS = st.one_of(st.just(""), st.uuids().map(str), st.sampled_from(["short", "x" * 65, "two words and more"]))
BOUNDED = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(autouse=True)
def quiet():
    """Refusals by the hundred would otherwise be written out."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db):
    return objects.build(today())


@pytest.fixture
def callers(world, let_in):
    """County officer, worker, nobody: faults come back as answers."""
    found = [Client(raise_request_exception=False)]
    for label in ("county", f"worker of {objects.YANJI}"):
        user = next(v.user for v in world.visitors if v.label == label)
        found.append(let_in(Client(raise_request_exception=False), user))
    return found


def operations():
    """Every operation of the document, as the served one says it."""
    document = Client().get("/api/openapi.json").json()
    return [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]


def address_of(case, world, real):
    """The generated address, or that of a case and a registration that exist."""
    worker = world.workers[objects.YANJI]
    known = {
        "token": worker.application.token, "register_no": worker.registration.register_no, "layout": "roster",
        "number": world.batches[objects.YANJI].number,
    }  # fmt: skip
    path = case.path
    for name, value in (case.path_parameters or {}).items():
        path = path.replace(
            f"{{{name}}}", known[name] if real else quote(str(value), safe="", errors="replace")
        )
    query = {k: v for k, v in (case.query or {}).items() if v is not None}
    return path + ("?" + urlencode(query, doseq=True, errors="replace") if query else "")


def call(client, case, address, key):
    body = b"" if isinstance(case.body, NotSet) else case.body
    raw = (
        body if isinstance(body, bytes) else json.dumps(body, default=repr).encode()
    )  # half signs go as \\ud800, as clients send them
    with transaction.atomic():
        sent = {"Idempotency-Key": key} if key else {}
        answer = client.generic(case.method, address, raw, content_type="application/json", headers=sent)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"]
)
def test_no_operation_answers_generated_input_with_a_fault(world, callers, mode):
    faults, answered = {}, set()
    for operation in operations():

        @BOUNDED
        @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans(), key=KEYS)
        def run(case, real, key):
            address = address_of(case, world, real)
            for client in callers:
                answer = call(client, case, address, key)
                answered.add(answer.status_code)
                if answer.status_code >= 500:
                    faults[f"{case.method} {case.path}"] = (address, str(case.body)[:200], answer.exc_info)

        try:
            run()
        except Exception as unfit:  # an operation without parameters has no unfitting input
            if "Unsatisfiable" not in type(unfit).__name__:
                raise
    assert not faults, faults
    assert 401 in answered and len(answered) > 2


def test_every_operation_that_is_served_stands_in_the_document_and_takes_part():
    served = {
        method + " " + NAMES.sub(r"{\1}", route["path"])
        for route in routes()
        if route["path"].startswith("/api/") and route["path"] not in ("/api/", "/api/openapi.json")
        for method in set(route["methods"]) - {"HEAD"}
    }
    assert {f"{one.method.upper()} {one.path}" for one in operations()} == served
    assert len(served) >= 12 and any("/intake/" in one for one in served)
