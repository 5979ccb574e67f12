"""The page of a registration and the measures on it, as officers use them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Registration, Restriction
from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.messages import Message

JILIN, YANJI, TUMEN, DAAN = 220000000, 222401000, 222402000, 220882000


@pytest.fixture
def registration(make_applicant, desks, day):
    application = make_applicant().application
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="材料齐全，同意登记。", by=officer, on=day)
    decided = timezone.now() - timedelta(days=100)
    Application.objects.filter(pk=application.pk).update(decided_at=decided)
    application.refresh_from_db()
    return actions.issue_certificate(application, by=SYSTEM, on=today())


@pytest.fixture
def province(make_clerk):
    return make_clerk("sheng", JILIN, name="宋立").browser


@pytest.fixture
def colleague(make_clerk):
    return make_clerk("sheng2", JILIN, name="何敏").browser


def url(name, registration) -> str:
    return reverse(f"registry:{name}", args=[registration.register_no])


def post(browser, name, registration, **typed):
    registration.refresh_from_db()
    return browser.post(url(name, registration), {"version": registration.version, **typed})


def text_of(browser, address) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.clause("T4.2.b")
def test_an_officer_in_reach_reads_the_registration_and_the_neighbour_finds_nothing(registration, make_clerk):
    text = text_of(make_clerk("yanji", YANJI).browser, url("registration", registration))
    assert registration.register_no in text and "金美玉" in text and "有效" in text
    assert url("suspend", registration) not in text
    neighbour = make_clerk("tumen", TUMEN).browser
    assert neighbour.get(url("registration", registration)).status_code == 404
    assert neighbour.get(url("registration_pdf", registration)).status_code == 404
    assert neighbour.get(url("suspend", registration)).status_code == 403


@pytest.mark.parametrize(
    ("typed", "meant", "word"),
    [("2013-06", "2013-06-30", "尚未登记"), ("2013", "2013-12-31", "尚未登记"), ("2099-1-1", "2099-01-01", "已过期"),
     ("", None, "有效"), ("nonsense", None, "有效")],
)  # fmt: skip
def test_the_page_answers_for_any_day(registration, province, typed, meant, word):
    answer = province.get(url("registration", registration), {"asof": typed})
    shown = answer.context["answer"]
    assert (shown["day"].isoformat(), shown["word"]) == (meant or today().isoformat(), word)
    assert ("2013-06" in answer.content.decode()) or not typed.startswith("2013-06")


def test_the_register_list_and_the_case_lead_to_the_page(registration, province):
    card = text_of(province, f"{reverse('registry:register')}?card={registration.pk}")
    assert url("registration", registration) in card
    page = text_of(province, url("registration", registration))
    application = Application.objects.get()
    assert reverse("registry:case", args=[application.token]) in page
    assert reverse("people:card", args=[registration.person.token]) in page


def test_the_office_gets_the_certificate_as_pdf(registration, make_clerk):
    answer = make_clerk("yanji", YANJI).browser.get(url("registration_pdf", registration))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


@pytest.mark.clause("T4.2.f")
def test_the_province_suspends_and_lifts_and_the_page_tells_both(registration, province):
    last = today() + timedelta(days=30)
    wrong = post(
        province, "suspend", registration, start="2026-13-1", end=last.isoformat(), ground="正在调查投诉"
    )
    assert wrong.status_code == 422 and "正在调查投诉" in wrong.content.decode()
    done = post(
        province,
        "suspend",
        registration,
        start=today().isoformat(),
        end=last.isoformat(),
        ground="正在调查投诉",
    )
    assert done.status_code == 302 and done.url == url("registration", registration)
    row = Restriction.objects.get()
    assert row.during.upper == last + timedelta(days=1)
    text = text_of(province, url("registration", registration))
    assert "暂停" in text and "正在调查投诉" in text and "暂停期间不作凭证" in text and "现行" not in text
    short = post(province, "lift", registration, suspension=str(row.pk), reason="")
    assert short.status_code == 422 and Restriction.objects.count() == 1
    assert (
        post(province, "lift", registration, suspension=str(row.pk), reason="投诉查无实据").status_code == 302
    )
    text = text_of(province, url("registration", registration))
    assert "投诉查无实据" in text and "正在调查投诉" in text
    assert (
        Message.objects.filter(
            person_id=registration.person_id, kind__in=["registry.suspended", "registry.lifted"]
        ).count()
        == 2
    )


@pytest.mark.clause("T4.2.a")
def test_a_ground_is_looked_into_before_it_is_proposed(registration, province, colleague, make_photo):
    early = post(
        province, "closing_propose", registration, reason_code="altered_or_lent", reason="出借证书两次"
    )
    assert early.status_code == 422 and "立案" in early.content.decode()
    looked_into(registration, province, make_photo)
    assert "查证属实" in text_of(province, url("why", registration))


def looked_into(registration, browser, make_photo):
    told = {"reason_code": "altered_or_lent", "raised_by": "body", "told": "单位来函：证书出借"}
    assert browser.post(url("inquiry_open", registration), told | {"told": ""}).status_code == 422
    assert browser.post(url("inquiry_open", registration), told).status_code == 302
    case = registration.closing_cases.get()
    page = reverse("registry:inquiry", args=[registration.register_no, case.pk])
    assert registration.register_no in text_of(browser, reverse("registry:closings"))
    end = {"found": "yes", "findings": "经查情况属实", "version": case.version}
    assert browser.post(page, end).status_code == 422  # no paper shows it yet
    proof = SimpleUploadedFile("proof.jpg", make_photo(), content_type="image/jpeg")
    assert browser.post(page, {"file": proof, "add": "1"}).status_code == 302
    assert browser.post(page, end).status_code == 302
    item = case.folder.items.get()
    paper = reverse("registry:inquiry_paper", args=[registration.register_no, case.pk, item.pk])
    assert browser.get(paper).status_code == 200


@pytest.mark.clause("T4.2.a")
def test_who_decides_on_a_closing_reads_what_was_found_and_its_papers(
    registration, province, colleague, make_photo
):
    looked_into(registration, province, make_photo)
    said = {"reason_code": "altered_or_lent", "reason": "建议撤销"}
    assert post(province, "closing_propose", registration, **said).status_code == 302
    text = text_of(colleague, url("closing_approve", registration))
    case = reverse("registry:inquiry", args=[registration.register_no, registration.closing_cases.get().pk])
    assert "经查情况属实" in text and "建议撤销" in text and case in text
    assert "调查材料" in text_of(colleague, case)


@pytest.mark.clause("T4.2.a")
def test_a_death_that_a_county_recorded_is_read_in_the_case_that_it_opens(
    registration, province, make_officer
):
    actions.follow_news()
    people.close_person(
        registration.person, died_on=today(), reason="死亡医学证明 2201 号", by=make_officer(YANJI, extra=("people.edit",)),
        on=today(),
    )  # fmt: skip
    actions.follow_news()
    case = registration.closing_cases.get(reason_code="death")
    text = text_of(province, reverse("registry:inquiry", args=[registration.register_no, case.pk]))
    assert f"{today().isoformat()} 死亡" in text and "死亡医学证明 2201 号" in text
    assert "提议前调查" in text_of(province, reverse("registry:closings"))


@pytest.mark.clause("T4.2.e")
def test_any_day_is_explained_to_officers_with_who_and_to_the_holder_without(
    registration, province, colleague, make_clerk, let_in, make_photo
):
    looked_into(registration, province, make_photo)
    post(
        province,
        "closing_propose",
        registration,
        reason_code="altered_or_lent",
        reason="出借证书两次，已查实",
    )
    assert post(colleague, "closing_approve", registration).status_code == 302
    why = text_of(province, url("why", registration))
    assert "出借证书两次，已查实" in why and "宋立" in why and "日志第" in why
    before = today() - timedelta(days=3)
    then = text_of(province, f"{url('why', registration)}?asof={before}")
    assert "登记已终止" not in then and "登记有效期" in then
    known = text_of(province, f"{url('why', registration)}?known={before}")
    assert "登记已终止" not in known  # nobody knew it then
    assert 'role="alert"' in text_of(province, f"{url('why', registration)}?asof=never")
    mine = let_in(
        Client(),
        accounts.create_user(
            registration.person, username="mei", password="correct horse 9", by=SYSTEM, on=today()
        ),
    )
    own = text_of(mine, reverse("registry:my_why"))
    assert "登记已终止" in own and "宋立" not in own and "调查" not in own
    assert "日志" not in own  # how many entries lie between two would tell her what others did
    assert make_clerk("tumen", TUMEN).browser.get(url("why", registration)).status_code == 404


@pytest.mark.clause("T4.2.a")
def test_the_county_asked_to_take_a_registration_over_reads_its_file_while_it_decides(
    registration, make_clerk, make_photo
):
    """The move brings the file along: before the decision, not only after it; no other county reads it."""
    tumen, daan = make_clerk("tumen", TUMEN).browser, make_clerk("daan", DAAN).browser
    item = Application.objects.get().folder.items.first()
    paper = reverse("registry:whole_file_paper", args=[registration.register_no, item.pk])
    holder = Actor(user_id=registration.person_id, person_id=registration.person_id)
    move = actions.begin_change(registration, what="region", by=holder, on=today())
    actions.state_change(move, region_code=TUMEN, ground="domicile", by=holder, on=today())
    actions.add_paper(move, kind="domicile", content=make_photo(7), filename="a.jpg", by=holder, on=today())
    assert tumen.get(paper).status_code == 404, "a draft is the holder's own"
    move.refresh_from_db()
    actions.submit_application(move, by=holder, on=today())
    case = reverse("registry:case", args=[move.token])
    assert url("whole_file", registration) in text_of(tumen, case)
    file = text_of(tumen, url("whole_file", registration))
    assert "首次登记" in file and case in file and tumen.get(paper).status_code == 200
    assert daan.get(paper).status_code == 404
    move.refresh_from_db()
    actions.withdraw_application(move, by=holder, on=today())
    assert tumen.get(paper).status_code == 404


@pytest.mark.clause("T4.2.a")
def test_the_file_follows_the_registration_to_the_county_that_keeps_it(registration, make_clerk):
    yanji, tumen = make_clerk("yanji", YANJI).browser, make_clerk("tumen", TUMEN).browser
    item = Application.objects.get().folder.items.first()
    paper = reverse("registry:whole_file_paper", args=[registration.register_no, item.pk])
    assert yanji.get(paper).status_code == 200 and tumen.get(paper).status_code == 404
    Registration.objects.filter(pk=registration.pk).update(region_code=TUMEN)
    assert yanji.get(paper).status_code == 404 and tumen.get(paper).status_code == 200
    assert "首次登记" in text_of(tumen, url("whole_file", registration))


@pytest.mark.clause("T4.2.a")
def test_a_colleague_confirms_before_a_registration_is_revoked(
    registration, province, colleague, make_photo, make_clerk
):
    assert "现行" in text_of(province, url("registration", registration))
    looked_into(registration, province, make_photo)
    refused = post(province, "closing_propose", registration, reason_code="", reason="出借证书两次，已查实")
    assert refused.status_code == 422 and "出借证书两次，已查实" in refused.content.decode()
    assert (
        post(
            province,
            "closing_propose",
            registration,
            reason_code="altered_or_lent",
            reason="出借证书两次，已查实",
        ).status_code
        == 302
    )
    assert province.get(url("closing_approve", registration)).status_code == 302
    own = post(province, "closing_approve", registration)
    assert own.status_code == 422 and Registration.objects.get().closed_on is None
    waiting = text_of(colleague, reverse("registry:closings"))
    assert registration.register_no in waiting and "宋立" in waiting
    asked = text_of(colleague, url("closing_approve", registration))
    assert "出借证书两次，已查实" in asked and Registration.objects.get().closed_on is None
    assert post(colleague, "closing_approve", registration).status_code == 302
    registration.refresh_from_db()
    assert (registration.closed_kind, registration.closed_on) == ("revoked", today())
    text = text_of(colleague, url("registration", registration))
    assert "撤销" in text and url("suspend", registration) not in text
    assert "现行" not in text and text.count(f"登记已于 {today()} 终止，不再有效") == 1
    assert f"登记终止，提前于 {today()} 结束" in text
    assert "调查办结" in text and "经查情况属实" in text  # who may close reads what was looked into
    assert colleague.get(url("suspend", registration)).status_code == 302
    county = text_of(make_clerk("yanji", YANJI).browser, url("registration", registration))
    assert "不再有效" in county and "调查办结" not in county and "经查情况属实" not in county
    assert Message.objects.filter(person_id=registration.person_id, kind="registry.revoked").exists()


def test_a_proposal_is_refused_or_taken_back(registration, province, colleague):
    for name, browser, typed in (
        ("closing_refuse", colleague, {"reason": "证据不足，不予撤销"}),
        ("closing_withdraw", province, {}),
    ):
        post(province, "closing_propose", registration, reason_code="own_request", reason="本人书面申请")
        assert post(browser, name, registration, **typed).status_code == 302
        assert not registration.closing_proposals.filter(state="proposed").exists()
    text = text_of(province, url("registration", registration))
    assert "证据不足，不予撤销" in text
    assert text_of(province, reverse("registry:closings"))


def test_the_menu_counts_what_colleagues_proposed(registration, province, colleague):
    post(province, "closing_propose", registration, reason_code="own_request", reason="本人书面申请")
    address = reverse("registry:closings")

    def count(browser):
        menu = browser.get(url("registration", registration)).context["menu"].office
        return next(item.count for group in menu for item in group.items if item.url == address)

    assert (count(province), count(colleague)) == (0, 1)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("suspend", {"start": "2099-1-1", "end": "2099-2-1", "ground": "正在调查"}), ("card_replace", {"reason": "证书遗失"}),
     ("closing_propose", {"reason_code": "own_request", "reason": "本人书面申请"}), ("closing_approve", {})],
)  # fmt: skip
def test_a_page_read_before_a_colleague_acted_answers_409_and_changes_nothing(
    registration, province, colleague, name, typed
):
    seen = registration.version
    post(colleague, "closing_propose", registration, reason_code="own_request", reason="本人书面申请")
    answer = province.post(url(name, registration), {"version": seen, **typed})
    assert answer.status_code == 409
    assert Restriction.objects.count() == 0 and registration.cards.count() == 1
    assert Registration.objects.get().closed_on is None


def test_a_form_sent_twice_acts_once(registration, province):
    form = province.get(url("card_replace", registration))
    once = form.content.decode().split('name="_once" value="')[1].split('"')[0]
    for _ in range(2):
        typed = {"version": registration.version, "_once": once, "reason": "证书遗失"}
        assert province.post(url("card_replace", registration), typed).status_code == 302
    assert registration.cards.count() == 2 and registration.cards.filter(replaced_at=None).count() == 1
    text = text_of(province, url("registration", registration))
    assert "证书遗失" in text


def test_an_officer_who_holds_the_registration_can_only_read(registration, make_clerk):
    browser = make_clerk("own", JILIN, person=registration.person).browser
    text = text_of(browser, url("registration", registration))
    assert url("suspend", registration) not in text and "须由他人办理" in text
    assert post(browser, "card_replace", registration, reason="证书遗失").status_code == 422


def test_a_sanction_asks_for_a_fresh_second_factor_and_keeps_what_was_typed(registration, province):
    session = province.session
    fresh = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**fresh[0], "at": 1}]
    session.save()
    typed = {
        "start": today().isoformat(),
        "end": (today() + timedelta(days=9)).isoformat(),
        "ground": "投诉查实",
    }
    for name in ("suspend", "closing_approve"):
        asked = post(province, name, registration, **typed)
        assert asked.status_code == 302 and asked.url.startswith("/account/again/code/")
    assert not registration.person.restrictions.exists()
    assert post(province, "suspend", registration, **typed).status_code == 302
    session = province.session
    session["account_authentication_methods"] = fresh
    session.save()
    assert "投诉查实" in text_of(province, url("suspend", registration))
    post(province, "suspend", registration, **typed)
    assert registration.person.restrictions.exists()
