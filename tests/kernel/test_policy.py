"""Dated policy: the version of the day, checked types, faults with file and line, and an honest list of memory."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Literal

import pytest

from shegong.kernel.policy import PolicyFault, Source, Wording, load, load_keyed


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Item:
    code: str
    days: int = 0
    certainty: str = "V"
    basis: str = ""


@dataclass(frozen=True)
class Rules:
    months: int
    title: Wording | None = None
    kind: Literal["a", "b"] = "a"
    colour: Colour = Colour.RED
    opens: date | None = None
    is_open: bool = False
    items: tuple[Item, ...] = ()
    limits: dict[str, int] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError("months is at least 1")


HEAD = '[[version]]\nfrom = 2009-04-08\nbasis = "Law 1"\ncertainty = "V"\n'


def rules(tmp_path: Path, text: str, *, head: str = HEAD):
    path = tmp_path / "rules.toml"
    path.write_text(head + text, encoding="utf-8")
    return load(path, Rules)


def test_the_version_of_the_day_holds(tmp_path):
    policy = rules(
        tmp_path,
        'months = 12\nkind = "b"\n[[version]]\nfrom = 2020-01-01\nbasis = "Law 2"\ncertainty = "V2"\nmonths = 6\n',
    )
    assert policy.on(date(2009, 4, 8)).months == 12
    assert policy.on(date(2019, 12, 31)).months == 12
    assert policy.on(date(2020, 1, 1)).months == 6


def test_a_later_version_says_only_what_changed_and_keeps_the_older_source(tmp_path):
    policy = rules(
        tmp_path,
        'months = 12\nkind = "b"\n[[version]]\nfrom = 2020-01-01\nbasis = "Law 2"\ncertainty = "V2"\nmonths = 6\n',
    )
    day = date(2021, 1, 1)
    assert policy.on(day).kind == "b"
    assert policy.source("kind", day) == Source("Law 1", "V")
    assert policy.source("months", day) == Source("Law 2", "V2")
    assert policy.source("months", date(2010, 1, 1)) == Source("Law 1", "V")


def test_a_day_before_the_first_version_has_no_rules(tmp_path):
    with pytest.raises(LookupError, match="no version in force on 2009-04-07"):
        rules(tmp_path, "months = 12\n").on(date(2009, 4, 7))


def test_every_kind_of_value_arrives_with_its_type(tmp_path):
    found = rules(
        tmp_path,
        'months = 12\ntitle = { zh = "一", en = "One" }\ncolour = "red"\nopens = 2010-01-01\nis_open = true\n'
        "limits = { small = 1 }\n"
        '[[version.items]]\ncode = "x"\ndays = 3\n[[version.items]]\ncode = "y"\n',
    ).on(date(2010, 1, 1))
    assert found.title == Wording("一", "One")
    assert (found.colour, found.opens, found.is_open, found.limits) == (
        Colour.RED,
        date(2010, 1, 1),
        True,
        {"small": 1},
    )
    assert found.items == (Item("x", 3), Item("y"))


def test_a_wording_speaks_the_language_asked_for():
    wording = Wording("一", "One")
    assert [wording.says(language) for language in ("zh-hans", "en", "en-gb", None)] == [
        "一",
        "One",
        "One",
        "一",
    ]


def test_values_from_memory_work_and_are_listed_until_somebody_attaches_the_text(tmp_path):
    policy = rules(
        tmp_path,
        'months = { value = 12, basis = "somewhere", certainty = "M" }\n'
        '[[version.items]]\ncode = "x"\ncertainty = "M"\nbasis = "art. ?"\n[[version.items]]\ncode = "y"\n',
    )
    assert policy.on(date(2010, 1, 1)).months == 12
    assert [(found.key, found.value, found.basis) for found in policy.needs_source()] == [
        ("months", 12, "somewhere"),
        ("items[0]", "x", "art. ?"),
    ]


def test_a_version_from_memory_is_one_line_of_that_list(tmp_path):
    policy = rules(tmp_path, 'months = 12\nkind = "b"\n', head=HEAD.replace('"V"', '"M"'))
    assert [(found.key, found.since) for found in policy.needs_source()] == [("", date(2009, 4, 8))]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('months = "12"\n', r"rules.toml:5: months: a whole number is needed, not '12'"),
        ("months = true\n", r"rules.toml:5: months: a whole number is needed, not True"),
        ("months = 1\nkind = 'c'\n", r"rules.toml:6: kind: one of 'a', 'b' is needed, not 'c'"),
        ("months = 1\ncolour = 'blue'\n", r"rules.toml:6: colour: one of 'red' is needed, not 'blue'"),
        ("months = 1\nopens = '2010-01-01'\n", r"rules.toml:6: opens: a day such as 2009-04-08 is needed"),
        ("months = 1\nis_open = 1\n", r"rules.toml:6: is_open: true or false is needed, not 1"),
        ("months = 1\nitems = 'x'\n", r"rules.toml:6: items: a list is needed, not 'x'"),
        ("months = 1\n[[version.items]]\ndays = 3\n", r"rules.toml:6: items\[0\].code: missing"),
        ("months = 1\n[version.title]\nzh = '一'\n", r"rules.toml:6: title.en: missing"),
        ("kind = 'a'\n", r"rules.toml:1: months: missing"),
        ("months = 1\nmonts = 2\n", r"rules.toml:6: monts: unknown key"),
        ("months = 0\n", r"rules.toml:1: months is at least 1"),
        (
            "months = { value = 1, certainty = 'X' }\n",
            r"rules.toml:5: months: certainty 'X' is not one of V, V2, D, M",
        ),
        (
            "months = { value = 1, basis = '' }\n",
            r"rules.toml:5: months: a basis \(law and article\) is needed",
        ),
        (
            "months = 1\n[[version]]\nfrom = 2009-04-08\ncertainty = 'D'\n",
            r"rules.toml:7: from: 2009-04-08 is not after",
        ),
        ("months = 1\n[[version]]\nfrom = '2010'\n", r"rules.toml:7: from: a day such as"),
        ("months = \n", r"rules.toml: .*line 5"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path, text, complaint):
    with pytest.raises(PolicyFault, match=complaint):
        rules(tmp_path, text)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    with pytest.raises(PolicyFault) as told:
        rules(tmp_path, "months = 'x'\nkind = 'c'\nmonts = 1\n")
    assert len(str(told.value).splitlines()) == 3


def test_a_file_without_a_version_is_refused(tmp_path):
    with pytest.raises(PolicyFault, match=r"no \[\[version\]\]"):
        rules(tmp_path, "months = 1\n", head="")


def test_a_decision_of_the_operator_needs_no_law(tmp_path):
    assert (
        rules(tmp_path, "months = { value = 3, basis = '', certainty = 'D' }\n").on(date(2010, 1, 1)).months
        == 3
    )


def test_policies_of_one_file_are_kept_by_their_key(tmp_path):
    path = tmp_path / "routes.toml"
    one = '[[route]]\nfrom = 2009-01-01\nbasis = "x"\ncertainty = "V"\ncode = "{}"\ndays = {}\n'
    path.write_text(one.format("a", 1) + one.format("b", 2) + one.replace("2009", "2010").format("a", 3))
    routes = load_keyed(path, Item, table="route", key="code")
    assert list(routes) == ["a", "b"]
    assert routes["a"].on(date(2009, 6, 1)).days == 1
    assert routes["a"].on(date(2010, 6, 1)) == Item("a", 3)
    assert routes["b"].on(date(2010, 6, 1)).days == 2
