"""Layout 7: paper applications enter by their summary, in each person's name and by the officer; and leave as a batch."""

from datetime import date

import pytest
from django.db import transaction

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import ground_of
from shegong.duties.registry.rules import papers_missing
from shegong.duties.registry.sheets import SUMMARY
from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets.layout import Taking, Weight
from shegong.kernel.sheets.rows import RowReader
from shegong.work.employment import actions as employment

from .conftest import DAY, TUMEN, YANJI, number_of

PLACES = {column.key: place for place, column in enumerate(SUMMARY.columns)}
NUMBER = "201206222401000001"
USUAL = {
    "name": "金美玉", "identity": number_of(1), "management_no": NUMBER, "level": "社会工作师", "kind": "首次登记",
    "place": "工作地：延吉市", "employer": "延吉市北山街道社会救助服务中心", "opinion": "",
}  # fmt: skip


@pytest.fixture
def clerk(make_officer):
    return make_officer(YANJI, extra=("people.edit",))


@pytest.fixture
def taking(clerk):
    return Taking(7, clerk, DAY)


@pytest.fixture
def make_known(employer):
    """Somebody whom a roster took in, with a certificate and a workplace."""

    def make(order=1, name="金美玉", management_no=NUMBER, works=True):
        person = people.create_person(by=SYSTEM, on=DAY, source="import")
        people.state_name(person, name=name, by=SYSTEM, on=DAY)
        people.state_identity(person, kind="resident", number=number_of(order), by=SYSTEM, on=DAY)
        credentials.declare_certificate(person, level="social_worker", management_no=management_no,
                                        issued_on=date(2012, 5, 10), by=SYSTEM, on=DAY)  # fmt: skip
        if works:
            employment.declare_employment(person, employer=employer, region_code=YANJI, position="社工", service_field="",
                                          start=date(2011, 7, 1), by=SYSTEM, on=DAY)  # fmt: skip
        else:
            people.tie(person, kind="domicile", region_code=YANJI, origin="people.person", origin_id=person.pk,
                       start=date(2011, 7, 1), by=SYSTEM, on=DAY)  # fmt: skip
        return person

    return make


def row(at=2, **cells):
    given = {**USUAL, **cells}
    return RowReader(SUMMARY, PLACES, DAY).read(at, [given.get(c.key, "") for c in SUMMARY.columns])


def checked(taking, *rows):
    SUMMARY.check([one for one in rows if one.is_good], taking)
    return rows


def found(one, weight=None):
    return [(f.column, f.obstacle.code) for f in one.findings if weight in (None, f.weight)]


def taken(taking, *rows):
    with transaction.atomic():
        checked(taking, *rows)
        assert all(one.is_good for one in rows), [found(one) for one in rows]
        SUMMARY.take(rows, taking)


def deviations():
    sealed = {}
    chain = list(audit._chain(sealed, {}))
    return [f.where for f in chain + [f for m in audit.journalled_models() for f in audit._rows(m, sealed)]
            if f.where.startswith(("registry_", "credentials_"))]  # fmt: skip


@pytest.mark.clause("T4.2.a")
def test_a_row_becomes_an_application_in_her_name_entered_by_the_officer(taking, make_known, clerk):
    person = make_known()
    taken(taking, row())
    application = Application.objects.get()
    assert (application.person, application.state, application.waiting_for) == (person, "submitted", "first")
    assert (application.ground, application.region_code, application.on_paper) == ("workplace", YANJI, True)
    assert application.number.startswith("ZC-222401-2012-") and application.committed_at is None
    ground = ground_of(application, DAY)
    assert papers_missing(ground.facts, ground.policy) == []
    sent = JournalEntry.objects.get(verb="registry.application.submit")
    assert (sent.person_id, sent.about_person_id, sent.role) == (
        clerk.person_id,
        person.pk,
        "first_registrar",
    )
    assert person.ties.filter(kind="case", region_code=YANJI).exists()
    (again,) = checked(taking, row())
    assert again.outcome == "same" and again.is_good
    assert deviations() == []


def test_an_opinion_passes_the_first_review_with_it(taking, make_known, clerk):
    make_known()
    taken(taking, row(opinion="材料齐全，同意上报"))
    application = Application.objects.get()
    assert (application.state, application.first_reviewer_id) == ("first_passed", clerk.person_id)
    decision = application.decisions.get()
    assert (decision.step, decision.opinion) == ("pass_first", "材料齐全，同意上报")
    assert application.certificate.state == "verified"
    assert deviations() == []


def test_the_household_may_be_the_ground_and_its_county_be_known(taking, make_known):
    make_known(works=False)
    taken(taking, row(place="户籍地", employer=""))
    application = Application.objects.get()
    assert (application.ground, application.region_code, application.workplace) == ("domicile", YANJI, None)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"kind": "再登记"}, ("kind", "not_first")),
        ({"kind": "变更"}, ("kind", "not_first")),
        ({"identity": number_of(9)}, ("identity", "person_unknown")),
        ({"name": "金美兰"}, ("name", "identity_other_name")),
        ({"management_no": "201206222401000002"}, ("management_no", "certificate_unknown")),
        ({"level": "助理社会工作师"}, ("level", "level_differs")),
        ({"place": "延吉市"}, ("place", "ground_doubtful")),
        ({"place": "工作地：某某县"}, ("place", "county_unknown")),
        ({"place": "工作地：图们市"}, ("place", "region_out_of_reach")),
        ({"employer": "延吉市另一家中心"}, ("employer", "employer_differs")),
        ({"opinion": "不同意"}, ("opinion", "opinion_negative")),
        ({"opinion": "待定"}, ("opinion", "opinion_unknown")),
    ],
)
def test_each_fault_is_named_at_its_cell(taking, make_known, cells, expected):
    make_known()
    (one,) = checked(taking, row(**cells))
    assert expected in found(one) and not one.is_good


def test_the_choices_that_are_offered_settle_the_row(taking, make_known):
    make_known()
    (one,) = checked(taking, row(place="延吉市", employer="延吉市另一家中心"))
    offers = {f.column: f.offers[0].text for f in one.findings if f.weight is Weight.CHOICE}
    taken(taking, row(**offers))
    assert Application.objects.get().ground == "workplace"


def test_hours_are_not_stored_and_that_is_said(taking, make_known):
    make_known()
    (one,) = checked(taking, row(hours="24"))
    assert one.is_good and found(one) == [("hours", "hours_unused")]


def test_the_year_that_is_over_keeps_the_row_out(clerk, make_known):
    make_known()
    (one,) = checked(Taking(7, clerk, date(2014, 1, 6)), row())
    assert found(one) == [("management_no", "window_closed")]


def test_an_application_that_she_began_or_sent_herself_is_not_entered_again(taking, make_known):
    person = make_known()
    actions.start_application(by=Actor(user_id=5, person_id=person.pk), on=DAY)
    (one,) = checked(taking, row())
    assert found(one) == [("identity", "open_draft")]
    certificate = person.certificates.get()
    with pytest.raises(Refused):
        actions.apply_at_counter(person, certificate=certificate, ground="workplace", region_code=YANJI,
                                 by=taking.by, on=DAY)  # fmt: skip


def test_nobody_enters_his_own_application(taking, make_known, make_officer):
    person = make_known()
    mine = Actor(user_id=5, person_id=person.pk, authorities=taking.by.authorities)
    (one,) = checked(Taking(7, mine, DAY), row())
    assert found(one) == [("identity", "own_case")]
    with pytest.raises(Refused) as refused:
        actions.apply_at_counter(person, certificate=person.certificates.get(), ground="workplace", region_code=YANJI,
                                 workplace=person.employments.get(), by=mine, on=DAY)  # fmt: skip
    assert refused.value.obstacles[0].code == "own_case"


def test_people_of_another_county_are_not_entered_here(make_officer, make_known):
    make_known()
    neighbour = make_officer(TUMEN, extra=("people.edit",))
    (one,) = checked(Taking(7, neighbour, DAY), row(place="工作地：图们市"))
    assert found(one) == [("identity", "identity_elsewhere")]


def test_a_summary_is_taken_back_with_the_reviews_that_it_passed(taking, make_known):
    make_known()
    make_known(2, "李顺姬", "201206222401000002")
    taken(
        taking,
        row(opinion="同意"),
        row(3, name="李顺姬", identity=number_of(2), management_no="201206222401000002"),
    )
    assert SUMMARY.touched(taking) == []
    with transaction.atomic():
        SUMMARY.undo(taking)
    assert {a.state for a in Application.objects.all()} == {"withdrawn"}
    assert not people_with_case()
    assert deviations() == []
    taken(Taking(8, taking.by, DAY), row())
    assert Application.objects.filter(state="submitted").count() == 1


def people_with_case():
    from shegong.ground.people.models import Tie

    return Tie.objects.holding().filter(kind="case").exists()


@pytest.mark.parametrize("opinion", ["", "同意"])
def test_a_summary_that_somebody_acted_upon_stays(taking, make_known, clerk, desks, opinion):
    make_known()
    taken(taking, row(opinion=opinion))
    application = Application.objects.get()
    by = desks.prefecture if opinion else desks.county
    actions.pass_stage(application, opinion="同意", by=by, on=DAY)
    (obstacle,) = SUMMARY.touched(taking)
    assert obstacle.code == "batch_touched" and obstacle.params["count"] == 1
