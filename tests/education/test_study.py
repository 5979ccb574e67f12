"""Degree study and leave: stated by the learner, compared by an officer; a degree in social work counts once (T3.2)."""

from datetime import date, timedelta

import pytest

from shegong.ground.credentials.models import Education
from shegong.ground.documents import actions as documents
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.work.education import actions
from shegong.work.education.models import CreditEntry, HoursStatement, Leave, StudyEnrolment, StudyStatement

YANJI = 222401000
ON = date(2026, 11, 2)
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.2")]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture
def clerk(make_officer, officer_person):
    return make_officer(person_id=officer_person.pk, permissions=("education.enter", "people.edit"))


def diploma(by):
    folder = documents.open_folder(title="毕业证书", by=by, on=ON)
    documents.add_paper(folder, kind="hours", content=PNG, filename="a.png", by=by, on=ON)
    return folder


def state(person, by, **more):
    given = {"what": "study", "start": date(2023, 9, 1), "programme": "社会工作", "school_name": "吉林大学",
             "mode": "in_service", "region_code": YANJI}  # fmt: skip
    return actions.state_study(person, by=by, on=ON, **given | more)


def degree(person, by, **more):
    given = {"what": "degree", "end": date(2026, 6, 30), "level": "21", "degree": "3", "folder": diploma(by)}
    return state(person, by, **given | more)


def codes(refused):
    return [one.code for one in refused.value.obstacles]


def test_a_study_is_on_record_once_an_officer_has_compared_the_paper(person, herself, clerk):
    row = state(person, herself)
    with pytest.raises(Refused) as refused:
        state(person, herself)
    assert codes(refused) == ["stated_before"] and not StudyEnrolment.objects.exists()
    with pytest.raises(Refused):
        state(person, clerk)
    actions.confirm_study(row, by=clerk, on=ON)
    study = StudyEnrolment.objects.get(person=person)
    assert (study.programme, study.state, row.state) == ("社会工作", "enrolled", "confirmed")
    assert "社会工作" in Message.objects.inbox(person.pk).get(kind="education.study.confirmed").body
    done = degree(person, herself, study=study, programme="", school_name="", mode="")
    actions.confirm_study(done, by=clerk, on=ON)
    study.refresh_from_db()
    entry = CreditEntry.objects.get(person=person)
    assert study.state == "completed" and (entry.minutes, entry.kind) == (90 * 60, "degree")
    assert Education.objects.current().filter(person=person, major="社会工作").exists()


def test_a_degree_needs_its_diploma_and_an_officer_who_is_somebody_else(person, herself, make_officer):
    with pytest.raises(Refused) as refused:
        degree(person, herself, folder=None)
    assert codes(refused) == ["paper_missing"]
    row = degree(person, herself)
    own = make_officer(person_id=person.pk, permissions=("education.enter", "people.edit"))
    with pytest.raises(Refused) as refused:
        actions.confirm_study(row, by=own, on=ON)
    assert codes(refused) == ["own_hours"]


def test_only_a_degree_in_social_work_gives_hours(person, herself, clerk):
    actions.confirm_study(degree(person, herself, programme="会计学"), by=clerk, on=ON)
    assert StudyEnrolment.objects.get().state == "completed" and not CreditEntry.objects.exists()


def test_a_degree_of_a_locked_year_waits_for_a_second_officer_with_a_reason(person, herself, clerk):
    row = degree(person, herself, end=date(2025, 6, 30))
    with pytest.raises(Refused) as refused:
        actions.confirm_study(row, by=clerk, on=ON)
    assert codes(refused) == ["reason_short"] and StudyStatement.objects.get().state == "stated"
    row.refresh_from_db()
    actions.confirm_study(row, reason="证书补发，今年才领到", by=clerk, on=ON)
    late = HoursStatement.objects.get(person=person)
    assert (late.state, late.kind, late.minutes) == ("vouched", "degree", 5400)
    assert not CreditEntry.objects.exists()


def test_leave_counts_to_its_last_day_and_is_refused_with_a_reason(person, herself, clerk):
    row = state(person, herself, what="leave", start=date(2026, 3, 1), end=date(2026, 3, 31), programme="")
    actions.confirm_study(row, by=clerk, on=ON)
    during = Leave.objects.current().get(person=person).during
    assert (during.lower, during.upper) == (date(2026, 3, 1), date(2026, 4, 1))
    other = state(person, herself, what="leave", start=date(2026, 3, 10), end=date(2026, 3, 12), programme="")
    with pytest.raises(Refused) as refused:
        actions.confirm_study(other, by=clerk, on=ON)
    assert codes(refused) == ["leave_known"]
    other.refresh_from_db()
    with pytest.raises(Refused):
        actions.refuse_study(other, reason="", by=clerk, on=ON)
    actions.refuse_study(other, reason="这几天已有记录", by=clerk, on=ON)
    assert "这几天已有记录" in Message.objects.inbox(person.pk).get(kind="education.study.refused").body


def test_pages_take_a_leave_to_the_office_and_back(sign_in, person):
    first = today() - timedelta(days=9)
    own = sign_in("wang", person=person)
    assert "/my/cpd/study/" in own.get("/my/cpd/").content.decode()
    address = "/my/cpd/study/new/leave/"
    form = {"start": "不是日期", "end": today().isoformat()}
    page = own.post(address, form | {"_once": once(own, address)})
    assert page.status_code == 422 and "不是日期" in page.content.decode()
    form["start"] = first.isoformat()
    assert own.post(address, form | {"_once": once(own, address)}).status_code == 302
    assert first.isoformat() in own.get("/my/cpd/study/").content.decode()
    row = StudyStatement.objects.get()
    officer = sign_in("lin", YANJI)
    listed = officer.get("/office/hours-study/").content.decode()
    assert first.isoformat() in listed and "学历教育和休假&nbsp;1" in listed  # the tab says that one waits
    address = f"/office/hours-study/{row.pk}/"
    answered = officer.post(
        address, {"answer": "yes", "reason": "", "version": "0", "_once": once(officer, address)}
    )
    assert answered.status_code == 302 and Leave.objects.get().during.lower == first
    assert "主管部门已确认" in officer.get(address).content.decode()


def once(client, address):
    return client.get(address).content.decode().split('name="_once" value="')[1].split('"')[0]


def test_a_statement_is_taken_back_while_nobody_decided(person, herself):
    row = actions.take_study_back(state(person, herself), by=herself, on=ON)
    assert row.state == "withdrawn"
    with pytest.raises(Refused):
        actions.confirm_study(row, by=SYSTEM, on=ON)
