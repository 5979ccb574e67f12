"""A person's copy holds every field that the inventory gives to her, and nothing of anybody else."""

import json

import pytest

from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.inventory import inventory
from shegong.kernel.journal import JournalEntry
from shegong.steering.privacy import actions
from shegong.steering.privacy.actions.doors import copy_doors, rows_of
from shegong.steering.privacy.models.copies import copy_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
EMPTY = (None, "", [], b"")


def held(person):
    """(table, field) of every exported column in which some row about the person has a value."""
    for table in inventory().personal():
        if table.label != "kernel.journalentry":
            for row in rows_of(table.model, [person.pk]):
                for one in table.exported:
                    value = getattr(row, row._meta.get_field(one.name).attname)
                    if value not in EMPTY:
                        yield table.label, one.name


def test_every_field_marked_for_export_with_a_value_is_in_the_copy(registered):
    copied = copy_of(registered.person, copy_doors())
    wanted = set(held(registered.person))
    assert len({table for table, _ in wanted}) >= 18 and len(wanted) >= 110
    missing = [
        f"{table}.{name}"
        for table, name in sorted(wanted)
        if all(row.get(name) in EMPTY for row in copied["tables"].get(table, []))
    ]
    assert missing == []


def test_sealed_values_are_opened_for_their_owner_and_papers_are_in_it(registered, said):
    text = json.dumps(copy_of(registered.person, copy_doors()), ensure_ascii=False)
    for value in (
        said.number,
        said.phone,
        said.address,
        said.name,
        said.school,
        "个案督导",
        "逾期未改",
        "材料属实",
    ):
        assert value in text, value
    files = copy_of(registered.person, copy_doors())["tables"]["documents.file"]
    assert all(len(one["content"]) > 1000 for one in files)


def test_who_looked_and_what_was_done_is_in_it_with_the_office_and_without_names(worker, first):
    identity = worker.person.identities.get()
    people.reveal_identity(identity, reason="核对证件", by=first.actor, on=today())
    copied = copy_of(worker.person, copy_doors())
    assert [(one["office"], one["reason"]) for one in copied["viewings"]] == [("延吉市民政局", "核对证件")]
    assert copied["kernel.journalentry"][0]["verb"] == "people.identity.view"
    assert "林清" not in json.dumps(copied, ensure_ascii=False)


def test_nothing_of_another_person_is_in_it(registered, said):
    other = people.create_person(by=SYSTEM, on=today())
    people.state_name(other, name="郑旁人", by=SYSTEM, on=today())
    text = json.dumps(copy_of(other, copy_doors()), ensure_ascii=False)
    assert "郑旁人" in text
    assert not [value for value in (said.name, said.number, said.phone, "JL2026000001") if value in text]


def test_a_merged_records_rows_are_in_it(worker):
    other = people.create_person(by=SYSTEM, on=today())
    people.state_skill(other, kind="language", code="ja", by=SYSTEM, on=today())
    other.merged_into = worker.person
    other.save(update_fields=["merged_into"])
    skills = copy_of(worker.person, copy_doors())["tables"]["people.skill"]
    assert {row["code"] for row in skills} == {"ko", "ja"}


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_the_owner_takes_it_after_a_fresh_proof_and_the_journal_notes_it(worker, said, form):
    response = worker.browser.post("/my/privacy/copy/", {"form": form})
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF" if form == "pdf" else b"{")
    if form == "json":
        assert said.number in response.content.decode()
    entry = JournalEntry.objects.get(verb="privacy.copy.take")
    assert entry.facts == {"form": form} and entry.about_person_id == worker.person.pk


def test_without_a_fresh_proof_nothing_is_given(worker, client):
    client.force_login(worker.user)
    response = client.post("/my/privacy/copy/", {"form": "json"})
    assert response.status_code == 302
    assert not JournalEntry.objects.filter(verb="privacy.copy.take").exists()


def test_nobody_takes_anothers_copy(worker, first):
    from shegong.kernel.refusal import Refused

    with pytest.raises(Refused):
        actions.note_copy(worker.person, form="json", by=first.actor, on=today())
