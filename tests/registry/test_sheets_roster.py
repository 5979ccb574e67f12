"""Layout 1: a roster's rows against the base, into it, and back out."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shegong.duties.registry.models import Registration
from shegong.duties.registry.sheets.roster import ROSTER
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.models import Certificate, Education
from shegong.ground.organizations.models import Organization, OrganizationName, School
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Tie
from shegong.ground.regions.models import Region, RegionName
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.pinyin import grams
from shegong.kernel.sheets.layout import Taking
from shegong.kernel.sheets.rows import RowReader
from shegong.kernel.temporal import days
from shegong.work.employment import actions as employment
from shegong.work.employment.models import Employment

from .conftest import DAY, TUMEN, YANJI, number_of

PLACES = {column.key: place for place, column in enumerate(ROSTER.columns)}
ME = number_of(1)
USUAL = {
    "prefecture": "延边州", "county": "延吉市", "name": "金美玉", "sex": "女", "ethnicity": "朝鲜族", "born": "1985-03",
    "political": "群众", "education": "本科", "degree": "学士", "school": "延边大学", "major": "社会工作",
    "employer": "延吉市北山街道社会救助服务中心", "position": "社工", "since": "2011.7", "level": "中级",
    "management_no": "201106222401000001", "issued_on": "2012-05-10", "phone": "13812345678",
}  # fmt: skip


@pytest.fixture
def clerk(make_officer):
    return make_officer(YANJI, extra=("people.edit",))


@pytest.fixture
def taking(clerk):
    return Taking(7, clerk, DAY)


def row(number=2, **cells):
    """One row of a workbook, the usual one but for `cells`."""
    given = {**USUAL, "identity": ME, **cells}
    sex = "男" if "sex" not in cells and int(given["identity"][16]) % 2 else given["sex"]
    given["sex"] = sex
    return RowReader(ROSTER, PLACES, DAY).read(number, [given.get(c.key, "") for c in ROSTER.columns])


def checked(taking, *rows):
    ROSTER.check(rows, taking)
    return rows


def found(one, weight=None):
    return {(f.column, f.obstacle.code) for f in one.findings if weight in (None, f.weight)}


def taken(taking, *rows):
    with transaction.atomic():
        checked(taking, *rows)
        assert all(one.is_good for one in rows), [found(one) for one in rows]
        ROSTER.take(rows, taking)
    return [Identity.objects.get(index=people_index(one)).person for one in rows]


def people_index(one):
    from shegong.kernel.sealing import blind_index

    return blind_index("identity", one.values["identity"])


def deviations():
    """What `audit verify` finds, without its transaction: tests have one of their own."""
    sealed = {}
    chain = list(audit._chain(sealed, {}))
    return {
        f.where
        for f in chain + [f for model in audit.journalled_models() for f in audit._rows(model, sealed)]
    }


def only(one):
    """The single blocking finding of a row."""
    blocking = [f for f in one.findings if f.blocks]
    assert len(blocking) == 1, blocking
    return blocking[0]


@pytest.mark.clause("T4.2.b")
def test_a_good_row_becomes_everything_that_it_says(taking, employer, django_assert_max_num_queries):
    (person,) = taken(taking, row())
    assert (person.born_on, person.ethnicity, person.political_status) == (date(1985, 3, 1), "10", "13")
    assert person.names.get().name == "金美玉" and "jinmeiyu" in person.names.get().grams
    assert people.open_number(person.identities.get()) == ME
    assert person.contacts.get().masked == "138****5678"
    work = person.employments.get()
    assert (work.employer, work.during.lower, work.position, work.entry) == (
        employer,
        date(2011, 7, 1),
        "社工",
        "import",
    )
    tie = person.ties.get()
    assert (tie.kind, tie.region_code, tie.origin_id) == ("work", YANJI, work.pk)
    certificate = person.certificates.get()
    assert (certificate.level, certificate.issued_on, certificate.state) == (
        "social_worker",
        date(2012, 5, 10),
        "declared",
    )
    degree = person.educations.get()
    assert (degree.level, degree.degree, degree.major_class) == ("21", "4", "sw")
    made = [
        person,
        person.names.get(),
        person.identities.get(),
        person.contacts.get(),
        work,
        tie,
        certificate,
        degree,
    ]
    assert {one.batch_id for one in made} == {7}
    assert {one.source for one in made if hasattr(one, "source")} == {"import"}


def test_the_journal_seals_every_row_and_tells_nobodys_name(taking, employer):
    before = deviations()  # rows that the fixtures made without an action
    taken(taking, row(), row(3, identity=number_of(2), name="李秀芹", management_no="201106222401000002"))
    assert deviations() == before
    entries = JournalEntry.objects.filter(subject_kind="kernel.batch", subject_id=7)
    assert {e.verb for e in entries} == {
        "people.batch.take",
        "people.batch.tie",
        "employment.batch.take",
        "credentials.batch.take",
    }
    assert "金美玉" not in str([e.facts for e in entries]) and ME not in str([e.facts for e in entries])


def test_a_part_asks_the_database_as_often_as_a_single_row(taking, employer, django_assert_max_num_queries):
    rows = [
        row(n, identity=number_of(n), name="金美玉", management_no=f"2011062224010{n:05d}")
        for n in range(1, 60)
    ]
    with django_assert_max_num_queries(12):
        ROSTER.check(rows, taking)
    with transaction.atomic(), django_assert_max_num_queries(70):
        ROSTER.take(rows, taking)
    assert Person.objects.filter(batch_id=7).count() == 59


def test_the_same_row_again_adds_nothing(taking, employer):
    taken(taking, row())
    again = checked(Taking(8, taking.by, DAY), row())[0]
    assert again.is_good and again.outcome == "same"
    entries = JournalEntry.objects.count()
    ROSTER.take([again], Taking(8, taking.by, DAY))
    assert JournalEntry.objects.count() == entries and Certificate.objects.count() == 1


def test_a_known_person_gets_what_is_missing_and_keeps_what_is_there(taking, employer):
    taken(
        taking,
        row(
            political="",
            phone="",
            level="",
            management_no="",
            issued_on="",
            education="",
            degree="",
            school="",
            major="",
        ),
    )
    later = Taking(8, taking.by, DAY)
    (person,) = taken(later, row())
    person.refresh_from_db()
    assert person.political_status == "13" and Person.objects.filter(batch_id=7).count() == 1
    assert {
        person.contacts.get().batch_id,
        person.certificates.get().batch_id,
        person.educations.get().batch_id,
    } == {8}
    assert person.employments.get().batch_id == 7


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"prefecture": "白城市"}, "county", "region_mismatch"),
        ({"county": "延吉县"}, "county", "region_unknown"),
        ({"county": "图们市", "employer": ""}, "county", "region_out_of_reach"),
        ({"county": "不知道", "prefecture": ""}, "county", "region_unknown"),
        ({"county": "", "prefecture": "", "employer": ""}, "county", "region_missing"),
        ({"born": "1986.5"}, "born", "birth_differs"),
        ({"sex": "女"}, "sex", "sex_differs"),
        ({"employer": "某某单位"}, "employer", "employer_unknown"),
        ({"employer": "延吉市北山街道社会救助中心"}, "employer", "employer_near"),
        ({"education": ""}, "education", "education_missing"),
        ({"level": ""}, "level", "certificate_incomplete"),
        ({"issued_on": ""}, "issued_on", "certificate_incomplete"),
        ({"level": "高级", "issued_on": "2012-05-10"}, "issued_on", "issued_too_early"),
        ({"since": "1995-01"}, "since", "work_as_child"),
    ],
)
def test_what_is_wrong_is_named_at_its_cell(taking, employer, cells, column, code):
    Organization.objects.filter(pk=employer.pk).update(grams=grams(employer.name))
    one = checked(taking, row(**cells))[0]
    assert (only(one).column, only(one).obstacle.code) == (column, code)


@pytest.mark.parametrize(
    "county", ["延吉", "延吉市", "延边州延吉市", "222401", "吉林省延边州延吉市", " 延吉市"]
)
def test_a_place_is_understood_however_it_is_named(taking, employer, county):
    RegionName.objects.create(
        region_code=YANJI, name="延吉市", kind="official", during=days(date(1949, 10, 1))
    )
    RegionName.objects.create(region_code=YANJI, name="延吉", kind="short", during=days(date(1949, 10, 1)))
    (one,) = checked(taking, row(prefecture="", county=county))
    assert one.is_good and one.values["plan"].region_code == YANJI


def test_a_former_name_of_a_place_is_read_with_a_note(taking, employer):
    Region.objects.filter(code=YANJI).update(name="延吉区")
    RegionName.objects.create(
        region_code=YANJI, name="延吉市", kind="official", during=days(date(1949, 10, 1), date(2010, 1, 1))
    )
    RegionName.objects.create(
        region_code=YANJI, name="延吉区", kind="official", during=days(date(2010, 1, 1))
    )
    (one,) = checked(taking, row())
    assert one.is_good and ("county", "region_former") in found(one)


def test_the_number_of_somebody_of_another_name_is_never_overwritten(taking, employer):
    taken(taking, row())
    one = checked(taking, row(name="李秀芹"))[0]
    problem = only(one)
    assert (problem.column, problem.obstacle.code) == ("name", "identity_other_name")
    assert (
        "金*玉" in str(problem.obstacle)
        and "金美玉" not in str(problem.obstacle)
        and ME not in str(problem.obstacle)
    )


def test_a_former_name_and_a_merged_record_are_the_same_person(taking, employer):
    (person,) = taken(taking, row())
    people.state_name(person, name="金美兰", by=SYSTEM, on=DAY, changed_on=date(2012, 6, 1))
    one = checked(taking, row())[0]
    assert one.outcome == "same" and ("name", "name_former") in found(one)
    (other,) = taken(
        Taking(8, taking.by, DAY), row(identity=number_of(2), management_no="", level="", issued_on="")
    )
    Person.objects.filter(pk=other.pk).update(merged_into=person)
    assert checked(taking, row(identity=number_of(2)))[0].values["plan"].known.pk == person.pk


def test_people_out_of_reach_are_not_told_about(taking, employer, make_officer):
    neighbour = Taking(8, make_officer(TUMEN, extra=("people.edit",)), DAY)
    taken(taking, row())
    one = checked(neighbour, row(county="图们市", employer=""))[0]
    assert ("identity", "identity_elsewhere") in found(one)
    assert "金" not in " ".join(str(f.obstacle) for f in one.findings)
    other = checked(neighbour, row(county="图们市", employer="", identity=number_of(2), name="李秀芹"))[0]
    assert only(other).obstacle.code == "management_no_taken"


def test_a_certificate_of_somebody_else_shows_both_masked(taking, employer):
    taken(taking, row())
    problem = only(checked(taking, row(identity=number_of(2), name="李秀芹"))[0])
    assert (problem.column, problem.obstacle.code) == ("management_no", "management_no_held")
    assert "金*玉" in str(problem.obstacle) and "李*芹" in str(problem.obstacle)


def test_two_rows_with_one_certificate_both_say_so(taking, employer):
    one, other = checked(taking, row(), row(3, identity=number_of(2), name="李秀芹"))
    assert only(one).obstacle.params["row"] == 3 and only(other).obstacle.params["row"] == 2


def test_same_name_and_birth_under_another_number_is_noted_and_goes_in(taking, employer):
    taken(taking, row())
    one = checked(taking, row(identity=number_of(5), management_no="201106222401000009"))[0]
    assert one.is_good and ("name", "likely_duplicate") in found(one)


@pytest.mark.parametrize(
    ("cells", "column", "offer"),
    [
        ({"ethnicity": "汉族"}, "ethnicity", "朝鲜族"),
        ({"political": "党员"}, "political", "群众"),
        ({"school": "吉林大学"}, "school", "延边大学"),
        ({"degree": "硕士"}, "degree", "学士"),
        ({"issued_on": "2012-05-11"}, "issued_on", "2012-05-10"),
        ({"level": "助理"}, "level", "社会工作师"),
        ({"management_no": "201106222401000002"}, "management_no", "201106222401000001"),
        ({"employer": "图们市民政局"}, "employer", "延吉市北山街道社会救助服务中心"),
    ],
)
def test_what_differs_from_the_base_is_put_before_the_clerk(taking, employer, cells, column, offer):
    taken(taking, row())
    problem = only(checked(taking, row(**cells))[0])
    assert (problem.column, problem.weight, [o.text for o in problem.offers]) == (column, "choice", [offer])
    assert checked(taking, row(**cells | {column: offer}))[0].outcome == "same"


def test_a_second_degree_is_added(taking, employer):
    taken(taking, row())
    (person,) = taken(Taking(8, taking.by, DAY), row(education="硕士研究生", degree="硕士"))
    assert set(person.educations.values_list("level", "batch_id")) == {("21", 7), ("14", 8)}


def test_a_phone_of_the_base_stays(taking, employer):
    taken(taking, row())
    one = checked(taking, row(phone="13999998888"))[0]
    assert one.outcome == "same" and ("phone", "phone_kept") in found(one)
    assert "13999998888" not in " ".join(str(f.obstacle) for f in one.findings)


def test_a_school_of_the_list_is_linked_and_another_kept_by_name(taking, employer):
    body = Organization.objects.create(kind="university", region_code=YANJI, name="延边大学")
    school = School.objects.create(organization=body, school_code="10184")
    one, other = taken(
        taking, row(), row(3, identity=number_of(2), school="辽宁大学", management_no="201106222401000002")
    )
    assert one.educations.get().school == school
    assert (other.educations.get().school, other.educations.get().school_name) == (None, "辽宁大学")


def test_a_name_of_several_bodies_is_the_countys_own_and_else_a_choice(taking, employer):
    Organization.objects.create(kind="centre", region_code=TUMEN, name=employer.name)
    assert checked(taking, row())[0].values["plan"].employer_id == employer.pk
    twin = Organization.objects.create(kind="centre", region_code=YANJI, name=employer.name)
    problem = only(checked(taking, row())[0])
    assert (problem.obstacle.code, len(problem.offers)) == ("employer_doubtful", 2)
    twin.delete()
    placed = checked(taking, row(prefecture="", county="", employer=f"{employer.name}（延吉市）"))[0]
    assert placed.is_good and placed.values["plan"].employer_id == employer.pk


def test_a_former_name_and_a_credit_code_name_a_body(taking, employer):
    Organization.objects.filter(pk=employer.pk).update(uscc="91350100M000100Y43")
    OrganizationName.objects.create(
        organization=employer, name="北山救助站", during=days(date(2000, 1, 1), date(2010, 1, 1))
    )
    one, other = checked(
        taking,
        row(employer="北山救助站"),
        row(3, employer="91350100M000100Y43", identity=number_of(2), management_no="1"),
    )
    assert one.values["plan"].employer_id == other.values["plan"].employer_id == employer.pk
    assert ("employer", "employer_former") in found(one)


def test_work_before_the_employer_was_founded_begins_with_it_and_says_so(taking, employer):
    Organization.objects.filter(pk=employer.pk).update(founded_on=date(2012, 1, 1))
    one = checked(taking, row())[0]
    assert one.is_good and ("since", "since_later") in found(one)
    assert one.values["plan"].start == date(2012, 1, 1)


def test_without_a_workplace_she_is_tied_to_where_she_lives(taking, offices):
    (person,) = taken(taking, row(employer=""))
    assert person.ties.get().kind == "residence" and not person.employments.exists()


def test_the_registers_own_numbers_and_days_stand(taking, employer, offices):
    (person,) = taken(taking, row())
    Registration.objects.create(
        person=person, certificate=person.certificates.get(), register_no="JL2012000001", region_code=YANJI,
        level="social_worker", admitted_on=DAY, valid_to=date(2015, 9, 19),
    )  # fmt: skip
    assert (
        checked(taking, row(register_no="JL2012000001", valid_to="2012年9月20日至2015年9月19日"))[0].outcome
        == "same"
    )
    assert checked(taking, row(register_no="JL2012000001", valid_to="2015.9"))[0].is_good
    differs = only(checked(taking, row(register_no="JL2012000001", valid_to="2015-09-20"))[0])
    assert (differs.column, [o.text for o in differs.offers]) == ("valid_to", ["2015-09-19"])
    unlike = only(checked(taking, row(register_no="JL2012000002"))[0])
    assert (unlike.column, [o.text for o in unlike.offers]) == ("register_no", ["JL2012000001"])
    other = row(3, identity=number_of(2), name="李秀芹", management_no="2", register_no="JL2012000001")
    assert only(checked(taking, other)[0]).obstacle.code == "register_no_held"
    unknown = row(3, identity=number_of(2), name="李秀芹", management_no="2", register_no="吉001")
    assert checked(taking, unknown)[0].is_good and ("register_no", "register_unknown") in found(unknown)


# -- taking it back ----------------------------------------------------------------------------------------------------


def undone(taking):
    with transaction.atomic():
        assert ROSTER.touched(taking) == []
        ROSTER.undo(taking)


def test_undoing_leaves_nothing_of_new_people(taking, employer):
    before = deviations()
    taken(taking, row(), row(3, identity=number_of(2), name="李秀芹", management_no="201106222401000002"))
    undone(taking)
    for model in (Person, Identity, PersonName, Tie, Contact, Education, Certificate, Employment):
        assert not model._base_manager.filter(batch_id=7).exists(), model
    assert deviations() == before


def test_undoing_holds_the_journal_only_once_all_is_removed(taking, employer):
    """A large batch takes minutes: whoever acts meanwhile does not wait for it."""
    taken(taking, row())
    with CaptureQueriesContext(connection) as asked:
        undone(taking)
    said = [one["sql"] for one in asked.captured_queries]
    held = next(at for at, sql in enumerate(said) if "pg_advisory_xact_lock" in sql)
    removed = max(at for at, sql in enumerate(said) if sql.startswith("DELETE") or "SET CONSTRAINTS" in sql)
    assert removed < held


def test_undoing_takes_from_known_people_what_the_batch_added_and_nothing_else(taking, employer):
    before = deviations()
    bare = dict(
        political="",
        phone="",
        level="",
        management_no="",
        issued_on="",
        education="",
        degree="",
        school="",
        major="",
    )
    (person,) = taken(taking, row(**bare))
    later = Taking(8, taking.by, DAY)
    taken(later, row())
    undone(later)
    person.refresh_from_db()
    assert person.political_status == "" and person.ethnicity == "10"
    assert not person.certificates.exists() and not person.contacts.exists()
    assert not Education.objects.current().filter(person=person).exists()
    assert person.employments.get().recorded.upper is None and person.ties.get().recorded.upper is None
    assert deviations() == before


def test_an_employment_added_to_a_known_person_is_closed_with_its_tie(taking, employer):
    (person,) = taken(taking, row(employer="", position="", since=""))
    later = Taking(8, taking.by, DAY)
    taken(later, row())
    undone(later)
    assert not Employment.objects.current().filter(person=person).exists()
    assert Tie.objects.current().get(person=person).kind == "residence"


@pytest.mark.parametrize(
    "what", ["name", "particulars", "certificate", "employment", "degree", "application", "batch"]
)
def test_what_somebody_built_on_stays(taking, employer, offices, what):
    bare = dict(phone="") if what == "batch" else {}
    (person,) = taken(taking, row(**bare))
    certificate = person.certificates.get()
    match what:
        case "name":
            people.state_name(person, name="金美兰", by=SYSTEM, on=DAY)
        case "particulars":
            people.state_particulars(person, ethnicity="01", by=SYSTEM, on=DAY)
        case "certificate":
            credentials.verify_certificate(certificate, source="office", by=SYSTEM, on=DAY)
        case "employment":
            employment.end_employment(person.employments.get(), end=DAY, by=SYSTEM, on=DAY)
        case "degree":
            credentials.state_education(person, level="14", by=SYSTEM, on=DAY)
        case "application":
            from shegong.duties.registry import actions
            from shegong.kernel.access import Actor

            actions.start_application(by=Actor(user_id=1, person_id=person.pk), on=DAY)
        case "batch":
            taken(Taking(8, taking.by, DAY), row())
    (problem,) = ROSTER.touched(taking)
    assert problem.code == "batch_touched" and problem.params["count"] == 1
    assert "金*" in str(problem)


def test_filled_particulars_that_changed_since_keep_the_batch(taking, employer):
    (person,) = taken(taking, row(political=""))
    later = Taking(8, taking.by, DAY)
    taken(later, row())
    assert ROSTER.touched(later) == []
    people.state_particulars(person, political_status="01", by=SYSTEM, on=DAY)
    assert [o.code for o in ROSTER.touched(later)] == ["batch_touched"]
