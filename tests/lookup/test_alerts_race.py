"""Two workers at once: every change is told once. The control shows that the mark does it."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from shegong.duties.lookup import actions
from shegong.duties.lookup.actions import following, telling
from shegong.duties.lookup.actions.audience import staff_watch
from shegong.duties.lookup.models import Alert, Following, Told
from shegong.duties.registry import actions as registry
from shegong.ground.accounts.models import Grant, User
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import journal_reading, messages
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.journal_reading import JournalReader
from shegong.kernel.messages import Message
from shegong.kernel.temporal import days
from shegong.work.employment import actions as employment

YANJI = 222401000


def unheld(name):
    return Following.objects.get_or_create(name=name)[0]


def unread(name):
    return JournalReader.objects.get(name=name)


@pytest.fixture
def suspended(transactional_db, make):
    """Lin was suspended; the clerk of her employer was not told yet."""
    lin, on = make(), timezone.localdate()
    body = Organization.objects.create(kind="social_service", level=4, region_code=YANJI, name="北山社工站")
    person, one, two = (Person.objects.create() for _ in range(3))
    User.objects.create(username="clerk", person=person)
    Grant.objects.create(person=person, role="org_clerk", organization=body, region_code=YANJI,
                         during=days(on - timedelta(days=9)), proposed_by=one, approved_by=two)  # fmt: skip
    employment.declare_employment(
        lin.person, employer=body, region_code=YANJI, start=on - timedelta(days=99), by=SYSTEM, on=on
    )
    officer = Actor(user_id=1, person_id=one.pk, authorities=(
        Authority(role="x", permissions=frozenset({"registry.restrict"}), ranges=(Range(220000000, 230000000),)),))  # fmt: skip
    actions.follow()
    registry.suspend_person(
        lin.person, start=on, end=on + timedelta(days=9), ground="投诉属实", by=officer, on=on
    )
    return person, on


def both(step):
    """Two threads that do the same; what went wrong in them."""
    wrong, together = [], threading.Barrier(2)

    def run():
        try:
            together.wait(10)
            step()
        except IntegrityError as problem:
            wrong.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return wrong


@pytest.mark.parametrize("held", [True, False])
def test_two_readers_of_the_journal_write_each_alert_once(suspended, monkeypatch, held):
    _, on = suspended
    slow = threading.Barrier(2)
    with transaction.atomic():  # else its key would stop the second before there is an alert
        staff_watch(Organization.objects.get(name="北山社工站").pk, on)
    if not held:
        create = Alert.objects.bulk_create

        def wait(*args, **kwargs):
            slow.wait(
                10
            )  # both have read the journal, and that nothing was told yet, before one of them writes
            return create(*args, **kwargs)

        monkeypatch.setattr(journal_reading, "_held", unread)
        monkeypatch.setattr(Alert.objects, "bulk_create", wait)
    wrong = both(lambda: following.follow_journal(on))
    assert Alert.objects.count() == 1
    assert len(wrong) == (0 if held else 1), "without the mark only the key of the table stops the second"


@pytest.mark.parametrize("held", [True, False])
def test_two_tellers_send_one_message(suspended, monkeypatch, held):
    person, on = suspended
    following.follow_journal(on)
    if not held:
        slow, send = threading.Barrier(2), messages.send

        def wait(*args, **kwargs):
            slow.wait(10)
            return send(*args, **kwargs)

        monkeypatch.setattr(telling, "hold", unheld)
        monkeypatch.setattr(messages, "send", wait)
    wrong = both(lambda: telling.tell_due(on))
    assert (Told.objects.count(), Message.objects.filter(person_id=person.pk).count()) == (1, 1)
    assert len(wrong) == (0 if held else 1), (
        "without the mark the second message is taken back by the key alone"
    )
