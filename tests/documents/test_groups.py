"""Groups of addressees become bodies on the day; the policy of numbers; what the library says of a document on a day."""

from datetime import date

import pytest

from shegong.ground.documents import actions
from shegong.ground.documents.models import PolicyDocument
from shegong.ground.documents.models.groups import address_groups
from shegong.ground.documents.models.numbers import documents_policies
from shegong.ground.documents.models.policy import bases_of, branches_of
from shegong.ground.documents.rules import Validity
from shegong.ground.documents.rules.library import canonical_number
from shegong.ground.documents.rules.numbers import DocumentPolicy
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused

from .conftest import DAY, JILIN, YANBIAN

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P2")]


@pytest.mark.clause("N0")
def test_groups_of_the_real_province(jilin):
    groups, day = address_groups(), date(2013, 3, 4)
    office = Organization.objects.get(name="吉林省民政厅")
    units = [body.name for body in groups["units"].resolve(office, day)]
    assert len(units) == 10 and "长白山保护开发区管理委员会民政局" in units
    assert len(groups["counties"].resolve(office, day)) == 60
    yanbian = Organization.objects.get(region_code=YANBIAN, system="civil_affairs")
    counties = [body.name for body in groups["counties"].resolve(yanbian, day)]
    assert len(counties) == 8 and "延吉市民政局" in counties
    yanji = Organization.objects.get(name="延吉市民政局")
    assert groups["counties"].resolve(yanji, day) == []
    assert {"members", "departments"} <= groups.keys()


@pytest.mark.clause("N0")
def test_departments_are_those_of_the_same_level_and_place(offices, province):
    found = address_groups()["departments"].resolve(province, DAY)
    assert [body.name for body in found] == ["吉林省财政厅", "吉林省教育厅"]


def test_the_policy_names_what_needs_a_source():
    policies = documents_policies()
    assert any(one.key == "number" for one in policies.needs_source())
    policy = policies.on(DAY)
    assert (policy.word_of("吉林省民政厅", "notice"), policy.word_of("吉林省民政厅", "letter")) == (
        "吉民发",
        "吉民函",
    )
    assert policy.word_of("延边州民政局", "notice") == "延边州民政局"
    with pytest.raises(ValueError, match="missing place"):
        DocumentPolicy(number="{word}{year}", late_after_days=7)


@pytest.mark.parametrize("typed, stored", [
    ("民发[2009]44号", "民发〔2009〕44号"), ("民发（2009） 44 号", "民发〔2009〕44号"), ("GB/T  9704-2012", "GB/T 9704-2012"), ("", ""),
])  # fmt: skip
def test_numbers_are_written_as_official_papers_write_them(typed, stored):
    assert canonical_number(typed) == stored


def recorded(title, issued_on, **more):
    given = {"number": "", "issuer_name": "民政部", "kind": "upstream", "by": SYSTEM, "on": date(2026, 1, 1)}
    return actions.record_policy(**{**given, "title": title, "issued_on": issued_on, **more})


def test_validity_is_told_by_the_day(db):
    old = recorded("办法", date(2009, 4, 8), ends_on=date(2020, 1, 1))
    base = recorded("规定", date(2006, 7, 20))
    recorded("规定（修订）", date(2015, 1, 1), revises=base)
    told = {day: base.worth_on(day) for day in (date(2006, 1, 1), date(2010, 1, 1), date(2016, 1, 1))}
    assert list(told.values()) == [Validity.COMING, Validity.IN_FORCE, Validity.REVISED]
    assert (
        old.worth_on(date(2019, 12, 31)) == Validity.IN_FORCE
        and old.worth_on(date(2020, 1, 1)) == Validity.REPEALED
    )
    for day in told:
        for worth in Validity:
            found = set(PolicyDocument.objects.worth(worth, day))
            assert found == {one for one in PolicyDocument.objects.all() if one.worth_on(day) == worth}


def test_the_tree_of_bases_goes_up_and_down_and_never_in_a_circle(db):
    top = recorded("上位", date(2006, 7, 20))
    middle = recorded("中间", date(2009, 4, 8), under=top)
    leaf = recorded("下位", date(2011, 5, 3), under=middle)
    assert bases_of(leaf) == [middle, top]
    assert list(branches_of(top)) == [(1, middle), (2, leaf)]
    with pytest.raises(Refused) as refused:
        actions.amend_policy(
            top, number="", title="上位", issuer_name="民政部", issued_on=date(2006, 7, 20), kind="upstream", under=leaf,
            by=SYSTEM, on=DAY,
        )  # fmt: skip
    assert {one.code for one in refused.value.obstacles} == {"policy_circle"}


def test_who_keeps_no_library_there_enters_nothing(offices):
    county = offices.actor(offices.by_place[YANBIAN])
    with pytest.raises(Refused):
        recorded("省里的办法", DAY, region_code=JILIN, by=county)
    with pytest.raises(Refused):
        recorded("部里的办法", DAY, by=county)
    assert recorded("州里的办法", DAY, issuer=offices.by_place[YANBIAN], by=county).region_code == YANBIAN
