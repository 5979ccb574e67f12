"""Officers see whose renewal is due, kept or at risk, open the proof, decide lapses of many; the holder sees her own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.models import Card, LapseBatch, Registration, Reminder, Term, status_of
from shegong.duties.registry.models.renewal_rows import Standing, renewal_rows, with_standing
from shegong.duties.registry.rules import Status
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.temporal import days
from shegong.work.education.models import CreditEntry

JILIN, YANJI, TUMEN = 220000000, 222401000, 222402000
DAY = timedelta(days=1)


@pytest.fixture
def rows(make_registrations):
    """Terms that end in so many days: all told but the last two."""
    ends = [today() + timedelta(days=n) for n in (-20, 1, 60, 200, 900)]
    found = make_registrations([{"admitted_on": e.replace(year=e.year - 3), "valid_to": e} for e in ends])
    terms = Term.objects.bulk_create(
        Term(registration=r, during=days(r.admitted_on, r.valid_to + DAY)) for r in found
    )
    Card.objects.bulk_create(Card(registration=t.registration, term=t) for t in terms)
    for row in found:
        people.state_name(row.person, name="金美玉", by=SYSTEM, on=today())
    return found


@pytest.fixture
def province(make_clerk):
    return make_clerk("sheng", JILIN, name="宋立").browser


def text(browser, name, *args, query=""):
    answer = browser.get(reverse(f"registry:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def learn(row, days_ago=30):
    """All the hours that its level asks for."""
    for n in range(9):
        CreditEntry.objects.create(
            person=row.person, minutes=480, kind="class", earned_on=today() - timedelta(days=days_ago + n),
            source="test", source_id=row.pk * 100 + n, title="继续教育班",
        )  # fmt: skip


def standing(one):
    return set(Registration.objects.filter(with_standing(one, today())).values_list("pk", flat=True))


@pytest.mark.clause("T4.2.a")
def test_each_renewal_stands_where_it_stands(rows):
    lapsed, tomorrow, soon, year, later = (row.pk for row in rows)
    actions.keep_what_must_not_lapse(on=today(), by=SYSTEM)
    assert standing(Standing.LAPSED) == {lapsed}
    assert standing(Standing.DUE) == {tomorrow, soon}
    assert standing(Standing.SHORT) == {tomorrow, soon, year}  # no hours at all, within a year
    assert standing(Standing.HELD) == standing(Standing.UNPROVEN) == {tomorrow}
    found = {row.id: row for row in renewal_rows([row.pk for row in rows], today())}
    assert [found[key].standing for key in (lapsed, tomorrow, soon, year, later)] == [
        "lapsed", "unproven", "due", "", "",
    ]  # fmt: skip
    assert found[tomorrow].ends_on == today() + DAY and found[tomorrow].missing == 72 * 60


def test_the_list_and_its_numbers_agree_and_keep_to_the_officer_s_reach(rows, province, make_clerk):
    assert rows[1].register_no in text(province, "renewals") and rows[4].register_no not in text(
        province, "renewals"
    )
    assert rows[3].register_no in text(province, "renewals", query="?standing=short")
    areas = text(province, "renewal_areas")
    assert "延边州" in areas and "学时不足" in areas and "standing=due" in areas
    neighbour = make_clerk("tumen", TUMEN).browser
    assert rows[1].register_no not in text(neighbour, "renewals")
    for name in ("renewals_file", "renewal_areas_file"):
        assert province.get(reverse(f"registry:{name}", args=["csv"])).status_code == 200


def test_an_officer_notes_how_he_told_and_the_proof_stands_on_the_page(rows, province, make_clerk):
    row = rows[2]
    assert "尚无提醒" in text(province, "reminders", row.register_no)
    address = reverse("registry:reminders", args=[row.register_no])
    assert province.post(address, {"how": "电"}).status_code == 422
    assert province.post(address, {"how": "3月5日电话告知本人"}).status_code == 302
    page = text(province, "reminders", row.register_no)
    assert "经办人员告知" in page and "有证明" in page
    assert province.get(reverse("registry:reminders_file", args=[row.register_no, "csv"])).status_code == 200
    assert make_clerk("tumen", TUMEN).browser.get(address).status_code == 404
    holder = make_clerk("jin", YANJI, person=row.person).browser
    assert "有证明" in text(holder, "my_reminders")


@pytest.mark.clause("T4.2.a")
def test_two_officers_let_many_lapse_on_the_page_and_the_first_cannot_alone(
    rows, province, make_clerk, make_registrations
):
    last = today() + DAY
    many = make_registrations([{"admitted_on": today() - timedelta(days=1000), "valid_to": last}] * 12)
    Term.objects.bulk_create(Term(registration=r, during=days(r.admitted_on, last + DAY)) for r in many)
    told = timezone.now() - timedelta(days=60)
    Reminder.objects.bulk_create(
        Reminder(registration=r, ends_on=last, stage="by_hand", sent_at=told) for r in many
    )
    actions.keep_what_must_not_lapse(on=today(), by=SYSTEM)
    batch = LapseBatch.objects.get()
    page = text(province, "lapse", batch.pk)
    assert "核对" in page and many[0].register_no in page
    address = reverse("registry:lapse", args=[batch.pk])
    assert province.post(address, {"step": "confirm", "reason": "", "version": 0}).status_code == 422
    assert (
        province.post(address, {"step": "confirm", "reason": "已逐一核对", "version": 0}).status_code == 302
    )
    refused = province.post(address, {"step": "lapse", "version": 1})
    assert refused.status_code == 422 and "另一人" in refused.content.decode()
    colleague = make_clerk("sheng2", JILIN, name="何敏").browser
    assert colleague.post(address, {"step": "lapse", "version": 1}).status_code == 302
    assert LapseBatch.objects.get().state == "lapsed"
    assert "经两人审核" in text(colleague, "lapses")
    for name, args in (("lapses_file", ["csv"]), ("lapse_file", [batch.pk, "csv"])):
        assert colleague.get(reverse(f"registry:{name}", args=args)).status_code == 200


def test_the_province_restores_a_lapsed_registration_from_its_page(rows, province):
    row = rows[0]
    address = reverse("registry:restore", args=[row.register_no])
    assert address not in text(province, "reminders", row.register_no)
    typed = {"reason": "学时已补齐", "version": row.version}
    short = province.post(address, typed)
    assert short.status_code == 422 and "72 学时" in short.content.decode()
    learn(row)
    assert address in text(province, "reminders", row.register_no)
    assert province.post(address, typed).status_code == 302
    row.refresh_from_db()
    assert status_of(row, today()) == Status.REGISTERED


def test_nobody_but_the_province_decides_about_lapses(make_clerk, rows):
    clerk = make_clerk("yanji", YANJI).browser
    assert clerk.get(reverse("registry:lapses")).status_code == 403
