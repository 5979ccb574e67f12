"""Names: rare ones are accepted, false ones are refused by name and place, equal ones compare equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel.characters import HAN_CHARACTER
from shegong.kernel.masking import mask
from shegong.kernel.names import canonical_name, comparison_key, same_name

pytestmark = pytest.mark.clause("T4.2.b")
han_names = st.text(st.from_regex(HAN_CHARACTER, fullmatch=True), min_size=2, max_size=30)


def codes(raw: str) -> list[str]:
    found = canonical_name(raw)
    return [obstacle.code for obstacle in found] if isinstance(found, list) else []


@pytest.mark.parametrize(
    "name",
    [
        "王芳",
        "欧阳修",
        "㛃䶮𬱖",
        "刘𫖯",
        "𠮷野",
        "山﨑",
        "李〇〇",
        "爱新觉罗·启骧",
        "阿卜杜拉·艾合买提江",
        "一" * 30,
    ],
)
def test_rare_and_long_chinese_names_are_kept_as_they_are(name):
    assert canonical_name(name) == name


@given(han_names)
def test_every_name_of_chinese_characters_is_accepted_and_canonical_twice(name):
    assert canonical_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 王 芳 ", "王芳"),
        ("王\u3000芳", "王芳"),
        ("艾力·买买提", "艾力·买买提"),
        ("艾力•买买提", "艾力·买买提"),
        ("艾力．买买提", "艾力·买买提"),
        ("艾力・买买提", "艾力·买买提"),
        ("艾力 ‧ 买买提", "艾力·买买提"),
        ("艾力.买买提", "艾力·买买提"),
        ("John  Smith", "John Smith"),
        ("Ｊｏｈｎ Smith", "John Smith"),
        ("O’Brien", "O'Brien"),
        ("José María", "José María"),
        ("Jose\u0301 María", "José María"),
        ("Anne-Marie", "Anne-Marie"),
    ],
)
def test_spaces_dots_and_widths_are_put_right(typed, name):
    assert canonical_name(typed) == name


# Abuse A26: homoglyph names (Latin a / Cyrillic, 﨑/崎, variation selector, ZWJ, RTL override, middle do
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "name_missing"),
        ("   ", "name_missing"),
        ("--", "name_missing"),
        ("王", "name_length"),
        ("一" * 31, "name_length"),
        ("王a芳", "name_mixed"),
        ("王а芳", "name_mixed"),  # Cyrillic
        ("王ο芳", "name_mixed"),  # Greek
        ("王3芳", "name_mixed"),
        ("王芳!", "name_mixed"),
        ("王ー芳", "name_mixed"),  # Japanese long sound, looks like 一
        ("⽅世玉", "name_radical"),
        ("李⻘", "name_radical"),
        ("艾力··买买提", "name_dot"),
        ("·艾力", "name_dot"),
        ("艾力·", "name_dot"),
        ("Иван", "name_script"),
        ("Jоhn", "name_script"),  # Cyrillic о
        ("김철수", "name_script"),
        ("John3", "name_script"),
        ("=HYPERLINK()", "name_script"),
        ("王\u202e芳", "name_invisible"),
        ("王\u200d芳", "name_invisible"),
        ("葛\U000e0100城", "name_invisible"),
        ("王\ufe00芳", "name_invisible"),
        ("王\u2066芳\u2069", "name_invisible"),
        ("王\u3164芳", "name_invisible"),
        ("John\u00adSmith", "name_invisible"),
        ("王\x00芳", "name_invisible"),
        ("王\ue863", "name_private"),
        ("王\U000f0000", "name_private"),
    ],
)
def test_what_only_looks_like_a_name_is_refused(raw, code):
    assert code in codes(raw)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("王а芳", "Character 2, “а”, is a Cyrillic letter (U+0430) and does not belong in a Chinese name."),
        ("⽅世玉", "Character 1, ⽅, is a radical, not the character. Type the character 方."),
        ("王\ue863", "Character 2 is an old private code for 䶮. Type 䶮 with a current keyboard."),
        (
            "王\u202e芳",
            "Character 2 is a direction sign (U+202E), which nobody sees. Delete it and type the name again.",
        ),
    ],
)
def test_a_refusal_names_the_character_and_its_place(raw, sentence):
    assert str(canonical_name(raw)[0]) == sentence


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_reader_and_what_passes_is_canonical(text):
    found = canonical_name(text)
    if isinstance(found, str):
        assert canonical_name(found) == found
        assert 2 <= len(found) <= 30
    else:
        assert all(str(obstacle) for obstacle in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山﨑", "山崎"),
        ("艾力·买买提", "艾力•买买提"),
        ("王 芳", "王芳"),
        ("JOHN SMITH", "John Smith"),
        ("金大中", "\uf90a大中"),
    ],
)
def test_shapes_that_readers_take_for_one_name_compare_equal(one, other):
    assert same_name(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("王芳", "王方"), ("张三", "張三"), ("", ""), (" ", ""), ("未央", "末央")]
)
def test_different_names_do_not_compare_equal(one, other):
    assert not same_name(one, other)


@given(han_names)
def test_the_comparison_key_of_a_key_is_itself(name):
    assert comparison_key(comparison_key(name)) == comparison_key(name)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王小明", "王*明"),
        ("艾力·买买提", "艾****提"),
        ("𬱖𬱖", "𬱖*"),
        ("John Smith", "J*********"),
        ("", ""),
    ],
)
def test_a_masked_name_keeps_first_and_last(name, masked):
    assert mask("name", name) == masked
