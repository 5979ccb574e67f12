"""Phones, mail addresses, codes and dates: every usual way of typing them, and clear refusals."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shegong.kernel.codes import USCC_LETTERS, canonical_management_number, canonical_uscc
from shegong.kernel.contact import canonical_email, canonical_phone
from shegong.kernel.masking import mask
from shegong.kernel.typed_dates import read_date


def refusal(found: object) -> list[str]:
    return [obstacle.code for obstacle in found] if isinstance(found, list) else []


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "008613800138000",
        "8613800138000",
        "(+86)138‑0013‑8000",
        "\u202d13800138000\u202c",
        "１３８００１３８０００",
    ],
)
def test_every_way_of_typing_one_mobile_number_gives_one(typed):
    assert canonical_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "typed",
    ["", "1380013800", "138001380001", "12800138000", "0431-85090000", "+1 2025550100", "138OO138000"],
)
def test_what_is_no_mobile_number_is_refused(typed):
    assert refusal(canonical_phone(typed)) == ["phone_form"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Wang.Fang@Example.CN ", "Wang.Fang@example.cn"),
        ("wang＠example.cn", "wang@example.cn"),
        ("a+b@mail.example.com.cn", "a+b@mail.example.com.cn"),
        ("\u200bwang@example.cn", "wang@example.cn"),
    ],
)
def test_a_mail_address_keeps_its_name_and_has_a_small_domain(typed, address):
    assert canonical_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "wang", "@example.cn", "wang@", "wang@localhost", "a@b@example.cn", "wang@exa_mple.cn", "wang@-x.cn", ".a@x.cn",
     "a..b@x.cn", "王@example.cn", "wang@例子.cn", "a" * 65 + "@x.cn", "wang@x.cn\nBcc:v@x.cn"],
)  # fmt: skip
def test_what_is_no_mail_address_is_refused(typed):
    assert refusal(canonical_email(typed)) == ["email_form"]


def test_masked_phones_and_addresses_show_enough_to_recognise():
    assert mask("phone", "+8613812345678") == "138****5678"
    assert mask("phone", "85090000") == "******00"
    assert mask("email", "wang@example.cn") == "w***@example.cn"


@pytest.mark.parametrize(
    "typed",
    [
        "91350100M000100Y43",
        "91350100m000100y43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "9135 0100 M000 100Y 43",
    ],
)
def test_every_way_of_typing_one_credit_code_gives_one(typed):
    assert canonical_uscc(typed) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "uscc_length"),
        ("91350100M000100Y4", "uscc_length"),
        ("91350100M000100Y44", "uscc_check_digit"),
        ("91350100I000100Y43", "uscc_character"),
        ("9135010OM000100Y43", "uscc_character"),
        ("91350A00M000100Y43", "uscc_character"),
        ("91350100М000100Y43", "uscc_character"),  # Cyrillic М
    ],
)
def test_a_credit_code_that_cannot_be_is_refused_with_its_reason(typed, code):
    assert refusal(canonical_uscc(typed)) == [code]


@given(st.text(alphabet=USCC_LETTERS, min_size=9, max_size=9), st.integers(110000, 659999))
def test_a_code_is_right_exactly_when_the_number_library_says_so(tail, place):
    body = f"52{place}{tail}"
    code = body + uscc.calc_check_digit(body + "0")
    assert canonical_uscc(code) == code
    assert uscc.is_valid(code)


@pytest.mark.parametrize(
    ("typed", "value", "warned"),
    [
        ("2012 0622 0100 0003 18", "201206220100000318", False),
        ("２０１２０６２２０１００００００００"[:18], "201206220100000000", False),
        ("0812345", "0812345", True),
        ("a-0123", "A-0123", True),
        ("吉社工(2008)017号", "吉社工(2008)017号", True),
    ],
)
def test_a_management_number_is_opaque_and_warns_when_it_has_not_18_digits(typed, value, warned):
    found = canonical_management_number(typed)
    assert found.value == value
    assert bool(found.warnings) is warned


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "management_no_missing"), ("12=34", "management_no_character"), ("1" * 41, "management_no_length")],
)
def test_what_is_no_management_number_is_refused(typed, code):
    assert refusal(canonical_management_number(typed)) == [code]


@pytest.mark.parametrize(
    "typed",
    ["2013-6-30", "2013-06-30", "20130630", "2013年6月30日", "2013年6月30", "2013年06月30号", "2013.6.30", "2013/6/30",
     "２０１３－６－３０", "2013 年 6 月 30 日", " 2013-6-30 ", "2013—6—30", "2013。6。30"],
)  # fmt: skip
def test_every_usual_way_of_typing_a_day_is_read(typed):
    assert read_date(typed) == date(2013, 6, 30)


@given(
    st.dates(date(1800, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["{0}-{1}-{2}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}", "{0}.{1}.{2}"]),
)
def test_every_day_is_read_back_in_every_form(day, form):
    assert read_date(form.format(day.year, day.month, day.day)) == day


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("", "date_missing", "Enter the date."),
        ("2013-2-29", "date_day", "2013-2 has no day 29; its last day is 28."),
        ("20130431", "date_day", "2013-4 has no day 31; its last day is 30."),
        ("2013-4-0", "date_day", "2013-4 has no day 0; its last day is 30."),
        ("2013年13月1日", "date_month", "There is no month 13."),
        ("0013-6-30", "date_year", "13 is not a possible year here."),
        ("13-6-30", "date_form", "Write the date with year, month and day, such as 2013-6-30."),
        ("30.6.2013", "date_form", "Write the date with year, month and day, such as 2013-6-30."),
        ("2013-6/30", "date_form", "Write the date with year, month and day, such as 2013-6-30."),
        ("2013-6", "date_form", "Write the date with year, month and day, such as 2013-6-30."),
        ("yesterday", "date_form", "Write the date with year, month and day, such as 2013-6-30."),
        ("٢٠١٣-٦-٣٠", "date_form", "Write the date with year, month and day, such as 2013-6-30."),
    ],
)
def test_an_impossible_day_is_refused_with_a_sentence(typed, code, sentence):
    found = read_date(typed)
    assert (refusal(found), str(found[0])) == ([code], sentence)


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_a_reader(text):
    for read in (canonical_phone, canonical_email, canonical_uscc, canonical_management_number, read_date):
        found = read(text)
        assert not isinstance(found, list) or all(str(obstacle) for obstacle in found)
