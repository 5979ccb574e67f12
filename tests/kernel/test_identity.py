"""Identity numbers: one person, one number, however it is typed; nothing is guessed."""

import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from shegong.kernel.identity import canonical_identity, canonical_passport
from shegong.kernel.masking import mask

pytestmark = pytest.mark.clause("T4.2.b")
TODAY = date(2026, 11, 22)
SAMPLE = "11010519491231002X"


def with_check_digit(body: str) -> str:
    """A number of 18 characters from its first 17, by the weights of GB 11643, not by our code."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return (
        body
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    )


births = st.dates(date(1900, 1, 1), TODAY)
numbers = st.builds(
    lambda place, born, order: with_check_digit(f"{place:06d}{born:%Y%m%d}{order:03d}"),
    st.integers(110000, 659999),
    births,
    st.integers(0, 999),
)


def codes(raw: str) -> list[str]:
    found = canonical_identity(raw, today=TODAY)
    return [obstacle.code for obstacle in found] if isinstance(found, list) else []


@pytest.mark.parametrize(
    "typed",
    [
        SAMPLE,
        "11010519491231002x",
        " 110105 19491231 002X\n",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u200b19491231\u202a002X\ufeff",
        "\u3000110105 1949 1231 002X",
        "110105491231002",
        "１１０１０５ 491231 002",
    ],
)
def test_every_way_of_typing_one_number_gives_one_person(typed):
    assert canonical_identity(typed, today=TODAY).value == SAMPLE


def test_birth_and_sex_are_read_from_the_number():
    found = canonical_identity(SAMPLE, today=TODAY)
    assert (found.born_on, found.sex, found.kind, found.warnings) == (date(1949, 12, 31), "2", "resident", ())


@given(numbers)
def test_a_right_number_is_accepted_and_canonical_twice(number):
    found = canonical_identity(number, today=TODAY)
    assert found.value == number
    assert canonical_identity(found.value, today=TODAY) == found
    assert found.born_on.strftime("%Y%m%d") == number[6:14]
    assert found.sex == ("1" if int(number[16]) % 2 else "2")


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(number, place, step):
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert codes(wrong) in (["identity_check_digit"], ["identity_birth"])


@given(numbers, st.integers(0, 15))
def test_two_neighbouring_digits_swapped_are_noticed(number, place):
    assume(number[place] != number[place + 1] and number[place + 1] != "X")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert codes(swapped) in (["identity_check_digit"], ["identity_birth"])


@given(st.integers(110000, 659999), st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 995))
def test_the_old_number_of_15_digits_and_the_new_one_are_one_person(place, born, order):
    old = f"{place:06d}{born:%y%m%d}{order:03d}"
    new = with_check_digit(f"{place:06d}{born:%Y%m%d}{order:03d}")
    assert canonical_identity(old, today=TODAY) == canonical_identity(new, today=TODAY)


@given(
    st.sampled_from(["220102", "220381", "222401", "110105", "440305", "653201"]), births, st.integers(0, 999)
)
def test_a_number_that_the_number_library_accepts_has_no_warning(place, born, order):
    number = with_check_digit(f"{place}{born:%Y%m%d}{order:03d}")
    assume(ric.is_valid(number))
    assert canonical_identity(number, today=TODAY).warnings == ()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "identity_missing"),
        (" \u200b", "identity_missing"),
        ("11010519491231002", "identity_length"),
        ("1101051949123100211", "identity_length"),
        ("110105194912310021", "identity_check_digit"),
        ("11010519490231002X", "identity_birth"),
        (with_check_digit("11010520261123002"), "identity_birth"),
        (with_check_digit("11010500001231002"), "identity_birth"),
        ("1101051949123100Х2", "identity_character"),  # Cyrillic
        ("11010519491231002Х", "identity_character"),
        ("11010519491231002×", "identity_character"),
        ("110105-19491231-002X", "identity_character"),
        ("11010519491231X02X", "identity_character"),
        ("l1010519491231002X", "identity_character"),
        ("11010519491231٠٠2X", "identity_character"),
        ("110105181231996", "identity_before_1900"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_reason(raw, code):
    assert codes(raw) == [code]


def test_a_look_alike_is_named_with_its_place():
    (found,) = canonical_identity("11010519491231002Х", today=TODAY)
    assert str(found) == (
        "Character 18, “Х”, is a Cyrillic letter (U+0425). Use the digits 0 to 9 and, at the end, X."
    )


def test_a_child_born_today_has_a_possible_number_and_one_of_tomorrow_has_not():
    assert not codes(with_check_digit("11010520261122002"))
    assert codes(with_check_digit("11010520261123002")) == ["identity_birth"]


@pytest.mark.parametrize(
    ("place", "kind", "warned"),
    [
        ("220102", "resident", False),
        ("220381", "resident", False),  # 公主岭 before 2020
        ("222401", "resident", False),
        ("220199", "resident", True),
        ("000000", "resident", True),
        ("810000", "compatriot", False),
        ("830000", "compatriot", False),
        ("922840", "foreigner", False),
        ("956840", "foreigner", True),
        ("990102", "demo", False),
    ],
)
def test_an_unknown_place_warns_and_does_not_block(place, kind, warned):
    found = canonical_identity(with_check_digit(f"{place}19900101001"), today=TODAY)
    assert found.kind == kind
    assert [warning.code for warning in found.warnings] == ["identity_place_unknown"] * warned


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reader(text):
    found = canonical_identity(text, today=TODAY)
    if not isinstance(found, list):
        assert len(found.value) == 18
    else:
        assert all(str(obstacle) for obstacle in found)


@given(st.text(alphabet="0123456789X", min_size=15, max_size=18))
def test_what_is_accepted_is_right_by_the_standard(text):
    found = canonical_identity(text, today=TODAY)
    if not isinstance(found, list):
        assert with_check_digit(found.value[:17]) == found.value


@pytest.mark.parametrize(
    ("raw", "value"),
    [(" e1234567 8", "E12345678"), ("Ｇ－12345678", "G12345678"), ("CAN110075082901", "CAN110075082901")],
)
def test_a_passport_number_is_upper_case_without_blanks(raw, value):
    assert canonical_passport(raw) == value


@pytest.mark.parametrize("raw", ["", "E12", "Е12345678", "护照12345", "E" * 21])
def test_what_is_no_document_number_is_refused(raw):
    assert [obstacle.code for obstacle in canonical_passport(raw)] == ["document_number"]


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("22010219900101002X", "220102********002X"),
        ("E12345678", "E1*****78"),
        ("E1234", "E***4"),
        ("E1", "**"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_at_most_six_and_four(number, masked):
    assert mask("identity", number) == masked


def test_the_sample_characters_are_what_they_seem():
    assert unicodedata.name("Х").startswith("CYRILLIC")
