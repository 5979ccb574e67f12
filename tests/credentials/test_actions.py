"""Certificates: one number once, corrected with a trace, checked by others than the holder."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from shegong.ground.credentials import actions
from shegong.ground.credentials.models import Certificate, CertificateCheck, Education
from shegong.kernel import audit, throttle
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.refusal import Refused, Stale

pytestmark = pytest.mark.django_db
NUMBER = "201206220040000123"
STATED = {"level": "assistant", "management_no": NUMBER, "issued_on": date(2012, 6, 30), "exam_year": 2012}


@pytest.fixture
def certificate(person, herself, day):
    return actions.declare_certificate(person, **STATED, by=herself, on=day)


def refused(call, *args, **more):
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return [(o.code, o.field) for o in caught.value.obstacles]


def test_the_same_certificate_stated_twice_is_one(person, herself, certificate, day):
    again = STATED | {"management_no": " ２０１２０６２２００４００００１２３ "}
    assert actions.declare_certificate(person, **again, by=herself, on=day) == certificate


@pytest.mark.clause("T4.2.b")
def test_a_number_on_another_persons_certificate_is_refused_without_saying_whose(
    certificate, make_person, day
):
    other = make_person("李雷", "126")
    with pytest.raises(Refused) as caught:
        actions.declare_certificate(other, **STATED, by=SYSTEM, on=day)
    obstacle = caught.value.obstacles[0]
    assert (obstacle.code, obstacle.field) == ("management_no_taken", "management_no") and not obstacle.params


def test_numbers_of_certificates_cannot_be_tried_one_after_another(
    certificate, make_person, make_officer, day
):
    other = make_person("李雷", "126")
    itself = Actor(user_id=99, person_id=other.pk)
    tried = [STATED | {"management_no": f"20120622004000{n:04d}"} for n in range(200, 212)]
    for number, values in enumerate(tried):
        Certificate.objects.create(
            person=certificate.person, **values | {"level": "senior"}, state="annulled"
        )
        expected = "management_no_taken" if number < 10 else "certificate_tries"
        with pytest.raises(Refused) as caught, throttle.counted_even_if_undone():  # as every page does
            actions.declare_certificate(other, **values, by=itself, on=day)
        assert [o.code for o in caught.value.obstacles] == [expected]
    assert refused(actions.declare_certificate, other, **tried[0], by=SYSTEM, on=day) == [
        ("management_no_taken", "management_no")
    ], "an office is not held back"


def test_who_tries_numbers_at_the_command_line_is_counted_as_well(
    certificate, make_person, django_user_model
):
    other = make_person("李雷", "126")
    django_user_model.objects.create_user("shell", person=other)
    values = ["level=assistant", f"management_no={NUMBER}", "issued_on=2012-06-30", "exam_year=2012"]
    with pytest.raises(CommandError, match="refused"):
        call_command(
            "act", "credentials.declare_certificate", f"person={other.token}", *values, "--as", "shell"
        )
    assert throttle.counted(f"certificate:{other.pk}") == 1


def test_ones_own_number_is_stated_and_restated_as_often_as_one_likes(person, herself, certificate, day):
    for _ in range(12):
        assert actions.declare_certificate(person, **STATED, by=herself, on=day) == certificate


def test_the_database_itself_refuses_a_number_twice(certificate, make_person):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(person=make_person("李雷", "126"), **STATED)


def test_one_certificate_a_level(person, herself, certificate, day):
    more = STATED | {"management_no": "201306220040000999"}
    assert refused(actions.declare_certificate, person, **more, by=herself, on=day) == [
        ("level_taken", "level")
    ]
    assert actions.declare_certificate(person, **more | {"level": "social_worker"}, by=herself, on=day)


def test_a_malformed_number_and_an_impossible_date_are_both_named(person, herself, day):
    bad = {"level": "assistant", "management_no": "2012_06", "issued_on": date(2030, 1, 1)}
    found = refused(actions.declare_certificate, person, **bad, by=herself, on=day)
    assert found == [("management_no_character", "management_no"), ("date_future", "issued_on")]


def test_a_correction_keeps_the_row_before_and_frees_its_number(certificate, herself, make_person, day):
    new = actions.correct_certificate(
        certificate, **STATED | {"management_no": "201206220040000124"}, by=herself, on=day
    )
    certificate.refresh_from_db()
    assert (certificate.state, new.state, new.pk != certificate.pk) == ("replaced", "declared", True)
    assert (
        actions.correct_certificate(new, **STATED | {"management_no": new.management_no}, by=herself, on=day)
        == new
    )
    assert actions.declare_certificate(make_person("李雷", "126"), **STATED, by=SYSTEM, on=day)


def test_a_verified_certificate_is_not_corrected_by_its_holder(
    certificate, herself, make_officer, officer_person, day
):
    actions.verify_certificate(
        certificate, source="office", by=make_officer(person_id=officer_person.pk), on=day
    )
    change = STATED | {"management_no": "201206220040000124"}
    assert refused(actions.correct_certificate, certificate, **change, by=herself, on=day) == [
        ("certificate_checked", None)
    ]
    assert CertificateCheck.objects.get().result == "matches"


def test_nobody_checks_his_own_certificate_nor_one_out_of_reach(
    certificate, person, make_officer, officer_person, day
):
    verify = actions.verify_certificate
    own = make_officer(person_id=person.pk)
    assert refused(verify, certificate, source="office", by=own, on=day) == [("own_case", None)]
    for by in (make_officer(222402000, officer_person.pk), make_officer(permissions=("people.edit",))):
        assert refused(verify, certificate, source="office", by=by, on=day) == [("not_allowed", None)]
    certificate.refresh_from_db()
    assert certificate.state == "declared" and not CertificateCheck.objects.exists()


def test_two_officers_on_one_certificate_the_second_is_told(certificate, make_officer, officer_person, day):
    by = make_officer(person_id=officer_person.pk)
    actions.verify_certificate(Certificate.objects.get(), source="office", by=by, on=day)
    with pytest.raises(Stale):
        actions.refute_certificate(certificate, source="office", by=by, on=day)


def test_a_refuted_certificate_frees_its_number(certificate, make_officer, officer_person, make_person, day):
    by = make_officer(person_id=officer_person.pk)
    actions.refute_certificate(certificate, source="national", result="not_found", by=by, on=day)
    assert actions.declare_certificate(make_person("李雷", "126"), **STATED, by=SYSTEM, on=day)


def test_whoever_verified_does_not_annul(certificate, make_officer, officer_person, make_person, day):
    first = make_officer(person_id=officer_person.pk)
    actions.verify_certificate(certificate, source="office", by=first, on=day)
    annul = actions.annul_certificate
    assert refused(annul, certificate, reason="伪造证书", by=first, on=day) == [("four_eyes", None)]
    second = make_officer(person_id=make_person("赵复核", "332").pk)
    assert refused(annul, certificate, reason="伪", by=second, on=day) == [("reason_length", "reason")]
    assert annul(certificate, reason="伪造证书", by=second, on=day).state == "annulled"


def test_checks_are_never_changed(certificate, make_officer, officer_person, day):
    actions.verify_certificate(
        certificate, source="office", by=make_officer(person_id=officer_person.pk), on=day
    )
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        CertificateCheck.objects.update(result="differs")


def test_a_degree_knows_its_class_and_is_corrected_with_a_trace(person, herself, day):
    stated = {"level": "21", "degree": "4", "school_name": "延边大学", "graduated_on": date(2012, 7, 1)}
    first = actions.state_education(person, **stated, major="社会学", by=herself, on=day)
    second = actions.state_education(person, **stated, major="社会工作", by=herself, on=day, replaces=first)
    assert (first.major_class, second.major_class) == ("related", "sw")
    assert list(Education.objects.current().filter(person=person)) == [second]
    actions.drop_education(second, by=herself, on=day)
    assert Education.objects.filter(person=person).count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_audit_explains_every_certificate(certificate, herself, make_officer, officer_person, day):
    new = actions.correct_certificate(certificate, **STATED | {"exam_year": 2011}, by=herself, on=day)
    actions.verify_certificate(new, source="office", by=make_officer(person_id=officer_person.pk), on=day)

    def findings():
        return [f.kind for f in audit.verify() if f.where.startswith("credentials_")]

    assert findings() == []
    Certificate.objects.filter(pk=new.pk).update(level="senior")
    assert findings() == ["row_changed"]
