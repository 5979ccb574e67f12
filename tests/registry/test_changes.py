"""After the first day: employer, name, level, county, cancellation, lost certificate."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.actions.changing import escalate_move
from shegong.duties.registry.models import Application, Card, Registration, status_of
from shegong.duties.registry.models.changes import changes_of, name_on
from shegong.duties.registry.models.desk import queue_rows
from shegong.duties.registry.models.explaining import explain
from shegong.duties.registry.models.facts import case_facts, ground_of
from shegong.duties.registry.rules import checks, papers_missing
from shegong.duties.registry.web.compare import compared
from shegong.ground.credentials import actions as credentials
from shegong.ground.organizations.models import Organization
from shegong.ground.people import actions as people
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.work.employment import actions as employment
from shegong.work.employment.models import Confirmation, Employment

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.a")]
JILIN, YANBIAN, YANJI, TUMEN = 220000000, 222400000, 222401000, 222402000


def through(application, *officers, on):
    """Every office agrees; the last one ends the recall time."""
    for officer in officers:
        actions.pass_stage(application, opinion="材料齐全，同意。", by=officer, on=on)
    at = timezone.make_aware(
        timezone.datetime.combine(on, timezone.datetime.min.time()) + timedelta(hours=10)
    )
    Application.objects.filter(pk=application.pk).update(decided_at=at)
    application.refresh_from_db()
    return actions.issue_certificate(application, by=SYSTEM, on=on)


@pytest.fixture
def holder(make_applicant, desks, day):
    made = make_applicant()
    made.registration = through(made.application, desks.county, desks.prefecture, desks.province, on=day)
    return made


@pytest.fixture
def later(day):
    return day + timedelta(days=200)


def codes(call, *args, **more):
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return [o.code for o in caught.value.obstacles]


def asked(holder, what, make_photo, later, **given):
    """A change that is stated, with every paper that it asks for."""
    application = actions.begin_change(holder.registration, what=what, by=holder.me, on=later)
    actions.state_change(application, **given, by=holder.me, on=later)
    ground = ground_of(application, later)
    for n, code in enumerate(papers_missing(ground.facts, ground.policy)):
        actions.add_paper(
            application, kind=code, content=make_photo(20 * n), filename="a.jpg", by=holder.me, on=later
        )
    application.refresh_from_db()
    return application


def handed_in(holder, what, make_photo, later, **given):
    application = asked(holder, what, make_photo, later, **given)
    return actions.submit_application(application, by=holder.me, on=later)


def moves_to(holder, employer, region, later):
    return employment.declare_employment(
        holder.person, employer=employer, region_code=region, position="社工", service_field="relief", start=later,
        by=holder.me, on=later,
    )  # fmt: skip


def test_a_new_employer_of_the_county_is_registered_on_a_new_card(holder, desks, make_photo, later):
    new = Organization.objects.create(kind="agency", region_code=YANJI, name="延吉市某社工机构")
    moves_to(holder, new, YANJI, later)
    application = handed_in(holder, "employer", make_photo, later)
    old = Card.objects.get(registration=holder.registration)
    row = through(application, desks.county, desks.prefecture, desks.province, on=later)
    assert row == holder.registration and row.valid_to == holder.registration.valid_to
    assert changes_of(row)[0].to_employer == new
    old.refresh_from_db()
    assert old.replaced_at and row.cards.filter(replaced_at=None).count() == 1
    assert JournalEntry.objects.filter(verb="registry.registration.change", subject_id=row.pk).exists()


def test_the_same_employer_or_one_elsewhere_is_no_change_of_employer(holder, make_photo, later):
    application = asked(holder, "employer", make_photo, later)
    assert codes(actions.submit_application, application, by=holder.me, on=later) == ["nothing_new"]
    elsewhere = Organization.objects.create(kind="agency", region_code=TUMEN, name="图们市某机构")
    moves_to(holder, elsewhere, TUMEN, later)
    actions.state_change(application, by=holder.me, on=later)
    assert codes(actions.submit_application, application, by=holder.me, on=later) == ["other_county"]


def test_no_office_passes_what_the_employer_has_not_confirmed(holder, desks, make_photo, later):
    new = Organization.objects.create(kind="agency", region_code=YANJI, name="延吉市某社工机构")
    work = moves_to(holder, new, YANJI, later)
    asks = Confirmation.objects.create(
        person=holder.person, employer=new, region_code=YANJI, what="begin", side="employer",
        since=work.during.lower, due_on=later,
    )  # fmt: skip
    application = handed_in(holder, "employer", make_photo, later)
    assert codes(actions.pass_stage, application, opinion="同意变更。", by=desks.county, on=later) == [
        "employer_waiting"
    ]
    Confirmation.objects.filter(pk=asks.pk).update(state="confirmed")
    application.refresh_from_db()
    actions.pass_stage(application, opinion="同意变更。", by=desks.county, on=later)
    assert application.state == "first_passed"


def test_what_no_employer_was_asked_about_is_for_the_countys_eyes(holder, desks, make_photo, later):
    """Both sides confirm: where nobody acts for the new employer, the officer compares the contract; nothing passes in bulk."""
    new = Organization.objects.create(kind="agency", region_code=YANJI, name="延吉市某社工机构")
    moves_to(holder, new, YANJI, later)
    application = handed_in(holder, "employer", make_photo, later)
    application.refresh_from_db()
    assert not application.clean
    bulk = actions.pass_many([application], opinion="同意变更。", by=desks.county, on=later)
    assert [one.code for one in bulk[0].obstacles] == ["not_clean"]
    application.refresh_from_db()
    assert application.state == "submitted"


def test_what_is_asked_for_may_come_back_and_be_stated_anew(holder, desks, make_photo, later):
    """A name that was typed wrong is put right, instead of a refusal and another application."""
    application = handed_in(holder, "name", make_photo, later, name="金美栏")
    actions.return_for_completion(application, {"change": "姓名与户口簿不一致"}, by=desks.county, on=later)
    application.refresh_from_db()
    assert codes(actions.submit_application, application, by=holder.me, on=later) == ["still_returned"]
    actions.state_change(application, name="金美兰", by=holder.me, on=later)
    application.refresh_from_db()
    actions.submit_application(application, by=holder.me, on=later)
    assert application.state == "submitted" and application.change.to_name == "金美兰"


def test_a_new_name_asks_for_its_paper_and_only_for_that(holder, desks, make_photo, later):
    application = actions.begin_change(holder.registration, what="name", by=holder.me, on=later)
    actions.state_change(application, name="金美玉", by=holder.me, on=later)
    assert codes(actions.submit_application, application, by=holder.me, on=later) == [
        "step_missing",
        "nothing_new",
    ]
    actions.state_change(application, name="金美兰", by=holder.me, on=later)
    actions.add_paper(
        application, kind="name_proof", content=make_photo(9), filename="a.jpg", by=holder.me, on=later
    )
    application.refresh_from_db()
    actions.submit_application(application, by=holder.me, on=later)
    assert name_on(holder.person.pk, later) == "金美玉"
    through(application, desks.county, desks.prefecture, desks.province, on=later)
    assert name_on(holder.person.pk, later - timedelta(days=1)) == "金美玉"
    assert name_on(holder.person.pk, later) == "金美兰"
    assert holder.registration.cards.count() == 2


def test_a_higher_level_is_registered_anew_and_keeps_the_lineage(holder, desks, make_photo, later):
    lower = credentials.declare_certificate(
        holder.person, level="assistant", management_no="201206220100009999", issued_on=date(2012, 12, 1), by=holder.me,
        on=later,
    )  # fmt: skip
    application = asked(holder, "level", make_photo, later, certificate=lower)
    assert "not_higher" in codes(actions.submit_application, application, by=holder.me, on=later)
    senior = credentials.declare_certificate(
        holder.person, level="senior", management_no="201906220100008888", issued_on=date(2019, 6, 1), by=holder.me,
        on=date(2019, 7, 1),
    )  # fmt: skip
    on = date(2013, 1, 10)
    type(senior).objects.filter(pk=senior.pk).update(issued_on=date(2012, 12, 20))
    senior.refresh_from_db()
    actions.state_change(application, certificate=senior, by=holder.me, on=on)
    actions.submit_application(application, by=holder.me, on=on)
    ground = ground_of(application, on)
    shown = [row["stated"] for row in compared(application, ground, case_facts(application, ground), on)]
    assert "201906220100008888" in shown and "2012-12-20" in shown, (
        "to compare with the photo of the certificate"
    )
    new = through(application, desks.county, desks.prefecture, desks.province, on=on)
    before = Registration.objects.get(pk=holder.registration.pk)
    assert (new.level, new.admitted_on) == ("senior", on) and new.pk != before.pk
    assert (before.closed_kind, before.closed_on) == ("superseded", on)
    assert status_of(before, on - timedelta(days=1)) == "registered" and status_of(before, on) == "superseded"
    assert application.registration_id == before.pk


def test_a_higher_certificate_of_an_odd_number_is_for_the_officers_eyes(holder, make_photo):
    on = date(2013, 1, 10)
    odd = credentials.declare_certificate(
        holder.person, level="senior", management_no="2019062201", issued_on=date(2019, 6, 1), by=holder.me,
        on=date(2019, 7, 1),
    )  # fmt: skip
    type(odd).objects.filter(pk=odd.pk).update(issued_on=date(2012, 12, 20))
    odd.refresh_from_db()
    application = handed_in(holder, "level", make_photo, on, certificate=odd)
    application.refresh_from_db()
    ground = ground_of(application, on)
    found = checks(case_facts(application, ground), ground.policy, ground.calendar, on)
    assert "number" in [one.code for one in found if not one.passed] and not application.clean


def test_a_file_moves_to_the_county_that_accepts_it(holder, desks, make_photo, later):
    elsewhere = Organization.objects.create(kind="agency", region_code=TUMEN, name="图们市某机构")
    moves_to(holder, elsewhere, TUMEN, later)
    application = handed_in(holder, "region", make_photo, later, region_code=TUMEN, ground="workplace")
    assert (application.region_code, application.from_region_code) == (TUMEN, YANJI)
    assert codes(
        actions.pass_stage, application, opinion="同意变更。", by=desks.county, on=later
    )  # not its case any more
    row = through(application, desks.neighbour, desks.prefecture, desks.province, on=later)
    assert row.region_code == TUMEN
    (change,) = changes_of(row)
    assert (change.from_region_code, change.to_region_code) == (YANJI, TUMEN)


def test_a_county_that_stays_silent_loses_the_file_to_the_office_above(holder, desks, make_photo, later):
    elsewhere = Organization.objects.create(kind="agency", region_code=TUMEN, name="图们市某机构")
    moves_to(holder, elsewhere, TUMEN, later)
    application = handed_in(holder, "region", make_photo, later, region_code=TUMEN, ground="workplace")
    assert codes(escalate_move, application, on=application.due_on) == ["not_due"]
    over = application.due_on + timedelta(days=1)
    escalate_move(application, on=over)
    assert application.waiting_for == "second" and application.due_on > over
    assert codes(escalate_move, application, on=over + timedelta(days=90)) == ["not_waiting"]
    row = through(application, desks.prefecture, desks.province, on=over)
    assert row.region_code == TUMEN


def test_the_holder_cancels_and_is_registered_until_the_office_decides(holder, desks, make_photo, later):
    application = handed_in(holder, "request", make_photo, later, note="转行")
    assert status_of(holder.registration, later) == "registered"
    row = through(application, desks.county, desks.prefecture, desks.province, on=later)
    assert (row.closed_kind, row.reason_code) == ("cancelled", "own_request")
    (why,) = (one for one in explain(row, later) if one.why == "closed")
    assert [step.verb for step in why.steps] == ["registry.registration.cancel"], "its beginning ends nothing"
    assert codes(actions.begin_change, row, what="name", by=holder.me, on=later) == ["not_live"]


def test_who_is_looked_into_leaves_when_the_matter_has_ended(holder, desks, make_officer, make_photo, later):
    inspector = make_officer(JILIN, extra=("registry.restrict",))
    application = handed_in(holder, "request", make_photo, later, note="转行")
    case = actions.open_inquiry(
        holder.registration, reason_code="altered_or_lent", raised_by="person", told="有人反映出借证书", by=inspector,
        on=later,
    )  # fmt: skip
    ground = ground_of(application, later)
    found = checks(case_facts(application, ground), ground.policy, ground.calendar, later)
    assert [one.code for one in found if not one.passed] == ["inquiry"]  # no bulk, and the officer reads why
    (bulk,) = actions.pass_many([application], opinion="同意", by=desks.county, on=later)
    assert [o.code for o in bulk.obstacles] == ["not_clean"]  # though it was clean when it was handed in
    assert application.clean and not queue_rows([application.pk], later)[0].is_clean, (
        "nor does the queue say so"
    )
    for officer in (desks.county, desks.prefecture):
        actions.pass_stage(application, opinion="材料齐全，同意。", by=officer, on=later)
    given = {"opinion": "同意注销。", "by": desks.province, "on": later}
    assert codes(actions.pass_stage, application, **given) == ["looked_into"]
    actions.conclude_inquiry(case, is_found=False, findings="证书在本人手中", by=inspector, on=later)
    assert queue_rows([application.pk], later)[0].is_clean
    assert actions.pass_stage(application, **given).state == "admitted"


def test_what_is_about_an_ended_registration_is_closed_with_a_reason(holder, desks, make_photo, later):
    draft = asked(holder, "name", make_photo, later, name="张三丰")
    lost = handed_in(holder, "lost", make_photo, later, note="遗失")
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(lost, opinion="材料齐全，同意。", by=officer, on=later)
    leaving = handed_in(holder, "request", make_photo, later, note="转行")
    through(leaving, desks.county, desks.prefecture, desks.province, on=later)
    Application.objects.filter(pk=lost.pk).update(decided_at=timezone.now() - timedelta(minutes=31))
    assert actions.issue_due(on=later) == 0
    for application in (draft, lost):
        application.refresh_from_db()
        assert (application.state, application.final_on) == ("ended", later)
    assert JournalEntry.objects.filter(verb="registry.application.end").count() == 2
    assert (
        Message.objects.filter(person_id=holder.person.pk, kind="registry.ended").count() == 1
    )  # a draft tells nothing


def test_a_lost_certificate_stops_counting_when_it_is_reported(holder, desks, make_photo, later):
    old = Card.objects.get(registration=holder.registration)
    application = asked(holder, "lost", make_photo, later, note="乘车时遗失")
    old.refresh_from_db()
    assert old.replaced_at is not None
    card = next(one for one in explain(holder.registration, timezone.localdate()) if one.why == "card")
    assert [step.person_id for step in card.steps] == [holder.person.pk], (
        "why this card counts: she reported the loss"
    )
    new = holder.registration.cards.get(replaced_at=None)
    actions.state_change(application, note="乘车时遗失，已报案", by=holder.me, on=later)
    assert holder.registration.cards.get(replaced_at=None) == new  # said once, replaced once
    actions.submit_application(application, by=holder.me, on=later)
    through(application, desks.county, desks.prefecture, desks.province, on=later)
    assert holder.registration.cards.get(replaced_at=None) == new


def test_only_one_change_at_a_time_and_nobody_elses(holder, make_applicant, later):
    actions.begin_change(holder.registration, what="name", by=holder.me, on=later)
    assert codes(actions.begin_change, holder.registration, what="region", by=holder.me, on=later) == [
        "open_change"
    ]
    other = make_applicant("李四", submit=False)
    assert codes(actions.begin_change, holder.registration, what="lost", by=other.me, on=later) == ["not_own"]


def test_news_open_cases_for_a_human_and_draft_changes(holder, make_officer, later):
    actions.follow_news()  # where it begins to read
    new = Organization.objects.create(kind="agency", region_code=YANJI, name="延吉市某社工机构")
    moves_to(holder, new, YANJI, later)
    with connection.cursor() as cursor:  # the register's day is today: the term must reach it
        cursor.execute("UPDATE registry_term SET during = daterange(lower(during), NULL)")
    assert actions.follow_news() == 1
    draft = Application.objects.get(kind="change")
    assert (draft.change.what, draft.state) == ("employer", "drafted")
    assert actions.follow_news() == 0
    certificate = holder.registration.certificate
    annuls = make_officer(JILIN, extra=("credentials.annul",))
    credentials.annul_certificate(certificate, reason="查实为伪造", by=annuls, on=later)
    assert actions.follow_news() == 1
    case = holder.registration.closing_cases.get()
    assert (case.raised_by, case.reason_code, case.state) == ("news", "other_by_law", "opened")
    assert Registration.objects.get(pk=holder.registration.pk).closed_on is None


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_change(holder, desks, make_photo, later):
    elsewhere = Organization.objects.create(kind="agency", region_code=TUMEN, name="图们市某机构")
    moves_to(holder, elsewhere, TUMEN, later)
    application = handed_in(holder, "region", make_photo, later, region_code=TUMEN, ground="workplace")
    for officer in (desks.neighbour, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="材料齐全，同意。", by=officer, on=later)
    actions.issue_certificate(application, by=desks.province, on=later)
    assert Employment.objects.count() and [f for f in audit.verify() if f.where.startswith("registry_")] == []


def test_a_death_on_record_opens_a_case_and_closes_nothing_by_itself(holder, make_officer, later):
    actions.follow_news()
    county = make_officer(YANJI, extra=("people.edit",))
    assert codes(
        people.close_person,
        holder.person,
        died_on=later + timedelta(days=1),
        reason="死亡证明",
        by=county,
        on=later,
    ) == ["died_when"]
    people.close_person(holder.person, died_on=later, reason="死亡证明 2013-18 号", by=county, on=later)
    assert codes(
        people.close_person, holder.person, died_on=later, reason="死亡证明", by=county, on=later
    ) == ["died_before"]
    assert actions.follow_news() == 1
    case = holder.registration.closing_cases.get()
    assert (case.reason_code, case.raised_by, case.opened_by_id) == ("death", "news", None)
    holder.registration.refresh_from_db()
    assert holder.registration.closed_on is None
