"""The demo world keeps the contract of reliability.md: a case in every state, accounts for every role, invented people."""

import pytest
from django.core.management import CommandError, call_command
from stdnum.cn.ric import is_valid

from shegong.config.demo.cast import Cast
from shegong.config.demo.world import SCALES


def test_the_same_seed_deals_the_same_people_and_another_seed_others():
    def deal(seed):
        cast = Cast(seed)
        return [cast.member(korean=n % 3 == 0) for n in range(60)]

    assert deal(1) == deal(1) and deal(1) != deal(2)
    assert len({member.number for member in deal(1)}) == 60


def test_nobody_can_own_an_invented_number():
    cast = Cast(7)
    for _ in range(200):
        number = cast.member().number
        assert number.startswith("99") and len(number) == 18
        assert not is_valid(number)  # no division has the code
        total = sum(
            int(digit) * weight
            for digit, weight in zip(
                number[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True
            )
        )
        assert "10X98765432"[total % 11] == number[17]


def test_rare_characters_and_names_of_the_peoples_are_among_them():
    cast = Cast(1)
    names = {cast.member(korean=True).name for _ in range(90)}
    assert {"刘䶮", "陈𬱖", "古丽·阿不都", "尉迟恭宁"} <= names


def test_scales_grow_the_number_of_cases_only():
    assert sorted(SCALES.values()) == [1, 4, 20]


def test_a_demo_is_refused_in_production_and_before_a_province_is_loaded(settings, db):
    with pytest.raises(CommandError, match="Load a province first"):
        call_command("demo")
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("demo")


def test_a_demo_never_enters_a_database_that_holds_people(settings, db, tmp_path):
    from shegong.ground.people.models import Person
    from shegong.ground.regions.models import Region
    from shegong.kernel.temporal import days

    settings.SHEGONG_HOME = tmp_path
    Region.objects.create(code=220000000, level=1, name="吉林省", during=days(None))
    Person.objects.create()
    with pytest.raises(CommandError, match="already holds people"):
        call_command("demo")
