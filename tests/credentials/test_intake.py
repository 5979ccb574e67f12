"""Certificates and degrees of a workbook, many at once."""

from datetime import date

import pytest
from django.db import transaction

from shegong.ground.credentials import actions
from shegong.ground.credentials.actions import StatedCertificate, StatedEducation
from shegong.ground.credentials.models import Certificate, CertificateCheck, Education, PassListEntry
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused

pytestmark = pytest.mark.django_db
NUMBER, ISSUED, TUMEN = "201206222401000001", date(2012, 5, 10), 222402000


def taken(person, day, by=SYSTEM, educations=(), **more):
    given = {
        "person_id": person.pk,
        "level": "social_worker",
        "management_no": NUMBER,
        "issued_on": ISSUED,
    } | more
    with transaction.atomic():
        actions.take_in([StatedCertificate(**given)], list(educations), batch_id=7, by=by, on=day)


def test_certificates_and_degrees_come_in_declared_and_with_their_batch(person, day):
    taken(person, day, educations=[StatedEducation(person.pk, "21", "4", "延边大学", "社会工作")])
    certificate, education = Certificate.objects.get(), Education.objects.get()
    assert (certificate.state, certificate.source, certificate.batch_id) == ("declared", "import", 7)
    assert (education.major_class, education.source, education.batch_id) == ("sw", "import", 7)


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"level": "master"}, "level_unknown"), ({"issued_on": date(2006, 5, 10)}, "issued_too_early"),
     ({"management_no": "2012#1"}, "management_no_character"), ({"issued_on": date(2099, 1, 1)}, "date_future")],
)  # fmt: skip
def test_the_rules_of_a_single_one_hold(person, day, fault, code):
    with pytest.raises(Refused) as refused:
        taken(person, day, **fault)
    assert [o.code for o in refused.value.obstacles] == [code]


def test_a_number_stands_with_one_person(person, day):
    taken(person, day)
    with pytest.raises(Refused) as refused:
        taken(people.create_person(by=SYSTEM, on=day), day)
    assert refused.value.obstacles[0].code == "management_no_taken"


def test_people_out_of_reach_are_refused(person, day, make_officer):
    with pytest.raises(Refused) as refused:
        taken(person, day, by=make_officer(TUMEN))
    assert refused.value.obstacles[0].code == "not_allowed"


def test_what_came_in_goes_out(person, day):
    taken(person, day, educations=[StatedEducation(person.pk, "21")])
    actions.withdraw_batch(7, by=SYSTEM, on=day)
    assert not Certificate.objects.exists() and not Education.objects.current().exists()
    assert Education.objects.count() == 1  # she was known before: the degree is no longer stood by


def test_what_an_earlier_pass_list_confirms_is_verified_at_once_and_goes_again_with_its_roster(person, day):
    passed = actions.Passed(
        people.open_number(person.identities.get()), "王小明", "social_worker", NUMBER, ISSUED, 2012
    )
    with transaction.atomic():
        actions.take_pass_list([passed], batch_id=3, by=SYSTEM, on=day)
    taken(person, day)
    certificate = Certificate.objects.get()
    assert certificate.state == "verified" and certificate.checks.get().batch_id == 3
    assert not PassListEntry.objects.waiting().exists()
    actions.withdraw_batch(7, by=SYSTEM, on=day)
    assert not Certificate.objects.exists() and PassListEntry.objects.waiting().count() == 1
    assert CertificateCheck.objects.count() == 1  # evidence is never deleted
