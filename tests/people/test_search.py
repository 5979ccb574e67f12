"""People are found by any piece of a name, by pinyin and by number, within reach, through an index."""

import re

import pytest
from django.db import connection

from shegong.ground.people import actions
from shegong.ground.people.models import Person, PersonName, Tie, identities_of, names_of
from shegong.kernel.access import SYSTEM
from shegong.kernel.pinyin import grams

pytestmark = pytest.mark.django_db


def found(text, actor):
    return list(names_of([p.pk for p in Person.objects.search(text, actor)]).values())


@pytest.mark.parametrize(
    "text", ["单雄信", "雄信", "单", "雄", "shan", "shanxiong", "SXX", "dan", " 单 雄信 ", "xx"]
)
def test_any_piece_of_a_name_or_its_pinyin_finds_it(make_person, officer, text):
    make_person("单雄信")
    make_person("李雷")
    assert found(text, officer) == ["单雄信"]


@pytest.mark.parametrize("text", ["", "  ", "%", "'; drop table", "。", "信雄"])
def test_what_is_no_piece_of_the_name_finds_nothing(make_person, officer, text):
    make_person("单雄信")
    assert found(text, officer) == []


def test_a_former_name_finds_the_person_under_the_present_one(make_person, officer, day):
    person = make_person("王小明")
    actions.state_name(person, name="王建国", by=SYSTEM, on=day, changed_on=day)
    assert found("小明", officer) == ["王建国"]


def test_a_corrected_name_finds_nobody(make_person, officer, day):
    actions.state_name(make_person("王小朋"), name="王小明", by=SYSTEM, on=day)
    assert found("小朋", officer) == []


def test_a_number_finds_by_its_last_four_or_all_in_either_length(person, make_number, officer):
    number = make_number()
    for text in (number[-4:], number, number.lower(), number[:6] + number[8:17]):
        assert found(text, officer) == ["王小明"]
    assert found(number[:10], officer) == [] and found(make_number(order="126"), officer) == []


def test_nobody_outside_reach_is_found_by_name_or_number(person, make_number, neighbour, make_officer):
    for text in ("王小明", make_number(), make_number()[-4:]):
        assert found(text, neighbour) == []
        assert found(text, make_officer(222401000, frozenset({"people.edit"}))) == []


@pytest.fixture
def reachable(person, day):
    """The person with a phone and a mail address."""
    for kind, value in (("phone", "13844330001"), ("email", "Wang.XM@example.cn")):
        actions.state_contact(person, kind=kind, value=value, verified=False, by=SYSTEM, on=day)
    return person


@pytest.mark.parametrize(
    "text",
    ["13844330001", "+86 138-4433-0001", "008613844330001", "１３８４４３３０００１", " wang.xm@EXAMPLE.cn"],
)
def test_a_whole_phone_or_mail_address_finds_whoever_has_it_however_it_is_spelled(
    reachable, officer, neighbour, make_officer, text
):
    assert found(text, officer) == ["王小明"]
    assert found(text, neighbour) == [] == found(text, make_officer(222401000, frozenset({"people.edit"})))


@pytest.mark.parametrize(
    "text", ["13844330002", "1384433000", "44330001", "xm@example.cn", "@example.cn", "wang.xm@"]
)
def test_a_piece_of_a_phone_or_mail_address_and_another_one_find_nobody(reachable, officer, text):
    assert found(text, officer) == []


def test_a_phone_finds_nobody_once_another_took_its_place_and_two_who_share_one_both(
    reachable, make_person, officer, day
):
    twin = make_person("李雷")
    actions.state_contact(twin, kind="phone", value="13844330001", verified=False, by=SYSTEM, on=day)
    assert sorted(found("13844330001", officer)) == ["李雷", "王小明"]
    actions.state_contact(reachable, kind="phone", value="13844330009", verified=False, by=SYSTEM, on=day)
    assert found("13844330001", officer) == ["李雷"]
    Person.objects.filter(pk=twin.pk).update(merged_into=reachable)
    assert found("13844330001", officer) == ["王小明"]


def test_a_search_by_phone_goes_through_the_index(reachable, officer):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert (
        "contact_found" in Person.objects.visible_to(officer, "people.read").found_by("13844330001").explain()
    )


def test_names_that_begin_with_the_text_come_first(make_person, officer):
    for name in ("李小王", "王大", "张王"):
        make_person(name)
    assert [names_of([p.pk])[p.pk] for p in Person.objects.search("王", officer)] == [
        "王大",
        "李小王",
        "张王",
    ]


def test_lists_read_names_and_masked_numbers_in_one_query_each(
    make_person, make_number, django_assert_num_queries
):
    people = [make_person(f"王小{c}", make_number(order=f"12{n}")) for n, c in enumerate("甲乙丙")]
    with django_assert_num_queries(2):
        names, numbers = names_of([p.pk for p in people]), identities_of([p.pk for p in people])
    assert [names[p.pk] for p in people] == ["王小甲", "王小乙", "王小丙"]
    assert all(re.fullmatch(r"990101\*{8}\d{3}[\dX]", numbers[p.pk]) for p in people)


def test_a_search_of_two_characters_goes_through_the_index(officer):
    surnames, given = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安宁平和明亮春秋山海江河松柏梅兰"
    names = [s + a + b for s in surnames for a in given for b in given]
    Person.objects.bulk_create([Person() for _ in names], batch_size=1000)
    everybody = Person.objects.order_by("-pk")[: len(names)]
    Tie.objects.bulk_create(
        [
            Tie(
                person=p,
                region_code=222401000,
                kind="work",
                origin="x.y",
                origin_id=p.pk,
                during="[2000-01-01,)",
            )
            for p in everybody
        ]
    )
    rows = zip(everybody, names, strict=True)
    PersonName.objects.bulk_create(
        [PersonName(person=p, name=n, canonical=n, grams=grams(n), during="[2000-01-01,)") for p, n in rows],
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_personname")
        cursor.execute("ANALYZE people_person")
        cursor.execute("ANALYZE people_tie")
    plan = Person.objects.visible_to(officer, "people.read").found_by("松柏").explain()
    print(plan)
    assert "person_name_grams" in plan
    assert "Seq Scan on people_personname" not in plan
