"""The way of an application through three offices, and everything that must not happen on it."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Decision
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import decision_due
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

TUMEN = 222402000


def codes(refused) -> list[str]:
    return [obstacle.code for obstacle in refused.value.obstacles]


def admit(application, desks, on):
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="材料齐全，同意登记。", by=officer, on=on)
    return application


def issue(application, on):
    Application.objects.filter(pk=application.pk).update(decided_at=timezone.now() - timedelta(minutes=31))
    application.refresh_from_db()
    return actions.issue_certificate(application, by=SYSTEM, on=on)


@pytest.mark.clause("T4.2.a")
def test_three_offices_pass_an_application_and_the_certificate_is_issued(make_applicant, desks, day):
    application = make_applicant().application
    assert application.number == "ZC-222401-2012-00001" and application.waiting_for == "first"
    admit(application, desks, day)
    assert application.state == "admitted"
    registration = issue(application, day)
    assert registration.register_no == f"JL{timezone.localdate().year}000001"
    assert registration.terms.count() == 1 and registration.cards.count() == 1
    application.certificate.refresh_from_db()
    assert application.certificate.state == "verified"


def test_acceptance_starts_the_clock_of_thirty_working_days(make_applicant, desks, day):
    application = make_applicant().application
    assert application.due_on == timezone.datetime(2012, 9, 27).date()  # 5 working days to complete papers
    actions.accept_application(application, by=desks.county, on=day)
    assert application.due_on == timezone.datetime(2012, 11, 7).date() and not application.due_provisional


@pytest.mark.parametrize(("days", "since"), [(7, "day of acceptance"), (8, "day of handing in")])
def test_who_was_told_nothing_in_five_working_days_counts_as_accepted_from_the_start(
    make_applicant, desks, day, days, since
):
    application, on = make_applicant().application, day + timedelta(days=days)
    handed_in = timezone.make_aware(datetime.combine(day, time(9)))
    Application.objects.filter(pk=application.pk).update(submitted_at=handed_in)
    application.refresh_from_db()
    actions.accept_application(application, by=desks.county, on=on)
    start = on if since == "day of acceptance" else day
    assert application.accepted_on == start
    assert application.due_on == decision_due(start, registration_policy(on), calendar_in_force()).on


def test_the_journal_explains_every_row_of_a_whole_case(make_applicant, desks, day, offices, employer):
    application = make_applicant().application
    admit(application, desks, day)
    found = [f for f in _verify() if f.where.startswith(("registry_", "credentials_", "people_"))]
    assert found == []


def _verify():
    from shegong.kernel import audit

    sealed, heads = {}, {}
    findings = list(audit._chain(sealed, heads))
    for model in audit.journalled_models():
        findings += list(audit._rows(model, sealed))
    return findings


def test_a_row_changed_by_sql_is_found(make_applicant, day):
    application = make_applicant().application
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_application SET region_code = 222402000 WHERE id = %s", [application.id]
        )
    assert [f.where for f in _verify() if f.kind == "row_changed"] == [
        f"registry_application:{application.id}"
    ]


def test_the_journal_cannot_be_changed_or_emptied_by_sql(make_applicant):
    make_applicant()
    for statement in ("UPDATE kernel_journalentry SET reason = 'x'", "DELETE FROM kernel_journalentry",
                      "TRUNCATE kernel_journalentry"):  # fmt: skip
        with (
            pytest.raises(Exception, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.clause("T4.2.a")
def test_an_application_is_returned_field_by_field_and_only_these_can_be_corrected(
    make_applicant, desks, make_photo, day
):
    applicant = make_applicant()
    application = applicant.application
    actions.return_for_completion(
        application, {"paper:certificate": "右下角反光，请重拍。"}, by=desks.county, on=day
    )
    assert application.state == "returned"
    with pytest.raises(Refused) as refused:
        actions.submit_application(application, by=applicant.me, on=day)
    assert codes(refused) == ["still_returned"]
    with pytest.raises(Refused) as refused:
        actions.add_paper(application, kind="photo", content=b"x", filename="x.jpg", by=applicant.me, on=day)
    assert codes(refused) == ["not_returned"]
    actions.add_paper(
        application, kind="certificate", content=make_photo(99), filename="b.jpg", by=applicant.me, on=day
    )
    number = application.number
    actions.submit_application(application, by=applicant.me, on=day)
    assert application.state == "submitted" and application.number == number


def test_a_return_without_a_word_is_refused(make_applicant, desks, day):
    application = make_applicant().application
    with pytest.raises(Refused) as refused:
        actions.return_for_completion(application, {"identity": " "}, by=desks.county, on=day)
    assert codes(refused) == ["say_what"]


def test_the_neighbouring_county_cannot_decide(make_applicant, desks, day):
    application = make_applicant().application
    for act in (
        actions.accept_application,
        lambda a, by, on: actions.pass_stage(a, opinion="", by=by, on=on),
    ):
        with pytest.raises(Refused) as refused:
            act(application, by=desks.neighbour, on=day)
        assert codes(refused) == ["not_your_stage"]


def test_the_province_cannot_jump_the_queue(make_applicant, desks, day):
    with pytest.raises(Refused) as refused:
        actions.pass_stage(make_applicant().application, opinion="同意", by=desks.province, on=day)
    assert codes(refused) == ["not_your_stage"]


def test_nobody_decides_on_himself(make_applicant, desks, day):
    applicant = make_applicant()
    clerk = Actor(user_id=1, person_id=applicant.person.id, authorities=desks.county.authorities)
    with pytest.raises(Refused) as refused:
        actions.pass_stage(applicant.application, opinion="同意", by=clerk, on=day)
    assert codes(refused) == ["own_case"]


def test_whoever_checked_first_cannot_check_again_higher_up(make_applicant, desks, day):
    application = make_applicant().application
    both = Actor(user_id=1, person_id=desks.county.person_id,
                 authorities=(*desks.county.authorities, *desks.prefecture.authorities))  # fmt: skip
    actions.pass_stage(application, opinion="同意", by=both, on=day)
    with pytest.raises(Refused) as refused:
        actions.pass_stage(application, opinion="同意", by=both, on=day)
    assert codes(refused) == ["checked_before"]


def test_the_database_itself_refuses_one_person_as_reviewer_and_decider(make_applicant, desks, day):
    application = make_applicant().application
    officer = desks.county.person_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(first_reviewer_id=officer, decider_id=officer)


def test_the_database_refuses_a_step_that_the_workflow_lacks(make_applicant):
    application = make_applicant().application
    with pytest.raises(IntegrityError, match="illegal step"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(state="issued")


def test_the_second_of_two_officers_is_told_and_overwrites_nothing(make_applicant, desks, make_officer, day):
    application = make_applicant().application
    colleague = make_officer(222401000)
    assert actions.open_desk(application, by=desks.county, on=day) == []
    assert [d.officer_id for d in actions.open_desk(application, by=colleague, on=day)] == [
        desks.county.person_id
    ]
    seen = application.version
    actions.pass_stage(
        Application.objects.get(pk=application.pk), opinion="同意", by=desks.county, on=day, seen=seen
    )
    actions_before = Decision.objects.count()
    with pytest.raises(Refused):
        actions.return_for_completion(
            application, {"identity": "请更正姓名"}, by=colleague, on=day, seen=seen
        )
    assert Decision.objects.count() == actions_before


def test_a_stale_version_is_refused_even_in_the_same_state(make_applicant, desks, day):
    application = make_applicant().application
    with pytest.raises(Stale):
        actions.accept_application(application, by=desks.county, on=day, seen=application.version - 1)


def test_a_decision_is_taken_back_within_thirty_minutes_and_stays_on_record(make_applicant, desks, day):
    application = make_applicant().application
    actions.pass_stage(application, opinion="同意", by=desks.county, on=day)
    actions.recall_decision(application, reason="看错了", by=desks.county, on=day)
    assert application.state == "accepted" and application.waiting_for == "first"
    assert application.first_reviewer_id is None
    assert Decision.objects.get(application=application).recalled_at is not None
    actions.pass_stage(application, opinion="同意", by=desks.county, on=day)
    assert application.state == "first_passed"


def test_another_officer_cannot_take_it_back(make_applicant, desks, make_officer, day):
    application = make_applicant().application
    actions.pass_stage(application, opinion="同意", by=desks.county, on=day)
    with pytest.raises(Refused) as refused:
        actions.recall_decision(application, reason="", by=make_officer(222401000), on=day)
    assert codes(refused) == ["not_own_decision"]


def test_after_thirty_minutes_it_stands(make_applicant, desks, day):
    application = make_applicant().application
    actions.pass_stage(application, opinion="同意", by=desks.county, on=day)
    Decision.objects.update(decided_at=timezone.now() - timedelta(minutes=31))
    with pytest.raises(Refused) as refused:
        actions.recall_decision(application, reason="", by=desks.county, on=day)
    assert codes(refused) == ["recall_over"]


def test_a_refusal_gives_reasons_and_leaves_the_way_open_to_apply_again(make_applicant, desks, day):
    applicant = make_applicant()
    application = applicant.application
    with pytest.raises(Refused) as refused:
        actions.fail_stage(application, opinion="", reason_code="", by=desks.county, on=day)
    assert codes(refused) == ["reason_needed", "opinion_needed"]
    actions.fail_stage(
        application, opinion="证书与本人不符。", reason_code="no_certificate", by=desks.county, on=day
    )
    assert application.state == "failed" and application.waiting_for == ""
    assert actions.start_application(by=applicant.me, on=day).pk != application.pk


def test_the_certificate_waits_for_the_recall_time_unless_the_decider_ends_it(make_applicant, desks, day):
    application = admit(make_applicant().application, desks, day)
    with pytest.raises(Refused) as refused:
        actions.issue_certificate(application, by=SYSTEM, on=day)
    assert codes(refused) == ["recallable"]
    with pytest.raises(Refused) as refused:
        actions.issue_certificate(application, by=desks.county, on=day)
    assert codes(refused) == ["not_decider"]
    assert actions.issue_certificate(application, by=desks.province, on=day).register_no


def test_register_numbers_have_no_gap_when_an_issue_is_rolled_back(make_applicant, desks, day):
    first, second = (admit(make_applicant(name).application, desks, day) for name in ("金美玉", "方秋月"))
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.issue_certificate(first, by=desks.province, on=day)
        raise RuntimeError("power cut")
    second.refresh_from_db()
    assert actions.issue_certificate(second, by=desks.province, on=day).register_no.endswith("000001")


def test_bulk_passes_clean_cases_and_names_the_others(make_applicant, desks, day):
    clean, odd = make_applicant("金美玉").application, make_applicant("方秋月").application
    Application.objects.filter(pk=odd.pk).update(clean=False)
    odd.refresh_from_db()
    clean.refresh_from_db()
    results = actions.pass_many([clean, odd], opinion="同意", by=desks.county, on=day)
    assert [bool(r.obstacles) for r in results] == [not clean.clean, True]


def test_one_open_application_per_person_is_held_by_the_database(make_applicant):
    applicant = make_applicant(submit=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(person=applicant.person, kind="first")


def test_a_suspension_needs_the_right_and_another_person(make_applicant, desks, make_officer, day):
    application = admit(make_applicant().application, desks, day)
    registration = issue(application, day)
    judge = make_officer(220000000, extra=("registry.restrict",))
    with pytest.raises(Refused):
        actions.suspend_person(registration.person, start=day, end=day + timedelta(90), ground="正在调查",
                               by=desks.county, on=day)  # fmt: skip
    row = actions.suspend_person(registration.person, start=day, end=day + timedelta(90), ground="正在调查",
                                 by=judge, on=day)  # fmt: skip
    actions.lift_suspension(row, reason="已经查清", by=judge, on=day + timedelta(10))
    assert [r.during.upper for r in registration.person.restrictions.filter(recorded__upper_inf=True)] == [
        day + timedelta(10)
    ]


def test_provisional_deadlines_move_when_the_year_is_published_and_the_holder_is_told(make_applicant, desks):
    from shegong.kernel import holidays, messages
    from shegong.kernel.calendar import HolidayRow

    on = timezone.datetime(2026, 12, 1).date()
    issued = timezone.datetime(2026, 5, 10).date()
    application = make_applicant(issued_on=issued, on=on).application
    actions.accept_application(application, by=desks.county, on=on)
    assert application.due_provisional
    before = application.due_on
    listed = [(1, 1), (1, 4), (1, 5), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    rows = [
        HolidayRow(timezone.datetime(2027, m, d).date(), "holiday", "made-up schedule") for m, d in listed
    ]
    holidays.import_year(2027, rows, by=SYSTEM, on=on)
    told = messages.Message.objects.count()
    assert actions.recompute_clocks(by=SYSTEM, on=on) == 1
    application.refresh_from_db()
    assert application.due_on > before and not application.due_provisional
    assert messages.Message.objects.count() == told + 1


def test_every_change_leaves_an_entry_with_office_and_role(make_applicant, desks, day):
    application = make_applicant().application
    actions.accept_application(application, by=desks.county, on=day)
    entry = JournalEntry.objects.filter(verb="registry.application.accept").get()
    assert (entry.role, entry.region_code, entry.about_person_id) == (
        "first_registrar",
        222401000,
        application.person_id,
    )


def test_a_day_set_by_hand_moves_firm_deadlines_of_its_year_too(make_applicant, desks, day):
    from shegong.kernel import holidays

    application = make_applicant().application
    actions.accept_application(application, by=desks.county, on=day)
    before = application.due_on
    assert not application.due_provisional
    free = timezone.datetime(2012, 10, 10).date()
    holidays.set_day(free, "holiday", "放假", by=SYSTEM, on=day, reason="省政府通知")
    assert actions.recompute_clocks(by=SYSTEM, on=day) == 0
    assert actions.recompute_clocks(by=SYSTEM, on=day, year=2012) == 1
    application.refresh_from_db()
    assert (application.due_on - before).days == 1


def test_whoever_lost_the_seat_can_no_longer_take_back_a_decision(make_applicant, desks, day):
    application = make_applicant().application
    actions.pass_stage(application, opinion="同意", by=desks.county, on=day)
    gone = Actor(user_id=desks.county.user_id, person_id=desks.county.person_id)
    with pytest.raises(Refused) as refused:
        actions.recall_decision(application, reason="", by=gone, on=day)
    assert codes(refused) == ["not_allowed"]


@pytest.mark.clause("T4.2.a")
def test_a_case_is_handed_over_whole_to_the_county_that_is_responsible(make_applicant, desks, day):
    application = make_applicant().application
    number = application.number
    with pytest.raises(Refused) as refused:
        actions.hand_over(application, region_code=TUMEN, reason="她在图们工作", by=desks.neighbour, on=day)
    assert refused.value.obstacles[0].code == "not_your_stage"
    with pytest.raises(Refused) as refused:
        actions.hand_over(
            application, region_code=application.region_code, reason="她在图们工作", by=desks.county, on=day
        )
    assert refused.value.obstacles[0].code == "same_county"
    actions.hand_over(application, region_code=TUMEN, reason="她五月起在图们工作", by=desks.county, on=day)
    assert (application.number, application.region_code, application.from_region_code) == (
        number,
        TUMEN,
        222401000,
    )
    assert actions.seat_of(application, desks.county) is None
    actions.pass_stage(application, opinion="同意上报。", by=desks.neighbour, on=day)
    application.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.hand_over(application, region_code=222401000, reason="回到延吉", by=desks.prefecture, on=day)
    assert refused.value.obstacles[0].code == "not_handed_over"
    ties = application.person.ties.filter(kind="case", recorded__upper_inf=True)
    assert TUMEN in ties.values_list("region_code", flat=True)
    assert Message.objects.filter(person_id=application.person_id, kind="registry.handed_over").exists()
