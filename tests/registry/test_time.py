"""Time in registration: nobody loses a status by accident, and who was told and did nothing does (issue 6, tale 2)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from shegong.duties.registry import actions
from shegong.duties.registry.actions.lapsing import follow_outage
from shegong.duties.registry.actions.proving import publish_list, sign_card, states_of_cards
from shegong.duties.registry.models import (
    Card,
    LapseBatch,
    Registration,
    Reminder,
    Restriction,
    StatusHold,
    StatusList,
    Term,
    status_of,
)
from shegong.duties.registry.models.by_status import with_status
from shegong.duties.registry.models.outlook import renewal_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register_rows import register_rows
from shegong.duties.registry.models.reminders import told_of
from shegong.duties.registry.rules import Status, first_deadline, is_in_time
from shegong.duties.registry.rules.token import State, Verdict
from shegong.duties.registry.tokens import opened_list, verdict_on
from shegong.ground.people import actions as people
from shegong.kernel import messages, outages
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.http import today
from shegong.kernel.messages import Delivery, Message
from shegong.kernel.outages import Outage, ServiceGap
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.work.education.models import CreditEntry

JILIN, YANJI = 220000000, 222401000
CHINA = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
IN_FORCE = (Status.REGISTERED, Status.EXPIRING)


@pytest.fixture
def ends_on(offices):
    """A Wednesday some weeks ahead with working days behind it: last days to apply lie on working days."""
    calendar, day = calendar_in_force(), today() + timedelta(days=30)
    day += timedelta(days=(2 - day.weekday()) % 7)
    while not all(calendar.is_working_day(day + n * DAY) for n in range(3)):
        day += 7 * DAY
    return day


@pytest.fixture
def registered(make_registrations, ends_on):
    """`registered(3)`: so many registrations whose full terms end on the day, each with a card."""

    def make(many=1, end=None):
        last = end or ends_on
        start = last.replace(year=last.year - 3) + DAY
        rows = make_registrations([{"admitted_on": start, "valid_to": last}] * many)
        terms = Term.objects.bulk_create(Term(registration=r, during=days(start, last + DAY)) for r in rows)
        Card.objects.bulk_create(Card(registration=t.registration, term=t) for t in terms)
        return rows

    return make


def tell(row, on, outcome="sent"):
    """A reminder of a month before, that went out on this day with this outcome."""
    actions.remind_due(on=on, by=SYSTEM)
    message = Reminder.objects.filter(registration=row).latest("id").message
    at = datetime.combine(on, time(9), CHINA)
    Delivery.objects.create(message=message, channel="sms", outcome=outcome, at=at)


def gate(on):
    return actions.keep_what_must_not_lapse(on=on, by=SYSTEM)


def status(row, day):
    """The one answer, asked in every way that there is."""
    row.refresh_from_db()
    found = status_of(row, day)
    policy = registration_policy(day)
    forks = with_status(found, day, grace_days=policy.grace_days, expiring_days=policy.expiring_days)
    assert any(Registration.objects.filter(fork, pk=row.pk).exists() for fork in forks)
    assert register_rows([row.pk], day)[0].status == found
    return found


def down(start: date, hours: int, by) -> Outage:
    """An outage of so many hours from noon of a day on, declared as if today were after it."""
    at = datetime.combine(start, time(12), CHINA)
    row = Outage.objects.create(
        during=outages.DateTimeTZRange(at, at + timedelta(hours=hours), "[)"),
        notice_zh="机房停电",
        declared_by=by,
    )
    return row


@pytest.mark.clause("T4.2.a")
def test_the_site_is_down_two_days_at_the_end_and_nobody_loses_status(registered, ends_on):
    rows = registered(2)
    for row in rows:
        tell(row, ends_on - timedelta(days=20))
    assert (
        gate(ends_on) == 0 and status(rows[0], ends_on + DAY) == Status.LAPSED
    )  # without the row: late, and lapsed
    late = renewal_of(rows[0], ends_on + 2 * DAY).held
    assert late.last_day == ends_on and not is_in_time(late, ends_on + 2 * DAY)
    outage = down(ends_on - DAY, 48, by=1)
    assert is_in_time(renewal_of(rows[0], ends_on + 2 * DAY).held, ends_on + 2 * DAY)
    actions.keep_what_must_not_lapse(on=ends_on + DAY, by=SYSTEM, outage=outage)
    last = ends_on + 2 * DAY
    for row in rows:
        assert [status(row, ends_on + n * DAY) for n in (1, 2, 3)] == [*[Status.EXPIRING] * 2, Status.LAPSED]
        hold = StatusHold.objects.get(registration=row)
        assert (hold.why, hold.until, hold.outage) == ("outage", last, outage)
    told = Message.objects.filter(person_id=rows[0].person_id, kind="registry.held").get()
    assert last.isoformat() in told.body and "平台停机" in told.body
    before = gate(ends_on + DAY)
    assert before == 2 and Term.objects.filter(kind="held").count() == 2  # a second run does no harm


def test_a_first_registration_gets_the_hours_too(db):
    issued = today() - timedelta(days=365)
    policy = registration_policy(today())
    before = first_deadline(issued, policy, calendar_in_force())
    down(before.on - DAY, 48, by=1)
    after = first_deadline(issued, policy, calendar_in_force())
    assert after.on >= before.on + 2 * DAY  # and off a day off


def test_a_declared_outage_is_followed_by_a_job_and_kept_for_ever(registered, db):
    now = timezone.now()
    person = people.create_person(by=SYSTEM, on=today())
    by = Actor(user_id=person.pk, person_id=person.pk)
    row = registered(end=today() - DAY)[0]
    row_told = Reminder.objects.create(registration=row, ends_on=row.valid_to, stage="by_hand")
    assert row_told and status(row, today()) == Status.LAPSED
    with pytest.raises(Refused):
        outages.declare(start=now, end=now + DAY, notice_zh="机房停电", by=by, on=today())
    outage = outages.declare(start=now - 3 * DAY, end=now - DAY, notice_zh="机房停电两天", by=by, on=today())
    follow_outage(outage=outage.pk)
    assert status(row, today()) == Status.EXPIRING
    with pytest.raises(Exception, match="append-only"):
        Outage.objects.filter(pk=outage.pk).update(notice_zh="无")


def test_as_of_any_day_and_as_known_then(registered, ends_on):
    row = registered()[0]
    known = timezone.now()
    actions.hold(row, until=ends_on + timedelta(days=5), why="outage", by=SYSTEM, on=today())
    row.refresh_from_db()
    assert status_of(row, ends_on + DAY) == Status.EXPIRING
    assert status_of(row, ends_on + DAY, known_at=known) == Status.LAPSED


@pytest.mark.clause("T4.2.a")
@pytest.mark.parametrize(("outcome", "kept"), [("failed", True), ("no_address", True), ("sent", False)])
def test_no_proof_no_lapse(registered, ends_on, outcome, kept):
    row = registered()[0]
    tell(row, ends_on - timedelta(days=20), outcome)
    gate(ends_on)
    assert (status(row, ends_on + DAY) == Status.EXPIRING) is kept
    assert (Message.objects.filter(kind="registry.held").exists()) is kept
    assert told_of(row)[0].proofs[0].outcome == outcome


def test_a_held_holder_who_is_told_gets_the_days_and_then_lapses(registered, ends_on, make_officer):
    row = registered()[0]
    gate(ends_on)
    row.refresh_from_db()
    assert row.valid_to == ends_on + timedelta(days=30)
    officer = make_officer(YANJI)
    with pytest.raises(Refused):
        actions.note_told(row, how="电", by=officer, on=today())
    actions.note_told(row, how="电话告知本人", by=officer, on=today())  # proven today, weeks before the end
    gate(row.valid_to)
    assert status(row, row.valid_to) == Status.EXPIRING and status(row, row.valid_to + DAY) == Status.LAPSED


def test_the_ladder_is_climbed_once_and_each_message_says_what_remains(registered, ends_on):
    row = registered()[0]
    for before in (25, 25, 13, 2, 2):
        actions.remind_due(on=ends_on - timedelta(days=before), by=SYSTEM)
    assert [told.stage for told in told_of(row)] == ["last", "fortnight", "month"]
    body = Message.objects.filter(person_id=row.person_id).latest("id").body
    assert ends_on.isoformat() in body and row.register_no in body and "还" in body


@pytest.mark.clause("T4.2.a")
def test_many_lapses_wait_for_two_officers_who_look_at_the_list(registered, ends_on, make_officer):
    rows = registered(12)
    Reminder.objects.bulk_create(Reminder(registration=r, ends_on=ends_on, stage="by_hand") for r in rows)
    gate(ends_on - DAY)
    batch = LapseBatch.objects.get()
    assert (batch.state, batch.lapsing, batch.last_day) == ("waiting", 12, ends_on)
    assert all(status(row, ends_on + DAY) in IN_FORCE for row in rows[:2])
    first, second = (make_officer(JILIN, extra=("registry.restrict",)) for _ in range(2))
    actions.confirm_lapses(batch, reason="名单已逐一核对", by=first, on=ends_on)
    with pytest.raises(Refused) as refused:
        actions.let_lapse(batch, by=first, on=ends_on + DAY)
    assert refused.value.obstacles[0].code == "four_eyes"
    actions.let_lapse(batch, by=second, on=ends_on + DAY)
    assert [status(rows[0], ends_on + n * DAY) for n in (1, 2)] == [Status.EXPIRING, Status.LAPSED]
    gate(ends_on + DAY)
    gate(ends_on + 2 * DAY)
    assert LapseBatch.objects.count() == 1 and status(rows[0], ends_on + 2 * DAY) == Status.LAPSED


def test_few_lapse_by_themselves_and_the_day_is_written_down(registered, ends_on):
    row = registered()[0]
    Reminder.objects.create(registration=row, ends_on=ends_on, stage="by_hand")
    gate(ends_on)
    assert LapseBatch.objects.get().state == "below" and status(row, ends_on + DAY) == Status.LAPSED


def test_lapses_that_must_not_be_are_kept_by_one_officer(registered, ends_on, make_officer):
    rows = registered(12)
    Reminder.objects.bulk_create(Reminder(registration=r, ends_on=ends_on, stage="by_hand") for r in rows)
    gate(ends_on)
    actions.keep_all(
        LapseBatch.objects.get(),
        reason="培训班延期",
        by=make_officer(JILIN, extra=("registry.restrict",)),
        on=ends_on,
    )
    assert status(rows[0], ends_on + timedelta(days=30)) == Status.EXPIRING
    assert Message.objects.filter(kind="registry.lapse_kept").count() == 12


def test_a_term_that_ended_before_the_gates_is_as_it_was(registered):
    row = registered(end=date(2026, 10, 30))[0]
    assert gate(date(2026, 10, 31)) == 0 and status(row, date(2026, 10, 31)) == Status.LAPSED


@pytest.mark.clause("T4.2.a")
def test_a_lapse_is_undone_in_one_step_within_the_days_of_the_province(registered, make_officer):
    last = today() - timedelta(days=5)
    row = registered(end=last)[0]
    officer = make_officer(JILIN, extra=("registry.restrict",))
    assert status(row, today()) == Status.LAPSED
    assert actions.restoring_obstacles(row, last + timedelta(days=91))[0].code == "restoration_over"
    assert actions.restoring_obstacles(row, today())[0].code == "hours_missing"
    for n in range(9):
        CreditEntry.objects.create(
            person=row.person, minutes=480, kind="class", earned_on=last - timedelta(days=40 + n), source="test",
            source_id=n, title="继续教育班",
        )  # fmt: skip
    actions.restore(row, reason="学时已补齐", by=officer, on=today())
    assert status(row, today()) == Status.REGISTERED and status_of(row, today() - DAY) == Status.LAPSED
    assert (row.valid_to.year, row.valid_to.month) == (last.year + 3, last.month)
    with pytest.raises(Refused) as refused:
        actions.restore(row, reason="学时已补齐", by=officer, on=today())
    assert refused.value.obstacles[0].code == "not_lapsed"


def test_the_next_term_takes_the_place_of_what_was_held(registered, ends_on):
    row = registered()[0]
    actions.hold(row, until=ends_on + timedelta(days=30), why="pending_application", by=SYSTEM, on=today())
    actions.hold(row, until=ends_on + timedelta(days=3), why="outage", by=SYSTEM, on=today())
    assert Term.objects.current().filter(
        registration=row, kind="held"
    ).get().during.upper == ends_on + timedelta(days=31)
    actions.make_way(row, ends_on + DAY, by=SYSTEM, on=today())
    assert not Term.objects.current().filter(registration=row, kind="held").exists()
    assert not StatusHold.objects.filter(released_at=None).exists()


def test_a_refused_application_ends_what_it_held_on_that_day(registered, ends_on):
    row = registered()[0]
    actions.hold(row, until=ends_on + timedelta(days=30), why="pending_application", by=SYSTEM, on=ends_on)
    decided = ends_on + timedelta(days=12)
    actions.release(row, why="pending_application", ended="refused", by=SYSTEM, on=decided)
    assert status(row, decided) == Status.EXPIRING and status(row, decided + DAY) == Status.LAPSED


def test_offline_a_held_person_is_not_called_expired(registered):
    row = registered()[0]
    card = row.cards.get()
    printed = sign_card(card).token
    actions.hold(row, until=row.valid_to + timedelta(days=10), why="outage", by=SYSTEM, on=today())
    publish_list()
    anew = card.tokens.get().token
    after = datetime.combine(row.valid_to - timedelta(days=4), time(12), CHINA)  # the printed end is behind
    known = opened_list(StatusList.objects.latest("id").compact)
    fresh = type(known)(after - timedelta(hours=1), known.count, known.states, known.held)
    assert verdict_on(printed, known=fresh, now=after)[0] == Verdict.VALID
    assert verdict_on(printed, known=None, now=after)[0] == Verdict.EXPIRED  # an old print knows no better
    assert verdict_on(anew, known=fresh, now=after)[0] == Verdict.VALID
    assert verdict_on(anew, known=None, now=after)[0] == Verdict.STATUS_UNKNOWN
    assert card.pk not in states_of_cards()
    StatusHold.objects.filter(registration=row).update(until=today())
    Registration.objects.filter(pk=row.pk).update(valid_to=today() - DAY)
    assert states_of_cards()[card.pk] == State.ENDED  # let go early: the code made anew must not vouch


def test_a_gap_in_the_pulse_is_proposed_and_a_person_answers(db):
    now = timezone.now()
    assert outages.beat(now - timedelta(hours=5)) is None and outages.beat(now - timedelta(hours=5)) is None
    gap = outages.beat(now)
    assert list(outages.open_gaps()) == [gap] and not Outage.objects.exists()
    person = people.create_person(by=SYSTEM, on=today())
    by = Actor(user_id=person.pk, person_id=person.pk)
    outages.declare(
        start=gap.during.lower, end=gap.during.upper, notice_zh="机房停电", gap=gap, by=by, on=today()
    )
    assert not outages.open_gaps().exists() and ServiceGap.objects.get().answer == "declared"
    with pytest.raises(Refused):
        outages.dismiss(gap, reason="只是任务停了", by=by, on=today())
    assert outages.shown_now(now) == Outage.objects.get()
    assert outages.shown_now(now + timedelta(days=20)) is None


def test_every_channel_stands_in_the_proof(registered, ends_on):
    row = registered()[0]
    tell(row, ends_on - timedelta(days=20), "failed")
    message = Message.objects.filter(person_id=row.person_id).latest("id")
    messages.read(message)
    proofs = told_of(row)[0].proofs
    assert [(p.channel, p.outcome, p.is_proof) for p in proofs] == [
        ("sms", "failed", False),
        ("inbox", "read", True),
    ]


def test_a_gap_that_nobody_has_called_an_outage_yet_keeps_whom_it_touched(registered, ends_on):
    row = registered()[0]
    tell(row, ends_on - timedelta(days=20))
    at = datetime.combine(ends_on - DAY, time(10), CHINA)
    gap = ServiceGap.objects.create(during=outages.DateTimeTZRange(at, at + timedelta(hours=30), "[)"))
    gate(ends_on + DAY)
    assert status(row, ends_on + DAY) == Status.EXPIRING
    assert StatusHold.objects.get(registration=row).why == "outage"
    ServiceGap.objects.filter(pk=gap.pk).update(answer="none")
    gate(ends_on + 9 * DAY)
    hold = StatusHold.objects.get(registration=row)
    assert hold.ended == "over" and status(row, ends_on + 9 * DAY) == Status.LAPSED


def test_what_an_officer_told_before_the_window_is_no_notice_and_nobody_notes_his_own(
    registered, make_officer
):
    row = registered(end=today() + timedelta(days=200))[0]
    officer = make_officer(YANJI)
    with pytest.raises(Refused) as refused:
        actions.note_told(row, how="电话告知本人", by=officer, on=today())
    assert [o.code for o in refused.value.obstacles] == ["told_too_early"]
    own = Actor(user_id=1, person_id=row.person_id, authorities=officer.authorities)
    with pytest.raises(Refused) as refused:
        actions.note_told(row, how="电话告知本人", by=own, on=today())
    assert refused.value.obstacles[0].code == "own_case"


def test_reminders_ask_the_database_no_more_for_many_than_for_few(
    registered, ends_on, django_assert_max_num_queries
):
    registered(40)
    with django_assert_max_num_queries(40 * 3 + 60):  # a message and its job each; the rest together
        assert actions.remind_due(on=ends_on - timedelta(days=20), by=SYSTEM) == 40
    assert Reminder.objects.count() == 40


def test_reinstated_under_a_held_term_it_stands_as_far_as_it_was_kept(registered, ends_on):
    row = registered()[0]
    actions.hold(row, until=ends_on + timedelta(days=30), why="no_proof", by=SYSTEM, on=ends_on)
    Registration.objects.filter(pk=row.pk).update(
        closed_on=ends_on + DAY, closed_kind="revoked", reason_code="law_or_ethics"
    )
    assert (
        gate(ends_on + timedelta(days=20)) == 0 and StatusHold.objects.get(registration=row).ended == "closed"
    )
    actions.reinstate(row, by=SYSTEM, on=ends_on + timedelta(days=25))
    row.refresh_from_db()
    assert status(row, ends_on + timedelta(days=26)) == Status.EXPIRING
    assert status(row, ends_on + timedelta(days=31)) == Status.LAPSED


def test_a_stayed_suspension_pauses_nobody_in_the_list_either(registered):
    row = registered(end=today() + timedelta(days=300))[0]
    Restriction.objects.create(person=row.person, kind="suspended", ground="x", during=days(today(), today() + 9 * DAY), stayed_on=today())  # fmt: skip
    assert Registration.objects.filter(*with_status(Status.REGISTERED, today())[:1]).exists()
    assert register_rows([row.pk], today())[0].status == status_of(row, today()) == Status.REGISTERED
