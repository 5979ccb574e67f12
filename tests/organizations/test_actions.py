"""Offices and colleges of Jilin; bodies entered, renamed, dissolved; duties transferred on a day."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from stdnum.cn.uscc import calc_check_digit

from shegong.ground.organizations import actions
from shegong.ground.organizations.models import Duty, Organization, OrganizationName, School
from shegong.ground.organizations.rules import Duties, Permission
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.audit import verify
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused, Stale

TODAY, REFORM = date(2026, 11, 23), date(2024, 3, 1)
YANJI, YANBIAN, JILIN = 222401000, 222400000, 220000000
CODE = "52222401MJ0000001"
CODE += calc_check_digit(CODE)
pytestmark = pytest.mark.django_db


def clerk(code=YANJI, width=1000, permission=Permission.EDIT, person_id=None):
    authority = Authority("first_registrar", frozenset({permission}), (Range(code, code + width),), code, 3)
    return Actor(user_id=1, person_id=person_id, name="经办员", authorities=(authority,))


def body(**changes):
    values = {
        "name": "延吉市阳光社会工作服务中心",
        "kind": "social_service",
        "region_code": YANJI,
        "by": clerk(),
        "on": TODAY,
    }
    return actions.register_organization(**{**values, **changes})


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


@pytest.mark.clause("M1.d")
def test_every_unit_has_an_office_that_holds_the_daily_work(jilin):
    for level in (1, 2, 3):
        for code in tree().units(level, TODAY, REPORTING):
            duty = Duty.objects.holder(Duties.SOCIAL_WORK, code, TODAY)
            assert duty.organization.region_code == code
            assert (
                Duty.objects.holder(Duties.REGISTRATION, code, TODAY).organization_id == duty.organization_id
            )
    assert Organization.objects.filter(system="civil_affairs").count() == 71
    assert Duty.objects.holder(Duties.SOCIAL_WORK, JILIN, TODAY).organization.name == "吉林省民政厅"


@pytest.mark.clause("N0")
def test_the_office_of_a_renamed_county_has_both_names_and_both_codes_on_their_days(jilin):
    before, after = date(2014, 1, 1), date(2015, 1, 1)
    office = Duty.objects.holder(Duties.SOCIAL_WORK, 220181000, before).organization
    assert office.name_on(before) == "九台市民政局" and office.name_on(after) == "长春市九台区民政局"
    assert Duty.objects.holder(Duties.SOCIAL_WORK, 220181000, after) is None
    assert Duty.objects.holder(Duties.SOCIAL_WORK, 220113000, after).organization == office
    moved = Organization.objects.get(name="公主岭市民政局")
    assert moved.names.count() == 1 and moved.duties.filter(duty=Duties.SOCIAL_WORK).count() == 2


def test_the_62_colleges_say_where_they_come_from(jilin):
    assert School.objects.count() == 62
    assert not School.objects.filter(provenance="").exists()
    school = School.objects.get(organization__name="长春工业大学")
    assert school.offers_bsw and school.programme_confidence == "verified"
    unsure = School.objects.get(organization__name="东北电力大学")
    assert unsure.offers_bsw and unsure.offers_msw is None and unsure.programme_confidence == "memory-low"
    renamed = Organization.objects.get(name="吉林外国语大学")
    assert renamed.name_on(date(2015, 1, 1)) == "吉林华桥外国语学院"


def test_loading_twice_adds_nothing(jilin):
    before = Organization.objects.count()
    assert actions.open_offices(JILIN, by=SYSTEM, on=TODAY) == []
    assert Organization.objects.count() == before


@pytest.mark.parametrize("typed, name", [
    ("延吉市民政", "延吉市民政局"), ("工业大学", "长春工业大学"), ("yanjishi", "延吉市民政局"), ("yjsmzj", "延吉市民政局"),
    ("华桥外国语", "吉林外国语大学"), ("九台市民政局", "长春市九台区民政局"), ("朝鲜族自治州民政", "延边朝鲜族自治州民政局"),
])  # fmt: skip
def test_a_body_is_found_by_fragment_pinyin_initials_and_former_name(jilin, typed, name):
    assert name in set(Organization.objects.search(typed).values_list("name", flat=True))


def test_pieces_of_a_text_that_stand_apart_find_nothing(jilin):
    assert not Organization.objects.search("延吉市政府民政局").exists()
    assert not Organization.objects.search("!!").exists()


def test_a_clerk_enters_a_body_and_finds_it_by_its_code(jilin):
    entered = body(uscc=f" {CODE.lower()} ")
    assert entered.uscc == CODE and entered.level == 3
    assert Organization.objects.search(CODE).get() == entered
    entry = JournalEntry.objects.filter(verb="organizations.organization.register").latest("seq")
    assert entry.region_code == YANJI and len(entry.rows) == 2


@pytest.mark.parametrize("changes, code", [
    ({"uscc": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, "uscc_check_digit"), ({"uscc": "123"}, "uscc_length"),
    ({"kind": "circus"}, "organization_kind"), ({"name": "光"}, "organization_name_length"),
    ({"founded_on": date(2030, 1, 1)}, "founded_later"),
    ({"by": clerk(222402000)}, "not_allowed"), ({"by": Actor(user_id=1)}, "not_allowed"),
])  # fmt: skip
def test_a_body_that_cannot_be_is_refused_with_its_reason(jilin, changes, code):
    with pytest.raises(Refused) as refused:
        body(**changes)
    assert code in codes(refused)


def test_one_code_belongs_to_one_body_and_the_database_holds_it_too(jilin):
    first = body(uscc=CODE)
    with pytest.raises(Refused) as refused:
        body(name="延吉市另一家养老院", uscc=CODE)
    assert codes(refused) == {"uscc_taken"}
    for wrong in (CODE, CODE[:-1] + ("A" if CODE[-1] != "A" else "B"), "1"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organization.objects.create(kind="other", region_code=YANJI, name="x", uscc=wrong)
    assert Organization.objects.get(uscc=CODE) == first


def test_a_similar_name_is_a_warning_that_a_clerk_may_answer(jilin):
    body()
    with pytest.raises(Refused) as refused:
        body(name="延吉市阳光社工服务中心")
    assert codes(refused) == {"organization_similar"}
    assert refused.value.obstacles[0].params["names"] == "延吉市阳光社会工作服务中心"
    assert body(name="延吉市阳光社工服务中心", accept_similar=True).pk


def test_a_rename_keeps_the_earlier_name_for_earlier_days(jilin):
    one = body(founded_on=date(2015, 5, 1))
    actions.rename_organization(
        one, name="延吉市暖阳社工站", effective=date(2020, 1, 1), by=clerk(), on=TODAY
    )
    assert one.name_on(date(2019, 12, 31)) == "延吉市阳光社会工作服务中心"
    assert one.name_on(date(2020, 1, 1)) == one.name == "延吉市暖阳社工站"
    assert Organization.objects.search("阳光社会工作").filter(pk=one.pk).exists()
    for name, day, code in (
        ("延吉市暖阳社工站", TODAY, "name_same"),
        ("新名称中心", date(2019, 1, 1), "name_before"),
    ):
        with pytest.raises(Refused) as refused:
            actions.rename_organization(one, name=name, effective=day, by=clerk(), on=TODAY)
        assert code in codes(refused)


def test_two_clerks_on_one_body_the_slower_is_told(jilin):
    one = body()
    seen = one.version
    actions.rename_organization(
        one, name="延吉市暖阳社工站", effective=TODAY, by=clerk(), on=TODAY, seen=seen
    )
    with pytest.raises(Stale):
        actions.edit_organization(
            one, kind="other", uscc="", region_code=YANJI, by=clerk(), on=TODAY, seen=seen
        )


def test_a_correction_needs_the_right_over_both_places_and_says_what_changed(jilin):
    one = body()
    with pytest.raises(Refused):
        actions.edit_organization(one, kind="other", uscc="", region_code=222402000, by=clerk(), on=TODAY)
    actions.edit_organization(one, kind="association", uscc=CODE, region_code=YANJI, by=clerk(), on=TODAY)
    entry = JournalEntry.objects.get(verb="organizations.organization.edit")
    assert entry.facts == {"changed": ["kind", "uscc"]}


def test_a_dissolved_body_stays_readable_and_changes_no_more(jilin):
    one = body()
    with pytest.raises(Refused) as refused:
        actions.dissolve_organization(one, effective=TODAY, reason=" ", by=clerk(), on=TODAY)
    assert codes(refused) == {"reason_missing"}
    actions.dissolve_organization(one, effective=TODAY, reason="注销登记", by=clerk(), on=TODAY)
    assert one not in Organization.objects.existing(TODAY)
    with pytest.raises(Refused) as refused:
        actions.rename_organization(one, name="新的名称", effective=date(2027, 1, 1), by=clerk(), on=TODAY)
    assert "organization_dissolved" in codes(refused)


def test_an_office_with_a_duty_cannot_be_dissolved_before_the_duty_is_transferred(jilin):
    office = Organization.objects.get(name="延吉市民政局")
    with pytest.raises(Refused) as refused:
        actions.dissolve_organization(office, effective=TODAY, reason="机构改革", by=SYSTEM, on=TODAY)
    assert codes(refused) == {"holds_duty"}


PROPOSER, DECIDER = (clerk(permission=Permission.TRANSFER_DUTY, person_id=n) for n in (501, 502))


def proposed(to, **changes):
    values = {
        "duty": "social_work",
        "region_code": YANJI,
        "effective": REFORM,
        "basis": "吉发〔2024〕1号",
        "by": PROPOSER,
        "on": TODAY,
    }
    return actions.propose_transfer(organization=to, **{**values, **changes})


def transfer(to, **changes):
    return actions.approve_transfer(proposed(to, **changes), by=DECIDER, on=TODAY)


def department():
    return body(name="中共延吉市委社会工作部", kind="party_department")


@pytest.mark.clause("M1.d")
def test_one_proposes_a_transfer_and_another_decides_it(jilin):
    row = proposed(department())
    assert Duty.objects.holder("social_work", YANJI, TODAY).organization.name == "延吉市民政局"
    for refuse in (
        lambda: actions.approve_transfer(row, by=PROPOSER, on=TODAY),
        lambda: actions.refuse_transfer(row, reason="不办", by=PROPOSER, on=TODAY),
    ):
        with pytest.raises(Refused) as same:
            refuse()
        assert codes(same) == {"four_eyes"}
    with pytest.raises(Refused) as far:
        actions.approve_transfer(
            row, by=clerk(222402000, permission=Permission.TRANSFER_DUTY, person_id=503), on=TODAY
        )
    assert codes(far) == {"not_allowed"}
    with pytest.raises(Refused) as waits:
        proposed(row.organization)
    assert codes(waits) == {"transfer_waits"}
    actions.approve_transfer(row, by=DECIDER, on=TODAY, seen=0)
    assert Duty.objects.holder("social_work", YANJI, TODAY).organization == row.organization
    with pytest.raises(Stale):
        actions.refuse_transfer(row, reason="晚了", by=DECIDER, on=TODAY, seen=0)
    entry = JournalEntry.objects.get(verb="organizations.duty.transfer")
    assert (entry.person_id, entry.facts["proposed_by"]) == (502, 501)


def test_a_transfer_is_refused_with_a_reason_or_taken_back_by_who_proposed_it(jilin):
    to = department()
    row = proposed(to)
    with pytest.raises(Refused) as silent:
        actions.refuse_transfer(row, reason=" ", by=DECIDER, on=TODAY)
    assert codes(silent) == {"reason"}
    assert actions.refuse_transfer(row, reason="文号不符", by=DECIDER, on=TODAY).state == "refused"
    again = proposed(to)
    with pytest.raises(Refused):
        actions.withdraw_transfer(again, by=DECIDER, on=TODAY)
    assert actions.withdraw_transfer(again, by=PROPOSER, on=TODAY).state == "withdrawn"
    assert Duty.objects.holder("social_work", YANJI, TODAY).organization.name == "延吉市民政局"


def test_what_speaks_against_a_transfer_meanwhile_also_stops_its_approval(jilin):
    to = department()
    row = proposed(to)
    Organization.objects.filter(pk=to.pk).update(dissolved_on=REFORM)
    row.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.approve_transfer(row, by=DECIDER, on=TODAY)
    assert codes(refused) == {"duty_dissolved"}
    row.refresh_from_db()
    assert row.state == "proposed", "nothing is half done"


@pytest.mark.parametrize("change", [
    "decided_by = proposed_by, state = 'approved'", "state = 'approved'", "state = 'half agreed'",
])  # fmt: skip
def test_the_database_itself_refuses_a_transfer_decided_by_its_proposer_or_by_nobody(jilin, change):
    row = proposed(department())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE organizations_dutytransfer SET {change} WHERE id = {row.pk}")


@pytest.mark.clause("M1.d")
def test_a_duty_goes_to_the_society_work_department_on_its_day_and_history_stays(jilin):
    department = body(name="中共延吉市委社会工作部", kind="party_department")
    transfer(department)
    before = Duty.objects.holder("social_work", YANJI, date(2024, 2, 29))
    after = Duty.objects.holder("social_work", YANJI, REFORM)
    assert before.organization.name == "延吉市民政局" and after.organization == department
    assert after.seal_name == "中共延吉市委社会工作部"
    assert Duty.objects.filter(duty="social_work", region_code=YANJI).count() == 3
    assert Duty.objects.holder("registration", YANJI, TODAY).organization.name == "延吉市民政局"


@pytest.mark.clause("M1.d")
def test_a_duty_can_come_back_and_a_transfer_of_the_same_day_replaces(jilin):
    office = Organization.objects.get(name="延吉市民政局")
    first = body(name="中共延吉市委社会工作部", kind="party_department")
    second = body(name="延吉市社会建设办公室", kind="party_department")
    transfer(first)
    transfer(second)
    assert Duty.objects.holder("social_work", YANJI, REFORM).organization == second
    transfer(office, effective=date(2025, 1, 1))
    held = [Duty.objects.holder("social_work", YANJI, day).organization for day in (REFORM, TODAY)]
    assert held == [second, office]


@pytest.mark.parametrize("changes, code", [
    ({"basis": ""}, "duty_basis"), ({"by": clerk()}, "not_allowed"), ({"region_code": 999999999, "by": clerk(999999000, permission=Permission.TRANSFER_DUTY, person_id=501)}, "duty_region"),
])  # fmt: skip
def test_a_transfer_without_basis_right_or_place_is_refused(jilin, changes, code):
    with pytest.raises(Refused) as refused:
        transfer(body(name="中共延吉市委社会工作部", kind="party_department"), **changes)
    assert code in codes(refused)


def test_the_present_holder_cannot_take_a_duty_again(jilin):
    with pytest.raises(Refused) as refused:
        transfer(Organization.objects.get(name="延吉市民政局"))
    assert codes(refused) == {"duty_same"}


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_row_after_all_of_it():
    from django.core.management import call_command

    call_command("load", "jilin", verbosity=0)
    one = body()
    actions.rename_organization(
        one, name="延吉市暖阳社工站", effective=date(2020, 1, 1), by=clerk(), on=TODAY
    )
    transfer(one)
    assert list(verify()) == []
    OrganizationName.objects.filter(organization=one).update(name="x")
    assert {finding.kind for finding in verify()} == {"row_changed"}
