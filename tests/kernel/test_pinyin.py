"""Pinyin and search: surnames are read as surnames, and a person is found by what an officer types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel.pinyin import SURNAMES, grams, name_matches, pinyin, search_grams, sorting_key, toned

han_names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("单雄信", "shàn xióng xìn"),
        ("曾国藩", "zēng guó fān"),
        ("仇英", "qiú yīng"),
        ("区建国", "ōu jiàn guó"),
        ("解缙", "xiè jìn"),
        ("查良镛", "zhā liáng yōng"),
        ("朴明哲", "piáo míng zhé"),
        ("任正非", "rén zhèng fēi"),
        ("华佗", "huà tuó"),
        ("盖叫天", "gě jiào tiān"),
        ("尉迟恭", "yù chí gōng"),
        ("万俟卨", "mò qí xiè"),
        ("单于明", "chán yú míng"),
        ("覃辉", "qín huī"),
        ("王芳", "wáng fāng"),
    ],
)
def test_surnames_are_read_as_surnames(name, reading):
    assert " ".join(toned(name)) == reading


def test_the_surname_reading_stays_with_the_surname():
    assert toned("王单")[1] == "dān"
    assert toned("任")[0] == "rèn"  # alone it is no surname


def test_u_umlaut_is_written_v():
    assert pinyin("吕布") == ("lv", "bu")


def test_latin_names_and_unknown_characters_have_no_syllables():
    assert toned("John Smith") == ()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        (
            "王小明",
            ["王", "小明", "王小明", "w", "wxm", "xm", "wang", "wangx", "WANGXIAOMING", "Wang Xiao", "明"],
        ),
        ("单雄信", ["shan", "sxx", "dan", "单雄"]),
        ("任长霞", ["renchang", "renzhang", "rcx"]),
        ("吕布", ["lv", "lyu", "lu", "lb"]),
        ("㛃䶮𬱖", ["𬱖", "㛃䶮", "䶮𬱖"]),
        ("艾力·买买提", ["艾力", "力买", "买买提", "艾力·买", "aili"]),
        ("山﨑", ["山崎", "崎"]),
        ("John Smith", ["john", "smi", "johnsmith", "John S"]),
        ("O'Brien", ["obrien", "o'b"]),
        ("欧阳小明", ["欧阳小明", "阳小明"]),
    ],
)
def test_a_person_is_found_by_any_part_that_people_type(name, typed):
    stored = set(grams(name))
    missed = [
        query for query in typed if not (set(search_grams(query)) and set(search_grams(query)) <= stored)
    ]
    assert missed == []
    assert all(name_matches(query, name) for query in typed)


@pytest.mark.parametrize(("name", "typed"), [("王小明", "王明"), ("王小明", "ang"), ("欧阳小明", "阳欧")])
def test_a_person_is_not_found_by_what_the_name_does_not_hold(name, typed):
    assert not set(search_grams(typed)) <= set(grams(name))


def test_pieces_found_apart_are_told_from_a_name_that_holds_them_in_a_row():
    name, query = "甲乙丙丁乙丙戊", "乙丙戊甲乙丙丁"
    assert not name_matches(query, name)
    assert not name_matches("乙丙丁乙丙丁", name)
    assert set(search_grams("丁乙丙丁")) <= set(grams("甲乙丙丁乙丙丁"))


@pytest.mark.parametrize("query", ["", " ", "··", "123", "%_"])
def test_a_query_without_letters_searches_nothing(query):
    assert search_grams(query) == []


@given(han_names)
def test_a_name_is_found_by_itself_by_each_character_and_by_its_pinyin(name):
    stored = set(grams(name))
    assert set(search_grams(name)) <= stored
    assert all(set(search_grams(character)) <= stored for character in name)
    assert set(search_grams("".join(pinyin(name)))) <= stored


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_reading_or_search(text):
    assert all(isinstance(part, str) and part for part in [*grams(text), *search_grams(text), *toned(text)])


def test_a_short_name_needs_few_fragments_and_a_long_ambiguous_one_not_endlessly_many():
    assert len(grams("王小明")) < 30
    assert len(grams("长" * 30)) < 100


def test_names_sort_by_pinyin():
    names = ["张三", "单雄信", "李四", "Bob", "阿明", "曾国藩"]
    assert sorted(names, key=sorting_key) == ["阿明", "Bob", "李四", "单雄信", "曾国藩", "张三"]


def test_every_surname_of_the_table_has_a_syllable_for_each_character():
    assert [surname for surname, reading in SURNAMES.items() if len(reading.split()) != len(surname)] == []
