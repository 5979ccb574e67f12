"""What an applicant might try: other people's facts and papers, two tabs, and other facts after submitting."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.actions import beginning
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.web.panels import office_cases
from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.refusal import Refused


def codes(refused):
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.mark.clause("T4.2.a")
def test_nobody_applies_with_somebody_elses_certificate_or_employment(make_applicant, day):
    other, mine = make_applicant("朴英兰").application, make_applicant(submit=False)
    with pytest.raises(Refused) as refused:
        actions.choose_certificate(mine.application, other.certificate, by=mine.me, on=day)
    assert codes(refused) == ["not_own"]
    with pytest.raises(Refused) as refused:
        actions.choose_ground(
            mine.application,
            ground="workplace",
            region_code=222401000,
            workplace=other.workplace,
            by=mine.me,
            on=day,
        )
    assert codes(refused) == ["not_own"]


def test_nobody_takes_away_a_paper_of_another_folder(make_applicant, day):
    other, mine = make_applicant("朴英兰").application, make_applicant(submit=False)
    paper = other.folder.items.first()
    with pytest.raises(Refused) as refused:
        actions.remove_paper(mine.application, paper, by=mine.me, on=day)
    paper.refresh_from_db()
    assert codes(refused) == ["not_own"] and paper.removed_at is None


def test_one_applies_at_the_domicile_or_the_workplace_and_nowhere_else(make_applicant, day):
    mine = make_applicant(submit=False)
    with pytest.raises(Refused) as refused:
        actions.choose_ground(
            mine.application, ground="moon", region_code=222401000, workplace=None, by=mine.me, on=day
        )
    assert codes(refused) == ["unknown_ground"]


def restate_name(mine, day):
    people.state_name(mine.person, name="金美英", by=mine.me, on=day)


def restate_certificate(mine, day):
    old = mine.application.certificate
    credentials.correct_certificate(
        old, level="assistant", management_no="20120622010000777", issued_on=old.issued_on, by=mine.me, on=day
    )


@pytest.mark.clause("T4.2.a")
@pytest.mark.parametrize("restate", [restate_name, restate_certificate])
def test_what_was_changed_after_submitting_is_not_passed_but_returned(make_applicant, desks, day, restate):
    mine = make_applicant()
    restate(mine, day)
    application = Application.objects.get(pk=mine.application.pk)
    with pytest.raises(Refused) as refused:
        actions.pass_stage(application, opinion="同意", by=desks.county, on=day)
    assert codes(refused) == ["changed_since"]
    application = Application.objects.get(pk=mine.application.pk)
    if application.state == "submitted":
        actions.return_for_completion(
            application, {"identity": "姓名与证件不符，请核对。"}, by=desks.county, on=day
        )


def test_a_correction_after_a_return_is_passed(make_applicant, desks, day):
    mine = make_applicant()
    application = mine.application
    actions.return_for_completion(application, {"identity": "请更正姓名。"}, by=desks.county, on=day)
    actions.saved(application, "identity", by=mine.me, on=day)
    restate_name(mine, day)
    application.refresh_from_db()
    actions.submit_application(application, by=mine.me, on=day)
    application.refresh_from_db()
    assert actions.pass_stage(application, opinion="同意", by=desks.county, on=day).state == "first_passed"


def test_a_refusal_names_a_reason_of_the_policy(make_applicant, desks, day):
    application = make_applicant().application
    with pytest.raises(Refused) as refused:
        actions.fail_stage(application, opinion="不符合条件", reason_code="because", by=desks.county, on=day)
    assert codes(refused) == ["reason_needed"]
    known = registration_policy(day).refusal_reasons[0].code
    application.refresh_from_db()
    actions.fail_stage(application, opinion="不符合条件", reason_code=known, by=desks.county, on=day)


def test_a_case_of_half_past_midnight_belongs_to_the_day_of_shanghai(make_applicant):
    mine = make_applicant()
    Application.objects.filter(pk=mine.application.pk).update(
        submitted_at=datetime(2012, 9, 20, 16, 30, tzinfo=UTC)
    )
    assert office_cases(SYSTEM, mine.person).context["rows"][0]["note"] == "2012-09-21"


REFUSE = """
CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'taken' USING ERRCODE = 'unique_violation'; END $body$;
CREATE TRIGGER refuse BEFORE INSERT ON registry_registration FOR EACH ROW
  WHEN (NEW.person_id = {}) EXECUTE FUNCTION pg_temp.refuse();
"""


def test_a_case_that_cannot_be_issued_holds_up_no_other(make_applicant, day):
    first, second = (make_applicant(name).application for name in ("金美玉", "朴英兰"))
    for minutes, application in ((50, first), (40, second)):
        decided = timezone.now() - timedelta(minutes=minutes)
        Application.objects.filter(pk=application.pk).update(state="accepted", accepted_on=day)
        Application.objects.filter(pk=application.pk).update(
            state="admitted", decided_at=decided, waiting_for=""
        )
    with connection.cursor() as cursor:
        cursor.execute(REFUSE.format(first.person_id))
    assert actions.issue_due(on=day) == 1
    second.refresh_from_db()
    assert second.state == "issued"


def begin_at_once(tabs, day):
    """What one person's tabs got, or ran into."""
    person = people.create_person(by=SYSTEM, on=day)
    me, gate, made = Actor(user_id=person.pk, person_id=person.pk), threading.Barrier(tabs), []

    def begin():
        try:
            gate.wait()
            made.append(actions.start_application(by=me, on=day).pk)
        except Exception as problem:
            made.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return made


@pytest.mark.django_db(transaction=True)
def test_two_tabs_make_one_draft(offices, day):
    made = begin_at_once(4, day)
    assert len(made) == 4 and set(made) == {Application.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_control_without_the_hold_on_the_person_the_second_tab_gets_an_error(offices, day, monkeypatch):
    """The same race where both found no draft before one was made: only the key of the table is left."""
    meet, open_folder = threading.Barrier(2, timeout=10), beginning.documents.open_folder

    def wait(**details):
        meet.wait()
        return open_folder(**details)

    monkeypatch.setattr(beginning.people, "hold", lambda person: person)
    monkeypatch.setattr(beginning.documents, "open_folder", wait)
    made = begin_at_once(2, day)
    assert sum(isinstance(one, IntegrityError) for one in made) == 1
    assert Application.objects.count() == 1
