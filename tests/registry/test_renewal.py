"""Renewal: what the register has is not asked again, hours gate it, the next term joins, nothing is said to be done early."""

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import (
    Application,
    Card,
    Registration,
    RegistrationRound,
    Restriction,
    Term,
    status_of,
)
from shegong.duties.registry.models.endings import near_ends
from shegong.duties.registry.models.facts import case_facts, ground_of
from shegong.duties.registry.models.outlook import renewal_of, steps_left_many, steps_left_of
from shegong.duties.registry.models.remaining import missing_minutes
from shegong.duties.registry.models.windows import window_of
from shegong.duties.registry.rules import (
    KINDS,
    Facts,
    Held,
    Hours,
    Kind,
    LateRound,
    Status,
    Step,
    checks,
    granting_obstacles,
    next_term,
    registration_obstacles,
    round_used,
    steps_left,
)
from shegong.duties.registry.tokens import validity
from shegong.duties.registry.web.my_renewal import receipt_notes
from shegong.duties.registry.web.task_lists import waits_for
from shegong.ground.accounts import actions as accounts
from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.work.education import actions as education
from shegong.work.employment import actions as employment

YANJI = 222401000
ONE = timedelta(days=1)


def term(**changes) -> Held:
    """A term to the Saturday 2026-06-20: the window opens on 03-20, its last day is the Monday after."""
    held = Held(
        register_no="JL2023000001", status=Status.EXPIRING, is_closed=False, term_from=date(2023, 6, 21),
        valid_to=date(2026, 6, 20), opens_on=date(2026, 3, 20), last_day=date(2026, 6, 22),
        restorable_to=date(2026, 6, 22), region_code=YANJI, has_card=True, hours=Hours(90 * 60, 90 * 60),
    )  # fmt: skip
    return replace(held, **changes)


def stated(held: Held | None = None, **changes) -> Facts:
    facts = Facts(
        kind=Kind.RENEWAL, name="金某", identity_masked="990101********0011", born_on=date(1985, 3, 1),
        level="social_worker", issued_on=date(2020, 1, 10), certificate_state="verified", ground="workplace",
        region_code=YANJI, employer="北山街道社会救助服务中心", committed=True, held=held or term(),
        on_record=frozenset({"identity", "certificate", "registration_certificate"}),
    )  # fmt: skip
    return replace(facts, **changes)


@pytest.fixture
def against(db):
    """The codes of what stands against handing it in on a day."""
    from shegong.duties.registry.models.policies import registration_policy
    from shegong.kernel.holidays import calendar_in_force

    def codes(facts: Facts, on: date) -> list[str]:
        return [
            o.code for o in registration_obstacles(facts, registration_policy(on), calendar_in_force(), on)
        ]

    return codes


@pytest.mark.clause("T4.2.a")
@pytest.mark.parametrize(
    ("on", "found"),
    [
        (date(2026, 3, 19), ["too_early"]),
        (date(2026, 3, 20), []),
        (date(2026, 6, 20), []),
        (date(2026, 6, 22), []),  # the last day was a Saturday: a deadline for acting rolls over
        (date(2026, 6, 23), ["renewal_over"]),
    ],
)
def test_the_window_is_the_last_three_months_and_its_last_day_rolls_over_days_off(against, on, found):
    assert against(stated(), on) == found


@pytest.mark.clause("T4.2.a", "T3.3")
def test_a_late_renewal_needs_a_round_that_says_so_and_a_round_may_ask_for_no_hours(against):
    late, short = date(2026, 9, 1), term(hours=Hours(90 * 60, 0))
    plain = LateRound(1, (), None, None)
    after = LateRound(2, (), None, None, may_be_after_expiry=True)
    free = LateRound(3, (), None, None, may_be_after_expiry=True, requires_ce=False)
    assert against(stated(rounds=(plain,)), late) == ["renewal_over"]
    assert against(stated(rounds=(after,)), late) == []
    assert against(stated(short, rounds=(after,)), late) == ["hours_missing"]
    assert against(stated(short, rounds=(free,)), late) == []
    assert against(stated(rounds=(replace(after, levels=("assistant",)),)), late) == ["renewal_over"]
    assert round_used(stated(short, rounds=(after, free)), None, None, late) == free
    assert round_used(stated(rounds=(after,)), None, None, date(2026, 6, 1)) is None
    early = stated(rounds=(plain,))
    assert against(early, date(2026, 1, 5)) == []
    renewed = stated(term(term_from=date(2026, 6, 21), valid_to=date(2029, 6, 20), opens_on=date(2029, 3, 20), last_day=date(2029, 6, 20)), rounds=(plain,))  # fmt: skip
    assert against(renewed, date(2026, 1, 6)) == ["too_early"]  # no second term in one round


def test_what_came_back_goes_on_counting_from_its_first_day_and_no_office_passes_a_ban_or_the_dead(against):
    after_the_window = date(2026, 7, 10)
    assert against(stated(), after_the_window) == ["renewal_over"]
    assert against(stated(handed_in=date(2026, 6, 20)), after_the_window) == []
    assert [o.code for o in granting_obstacles(stated(barred=True), is_last=False)] == ["barred"]
    assert [o.code for o in granting_obstacles(stated(died=True), is_last=True)] == ["deceased"]


@pytest.mark.clause("T3.3")
def test_hours_name_what_is_missing_with_their_article_and_a_paper_lets_it_in_but_not_through(against):
    short = stated(term(hours=Hours(90 * 60, 78 * 60)))
    on = date(2026, 6, 1)
    assert against(short, on) == ["hours_missing"]
    with_paper = replace(short, papers=frozenset({"continuing_education"}))
    assert against(with_paper, on) == []
    [obstacle] = granting_obstacles(with_paper, is_last=False)
    assert obstacle.clause == "民发〔2009〕123号 art. 3"
    assert obstacle.params == {"missing": "12", "counted": "78", "required": "90"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"died": True}, "deceased"),
        ({"barred": True}, "barred"),
        ({"employer_dissolved": True}, "employer_dissolved"),
        ({"certificate_state": "annulled"}, "certificate_invalid"),
        ({"held": term(is_closed=True)}, "not_live"),
        ({"route_found": False}, "no_route"),
        ({"committed": False}, "step_missing"),
    ],
)
def test_each_condition_has_its_own_reason(against, change, code):
    assert against(stated(**change), date(2026, 6, 1)) == [code]


def test_a_suspended_holder_may_apply_in_time_and_is_renewed_after_it_only(against):
    facts = stated(term(suspended_to=date(2026, 7, 1)), suspended=True)
    assert against(facts, date(2026, 6, 1)) == []
    assert granting_obstacles(facts, is_last=False) == []
    assert [o.code for o in granting_obstacles(facts, is_last=True)] == ["suspended"]


@pytest.mark.clause("T4.2.a")
def test_the_next_term_joins_when_in_time_and_starts_on_the_decision_when_late(against):
    from shegong.duties.registry.models.policies import registration_policy

    policy = registration_policy(date(2026, 6, 1))
    timely = next_term(term(), policy, handed_in=date(2026, 6, 22), decided_on=date(2026, 8, 3))
    assert timely == (date(2026, 6, 21), date(2029, 6, 20))
    late = next_term(term(), policy, handed_in=date(2026, 9, 1), decided_on=date(2026, 9, 30))
    assert late == (date(2026, 9, 30), date(2029, 9, 30))
    back = next_term(
        term(restorable_to=date(2026, 9, 20)),
        policy,
        handed_in=date(2026, 9, 1),
        decided_on=date(2026, 9, 30),
    )
    assert back == (date(2026, 9, 30), date(2029, 6, 20))  # as whoever is restored in one step: nobody gains
    leap = term(valid_to=date(2024, 2, 29), last_day=date(2024, 2, 29))
    assert next_term(leap, policy, handed_in=date(2024, 2, 1), decided_on=date(2024, 2, 2))[1] == date(
        2027, 2, 28
    )


# -- with a register ---------------------------------------------------------------------------------------------------


@pytest.fixture
def make_holder(employer, make_photo):
    """A registered social worker whose term ends soon, her numbers confirmed, with so many hours in the ledger."""
    made = []

    def make(hours=90, ends_on=None, level="social_worker"):
        made.append(hours)
        on, last = today(), ends_on or today() + timedelta(days=40)
        person = people.create_person(by=SYSTEM, on=on)
        me = Actor(user_id=person.id, person_id=person.id)
        people.state_name(person, name="金美玉", by=me, on=on)
        number = f"99010119850301{len(made):03d}"
        from stdnum.cn.ric import calc_check_digit

        people.state_identity(
            person, kind="resident", number=number + calc_check_digit(number + "0"), by=me, on=on
        )
        for identity in person.identities.all():
            people.verify_identity(identity, by=SYSTEM, on=on)
        certificate = credentials.declare_certificate(
            person, level=level, management_no=f"20190622010000{len(made):04d}", issued_on=date(2020, 3, 1), by=me, on=on
        )  # fmt: skip
        credentials.verify_certificate(certificate, source="office", by=SYSTEM, on=on)
        certificate.refresh_from_db()
        employment.declare_employment(
            person, employer=employer, region_code=YANJI, position="社工", service_field="relief",
            start=date(2021, 7, 1), by=me, on=on,
        )  # fmt: skip
        start = last.replace(year=last.year - 3) + ONE
        registration = Registration.objects.create(
            person=person, certificate=certificate, register_no=f"JL2023{len(made):06d}", region_code=YANJI,
            level=level, admitted_on=start, valid_to=last,
        )  # fmt: skip
        held = Term.objects.create(registration=registration, during=days(start, last + ONE))
        Card.objects.create(registration=registration, term=held)
        holder = SimpleNamespace(person=person, me=me, registration=registration, ends_on=last)
        holder.learn = lambda hours: learn(holder, hours)
        holder.learn(hours)
        return holder

    return make


def learn(holder, hours):
    """So many hours of classes, eight a day at most, in the months behind us."""
    taught, day = 0, today() - ONE
    while taught < hours:
        part = min(8, hours - taught)
        education.post(
            holder.person, minutes=part * 60, kind="class", earned_on=day, source="test.class",
            source_id=holder.person.pk * 10_000 + day.toordinal() % 10_000, title="社会工作实务", by=SYSTEM, on=today(),
        )  # fmt: skip
        taught, day = taught + part, day - ONE


def begun(holder) -> Application:
    return actions.begin(
        holder.person, Kind.RENEWAL, registration=holder.registration, by=holder.me, on=today()
    )


def handed_in(holder) -> Application:
    application = begun(holder)
    actions.commit_to_ethics(application, version="2012", by=holder.me, on=today())
    return actions.submit_application(application, by=holder.me, on=today())


def decided(application, desks) -> Registration:
    for desk in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="同意再登记。", by=desk, on=today())
        application.refresh_from_db()
    return actions.issue_certificate(application, by=desks.province, on=today())


@pytest.mark.clause("T4.2.a")
def test_nothing_that_the_register_knows_is_asked_again_and_all_places_count_one_number(make_holder):
    holder = make_holder()
    assert steps_left_of(holder.registration, today()) == 1  # the commitment; before anybody began
    application = begun(holder)
    assert begun(holder).pk == application.pk
    ground = ground_of(application, today())
    assert ground.facts.employer and ground.facts.region_code == YANJI
    assert list(KINDS[Kind.RENEWAL].steps) == [Step.HOURS, Step.WORKPLACE, Step.PAPERS, Step.COMMITMENT]
    assert steps_left(ground.facts, ground.policy) == renewal_of(holder.registration, today()).left == 1
    with pytest.raises(Refused) as refused:
        actions.saved(application, Step.IDENTITY, by=holder.me, on=today())
    assert refused.value.obstacles[0].code == "not_asked"


@pytest.mark.clause("T4.2.a", "T3.3")
def test_three_offices_renew_and_term_card_and_message_follow(make_holder, desks):
    holder = make_holder()
    application = handed_in(holder)
    assert application.clean, "hours, window, identity and sanctions are in order"
    registration = decided(application, desks)
    old, new = Term.objects.filter(registration=registration).order_by("during")
    assert old.during.upper == new.during.lower and new.kind == "full"
    assert registration.pk == holder.registration.pk
    assert registration.valid_to == holder.ends_on.replace(year=holder.ends_on.year + 3)
    assert status_of(registration, holder.ends_on + ONE) in (Status.REGISTERED, Status.EXPIRING)
    card = Card.objects.get(registration=registration, replaced_at=None)
    assert card.term_id == new.pk
    assert validity(card)[0] <= today() <= validity(card)[1], (
        "the new code is good from now on, not from the next term"
    )
    assert Message.objects.filter(person_id=holder.person.pk, kind="registry.renewed").exists()


@pytest.mark.clause("T3.3")
def test_no_office_lets_a_renewal_through_before_the_hours_stand_in_the_ledger(
    make_holder, desks, make_photo
):
    holder = make_holder(hours=78)
    application = begun(holder)
    actions.commit_to_ethics(application, version="2012", by=holder.me, on=today())
    with pytest.raises(Refused) as refused:
        actions.submit_application(application, by=holder.me, on=today())
    assert [o.code for o in refused.value.obstacles] == ["hours_missing"]
    actions.add_paper(
        application,
        kind="continuing_education",
        content=make_photo(),
        filename="a.jpg",
        by=holder.me,
        on=today(),
    )
    actions.submit_application(application, by=holder.me, on=today())
    assert not application.clean
    with pytest.raises(Refused) as refused:
        actions.pass_stage(application, opinion="同意", by=desks.county, on=today())
    assert [o.code for o in refused.value.obstacles] == ["hours_missing"]
    application.refresh_from_db()
    education.post(
        holder.person, minutes=12 * 60, kind="class", earned_on=today() - timedelta(days=30), source="test.paper",
        source_id=1, title="外省培训", by=SYSTEM, on=today(),
    )  # fmt: skip
    assert decided(application, desks).valid_to > holder.ends_on


def test_handed_in_on_the_last_day_the_status_stands_until_the_decision_and_no_day_is_lost(
    make_holder, desks
):
    holder = make_holder(ends_on=today() - ONE if today().weekday() == 6 else today())
    application = handed_in(holder)
    holder.registration.refresh_from_db()
    assert status_of(holder.registration, today() + 10 * ONE) in (Status.REGISTERED, Status.EXPIRING)
    registration = decided(application, desks)
    full = Term.objects.current().filter(registration=registration, kind="full").order_by("during")
    assert full[0].during.upper == full[1].during.lower
    assert not Term.objects.current().filter(registration=registration, kind="held").exists()


def test_a_refused_renewal_keeps_the_status_no_longer(make_holder, desks):
    holder = make_holder(ends_on=today())
    application = handed_in(holder)
    actions.fail_stage(
        application, opinion="材料不实，不予再登记。", reason_code="false_papers", by=desks.county, on=today()
    )
    holder.registration.refresh_from_db()
    assert holder.registration.valid_to == today()


def test_what_ended_meanwhile_is_not_renewed(make_holder, desks):
    holder = make_holder()
    application = handed_in(holder)
    for desk in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="同意", by=desk, on=today())
        application.refresh_from_db()
    Registration.objects.filter(pk=holder.registration.pk).update(closed_on=today(), closed_kind="revoked")
    with pytest.raises(Refused) as refused:
        actions.issue_certificate(application, by=desks.province, on=today())
    assert refused.value.obstacles[0].code == "not_live"


def test_the_office_waits_with_the_last_yes_while_a_suspension_runs(make_holder, desks):
    holder = make_holder()
    Restriction.objects.create(
        person=holder.person,
        kind="suspended",
        during=days(today(), today() + timedelta(days=60)),
        ground="调查期间",
    )
    application = handed_in(holder)
    assert not application.clean
    for desk in (desks.county, desks.prefecture):
        actions.pass_stage(application, opinion="同意", by=desk, on=today())
    with pytest.raises(Refused) as refused:
        actions.pass_stage(application, opinion="同意", by=desks.province, on=today())
    assert refused.value.obstacles[0].code == "suspended"


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(make_holder, let_in):
    """A holder's browser; twelve hours are missing."""
    holder = make_holder(hours=78)
    user = accounts.create_user(
        holder.person, username="jin", password="correct horse 9", by=SYSTEM, on=today()
    )
    return let_in(Client(), user), holder


@pytest.mark.clause("T4.2.a", "T3.3")
def test_from_the_first_page_to_the_receipt_no_page_says_finished_before_it_was(browser, desks):
    pages, holder = browser
    assert "还差 2 步" in pages.get("/my/").content.decode()
    assert "还差 12 小时" in pages.get("/my/renewal/").content.decode()
    at = pages.post("/my/renewal/").headers["Location"]
    tasks = pages.get(at)
    assert tasks.context["left"] == 2 and "还差 2 步" in tasks.content.decode()
    assert "还差 12 小时" in pages.get(at + "hours/").content.decode()
    assert pages.get(at + "identity/").status_code == 302, "not asked again"
    education.post(
        holder.person, minutes=12 * 60, kind="class", earned_on=today() - timedelta(days=30), source="test.class",
        source_id=2, title="社会工作实务", by=SYSTEM, on=today(),
    )  # fmt: skip
    assert "还差 1 步" in pages.get("/my/").content.decode()
    pages.post(at + "commitment/", {"agreed": "on", "version": "2012"})
    assert "最后一步" in pages.get(at).content.decode()
    version = Application.objects.get(person=holder.person).version
    receipt = pages.get(pages.post(at + "check/", {"version": version}).headers["Location"]).content.decode()
    assert "再登记尚未办结" in receipt and "登记继续有效" in receipt
    assert "再登记尚未办结" in pages.get(at + "progress/").content.decode()
    decided(Application.objects.get(person=holder.person), desks)
    assert "再登记已完成" in pages.get(at + "progress/").content.decode()


def test_the_desk_compares_with_the_last_term(make_holder, make_clerk):
    holder = make_holder()
    application = handed_in(holder)
    desk = make_clerk("lin", YANJI, name="林清").browser
    listed = desk.get("/office/queue/registration/?kind=renewal").content.decode()
    assert "再登记" in listed and "金美玉" in listed
    page = desk.get(f"/office/cases/{application.token}/").content.decode()
    for words in ("90 小时", "在受理期", "上一有效期内没有警告", "与登记一致"):
        assert words in page, words


@pytest.mark.clause("T4.2.a")
def test_the_api_begins_signs_and_submits_with_the_same_number_and_refusals(browser):
    pages, holder = browser

    def send(path, body):
        return pages.post(f"/api/{path}", json.dumps(body), content_type="application/json")

    stands = pages.get("/api/my/renewal").json()
    assert (stands["steps_left"], stands["missing"]) == (2, ["hours", "commitment"])
    assert stands["required_minutes"] - stands["counted_minutes"] == 12 * 60
    draft = send("my/renewal", {}).json()
    assert draft["kind"] == "renewal" and draft["steps_left"] == 2
    at = f"my/applications/{draft['token']}"
    assert send(f"{at}/commitment", {"version": "1999"}).status_code == 422
    assert send(f"{at}/commitment", {"version": "2012"}).json()["steps_left"] == 1
    refused = send(f"{at}/submit", {"version": draft["version"]})
    assert refused.status_code == 422
    assert [o["code"] for o in refused.json()["obstacles"]] == ["hours_missing"]
    education.post(
        holder.person, minutes=12 * 60, kind="class", earned_on=today() - timedelta(days=30), source="test.class",
        source_id=3, title="社会工作实务", by=SYSTEM, on=today(),
    )  # fmt: skip
    assert send(f"{at}/submit", {"version": draft["version"]}).json()["state"] == "submitted"
    assert pages.get("/api/my/renewal").json()["is_with_office"]


@pytest.mark.clause("T4.2.a")
def test_a_round_for_late_renewals_is_opened_on_its_page_with_what_it_grants(make_clerk):
    desk = make_clerk("zhao", 220000000, name="赵省").browser
    asked = {
        "title": "2026年补再登记", "basis": "吉林省民政厅通知", "kinds": ["renewal"], "may_be_after_expiry": "on",
        "without_ce": "on", "opens_on": today().isoformat(), "closes_on": (today() + timedelta(days=60)).isoformat(),
        "region": "220000000",
    }  # fmt: skip
    refused = desk.post("/office/rounds/new/", {**asked, "kinds": ["first"]})
    assert refused.status_code == 422
    assert desk.post("/office/rounds/new/", asked).status_code == 302
    [row] = RegistrationRound.objects.all()
    assert (row.kinds, row.may_be_after_expiry, row.requires_ce) == (["renewal"], True, False)
    assert "无需继续教育证明" in desk.get("/office/rounds/").content.decode()


def test_under_such_a_round_a_term_that_is_over_begins_anew_on_the_decision(make_holder, desks, make_officer):
    holder = make_holder(hours=0, ends_on=today() - timedelta(days=500))
    stands = renewal_of(holder.registration, today())
    assert [o.code for o in stands.against] == ["renewal_over"]
    by = make_officer(220000000, extra={"registry.open_round"})
    actions.open_round(
        region_code=220000000, title="补再登记", kinds=["renewal"], may_be_after_expiry=True, requires_ce=False, levels=[],
        issued_from=None, issued_to=None, opens_on=today(), closes_on=today(), basis="通知", by=by, on=today(),
    )  # fmt: skip
    application = handed_in(holder)
    assert application.round_id and application.clean
    registration = decided(application, desks)
    new = Term.objects.filter(registration=registration).order_by("-during").first()
    assert new.during.lower == timezone.localdate(Application.objects.get(pk=application.pk).decided_at)


def test_a_renewal_that_a_round_lets_in_before_the_window_is_in_time(make_holder, desks, make_officer):
    holder = make_holder(ends_on=today() + timedelta(days=200))
    by = make_officer(220000000, extra={"registry.open_round"})
    actions.open_round(
        region_code=220000000, title="集中再登记", kinds=["renewal"], may_be_after_expiry=False, requires_ce=True, levels=[],
        issued_from=None, issued_to=None, opens_on=today(), closes_on=today(), basis="通知", by=by, on=today(),
    )  # fmt: skip
    application = handed_in(holder)
    application.refresh_from_db()
    ground = ground_of(application, today())
    assert "继续有效" in receipt_notes(application, ground)[-1], "not: her term has ended"
    found = checks(case_facts(application, ground), ground.policy, ground.calendar, application.handed_in_on)
    assert [one.text.split(",")[0] for one in found if one.code == "in_time"] == ["Before the window"]
    [near] = near_ends([holder.registration], holder.ends_on)
    assert near.ending.applied, "her status is kept while the office decides"


# -- what came back, what is kept ---------------------------------------------------------------------------------------


def given_back(application, desks, on) -> Application:
    actions.return_for_completion(application, {"workplace": "工作单位与证明不一致"}, by=desks.county, on=on)
    application.refresh_from_db()
    return application


@pytest.mark.clause("T4.2.a")
def test_a_renewal_that_came_back_keeps_its_day_and_its_status_while_it_is_put_right(make_holder, desks):
    holder = make_holder(ends_on=today())
    application = given_back(handed_in(holder), desks, today())
    later = today() + 20 * ONE
    assert application.complete_by >= today() + 30 * ONE and application.counts_from(later) == today()
    actions.keep_what_must_not_lapse(on=later, by=SYSTEM)
    holder.registration.refresh_from_db()
    assert holder.registration.valid_to > later
    application.return_items.update(settled_at=timezone.now())
    actions.submit_application(application, by=holder.me, on=later)
    registration = decided(application, desks)
    full = Term.objects.current().filter(registration=registration, kind="full").order_by("during")
    assert full[0].during.upper == full[1].during.lower and full[1].during.upper.year == today().year + 3


def test_a_renewal_that_is_never_put_right_keeps_nothing_after_its_days(make_holder, desks):
    holder = make_holder(ends_on=today())
    application = given_back(handed_in(holder), desks, today())
    over = application.complete_by + ONE
    for day in range(25, (over - today()).days + 2):
        actions.keep_what_must_not_lapse(on=today() + day * ONE, by=SYSTEM)
    hold = holder.registration.holds.get(why="pending_application")
    assert hold.ended == "not_completed"
    application.return_items.update(settled_at=timezone.now())
    assert application.counts_from(over) is None


def test_whose_status_is_kept_for_another_reason_is_in_time_until_then(make_holder, desks):
    holder = make_holder(hours=110, ends_on=today() - 3 * ONE)
    actions.hold(holder.registration, until=today() + 5 * ONE, why="no_proof", by=SYSTEM, on=today())
    outlook = renewal_of(holder.registration, today())
    assert outlook.is_open and outlook.held.last_day == today() + 5 * ONE
    handed_in(holder)
    actions.keep_what_must_not_lapse(on=today() + 4 * ONE, by=SYSTEM)
    holder.registration.refresh_from_db()
    assert holder.registration.valid_to >= today() + 30 * ONE
    with pytest.raises(Refused) as refused:
        actions.restore(holder.registration, reason="申请恢复", by=SYSTEM, on=today() + 50 * ONE)
    assert "renewal_under_way" in [o.code for o in refused.value.obstacles] or refused.value.obstacles


def test_a_suspended_holder_is_told_beside_the_button_that_the_last_office_waits(make_holder):
    holder = make_holder()
    Restriction.objects.create(person=holder.person, kind="suspended", during=days(today(), today() + 20 * ONE), ground="投诉属实")  # fmt: skip
    ground = renewal_of(holder.registration, today()).ground
    assert (today() + 19 * ONE).isoformat() in waits_for(ground.facts)
    stayed = Restriction.objects.filter(person=holder.person)
    stayed.update(stayed_on=today())
    assert waits_for(renewal_of(holder.registration, today()).ground.facts) == ""


@pytest.mark.clause("T4.2.a")
def test_many_are_counted_as_one_is(make_holder):
    holders = [make_holder(hours=hours) for hours in (90, 60, 0)]
    begun(holders[1])
    rows = list(Registration.objects.select_related("person", "certificate").order_by("id"))
    missing = missing_minutes(rows, today())
    many = steps_left_many([(row, window_of(row)) for row in rows], missing, today())
    assert (
        many
        == {row.pk: steps_left_of(row, today()) for row in rows}
        == {rows[0].pk: 1, rows[1].pk: 2, rows[2].pk: 2}
    )
