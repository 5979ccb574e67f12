"""One registered person with a card, in a small Jilin."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from shegong.duties.registry.models import Card, Registration, Restriction, Term
from shegong.ground.credentials.models import Certificate
from shegong.ground.organizations.models import Duty, Organization
from shegong.ground.people.models import Person, PersonName
from shegong.ground.regions.models import Region
from shegong.kernel.names import comparison_key
from shegong.kernel.temporal import days

JILIN, YANBIAN, YANJI = 220000000, 222400000, 222401000
PLACES = [(JILIN, 1, "吉林省", None), (YANBIAN, 2, "延边州", JILIN), (YANJI, 3, "延吉市", YANBIAN)]


@pytest.fixture
def places(db):
    """A province, a prefecture, a county with its office."""
    for code, level, name, parent in PLACES:
        Region.objects.create(
            code=code, level=level, name=name, parent_code=parent, during=days(date(1949, 10, 1))
        )
    body = Organization.objects.create(kind="civil_affairs", level=3, region_code=YANJI, name="延吉市民政局")
    Duty.objects.create(
        duty="registration", region_code=YANJI, organization=body, during=days(date(2000, 1, 1))
    )


@pytest.fixture
def make(places):
    """Register somebody: `left` days of validity remain; `closed` is a kind of closing."""

    def register(
        name="林晓岚", number="JL2012000001", *, left=400, closed=None, suspended=False, level="social_worker"
    ):
        today = timezone.localdate()
        person = Person.objects.create()
        PersonName.objects.create(person=person, name=name, canonical=comparison_key(name), during=days(None))
        admitted, end = today - timedelta(days=600), today + timedelta(days=left)
        certificate = Certificate.objects.create(
            person=person, level=level, management_no=number[::-1], issued_on=admitted, state="verified"
        )
        registration = Registration.objects.create(
            person=person, certificate=certificate, register_no=number, region_code=YANJI, level=level,
            admitted_on=admitted, valid_to=end - timedelta(days=1),
            closed_on=today - timedelta(days=3) if closed else None, closed_kind=closed,
        )  # fmt: skip
        term = Term.objects.create(registration=registration, during=days(admitted, end))
        card = Card.objects.create(registration=registration, term=term)
        if suspended:
            span = days(today - timedelta(days=2), today + timedelta(days=30))
            Restriction.objects.create(person=person, kind="suspended", ground="conduct", during=span)
        return SimpleNamespace(
            person=person, registration=registration, term=term, card=card, number=number, name=name
        )

    return register


@pytest.fixture
def ask(client):
    """Type number and name into the public form."""

    def typed(no, name, **kwargs):
        return client.post("/verify/", {"no": no, "name": name}, **kwargs)

    return typed
