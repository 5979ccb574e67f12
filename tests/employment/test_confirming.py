"""A change of employer is confirmed by both sides; silence and disputes go to the county, which says why."""

from datetime import date, timedelta

import pytest
from stdnum.cn.ric import calc_check_digit

from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.kernel import audit, cube
from shegong.kernel.access import SYSTEM, Actor, Authority
from shegong.kernel.journal import JournalEntry
from shegong.kernel.lost_time import midnight
from shegong.kernel.messages import Message
from shegong.kernel.outages import Outage
from shegong.kernel.refusal import Refused
from shegong.work.employment import actions
from shegong.work.employment.actions.deciding import escalate
from shegong.work.employment.models import Confirmation, Employment

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.a")]
YANJI, TUMEN = 222401000, 222402000
START = date(2026, 10, 1)


@pytest.fixture
def employer(make_employer):
    return make_employer()


@pytest.fixture
def make_clerk(make_person, day):
    made = []

    def make(body):
        made.append(body)
        someone = make_person("周经办", f"3{len(made)}4")
        witnesses = tuple(people.create_person(by=SYSTEM, on=day) for _ in range(2))
        accounts.create_user(
            someone, username=f"clerk{len(made)}", password="correct horse 9", by=SYSTEM, on=day
        )
        accounts.found_grant(someone, role="org_clerk", organization=body, region_code=body.region_code,
                             witnesses=witnesses, start=date(2020, 1, 1), by=SYSTEM, on=day)  # fmt: skip
        right = Authority(
            role="org_clerk", permissions=frozenset({"employment.confirm"}), organization_id=body.pk
        )
        return Actor(user_id=someone.pk, person_id=someone.pk, authorities=(right,))

    return make


@pytest.fixture
def clerk(make_clerk, employer):
    return make_clerk(employer)


@pytest.fixture
def county(make_officer, officer_person):
    return make_officer(person_id=officer_person.pk, permissions=("employment.decide",))


@pytest.fixture
def stated(person, herself, employer, clerk, day):
    actions.declare_employment(person, employer=employer, region_code=YANJI, start=START, by=herself, on=day)
    return Confirmation.objects.get()


def refused(call, *args, **more):
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return [o.code for o in caught.value.obstacles]


def standing(person):
    return [
        (r.during.lower, r.during.upper)
        for r in Employment.objects.current().filter(person=person).order_by("during")
    ]


def test_an_employer_with_a_clerk_is_asked_and_confirms(stated, clerk, person, day):
    assert (stated.what, stated.side, stated.state) == ("begin", "employer", "asked")
    assert stated.due_on == date(2026, 11, 16)  # ten working days
    assert cube.value("employment.in_post", on=day) == 1  # nobody disputes it
    assert Message.objects.filter(person_id=clerk.person_id, kind="employment.begin_stated").exists()
    actions.confirm(stated, by=clerk, on=day)
    assert stated.state == "confirmed"
    assert JournalEntry.objects.filter(verb="employment.employment.begin", about_person_id=person.pk).exists()
    assert refused(actions.deny, stated, reason="查无此人", by=clerk, on=day) == ["answered_before"]


def test_an_employer_that_nobody_acts_for_is_not_asked(person, herself, employer, day):
    actions.declare_employment(person, employer=employer, region_code=YANJI, start=START, by=herself, on=day)
    assert not Confirmation.objects.exists()


def test_what_an_office_enters_needs_no_answer(person, employer, clerk, day):
    actions.declare_employment(person, employer=employer, region_code=YANJI, start=START, by=SYSTEM, on=day,
                               source="county")  # fmt: skip
    assert not Confirmation.objects.exists()


def test_a_denial_needs_a_reason_and_goes_to_the_county_which_takes_the_job_off(
    stated, clerk, county, person, day
):
    assert refused(actions.deny, stated, reason=" ", by=clerk, on=day) == ["reason_short"]
    actions.deny(stated, reason="本单位无此职工", by=clerk, on=day)
    assert stated.state == "disputed" and standing(person) == [(START, None)]
    assert cube.value("employment.in_post", on=day) == 0
    assert refused(actions.decide, stated, stands=False, reason="", by=county, on=day) == ["reason_short"]
    actions.decide(stated, stands=False, reason="单位花名册中无此人", by=county, on=day)
    assert stated.state == "dismissed" and standing(person) == []
    told = Message.objects.filter(person_id=person.pk, kind="employment.dismissed").get()
    assert "单位花名册中无此人" in told.words[1]


def test_hours_lost_to_an_outage_give_the_other_side_more_days(stated):
    last = stated.due_on
    end = midnight(last + timedelta(days=1))
    Confirmation.objects.filter(pk=stated.pk).update(asked_at=end - timedelta(days=5))
    stated.refresh_from_db()
    Outage.objects.create(
        during=(end - timedelta(hours=6), end - timedelta(hours=1)), notice_zh="停电", declared_by=0
    )
    assert stated.answer_by == last + timedelta(days=1)
    assert refused(escalate, stated, on=last + timedelta(days=1)) == ["not_due"]
    escalate(stated, on=last + timedelta(days=2))
    assert stated.state == "silent"


def test_silence_goes_to_the_county_after_the_days_and_a_late_answer_still_counts(stated, clerk, county, day):
    last = stated.due_on
    assert refused(actions.decide, stated, stands=True, reason="劳动合同为证", by=county, on=day) == [
        "not_for_county"
    ]
    assert refused(escalate, stated, on=last) == ["not_due"]
    escalate(stated, on=last + timedelta(days=1))
    assert stated.state == "silent" and list(Confirmation.objects.for_county()) == [stated]
    actions.confirm(stated, by=clerk, on=last + timedelta(days=2))
    assert stated.state == "confirmed"


def test_nobody_decides_outside_the_county_or_about_himself(
    stated, clerk, make_officer, person, officer_person, day
):
    actions.deny(stated, reason="本单位无此职工", by=clerk, on=day)
    beside = make_officer(TUMEN, officer_person.pk, permissions=("employment.decide",))
    assert refused(actions.decide, stated, stands=True, reason="合同为证", by=beside, on=day) == [
        "not_allowed"
    ]
    own = make_officer(person_id=person.pk, permissions=("employment.decide",))
    assert refused(actions.decide, stated, stands=True, reason="合同为证", by=own, on=day) == ["own_case"]


def test_a_clerk_of_another_employer_answers_nothing(stated, make_clerk, make_employer, day):
    other = make_clerk(make_employer("某中心"))
    assert refused(actions.confirm, stated, by=other, on=day) == ["not_allowed"]


def test_a_change_of_employer_asks_the_new_one_and_the_old_one(
    stated, clerk, make_clerk, make_employer, person, herself, day
):
    actions.confirm(stated, by=clerk, on=day)
    new = make_employer("图们市某中心", TUMEN)
    make_clerk(new)
    actions.declare_employment(person, employer=new, region_code=TUMEN, start=day, by=herself, on=day)
    asked = {(q.employer_id, q.what) for q in Confirmation.objects.waiting()}
    assert asked == {(new.pk, "begin"), (stated.employer_id, "end")}


def test_an_end_that_the_county_does_not_confirm_is_open_again(stated, clerk, county, person, herself, day):
    row = Employment.objects.current().get(person=person)
    actions.end_employment(row, end=day, by=herself, on=day)
    question = Confirmation.objects.get(what="end")
    actions.deny(question, reason="仍在本单位上班", by=clerk, on=day)
    assert standing(person) == [(START, day)]
    actions.decide(question, stands=False, reason="合同尚未解除", by=county, on=day)
    assert standing(person) == [(START, None)]


def test_an_employer_names_staff_and_nothing_is_recorded_before_the_person_confirms(
    person, herself, employer, clerk, day
):
    given = {"number": _number("124"), "name": "王小明", "start": START, "by": clerk, "on": day}
    assert refused(actions.propose_employment, employer, **given | {"name": "王大明"}) == ["person_unknown"]
    question = actions.propose_employment(employer, **given)
    assert question.side == "person" and standing(person) == []
    assert refused(actions.propose_employment, employer, **given) == ["staff_before"]
    actions.confirm(question, by=herself, on=day)
    assert standing(person) == [(START, None)]
    assert Employment.objects.current().get(person=person).source == "employer"


def test_a_person_who_never_worked_there_declines_and_that_is_all(person, herself, employer, clerk, day):
    question = actions.propose_employment(
        employer, number=_number("124"), name="王小明", start=START, by=clerk, on=day
    )
    actions.deny(question, reason="从未在此工作", by=herself, on=day)
    assert question.state == "refused" and standing(person) == []


def test_an_end_stated_by_the_employer_holds_once_confirmed(stated, clerk, person, herself, day):
    row = Employment.objects.current().get(person=person)
    question = actions.propose_end(row, end=day, by=clerk, on=day)
    assert standing(person) == [(START, None)]
    assert refused(actions.propose_end, row, end=day, by=clerk, on=day) == ["end_asked_before"]
    actions.confirm(question, by=herself, on=day)
    assert standing(person) == [(START, day)]


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_answer(stated, clerk, county, person, herself, day):
    actions.deny(stated, reason="本单位无此职工", by=clerk, on=day)
    actions.decide(stated, stands=False, reason="花名册中无此人", by=county, on=day)
    assert [f for f in audit.verify() if f.where.startswith(("employment_", "people_"))] == []


def _number(order):
    body = f"99010119900307{order}"
    return body + calc_check_digit(body + "0")
