"""What can be stated about a person, by whom, and what the register keeps of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from stdnum.cn.ric import calc_check_digit

from shegong.ground.people import actions
from shegong.ground.people.models import (
    Contact,
    Identity,
    Person,
    PersonName,
    Skill,
    Tie,
    names_of,
    standing,
    viewings,
)
from shegong.kernel import audit
from shegong.kernel.access import ANONYMOUS, SYSTEM, Actor
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused

pytestmark = pytest.mark.django_db


def codes(refused):
    return [o.code for o in refused.value.obstacles]


def test_date_of_birth_and_sex_follow_from_the_number(person):
    assert (person.born_on, person.sex) == (date(1990, 3, 7), "2")


def test_the_number_is_stored_sealed_and_masked(person, make_number):
    row = person.identities.get()
    assert make_number().encode() not in bytes(row.number)
    assert row.masked == make_number()[:6] + "********" + make_number()[-4:]
    assert actions.open_number(row) == make_number()


# Abuse A25: duplicate identity: 15/18 digits, check digit X/x, full-width digits, leading space, passp
@pytest.mark.parametrize("way", ["{}", " {} ", "wide", "short"])
def test_one_number_in_every_way_of_writing_is_one_person(person, make_person, make_number, day, way):
    number = make_number()
    written = {
        "wide": "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c.lower() for c in number),
        "short": number[:6] + number[8:17],
    }.get(way, way.format(number))
    other = make_person("李雷", region=None)
    with pytest.raises(Refused) as refused:
        actions.state_identity(other, kind="resident", number=written, by=SYSTEM, on=day)
    assert codes(refused) == ["identity_taken"]
    assert not other.identities.exists()


def test_the_database_itself_refuses_a_second_holder(person, make_person):
    first, other = person.identities.get(), make_person("李雷", region=None)
    copy = Identity(person=other, kind=first.kind, seal_id="00000000-0000-4000-8000-000000000001",
                    number=first.number, index=first.index, last4_index=first.last4_index, masked="x")  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_a_taken_number_tells_what_to_do_and_not_who_has_it(person, make_person, make_number, day):
    other = make_person("李雷", region=None)
    with pytest.raises(Refused) as refused:
        actions.state_identity(other, kind="resident", number=make_number(), by=SYSTEM, on=day)
    obstacle = refused.value.obstacles[0]
    assert obstacle.field == "identity_number" and not obstacle.params
    assert "civil affairs office" in obstacle.message and "王小明" not in str(obstacle)


def test_restating_replaces_the_unverified_number(person, herself, make_number, day):
    other = make_number(born="19910307", order="125")
    actions.state_identity(person, kind="resident", number=other, by=herself, on=day)
    assert actions.open_number(person.identities.get()) == other
    person.refresh_from_db()
    assert (person.born_on, person.sex) == (date(1991, 3, 7), "1")


def test_a_verified_number_and_name_change_at_an_office_only(person, herself, officer, make_number, day):
    actions.verify_identity(person.identities.get(), by=officer, on=day)
    with pytest.raises(Refused) as refused:
        actions.state_identity(person, kind="resident", number=make_number(order="126"), by=herself, on=day)
    assert codes(refused) == ["identity_verified"]
    with pytest.raises(Refused) as refused:
        actions.state_name(person, name="王大明", by=herself, on=day)
    assert codes(refused) == ["name_verified"]
    assert actions.state_name(person, name="王大明", by=officer, on=day).source == "county"


def test_nobody_verifies_his_own_number(person, herself, day):
    with pytest.raises(Refused) as refused:
        actions.verify_identity(person.identities.get(), by=herself, on=day)
    assert codes(refused) == ["own_case"]


def test_a_wrong_check_digit_is_refused_beside_its_field(person, herself, make_number, day):
    wrong = make_number()[:-1] + ("0" if make_number()[-1] != "0" else "1")
    with pytest.raises(Refused) as refused:
        actions.state_identity(person, kind="resident", number=wrong, by=herself, on=day)
    assert [(o.code, o.field) for o in refused.value.obstacles] == [
        ("identity_check_digit", "identity_number")
    ]


def test_a_stranger_and_the_neighbouring_county_state_nothing(person, neighbour, day):
    for by in (neighbour, Actor(user_id=6, person_id=person.pk + 1), ANONYMOUS):
        with pytest.raises(Refused) as refused:
            actions.state_name(person, name="王大明", by=by, on=day)
        assert codes(refused) == ["not_allowed"]
        with pytest.raises(Refused):
            actions.state_contact(person, kind="phone", value="13812345678", verified=False, by=by, on=day)


def test_a_correction_closes_what_was_recorded(person, herself, day):
    actions.state_name(person, name="王晓明", by=herself, on=day)
    assert [n.name for n in PersonName.objects.current().filter(person=person)] == ["王晓明"]
    assert PersonName.objects.filter(person=person).count() == 2
    assert names_of([person.pk]) == {person.pk: "王晓明"}


def test_a_change_of_name_keeps_the_former_name(person, herself, day):
    actions.state_name(person, name="王建国", by=herself, on=day, changed_on=date(2024, 5, 1))
    rows = PersonName.objects.current().filter(person=person)
    assert rows.on(date(2024, 4, 30)).get().name == "王小明"
    assert rows.on(date(2024, 5, 1)).get().name == "王建国"
    assert names_of([person.pk]) == {person.pk: "王建国"}


@pytest.mark.parametrize("name", ["王小\u202e明", "王a明", "王小\u200d明", "Ва\u043d", "王\u2fa5明"])
def test_homoglyphs_and_direction_marks_are_refused_by_name(person, herself, day, name):
    with pytest.raises(Refused) as refused:
        actions.state_name(person, name=name, by=herself, on=day)
    assert refused.value.obstacles[0].field == "name"
    assert names_of([person.pk]) == {person.pk: "王小明"}


def test_a_name_with_rare_characters_and_a_dot_is_kept(person, herself, day):
    assert actions.state_name(person, name="阿卜杜拉•𠮷买提", by=herself, on=day).name == "阿卜杜拉·𠮷买提"


def test_particulars_come_from_the_national_lists(person, herself, day):
    actions.state_particulars(person, ethnicity="10", political_status="13", by=herself, on=day)
    person.refresh_from_db()
    assert (person.ethnicity, person.political_status) == ("10", "13")
    with pytest.raises(Refused) as refused:
        actions.state_particulars(person, ethnicity="99", by=herself, on=day)
    assert [o.field for o in refused.value.obstacles] == ["ethnicity"]


def test_a_new_work_tie_ends_the_earlier_one(person, counties, day):
    for n, (code, start) in enumerate(
        [(counties["yanji"], date(2020, 1, 1)), (counties["tumen"], date(2025, 7, 1))]
    ):
        actions.tie(person, kind="work", region_code=code, origin="employment.employment", origin_id=n, start=start,
                    by=SYSTEM, on=day)  # fmt: skip
    ties = list(Tie.objects.current().filter(person=person))
    assert standing(ties, date(2025, 6, 30)) == counties["yanji"]
    assert standing(ties, date(2025, 7, 1)) == counties["tumen"]


def test_a_tie_does_not_cut_a_later_one(person, counties, day):
    for n, start in enumerate([date(2024, 1, 1), date(2020, 1, 1)]):
        state = lambda: actions.tie(person, kind="work", region_code=counties["yanji"], origin="x.y", origin_id=n,  # noqa: B023, E731
                                    start=start, by=SYSTEM, on=day)  # noqa: B023  # fmt: skip
        if n:
            with pytest.raises(Refused) as refused:
                state()
            assert codes(refused) == ["tie_overlap"]
        else:
            state()


def test_a_case_tie_gives_reach_while_it_lasts(person, neighbour, counties, day):
    def seen():
        return Person.objects.visible_to(neighbour, "people.read").filter(pk=person.pk).exists()

    assert not seen()
    actions.tie(person, kind="case", region_code=counties["tumen"], origin="registry.application", origin_id=1,
                start=date(2026, 10, 1), by=SYSTEM, on=day)  # fmt: skip
    assert seen()
    actions.end_tie(origin="registry.application", origin_id=1, kind="case", by=SYSTEM, on=day)
    assert not seen()


def test_ending_on_the_first_day_withdraws_the_tie(person, counties, day):
    actions.tie(person, kind="case", region_code=counties["tumen"], origin="registry.application", origin_id=1,
                start=day, by=SYSTEM, on=day)  # fmt: skip
    assert actions.end_tie(origin="registry.application", origin_id=1, kind="case", by=SYSTEM, on=day) is None
    assert not Tie.objects.current().filter(person=person, kind="case").exists()
    assert actions.end_tie(origin="registry.application", origin_id=1, kind="case", by=SYSTEM, on=day) is None


def test_a_phone_is_sealed_masked_and_has_one_proven_owner(person, herself, make_person, day):
    row = actions.state_contact(
        person, kind="phone", value="+86 138-1234-5678", verified=True, by=herself, on=day
    )
    assert row.masked == "138****5678" and b"13812345678" not in bytes(row.value)
    other = make_person("李雷")
    with pytest.raises(Refused) as refused:
        actions.state_contact(other, kind="phone", value="13812345678", verified=True, by=SYSTEM, on=day)
    assert [(o.code, o.field) for o in refused.value.obstacles] == [("contact_taken", "phone")]


def test_a_phone_passes_on_to_whoever_proves_it_now_and_the_former_holder_is_told(
    person, herself, make_person, day
):
    """Operators give numbers out again; and no answer tells whether a number is in the register."""
    stated = {"kind": "phone", "value": "13812345678", "on": day}
    actions.state_contact(person, **stated, verified=True, by=herself)
    other = make_person("李雷")
    itself = Actor(user_id=99, person_id=other.pk)
    actions.state_contact(other, **stated, verified=False, by=itself)
    assert Contact.objects.get(person=person, during__upper_inf=True).verified_at, "to say so is not enough"
    actions.state_contact(other, **stated, verified=True, by=itself)
    assert Contact.objects.get(verified_at__isnull=False, during__upper_inf=True).person_id == other.pk
    told = Message.objects.inbox(person.pk).get()
    assert "138****5678" in told.body and "李雷" not in told.body
    entry = JournalEntry.objects.get(verb="people.contact.pass_on")
    assert (entry.person_id, entry.about_person_id) == (other.pk, person.pk)


def test_a_new_phone_takes_the_place_of_the_old_one(person, herself, day):
    for number in ("13812345678", "13912345678", "13912345678"):
        actions.state_contact(person, kind="phone", value=number, verified=False, by=herself, on=day)
    rows = Contact.objects.filter(person=person, kind="phone")
    assert rows.count() == 2 and rows.get(during__upper_inf=True).masked == "139****5678"


def test_skills_are_stated_once_and_dropped_with_a_trace(person, herself, day):
    row = actions.state_skill(person, kind="language", code="ko", by=herself, on=day)
    assert actions.state_skill(person, kind="language", code="ko", by=herself, on=day) == row
    actions.drop_skill(row, by=herself, on=day)
    assert (
        not Skill.objects.current().filter(person=person).exists()
        and Skill.objects.filter(person=person).exists()
    )
    with pytest.raises(Refused):
        actions.state_skill(person, kind="language", code="elvish", by=herself, on=day)


def test_a_full_view_needs_a_reason_and_the_person_sees_it(person, officer, make_number, day):
    identity = person.identities.get()
    for reason in ("", "  看看  "):
        with pytest.raises(Refused) as refused:
            actions.reveal_identity(identity, reason=reason, by=officer, on=day)
        assert [o.field for o in refused.value.obstacles] == ["reason"]
    assert viewings(person.pk) == []
    assert actions.reveal_identity(identity, reason="核对身份证原件", by=officer, on=day) == make_number()
    seen = viewings(person.pk)
    assert [(v.role, v.reason) for v in seen] == [("first_registrar", "核对身份证原件")]
    entry = JournalEntry.objects.get(verb="people.identity.view")
    assert make_number() not in str(entry.facts) and entry.region_code == 222401000


def test_a_full_view_is_refused_outside_reach_and_without_the_permission(
    person, neighbour, make_officer, day
):
    identity = person.identities.get()
    for by in (
        neighbour,
        make_officer(222401000, frozenset({"people.read"})),
        Actor(user_id=5, person_id=person.pk),
    ):
        with pytest.raises(Refused) as refused:
            actions.reveal_identity(identity, reason="核对身份证原件", by=by, on=day)
        assert codes(refused) == ["not_allowed"]
    assert viewings(person.pk) == []


def test_an_officer_enters_a_new_person_with_the_source_county(officer, make_number, counties, day):
    person = actions.create_person(by=officer, on=day, source="county")
    actions.state_name(person, name="赵六", by=officer, on=day)
    identity = actions.state_identity(
        person, kind="resident", number=make_number(order="333"), by=officer, on=day
    )
    assert identity.source == "county" and PersonName.objects.get(person=person).source == "county"


def test_a_passport_needs_no_check_digit_and_says_no_birth(make_person, day):
    person = make_person("John Smith")
    row = actions.state_identity(person, kind="passport", number="e 1234567", by=SYSTEM, on=day)
    person.refresh_from_db()
    assert actions.open_number(row) == "E1234567" and person.born_on is None


def test_an_officer_does_not_state_the_first_facts_of_somebody_who_signed_up(officer, day):
    joined = actions.create_person(by=ANONYMOUS, on=day)
    with pytest.raises(Refused) as refused:
        actions.state_name(joined, name="赵六", by=officer, on=day)
    assert codes(refused) == ["not_allowed"]


@pytest.fixture(params=["guarded", "control"])
def guarded(request, transactional_db):
    """The race once with the database's guard and once without it: without, it must go wrong."""
    if request.param == "guarded":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_identity DROP CONSTRAINT identity_nobody_twice")
    yield False
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_identity")
        cursor.execute(
            "ALTER TABLE people_identity ADD CONSTRAINT identity_nobody_twice UNIQUE (kind, index)"
        )


def test_one_number_stated_by_two_people_at_the_same_moment_has_one_holder(
    guarded, counties, make_number, day
):
    first, second = (actions.create_person(by=SYSTEM, on=day) for _ in range(2))

    def state(person):
        try:
            actions.state_identity(person, kind="resident", number=make_number(), by=SYSTEM, on=day)
            return "stated"
        except Refused as refused:
            return refused.obstacles[0].code

    def state_elsewhere():
        try:
            return state(second)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert state(first) == "stated"
            answer = pool.submit(state_elsewhere)
            wait_for_a_lock()
        assert answer.result(10) == ("identity_taken" if guarded else "stated")
    assert Identity.objects.count() == (1 if guarded else 2)


def wait_for_a_lock():
    """Until another connection waits for ours."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")


@pytest.mark.django_db(transaction=True)
def test_the_audit_finds_nothing_after_all_of_this_and_finds_a_change_by_sql(
    person, herself, officer, make_number, counties, day
):
    actions.state_identity(person, kind="resident", number=make_number(order="126"), by=herself, on=day)
    actions.state_name(person, name="王晓明", by=herself, on=day)
    actions.state_name(person, name="王建国", by=herself, on=day, changed_on=date(2024, 5, 1))
    actions.state_particulars(person, ethnicity="10", by=officer, on=day)
    for n in (1, 2, 2):
        actions.tie(person, kind="work", region_code=counties["tumen"], origin="x.y", origin_id=n,
                    start=date(2020 + n, 1, 1), by=SYSTEM, on=day)  # fmt: skip
    actions.end_tie(origin="x.y", origin_id=2, kind="work", by=SYSTEM, on=day)
    actions.verify_identity(person.identities.get(), by=officer, on=day)
    actions.reveal_identity(person.identities.get(), reason="核对身份证原件", by=officer, on=day)
    actions.state_contact(person, kind="email", value="wang@example.cn", verified=True, by=herself, on=day)

    def findings():
        return [(f.kind, f.where.partition(":")[0]) for f in audit.verify() if f.where.startswith("people_")]

    assert findings() == []
    Person.objects.filter(pk=person.pk).update(born_on=date(1950, 1, 1))
    assert findings() == [("row_changed", "people_person")]


def test_moving_house_keeps_where_she_lived_before(person, counties, day):
    move = dict(kind="residence", origin="people.person", origin_id=person.pk, by=SYSTEM, on=day)
    actions.tie(person, region_code=counties["tumen"], start=date(2025, 3, 1), **move)
    again = actions.tie(person, region_code=counties["tumen"], start=date(2026, 3, 1), **move)
    ties = list(Tie.objects.current().filter(person=person))
    assert standing(ties, date(2025, 2, 28)) == counties["yanji"]
    assert standing(ties, date(2025, 3, 1)) == counties["tumen"] and again.during.lower == date(2025, 3, 1)


def test_a_case_tie_may_be_opened_again(person, neighbour, counties, day):
    case = dict(origin="registry.application", origin_id=1, kind="case", by=SYSTEM, on=day)
    for _ in range(2):
        actions.tie(person, region_code=counties["tumen"], start=day, **case)
        actions.end_tie(**case)
    actions.tie(person, region_code=counties["tumen"], start=day, **case)
    assert Person.objects.visible_to(neighbour, "people.read").filter(pk=person.pk).exists()


def test_numbers_of_others_cannot_be_tried_one_after_another(db):
    person = actions.create_person(by=SYSTEM, on=date(2026, 11, 2))
    me = Actor(user_id=1, person_id=person.pk)
    bodies = [f"99010119850301{order:03d}" for order in range(11)]
    numbers = [body + calc_check_digit(body + "0") for body in bodies]
    for number in numbers[:10]:
        actions.state_identity(person, kind="resident", number=number, by=me, on=date(2026, 11, 2))
    actions.state_identity(
        person, kind="resident", number=numbers[9], by=me, on=date(2026, 11, 2)
    )  # one's own counts no more
    with pytest.raises(Refused) as refused:
        actions.state_identity(person, kind="resident", number=numbers[10], by=me, on=date(2026, 11, 2))
    assert refused.value.obstacles[0].code == "identity_tries"
