"""The clause map: words with their reasons, filters, files, and nothing about anybody."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.steering.programme.models import Milestone, plan
from shegong.steering.programme.models.clause_map import clause_rows
from shegong.steering.programme.rules.clause_states import (
    Standing,
    of_figure,
    of_milestone,
    of_system,
    together,
)

pytestmark = pytest.mark.clause("N2, N13, S2012.b")
SINCE, UNTIL = date(2012, 1, 1), date(2012, 12, 31)
MIDYEAR, BAICHENG = date(2012, 6, 30), 220800000


@pytest.mark.parametrize(
    ("value", "planned", "on", "more", "standing"),
    [
        (None, 0, date(2011, 12, 31), {}, "not_due"),
        (None, 50, MIDYEAR, {}, "at_risk"),
        (None, 100, UNTIL, {}, "behind"),
        (100, 50, MIDYEAR, {}, "done"),
        (90, 50, MIDYEAR, {"enough": 90}, "done"),
        (89, 100, UNTIL, {"enough": 90}, "behind"),
        (100, 50, MIDYEAR, {"must_last": True}, "on_track"),
        (100, 100, UNTIL, {"must_last": True}, "done"),
        (50, 50, MIDYEAR, {}, "on_track"),
        (50, 50, MIDYEAR, {"misses": True}, "at_risk"),
        (49, 50, MIDYEAR, {}, "at_risk"),
        (45, 50, MIDYEAR, {}, "at_risk"),
        (44, 50, MIDYEAR, {}, "behind"),
        (50, None, MIDYEAR, {}, "at_risk"),
        (8, 9, MIDYEAR, {"each": True}, "behind"),
        (99, 100, UNTIL, {}, "behind"),
    ],
)
def test_a_number_is_one_of_five_words_with_a_reason(value, planned, on, more, standing):
    asked = {"target": 100, "enough": 100, "since": SINCE, "until": UNTIL} | more
    found = of_figure(value=value, planned=planned, on=on, **asked)
    assert found.standing == standing
    assert found.reason % found.params


@pytest.mark.parametrize(
    ("missing", "on", "standing"),
    [
        (0, MIDYEAR, "done"), (3, date(2011, 6, 30), "not_due"), (3, date(2012, 2, 1), "on_track"),
        (3, date(2012, 10, 15), "at_risk"), (3, date(2013, 1, 1), "behind"),
    ],
)  # fmt: skip
def test_a_milestone_without_evidence_goes_from_not_due_to_behind(missing, on, standing):
    found = of_milestone(title="培训办法", due=UNTIL, met_on=None, missing=missing, places=11, on=on)
    assert found.standing == standing
    assert "培训办法" in found.reason % found.params


def test_the_worst_word_is_the_clauses_and_done_needs_all():
    done, late = of_system("done", on=MIDYEAR, ends=UNTIL), of_system("none", on=MIDYEAR, ends=UNTIL)
    assert together([done, late]) == Standing.AT_RISK
    assert together([done, done]) == Standing.DONE


@pytest.fixture
def leader(officer):
    return officer("leader", 220000000)


URL = "/cockpit/clauses/"


@pytest.mark.django_db
def test_every_clause_stands_on_the_page_in_both_languages_with_a_reason(leader):
    answer = leader.get(URL, {"asof": "2013-06-30"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('scope="row"') == len(plan().clauses) == 83
    for clause in plan().clauses.values():
        assert clause.quote in page
    assert "in 3 years train 10,000 social work personnel in the province," in page
    rows = [row for chapter in answer.context["chapters"] for row in chapter["rows"]]
    assert all(row["reasons"] and row["word"] for row in rows)
    assert sum(one["n"] for one in answer.context["sums"]) == 83
    assert reverse("programme:records", args=["K-G3"]) + "?asof=2013-06-30" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"chapter": "G"}, {"G1", "G2", "G3", "G4", "G5", "G6"}),
        ({"chapter": "G", "numbers": "yes"}, {"G1", "G3", "G4", "G5"}),
        ({"chapter": "G", "state": "behind"}, {"G1", "G3", "G4", "G5"}),
        ({"chapter": "P", "late": "yes"}, {"P1"}),
        ({"chapter": "G", "state": "not_due"}, set()),
    ],
)
def test_filters_cut_the_list_and_an_empty_one_says_so(leader, asked, wanted):
    answer = leader.get(URL, {"asof": "2013-06-30", **asked})
    found = {row["id"] for chapter in answer.context["chapters"] for row in chapter["rows"]}
    assert found == wanted
    assert ("没有符合条件的条款" in answer.content.decode()) == (not wanted)


@pytest.mark.django_db
def test_english_can_be_left_out(leader):
    assert "Overall goal" in leader.get(URL).content.decode()
    assert "Overall goal" not in leader.get(URL, {"english": "no"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_list_comes_out_as_filtered(leader, form):
    answer = leader.get(f"/cockpit/clauses.{form}", {"asof": "2013-06-30", "chapter": "G", "numbers": "yes"})
    assert answer.status_code == 200
    if form == "csv":
        text = b"".join(answer).decode("utf-8-sig")
        assert text.count("K-G4") == 3 and "10000" in text.replace(",", "")


@pytest.mark.django_db
def test_the_page_names_nobody_and_a_county_sees_sums_without_links(officer):
    holder = people.create_person(by=SYSTEM, on=date(2026, 11, 2))
    people.state_name(holder, name="金美玉", by=SYSTEM, on=date(2026, 11, 2), source="office")
    held = credentials.declare_certificate(
        holder, level="assistant", management_no="201201012299900001", issued_on=date(2012, 9, 1), by=SYSTEM,
        on=date(2026, 11, 2),
    )  # fmt: skip
    credentials.verify_certificate(held, source="office", by=SYSTEM, on=date(2026, 11, 2))
    county = officer("plan_officer", 222401000)
    page = county.get(URL, {"asof": "2013-12-31"}).content.decode()
    assert "金美玉" not in page and "201201012299900001" not in page
    assert reverse("programme:records", args=["K-G4"]) not in page
    assert ">1</" in page or "1 <small>" in page  # counted without a link


@pytest.mark.django_db
def test_who_may_not_read_the_plan_does_not_find_the_page(officer):
    assert officer("auditor", 220000000).get(URL).status_code in (403, 404)


@pytest.mark.django_db
def test_a_milestone_is_met_by_a_document_of_its_kind_at_its_place(jilin):
    from shegong.ground.documents import actions as documents

    day = date(2012, 12, 31)
    before = {row.clause.id: row for row in clause_rows(day)}["S2012.b"]
    assert sum(len(stage) for stage in before.milestones) == 55  # five kinds of measures at eleven places
    documents.record_policy(
        number="白民发〔2012〕3号", title="白城市社会工作人才培训办法", issuer_name="白城市民政局", issued_on=date(2012, 5, 2),
        kind="local_measure", mechanism="training", region_code=BAICHENG, by=SYSTEM, on=date(2026, 11, 2),
        issuer=Organization.objects.get(region_code=BAICHENG, system="civil_affairs"),
    )  # fmt: skip
    after = {row.clause.id: row for row in clause_rows(day)}["S2012.b"]
    met = [one for stage in after.milestones for one in stage if one.is_met]
    assert [(one.row.key, one.row.region_code, one.met_on) for one in met] == [
        ("S2012.training", BAICHENG, date(2012, 5, 2))
    ]
    assert Milestone.objects.filter(key="S2012.training").count() == 11


@pytest.mark.django_db
def test_an_officer_names_the_document_that_shows_a_milestone_and_takes_it_away(officer):
    from shegong.ground.documents import actions as documents

    county = officer("plan_officer", BAICHENG)
    row = Milestone.objects.get(key="S2012.use", region_code=BAICHENG)
    paper = documents.record_policy(
        number="白人才〔2012〕1号", title="白城市人才使用办法", issuer_name="白城市人才办", issued_on=date(2012, 7, 1),
        kind="local_measure", region_code=BAICHENG, by=SYSTEM, on=date(2026, 11, 2),
    )  # fmt: skip
    url = reverse("programme:milestone", args=[row.pk])
    assert county.get("/office/milestones/").content.decode().count(url) == 1
    elsewhere = Milestone.objects.get(key="S2012.use", region_code=222400000)
    assert county.get(reverse("programme:milestone", args=[elsewhere.pk])).status_code == 404
    assert county.post(url, {"document": ""}).status_code == 422
    assert county.post(url, {"document": paper.pk}).status_code in (302, 303)
    row.refresh_from_db()
    assert (row.evidence, row.met_on) == (paper, date(2012, 7, 1))
    assert county.post(url, {"reason": "x"}).status_code == 422
    assert county.post(url, {"reason": "文件已废止"}).status_code in (302, 303)
    row.refresh_from_db()
    assert (row.evidence, row.met_on) == (None, None)


@pytest.mark.django_db
def test_evidence_of_another_place_or_for_a_figure_is_refused(jilin):
    from shegong.ground.documents import actions as documents
    from shegong.kernel.refusal import Refused
    from shegong.steering.programme import actions

    paper = documents.record_policy(
        number="白人才〔2012〕1号", title="白城市人才使用办法", issuer_name="白城市人才办", issued_on=date(2012, 7, 1),
        kind="local_measure", region_code=BAICHENG, by=SYSTEM, on=date(2026, 11, 2),
    )  # fmt: skip
    said = {"document": paper, "by": SYSTEM, "on": date(2026, 11, 2)}
    for key, region, code in (
        ("S2012.use", 222400000, "milestone_place"), ("S2012.holders", 220000000, "milestone_counted"),
    ):  # fmt: skip
        row = Milestone.objects.get(key=key, region_code=region)
        with pytest.raises(Refused) as refused:
            actions.name_evidence(row, **said)
        assert [one.code for one in refused.value.obstacles] == [code]
    row = Milestone.objects.get(key="S2012.use", region_code=BAICHENG)
    with pytest.raises(Refused):
        actions.name_evidence(row, **(said | {"on": date(2012, 1, 1)}))


@pytest.mark.django_db
def test_the_pages_show_another_province_s_plan_as_it_is(leader, settings):
    settings.PLAN = Path(__file__).parent / "ningxia-2026.toml"
    call_command("load", "province", "640000", verbosity=0)
    text = leader.get(URL).content.decode()
    assert "到2030年，持证社会工作者达到5000人，新增2000人。" in text
    assert "力争通过3年的努力" not in text
    assert "平台上线" in leader.get("/office/milestones/").content.decode()
