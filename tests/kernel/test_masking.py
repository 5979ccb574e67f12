"""One rule says what of a personal value stands in the open; what slips past everything is covered in logs and reports."""

import io
import logging
import os
import re
import sys

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel import seal_ciphers, sealing
from shegong.kernel.logs import JsonLines, PlainLines
from shegong.kernel.masking import cover, mask

NUMBER, PHONE, MAIL, CARD = "990101199003071245", "13812345678", "wang.li@example.cn", "6222021234567890128"
pytestmark = pytest.mark.clause("T4.2.b")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("identity", NUMBER, "990101********1245"), ("identity", "990101900307124", "990101*****7124"),
        ("identity", "E12345678", "E1*****78"), ("identity", "9900", "****"), ("phone", "+86" + PHONE, "138****5678"),
        ("phone", "85090000", "******00"), ("phone", "0431-82731234", "0431-******34"), ("phone", "01062351234", "010-******34"),
        ("email", MAIL, "w***@example.cn"),
        ("address", "吉林省延吉市河南街1号", "吉林省延吉市***"), ("bank", CARD, "***************0128"), ("name", "王小明", "王*明"),
    ],
)  # fmt: skip
def test_each_kind_has_one_masked_form(kind, value, shown):
    assert mask(kind, value) == shown


def test_a_kind_that_nobody_thought_of_passes_nothing():
    with pytest.raises(KeyError):
        mask("passphrase", "secret")


@given(
    st.sampled_from(["identity", "phone", "email", "bank"]),
    st.text(st.characters(codec="ascii"), min_size=12, max_size=30),
)
def test_a_masked_value_is_never_the_value(kind, value):
    assert mask(kind, value) != value


@pytest.mark.parametrize(
    "value",
    [
        NUMBER, NUMBER[:-1] + "X", "990101900307124", PHONE, "+86" + PHONE, "+86-138 1234 5678", "138-1234-5678", "0431-82731234", "010 62351234", MAIL, CARD,
        NUMBER.translate({ord("0") + i: chr(ord("０") + i) for i in range(10)}),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "around", ["{}", "号码{}，重复", "{{'number': '{}'}}", "key=({})=(x)", "id={}&x=1", "<{}>"]
)
def test_what_looks_like_a_personal_number_is_covered_whole(value, around):
    text = cover(around.format(value))
    assert not re.search(r"\d{4}", text) and "example" not in text, text
    assert "[" in text


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T06:12:42.123456Z", "request 5f0c2b7e-1111-4222-8333-1234567890ab", "entry 100000000123", "took 1732345678901 ms",
        "220102-2026-000123", "region 222401000", "91220101MA12345678", "sha256 " + "0123456789abcdef" * 4,
    ],
)  # fmt: skip
def test_times_ids_and_official_numbers_stay_readable(text):
    assert cover(text) == text


@pytest.mark.parametrize("form", [JsonLines, PlainLines])
def test_a_log_line_covers_what_somebody_put_into_it(form):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(form())
    log = logging.Logger("shegong.trial")
    log.addHandler(handler)
    try:
        raise ValueError(f"duplicate of {NUMBER}")
    except ValueError:
        log.exception("could not store %s for %s", PHONE, MAIL, extra={"facts": {"card": CARD, "count": 3}})
    text = out.getvalue()
    assert "could not store [phone] for [mail address]" in text and "duplicate of [identity number]" in text
    for value in (NUMBER, PHONE, MAIL, CARD):
        assert value not in text


# -- keys ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path, settings):
    settings.SHEGONG_HOME, settings.SHEGONG_KEYS = tmp_path, ""
    sealing.look_again()
    ring = sealing.keyring()
    found = [*ring.sealing.values(), ring.indexing]
    yield [form for key in found for form in (key.hex(), repr(key), repr(key)[2:20], key.hex().upper())]
    sealing.look_again()


@pytest.mark.django_db
def test_an_error_page_and_what_is_logged_of_it_hold_no_key(client, keys, monkeypatch, caplog):
    """A fault in the middle of sealing: the key stands in the variables of the frames."""

    def broken(*key_and_message):
        raise RuntimeError(f"out of memory in {sealing.keyring()!r}")

    monkeypatch.setattr(seal_ciphers, "one_mac", broken)
    monkeypatch.setattr(seal_ciphers, "mac", broken)
    client.raise_request_exception = False
    page = client.post(reverse("account_login"), {"name": "yanji", "password": "x" * 20})
    assert page.status_code == 500
    crashes = [record for record in caplog.records if record.exc_info]
    assert crashes
    said = [
        page.content.decode(),
        *(form().format(record) for record in crashes for form in (JsonLines, PlainLines)),
    ]
    report = ExceptionReporter(RequestFactory().post("/", {"password": "x" * 20}), *crashes[0].exc_info)
    said += [report.get_traceback_html(), report.get_traceback_text()]
    for text in said:
        assert not [key for key in keys if key in text]
        assert "x" * 20 not in text


def test_the_environment_names_no_key(keys):
    everything = "".join(f"{name}={value}" for name, value in os.environ.items()) + " ".join(sys.argv)
    assert not [key for key in keys if key in everything]
