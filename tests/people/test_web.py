"""Pages of people: what an officer finds, sees and changes; what the person sees, changes and takes away."""

from datetime import timedelta

import pytest
from django.urls import reverse

from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions
from shegong.ground.people.models import Person, PersonName, names_of, viewings
from shegong.kernel import audit, journal, throttle
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.journal import JournalEntry
from shegong.kernel.pinyin import search_grams

pytestmark = pytest.mark.django_db
YANJI, TUMEN = 222401000, 222402000
ONCE = "0123456789abcdef0123456789abcdef"


def url(name, *args):
    return reverse(f"people:{name}", args=args)


def text_of(response):
    return response.content.decode()


def test_an_officer_finds_people_in_reach_and_opens_the_card(sign_in, person, make_number):
    officer = sign_in("lin", YANJI)
    for asked in ("小明", "wang", make_number()[-4:]):
        page = officer.get(url("search"), {"q": asked})
        assert page.status_code == 200 and url("card", person.token) in text_of(page)
        assert make_number() not in text_of(page).replace(asked, "")
    card = text_of(officer.get(url("card", person.token)))
    assert "王小明" in card and person.identities.get().masked in card
    assert make_number() not in card and make_number()[6:14] not in card


def test_search_finds_organizations_and_survives_any_text(sign_in, person):
    officer = sign_in("lin", YANJI)
    Organization.objects.filter(region_code=YANJI).update(name="延吉市民政局", grams=["延吉", "民政"])
    assert "延吉市民政局" in text_of(officer.get(url("search"), {"q": "民政"}))
    for odd in ("", " ", "%", "<script>", "\u202e", "x" * 500, "单" * 100):
        page = officer.get(url("search"), {"q": odd})
        assert page.status_code == 200 and "<script>" not in text_of(page)


def test_an_organization_found_opens_its_page_where_the_officer_may_read_it(sign_in, person):
    near = Organization.objects.create(kind="centre", region_code=YANJI, name="北山社会救助服务中心")
    far = Organization.objects.create(kind="centre", region_code=TUMEN, name="向上社会救助服务中心")
    for body in (near, far):
        Organization.objects.filter(pk=body.pk).update(grams=search_grams(body.name))
    text = text_of(sign_in("lin", YANJI).post(url("search"), {"q": "社会救助"}))
    assert far.name in text
    assert f'href="/office/organizations/{near.pk}/"' in text
    assert f'href="/office/organizations/{far.pk}/"' not in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("T4.2.b")
def test_a_person_states_where_she_lives_and_reads_places_with_their_sources(sign_in, person):
    herself = sign_in("wang", person=person)
    assert url("places") in text_of(herself.get(url("profile")))
    typed = {"kind": "residence", "region": TUMEN, "start": "2024-5-1", "_once": ONCE}
    answer = herself.post(url("my_edit", "place"), typed)
    assert (answer.status_code, answer.url) == (302, url("places"))
    text = text_of(herself.get(url("places")))
    now, before = text.split("以前")
    assert "图们市" in now and "2024-05-01 起" in now and "本人填报" in now
    assert "延吉市" in before and "2020-01-01 – 2024-05-01" in before
    # The office of the new place sees her from now on, the one of the old place no longer.
    assert sign_in("tumen", TUMEN).get(url("card", person.token)).status_code == 200
    assert sign_in("lin", YANJI).get(url("card", person.token)).status_code == 404
    assert [f for f in audit.verify() if f.where.startswith("people_")] == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"start": "2099-1-1"}, "日期不能晚于今天"),
        ({"start": ""}, "必填"),
        ({"region": "220000000"}, "选择"),
        ({"kind": "work"}, "选择"),
    ],
)
def test_a_place_that_cannot_be_is_refused_beside_its_field(sign_in, person, typed, said):
    good = {"kind": "domicile", "region": TUMEN, "start": "2024-5-1"}
    answer = sign_in("wang", person=person).post(url("my_edit", "place"), good | typed)
    assert answer.status_code == 422 and said in text_of(answer)
    assert not person.ties.filter(kind="domicile").exists()


def test_an_officer_adds_a_place_and_it_says_so(sign_in, person):
    officer = sign_in("lin", YANJI)
    typed = {
        "kind": "domicile",
        "region": YANJI,
        "start": "2015-3-1",
        "version": person.version,
        "_once": ONCE,
    }
    assert officer.post(url("edit", person.token, "place"), typed).status_code == 302
    text = text_of(officer.get(url("card", person.token)))
    assert "2015-03-01 起 · 经办机构录入" in text


def test_the_neighbouring_officer_gets_not_found_everywhere_and_changes_nothing(sign_in, person):
    neighbour = sign_in("zhao", TUMEN)
    identity = person.identities.get()
    assert url("card", person.token) not in text_of(neighbour.get(url("search"), {"q": "小明"}))
    for address in (
        url("card", person.token),
        url("reveal", person.token, identity.pk),
        url("edit", person.token, "name"),
    ):
        assert neighbour.get(address).status_code == 404
    assert neighbour.post(url("edit", person.token, "name"), {"name": "李雷"}).status_code == 404
    assert neighbour.post(url("reveal", person.token, identity.pk), {"reason": "核对原件"}).status_code == 404
    assert names_of([person.pk]) == {person.pk: "王小明"} and viewings(person.pk) == []


def test_one_persons_document_is_not_opened_under_another_person(sign_in, person, make_person, make_number):
    officer, other = sign_in("lin", YANJI), make_person("李雷", make_number(order="333"))
    address = url("reveal", person.token, other.identities.get().pk)
    assert officer.post(address, {"reason": "核对原件"}).status_code == 404


def test_the_full_number_is_shown_once_for_a_reason_and_kept_nowhere(sign_in, person, make_number):
    officer, address = sign_in("lin", YANJI), url("reveal", person.token, person.identities.get().pk)
    bad = officer.post(address, {"reason": "看", "_once": ONCE})
    assert bad.status_code == 422 and make_number() not in text_of(bad) and 'value="看"' in text_of(bad)
    good = officer.post(address, {"reason": "核对身份证原件", "_once": ONCE})
    assert good.status_code == 200 and make_number() in text_of(good) and "no-store" in good["Cache-Control"]
    assert not IdempotencyKey.objects.filter(body__contains=make_number()).exists()
    assert make_number() not in text_of(officer.get(address))
    assert [v.reason for v in viewings(person.pk)] == ["核对身份证原件"]


def test_the_person_reads_who_looked_the_office_and_never_the_officer(sign_in, person, make_number):
    officer_page = sign_in("lin", YANJI)
    actions.state_name(Person.objects.get(user__username="lin"), name="林审核", by=SYSTEM, on=today())
    officer_page.post(url("reveal", person.token, person.identities.get().pk), {"reason": "核对身份证原件"})
    page = text_of(sign_in("wang", person=person).get(url("access_log")))
    assert "核对身份证原件" in page and f"{YANJI}局" in page
    assert "林审核" not in page and "lin" not in page.split("<main")[1].split("</main>")[0].replace(
        "inline", ""
    )


def test_an_officer_corrects_a_name_with_the_source_county(sign_in, person):
    officer = sign_in("lin", YANJI)
    answer = officer.post(
        url("edit", person.token, "name"), {"name": "王晓明", "changed_on": "", "version": ""}
    )
    assert answer.status_code == 302
    row = PersonName.objects.standing().get(person=person)
    assert (row.name, row.source) == ("王晓明", "county")


@pytest.mark.parametrize(
    ("section", "data", "field"),
    [
        ("name", {"name": "王小\u202e明"}, "name"),
        ("name", {"name": "王a明"}, "name"),
        ("name", {"name": "王建国", "changed_on": "2026-13-40"}, "changed_on"),
        ("name", {"name": "王建国", "changed_on": "2099-1-1"}, "changed_on"),
        ("number", {"kind": "resident", "identity_number": "990101199003071241"}, "identity_number"),
        ("number", {"kind": "resident", "identity_number": "99010119900230124X"}, "identity_number"),
        ("number", {"kind": "passport", "identity_number": "!!"}, "identity_number"),
        ("particulars", {"ethnicity": "99"}, "ethnicity"),
        ("address", {"address": "延吉\u200b市"}, "address"),
        ("language", {"code": "elvish"}, "code"),
    ],
)
def test_bad_input_keeps_what_was_typed_and_stands_beside_its_field(sign_in, person, section, data, field):
    mine = sign_in("wang", person=person)
    page = mine.post(url("my_edit", section), data | {"_once": ONCE})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert f'href="#id_{field}"' in text_of(page)
    typed = data[field]
    if section in ("name", "number", "address"):
        assert typed in text_of(page)


def test_an_identity_of_somebody_else_is_refused_without_a_trace_of_her(
    sign_in, person, make_person, make_number
):
    other = make_person("李雷", make_number(order="333"))
    page = sign_in("li", person=other).post(
        url("my_edit", "number"), {"kind": "resident", "identity_number": make_number(), "_once": ONCE}
    )
    assert page.status_code == 422 and "王" not in text_of(page).split("<main")[1].split("</main>")[0]


def test_a_stale_page_is_told_and_changes_nothing(sign_in, person, herself, day):
    mine = sign_in("wang", person=person)
    version = person.version
    actions.state_particulars(person, ethnicity="10", by=herself, on=day)
    page = mine.post(url("my_edit", "particulars"), {"ethnicity": "01", "version": version})
    person.refresh_from_db()
    assert page.status_code == 409 and person.ethnicity == "10"


def test_a_double_click_states_once(sign_in, person):
    mine = sign_in("wang", person=person)
    for _ in range(2):
        answer = mine.post(url("my_edit", "language"), {"code": "ko", "note": "", "_once": ONCE})
        assert answer.status_code == 302
    assert person.skills.count() == 1
    pk = person.skills.get().pk
    assert mine.post(url("my_drop", pk)).status_code == 302
    assert (
        url("my_drop", pk) not in text_of(mine.get(url("profile")))
        and mine.post(url("my_drop", pk)).status_code == 404
    )


def test_the_profile_masks_and_names_the_source(sign_in, person, make_number):
    page = text_of(sign_in("wang", person=person).get(url("profile")))
    assert "王小明" in page and person.identities.get().masked in page and make_number() not in page


def test_nobody_else_comes_in(client, sign_in, person):
    for address in (url("profile"), url("access_log"), url("search"), url("card", person.token)):
        assert client.get(address).status_code == 302
    stranger = sign_in("wang", person=person)
    assert stranger.get(url("search")).status_code == 403
    assert stranger.get(url("card", person.token)).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_audit_is_clean_after_pages_were_used(sign_in, person):
    officer = sign_in("lin", YANJI)
    officer.post(url("edit", person.token, "name"), {"name": "王晓明"})
    officer.post(url("edit", person.token, "particulars"), {"ethnicity": "10", "political_status": "13"})
    officer.post(url("reveal", person.token, person.identities.get().pk), {"reason": "核对身份证原件"})
    assert [f for f in audit.verify() if f.where.startswith("people_")] == []


@pytest.mark.parametrize("asked", ["990101199003071248", "138 4433 0001", "wang@example.cn"])
def test_a_number_phone_or_mail_address_in_a_link_is_not_looked_up(sign_in, person, day, asked):
    for kind, value in (("phone", "13844330001"), ("email", "wang@example.cn")):
        actions.state_contact(person, kind=kind, value=value, verified=False, by=SYSTEM, on=day)
    browser = sign_in("lin", YANJI)
    linked = browser.get("/office/search/", {"q": asked}).content.decode()
    assert "不要放在网址里" in linked and "王小明" not in linked
    file = b"".join(browser.get("/office/search.csv", {"q": asked})).decode()
    assert "王小明" not in file
    typed = browser.post("/office/search/", {"q": asked}).content.decode()
    assert "search.csv" not in typed and ("王小明" in typed) is (asked[0] in "1w")


def test_looking_for_a_phone_is_written_down_without_it_and_held_to_so_many_a_day(sign_in, person, day):
    browser, phone = sign_in("lin", YANJI), "13844330001"
    actions.state_contact(person, kind="phone", value=phone, verified=True, by=SYSTEM, on=day)
    assert "王小明" in browser.post("/office/search/", {"q": phone}).content.decode()
    entry = JournalEntry.objects.filter(verb="people.contact.look_up").get()
    assert entry.facts == {"kind": "phone"} and entry.user_id and phone not in journal.canonical(entry)
    browser.post("/office/search/", {"q": "王小明"})  # a name is no such search
    throttle.hit(f"contact looked for {entry.user_id}", 0, timedelta(days=1), 99)
    refused = browser.post("/office/search/", {"q": "nobody@example.com"})
    assert refused.status_code == 429 and "王小明" not in refused.content.decode()
    assert browser.post("/office/search/", {"q": phone}).status_code == 429
    assert "王小明" in browser.post("/office/search/", {"q": "王小明"}).content.decode()
    assert JournalEntry.objects.filter(verb="people.contact.look_up").count() == 1


def test_looking_for_a_number_is_written_down_without_it_and_held_to_so_many_a_day(
    sign_in, person, make_number
):
    browser, number = sign_in("lin", YANJI), make_number()
    assert "王小明" in browser.post("/office/search/", {"q": number}).content.decode()
    entry = JournalEntry.objects.filter(verb="people.identity.look_up").get()
    assert entry.facts == {"kind": "identity"} and entry.user_id and number not in journal.canonical(entry)
    browser.post("/office/search/", {"q": number[-4:]})  # the last four name nobody
    assert JournalEntry.objects.filter(verb="people.identity.look_up").count() == 1
    throttle.hit(f"identity looked for {entry.user_id}", 0, timedelta(days=1), 299)
    refused = browser.post("/office/search/", {"q": number})
    assert refused.status_code == 429 and "查找身份证件号码 300 次" in refused.content.decode()
    assert 'name="q"' in refused.content.decode() and "王小明" not in refused.content.decode()
