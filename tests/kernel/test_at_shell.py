"""What is done at the shell in somebody's name says so in the journal, with the operating system's name of who ran it."""

import pytest

from shegong.ground.people import actions as people
from shegong.kernel import at_shell
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry


@pytest.fixture(autouse=True)
def nobody_at_the_shell():
    yield
    at_shell.came_by("serve")


@pytest.mark.django_db
def test_entries_say_which_command_and_who_ran_it():
    at_shell.came_by("act")
    people.create_person(by=SYSTEM, on=today())
    last = JournalEntry.objects.latest("seq")
    assert last.request_id == f"shell:act:{at_shell.operator()}" and at_shell.operator()
    assert at_shell.told(last.request_id) == f"act, {at_shell.operator()}"


@pytest.mark.django_db
def test_a_request_and_the_service_keep_their_own_mark():
    at_shell.came_by("act")
    people.create_person(by=Actor(is_system=True, request_id="a1b2"), on=today())
    assert JournalEntry.objects.latest("seq").request_id == "a1b2" and not at_shell.told("a1b2")
    for service in ("serve", "worker"):
        at_shell.came_by(service)
        people.create_person(by=SYSTEM, on=today())
        assert JournalEntry.objects.latest("seq").request_id == ""
