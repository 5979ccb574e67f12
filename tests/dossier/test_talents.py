"""The talent base: everybody on record within reach, once, where she counts today; its files can be taken in again."""

import json
from datetime import date

import pytest
from django.utils import translation

from shegong.duties.registry.sheets.roster import ROSTER
from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations import actions as organizations
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.steering.dossier.web.talents import TALENTS
from shegong.work.employment import actions as employment

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
LIST = "/office/talents"
YANJI, TUMEN, DAAN = 222401000, 222402000, 220882000


@pytest.fixture
def employ(offices):
    def go(person, region, start=date(2021, 3, 1), name="图们市向上社会救助服务中心"):
        on = today()
        body = organizations.register_organization(
            name=name, kind="service_centre", region_code=region, by=SYSTEM, on=on, accept_similar=True
        )
        employment.declare_employment(
            person,
            employer=body,
            region_code=region,
            position="社工",
            service_field="relief",
            start=start,
            by=SYSTEM,
            on=on,
        )

    return go


def rows(officer, asked=""):
    return json.loads(b"".join(officer.browser.get(f"{LIST}.json{asked}").streaming_content))["rows"]


def test_who_works_elsewhere_than_she_lives_stands_once_where_she_works(
    make_person, make_officer, make_number, employ
):
    employ(make_person(number=make_number(124), region=YANJI), TUMEN)
    assert [row["county"] for row in rows(make_officer(222400000))] == ["图们市"]


def test_without_work_she_stands_where_she_lives(make_person, make_officer, make_number):
    make_person(number=make_number(124), region=YANJI)
    (row,) = rows(make_officer(222400000))
    assert (row["name"], row["county"], row["employer"]) == ("金美玉", "延吉市", "")


def test_nobody_from_beyond_the_reach_is_in_the_list(make_person, make_officer, make_number):
    make_person(number=make_number(124), region=YANJI)
    assert rows(make_officer(DAAN)) == []


def test_people_are_found_by_certificate_employer_and_name(make_person, make_officer, make_number, employ):
    holder, other = make_person("林清", make_number(124)), make_person("王远", make_number(126))
    employ(other, YANJI, name="延吉市新兴社会救助服务中心")
    credentials.declare_certificate(
        holder,
        level="assistant",
        management_no="201206222401000001",
        issued_on=date(2012, 9, 20),
        by=SYSTEM,
        on=today(),
    )
    officer = make_officer(222400000)
    found = {asked: [row["name"] for row in rows(officer, asked)]
             for asked in ("?level=assistant", "?level=none", "?level=senior", "?at=新兴", "?q=wangyuan")}  # fmt: skip
    assert found == {"?level=assistant": ["林清"], "?level=none": ["王远"], "?level=senior": [], "?at=新兴": ["王远"],
                     "?q=wangyuan": ["王远"]}  # fmt: skip


def test_the_page_shows_the_number_masked_and_counts_what_the_file_holds(
    make_person, make_officer, make_number
):
    make_person(number=make_number(124))
    make_person("王远", make_number(126), region=TUMEN)
    officer = make_officer(222400000)
    text = officer.browser.get(f"{LIST}/").content.decode()
    assert "990101********124" in text and make_number(124) not in text
    assert "导出 2 行" in " ".join(text.split()) and len(rows(officer)) == 2


def test_every_heading_of_its_file_is_one_that_the_rosters_reader_knows():
    known = {title for column in ROSTER.columns for title in (column.title, *column.also)}
    with translation.override("zh-hans"):
        assert [str(c.title) for c in TALENTS.columns if str(c.title) not in known] == []
