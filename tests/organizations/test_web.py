"""Pages of bodies and duties, the picker and the public list of offices."""

import pytest
from django.urls import reverse
from stdnum.cn.uscc import calc_check_digit

from shegong.ground.organizations.models import Duty, DutyTransfer, Organization
from shegong.kernel.http import today

YANJI, TUMEN, JILIN = 222401000, 222402000, 220000000
CODE = "52222401MJ0000001"
CODE += calc_check_digit(CODE)
FORM = {
    "name": "延吉市阳光社会工作服务中心",
    "kind": "social_service",
    "region": "延吉市",
    "uscc": CODE,
    "system": "other",
}


def page_of(client, name, *args, status=200, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_county_officer_enters_a_body_and_finds_it_in_the_list(officer):
    browser = officer("first_registrar", YANJI)
    answer = browser.post(reverse("organizations:new"), FORM)
    body = Organization.objects.get(uscc=CODE)
    assert answer.status_code == 302 and answer.url == reverse("organizations:one", args=[body.pk])
    assert CODE in page_of(browser, "organizations:one", body.pk)
    for query in ("阳光", "yanjishiyang", CODE):
        assert FORM["name"] in page_of(browser, "organizations:list", q=query)
    assert FORM["name"] not in page_of(browser, "organizations:list", kind="university")


@pytest.mark.parametrize("changed, field", [
    ({"uscc": CODE[:-1] + "?"}, "uscc"), ({"region": "火星市"}, "region"), ({"region": "朝阳"}, "region"), ({"kind": ""}, "kind"),
    ({"name": "长春\u202e社工"}, "name"), ({"founded_on": "2026-2-30"}, "founded_on"), ({"region": "图们市"}, "__all__"),
    ({"name": "延吉市民政局局"}, "accept_similar"),
])  # fmt: skip
def test_wrong_input_is_said_beside_its_field_and_kept(officer, changed, field):
    answer = officer("first_registrar", YANJI).post(reverse("organizations:new"), FORM | changed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "social_service" in answer.content.decode()
    assert not Organization.objects.filter(uscc=CODE).exists()


def test_the_neighbour_sees_and_changes_nothing_by_any_address(officer):
    office = Organization.objects.get(name="图们市民政局")
    browser = officer("first_registrar", YANJI)
    assert "图们市民政局" not in page_of(browser, "organizations:list", q="民政局")
    for name in ("one", "edit", "rename", "dissolve"):
        page_of(browser, f"organizations:{name}", office.pk, status=404)
        assert browser.post(reverse(f"organizations:{name}", args=[office.pk]), FORM).status_code in (
            404,
            405,
        )
    for query in ({}, {"region": "222402"}, {"pick": office.pk}):
        file = b"".join(
            browser.get(reverse("organizations:list_file", args=["csv"]), query).streaming_content
        )
        assert "图们市民政局" not in file.decode("utf-8-sig")


def test_a_body_is_renamed_corrected_and_dissolved_through_the_pages(officer):
    browser = officer("first_registrar", YANJI)
    browser.post(reverse("organizations:new"), FORM)
    body = Organization.objects.get(uscc=CODE)
    at = {
        name: reverse(f"organizations:{name}", args=[body.pk])
        for name in ("rename", "edit", "dissolve", "one")
    }
    new = {"name": "延吉市暖阳社工站", "effective": "2026-1-1", "version": body.version}
    assert browser.post(at["rename"], new).status_code == 302
    assert browser.post(at["rename"], new | {"name": "又一个名称"}).status_code == 409
    edited = FORM | {"kind": "association", "region": "延吉市", "version": 1}
    assert browser.post(at["edit"], edited).status_code == 302
    assert (
        browser.post(at["dissolve"], {"effective": "2026-11-1", "reason": "", "version": 2}).status_code
        == 422
    )
    assert (
        browser.post(at["dissolve"], {"effective": "2026-11-1", "reason": "注销", "version": 2}).status_code
        == 302
    )
    text = browser.get(at["one"]).content.decode()
    assert "延吉市暖阳社工站" in text and "延吉市阳光社会工作服务中心" in text
    assert "延吉市暖阳社工站" not in page_of(browser, "organizations:list", q="暖阳")
    assert "延吉市暖阳社工站" in page_of(browser, "organizations:list", q="暖阳", standing="dissolved")


def test_a_college_says_how_sure_its_programmes_are(officer):
    school = Organization.objects.get(name="东北师范大学")
    text = page_of(officer("leader", JILIN), "organizations:one", school.pk)
    assert "memory-medium" in text and "4122010200" in text


@pytest.mark.clause("M1.d")
def test_the_province_transfers_a_duty_by_two_officers_and_the_list_shows_it(officer, client, let_in):
    browser = officer("final_registrar", JILIN)
    browser.post(
        reverse("organizations:new"), FORM | {"name": "中共延吉市委社会工作部", "kind": "party_department"}
    )
    form = {
        "duty": "social_work",
        "region": "延吉市",
        "organization": "没有这个机构",
        "effective": "2024-3-1",
        "basis": "吉发",
    }
    assert browser.post(reverse("organizations:transfer"), form).status_code == 422
    done = browser.post(reverse("organizations:transfer"), form | {"organization": "中共延吉市委社会工作部"})
    assert done.status_code == 302
    assert Duty.objects.holder("social_work", YANJI, today()).organization.name == "延吉市民政局"
    one = reverse("organizations:transfer_one", args=[DutyTransfer.objects.get().pk])
    assert one in page_of(browser, "organizations:duties")
    own = browser.get(one)
    assert own.context["form"] is None and own.context["mine"]
    client.logout()
    browser = officer("final_registrar", JILIN, "another")
    assert browser.post(one, {"decision": "refuse", "reason": "", "version": "0"}).status_code == 422
    fresh = browser.session["account_authentication_methods"]
    session = browser.session
    session["account_authentication_methods"] = [{**fresh[0], "at": 1}]
    session.save()
    yes = {"decision": "approve", "version": "0"}
    assert browser.post(one, yes).url.startswith("/account/again/code/")
    session["account_authentication_methods"] = fresh
    session.save()
    assert browser.post(one, yes).status_code == 302
    assert Duty.objects.holder("social_work", YANJI, today()).organization.name == "中共延吉市委社会工作部"
    text = page_of(browser, "organizations:duties")
    assert "中共延吉市委社会工作部" in text and "延吉市民政局" not in text
    assert "延吉市民政局" in page_of(browser, "organizations:duties", all="1")


def test_a_county_officer_cannot_transfer_a_duty(officer):
    browser = officer("first_registrar", YANJI)
    assert "延吉市民政局" in page_of(browser, "organizations:duties")
    page_of(browser, "organizations:transfer", status=403)
    assert browser.post(reverse("organizations:transfer"), {}).status_code == 403


def test_the_picker_finds_employers_for_whoever_is_signed_in_and_comes_back(officer):
    browser = officer("first_registrar", YANJI)
    text = page_of(
        browser, "organizations:pick", q="民政局", region="延吉", next="/my/application/?step=employer"
    )
    body = Organization.objects.get(name="延吉市民政局")
    assert f"/my/application/?step=employer&amp;organization={body.pk}" in text
    assert "图们市民政局" not in text
    answer = browser.get(
        reverse("organizations:pick"), {"q": "民政局"}, headers={"accept": "application/json"}
    )
    found = answer.json()
    assert len(found["organizations"]) == 50 and found["after"]
    rest = browser.get(
        reverse("organizations:pick"),
        {"q": "民政局", "after": found["after"]},
        headers={"accept": "application/json"},
    ).json()
    assert not {one["id"] for one in found["organizations"]} & {one["id"] for one in rest["organizations"]}


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_picker_sends_nobody_to_another_site(officer, target):
    text = page_of(officer("first_registrar", YANJI), "organizations:pick", q="延吉市民政局", next=target)
    assert "evil" not in text and "javascript" not in text


def test_the_picker_is_not_for_strangers(jilin, client):
    assert client.get(reverse("organizations:pick"), {"q": "民政局"}).status_code == 302


@pytest.mark.clause("T4.2.e")
@pytest.mark.parametrize("typed, office", [
    ("延吉市", "延吉市民政局"), ("九台市", "长春市九台区民政局"), ("池北区", "长白山保护开发区管理委员会民政局"), ("", "吉林省民政厅"),
])  # fmt: skip
def test_everybody_finds_the_office_responsible(jilin, client, typed, office):
    assert office in page_of(client, "organizations:offices", q=typed)


def test_a_place_nobody_knows_shows_a_sentence(jilin, client):
    assert "没有查到" in page_of(client, "organizations:offices", q="火星市")
