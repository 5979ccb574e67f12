"""People of a workbook, many at once: the same rules as one by one, and exactly what came in goes out again."""

import tracemalloc
from datetime import date

import pytest
from django.db import transaction

from shegong.ground.people import actions
from shegong.ground.people.actions import Entrant, StatedTie, withdrawal
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Tie
from shegong.kernel import audit, journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

YANJI, TUMEN = 222401000, 222402000


@pytest.fixture
def entrant(make_number):
    """`entrant(3)`: the third of many."""

    def make(order, **more):
        given = {
            "number": make_number(order=f"{order:03d}"),
            "name": "金美玉",
            "ethnicity": "10",
            "region_code": YANJI,
        }
        return Entrant(**(given | more))

    return make


def taken(entrants, by, day, batch=7):
    return actions.take_in(entrants, batch_id=batch, by=by, on=day)


def refused(call, *args, **more):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **more)
    return [o.code for o in caught.value.obstacles]


def deviations():
    sealed = {}
    chain = list(audit._chain(sealed, {}))
    return {
        f.where
        for f in chain + [f for model in audit.journalled_models() for f in audit._rows(model, sealed)]
    }


def test_keys_come_back_in_order_with_the_facts_of_each(officer, entrant, day):
    keys = taken(
        [entrant(n, name=name) for n, name in enumerate(("金美玉", "李秀芹", "欧阳娜"), 1)], officer, day
    )
    assert [Person.objects.get(pk=key).names.get().name for key in keys] == ["金美玉", "李秀芹", "欧阳娜"]
    one = Person.objects.get(pk=keys[2])
    assert (one.sex, one.born_on, one.ethnicity, one.source) == ("1", date(1990, 3, 7), "10", "import")
    assert actions.open_number(one.identities.get()) == entrant(3).number
    assert (one.ties.get().kind, one.ties.get().region_code, one.ties.get().during.lower) == (
        "residence",
        YANJI,
        day,
    )


def test_one_by_one_and_many_at_once_store_the_same(officer, entrant, day):
    (key,) = taken([entrant(1, phone="13812345678")], officer, day)
    other = actions.create_person(by=officer, on=day, source="import")
    actions.state_identity(
        other, kind="resident", number=entrant(2).number, by=officer, on=day, source="import"
    )
    actions.state_name(other, name="金美玉", by=officer, on=day, source="import")
    actions.state_particulars(other, ethnicity="10", by=officer, on=day)
    actions.state_contact(other, kind="phone", value="13812345678", verified=False, by=officer, on=day)
    passed_over = {"id", "salt", "person_id", "seal_id", "number", "index", "last4_index", "masked", "value", "batch_id", "recorded",
                   "token", "version", "created_at", "sex", "_state", "during"}  # fmt: skip
    for model, many, single in (
        (Person, {"pk": key}, {"pk": other.pk}),
        (PersonName, {"person": key}, {"person": other.pk}),
        (Identity, {"person": key}, {"person": other.pk}),
        (Contact, {"person": key}, {"person": other.pk}),
    ):
        one, two = model._base_manager.get(**many), model._base_manager.get(**single)
        assert {k: v for k, v in vars(one).items() if k not in passed_over} == {
            k: v for k, v in vars(two).items() if k not in passed_over
        }
    assert PersonName.objects.get(person=key).during == PersonName.objects.get(person=other).during


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"number": "990101199003071241"}, "identity_check_digit"),
        ({"name": "金A玉"}, "name_mixed"),
        ({"ethnicity": "99"}, "ethnicity_unknown"),
        ({"phone": "12345"}, "phone_form"),
        ({"region_code": TUMEN}, "not_allowed"),
    ],
)
def test_one_row_that_the_rules_refuse_stops_the_whole_set(officer, entrant, day, fault, code):
    assert refused(taken, [entrant(1), entrant(2, **fault)], officer, day) == [code]
    assert not Person.objects.exists() and not JournalEntry.objects.exists()


def test_nobody_gets_a_number_that_somebody_holds(officer, entrant, day, make_person):
    make_person(number=entrant(1).number)
    assert refused(taken, [entrant(1)], officer, day) == ["identity_taken"]


def test_known_people_get_what_is_blank_and_keep_the_rest(officer, make_person, day):
    person = make_person(name="王小明")
    actions.state_particulars(person, ethnicity="01", by=officer, on=day)
    taken(
        [Entrant(person_id=person.pk, ethnicity="10", political_status="13", phone="13812345678")],
        officer,
        day,
    )
    person.refresh_from_db()
    assert (person.ethnicity, person.political_status, person.contacts.get().masked) == (
        "01",
        "13",
        "138****5678",
    )
    assert actions.filled_by(7)[person.pk] == [person.version, ["political_status"]]


def test_known_people_out_of_reach_are_refused(neighbour, make_person, day):
    assert refused(taken, [Entrant(person_id=make_person().pk, phone="13812345678")], neighbour, day) == [
        "not_allowed"
    ]


def test_whoever_may_not_edit_takes_nobody_in(entrant, counties, day):
    assert refused(taken, [entrant(1)], Actor(user_id=1, person_id=1), day) == ["not_allowed"]


def test_editable_agrees_with_the_door_of_a_single_statement(officer, neighbour, make_person, day):
    from shegong.ground.people.actions import editable, require_editor

    people = [
        make_person(),
        make_person(region=TUMEN),
        make_person(region=None),
        actions.create_person(by=SYSTEM, on=day, source="office"),
    ]
    for by in (
        officer,
        neighbour,
        SYSTEM,
        Actor(user_id=1, person_id=people[0].pk),
        Actor(user_id=1, person_id=77),
    ):
        single = set()
        for person in people:
            try:
                require_editor(person, by)
                single.add(person.pk)
            except Refused:
                pass
        assert editable([p.pk for p in people], by) == single


def test_a_second_tie_of_a_kind_is_refused(officer, make_person, day):
    person = make_person()
    tie = StatedTie(person.pk, "residence", YANJI, "people.person", person.pk, date(2021, 1, 1))
    assert refused(actions.tie_all, [tie], batch_id=7, by=officer, on=day) == ["tie_overlap"]


def test_what_came_in_goes_out_and_the_journal_explains_it(officer, entrant, make_person, day):
    known = make_person()
    before = deviations()
    taken(
        [
            entrant(1, phone="13812345678"),
            Entrant(person_id=known.pk, political_status="13", phone="13912345678"),
        ],
        officer,
        day,
    )
    assert deviations() == before
    assert actions.withdraw_batch(7, by=officer, on=day) == 1
    known.refresh_from_db()
    assert known.political_status == "" and not known.contacts.exists() and known.names.exists()
    for model in (Person, Identity, PersonName, Tie, Contact):
        assert not model._base_manager.filter(batch_id=7).exists()
    assert deviations() == before


def test_a_particular_that_was_stated_since_is_not_emptied(officer, make_person, day):
    """Whoever takes back has asked before, but it may take minutes."""
    known = make_person()
    taken([Entrant(person_id=known.pk, political_status="13")], officer, day)
    actions.state_particulars(known, political_status="01", by=officer, on=day)
    assert refused(actions.withdraw_batch, 7, by=officer, on=day) == ["stale"]
    known.refresh_from_db()
    assert known.political_status == "01"


def test_taking_back_asks_hardly_more_memory_for_more_people(officer, entrant, make_number, day, monkeypatch):
    """Rows are gone through a part at a time; of all of them only keys are held, eight bytes each."""
    monkeypatch.setattr(withdrawal, "A_LINE", 40)
    peaks = []
    for batch, count in ((20, 80), (21, 160), (22, 640)):  # the first pays for what is loaded once
        numbers = [
            make_number(born=f"19{batch}0{1 + n // 900}01", order=f"{n % 900:03d}") for n in range(count)
        ]
        taken([entrant(1, number=number) for number in numbers], officer, day, batch=batch)
        tracemalloc.start()
        assert actions.withdraw_batch(batch, by=officer, on=day) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (peaks[2] - peaks[1]) / 480 < 200, peaks  # before: a kilobyte


def test_entries_written_together_come_at_the_end_and_in_order(officer, make_person, day):
    person, before, begun = make_person(), deviations(), JournalEntry.objects.count()
    with transaction.atomic(), journal.together(officer):
        actions.state_particulars(person, ethnicity="01", by=officer, on=day)
        actions.state_particulars(person, political_status="13", by=officer, on=day)
        assert JournalEntry.objects.count() == begun
    entries = JournalEntry.objects.order_by("-seq")[:2]
    assert [e.facts["fields"] for e in entries] == [["political_status"], ["ethnicity"]]
    assert deviations() == before


def test_a_refusal_inside_leaves_no_entry(officer, neighbour, make_person, day):
    person, begun = make_person(), JournalEntry.objects.count()
    with pytest.raises(Refused), transaction.atomic(), journal.together(neighbour):
        actions.state_particulars(person, ethnicity="01", by=officer, on=day)
        actions.state_particulars(person, ethnicity="02", by=neighbour, on=day)
    assert JournalEntry.objects.count() == begun
