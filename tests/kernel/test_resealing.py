"""Sealing keys rotate while the service works: everything moves under the new key, however often the run is killed."""

import io
import os
import subprocess
import sys
import uuid
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from fixtures.key_orders import agreed

from shegong.ground.accounts.factors import open_secret, seal_secret
from shegong.ground.accounts.models import User
from shegong.ground.people import actions as people
from shegong.ground.people.actions.contacts import contact_index, masked, open_contact
from shegong.ground.people.models import Contact, Identity, Person
from shegong.kernel import audit, listing_store, person_keys, reindexing, resealing, sealing, vault
from shegong.kernel.access import SYSTEM
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.moving import Change, What, _fingerprints
from shegong.kernel.sealing import Forgotten, owner_of, seal

DAY = date(2026, 11, 2)
PHONES = [f"+861381234{n:04d}" for n in range(250)]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
committed = pytest.mark.django_db(transaction=True)  # the audit, and other processes


@pytest.fixture(autouse=True)
def own_keys(tmp_path, settings, monkeypatch):
    """Keys, ledger and vaults of this test; nobody has to wait for other processes."""
    settings.SHEGONG_HOME = tmp_path
    monkeypatch.setattr(sealing, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr(vault, "VAULTS", [])
    sealing.look_again()
    yield tmp_path
    sealing.look_again()


@pytest.fixture
def known():
    """A person with a number and many phones: in envelopes of her own, and some from before there were secrets."""
    person = people.create_person(by=SYSTEM, on=DAY)
    people.state_identity(person, kind="resident", number="990101199003071245", by=SYSTEM, on=DAY)
    people.state_contact(person, kind="phone", value=PHONES[0], verified=False, by=SYSTEM, on=DAY)
    one = Contact.objects.get()
    for phone in PHONES[1:]:
        one.pk, one.seal_id = None, uuid.uuid4()
        one.value = seal(phone, table="people_contact", column="value", row=one.seal_id)
        one.index, one.masked = contact_index("phone", phone), masked("phone", phone)
        one.save(force_insert=True)
    return person


def run(*words) -> str:
    if words[0] in ("rotate", "rotate-search"):
        agreed("seal.rotate" if words[0] == "rotate" else "index.rotate")
    if words[0] in ("retire", "retire-search"):
        agreed("seal.retire" if words[0] == "retire" else "index.retire", f"main {words[1]}")
    out = io.StringIO()
    call_command("keys", *words, stdout=out, stderr=out)
    return out.getvalue()


def numbers() -> set[int]:
    rows = [
        *Identity.objects.values_list("number", flat=True),
        *Contact.objects.values_list("value", flat=True),
    ]
    return {int.from_bytes(bytes(row)[2:4], "big") for row in rows}


@committed
def test_a_new_key_seals_and_everything_moves_under_it(known):
    said = run("rotate")
    assert "Key 0002 seals from now on" in said
    assert numbers() == {1}
    said = run("reseal")
    # The number, the phones, and what the two were told who may order this.
    assert "people_contact.value: 250 of 250" in said and "253 values moved under key 0002" in said
    assert numbers() == {2}
    assert all(owner_of(bytes(row.value)) == known.pk for row in Contact.objects.all())
    assert sorted(map(open_contact, Contact.objects.all())) == PHONES
    assert people.open_number(Identity.objects.get()) == "990101199003071245"
    assert list(audit.verify()) == []
    verbs = list(
        JournalEntry.objects.filter(verb__startswith="kernel.key").values_list(
            "verb", "subject_id", "facts__moved"
        )
    )
    assert verbs == [("kernel.key.rotate", 2, None), ("kernel.key.reseal", 2, 253)]


def test_a_key_is_let_go_only_when_nothing_needs_it(known, own_keys):
    with pytest.raises(CommandError, match="seals now"):
        run("retire", "1")
    run("rotate")
    with pytest.raises(
        CommandError, match=r"still needed: 1 in people_identity\.number, 250 in people_contact\.value"
    ):
        run("retire", "1")
    run("reseal")
    assert "Nothing needs key 0001" in run("status")
    said = run("retire", "1")
    assert "Backups made before still need it" in said
    assert sorted(path.name for path in (own_keys / "keys").glob("*seal*")) == [
        "retired-seal-0001.key",
        "seal-0002.key",
    ]
    assert len(list(map(open_contact, Contact.objects.all()))) == 250


def test_the_other_profile_is_a_reason_to_seal_anew(known, settings):
    settings.SHEGONG_CRYPTO = {"intl": "sm", "sm": "intl"}[settings.SHEGONG_CRYPTO]
    assert "251 values moved" in run("reseal")
    assert sorted(map(open_contact, Contact.objects.all())) == PHONES


@committed
def test_search_keys_move_to_another_profile(known, settings):
    """With the service stopped: numbers and phones are found again, and the journal knows of every row."""
    settings.SHEGONG_CRYPTO = {"intl": "sm", "sm": "intl"}[settings.SHEGONG_CRYPTO]
    sealing.look_again()
    assert not Person.objects.found_by("990101199003071245").exists()
    assert "251 rows computed anew" in run("reindex", "--beside-others")
    assert Person.objects.found_by("990101199003071245").get() == known
    assert Contact.objects.filter(index=contact_index("phone", PHONES[7])).count() == 1
    assert "0 rows computed anew" in run("reindex", "--beside-others")
    assert list(audit.verify()) == []


def test_search_keys_are_not_computed_under_a_service_at_work(monkeypatch):
    monkeypatch.setattr(reindexing, "others", lambda: 2)
    with pytest.raises(CommandError, match="stop the service first"):
        run("reindex")


def test_a_run_that_was_stopped_goes_on_where_it_was(known):
    run("rotate")
    parts = resealing.Column(Contact, "value", "seal_id").reseal()
    assert next(parts).moved == 100
    parts.close()
    assert "people_contact.value: 150 of 150" in run("reseal")


def test_what_is_changed_meanwhile_stays_as_it_was_written(known, monkeypatch):
    """Somebody writes between reading and writing of a part."""
    run("rotate")
    column = resealing.Column(Contact, "value", "seal_id")
    row = Contact.objects.order_by("pk")[3]
    newer = seal("13900000000", table="people_contact", column="value", row=row.seal_id, person=known.pk)
    original = resealing.Column._write

    def late(self, changed):
        Contact.objects.filter(pk=row.pk).update(value=newer)
        return original(self, changed)

    monkeypatch.setattr(resealing.Column, "_write", late)
    assert next(column.reseal()).moved == 99
    row.refresh_from_db()
    assert open_contact(row) == "13900000000"


def test_what_does_not_open_is_named_and_left(known):
    first, second = Contact.objects.order_by("pk")[:2]
    Contact.objects.filter(pk=first.pk).update(value=second.value)
    run("rotate")
    with pytest.raises(CommandError, match="1 values do not open"):
        run("reseal")
    assert bytes(Contact.objects.get(pk=first.pk).value) == bytes(second.value)
    with pytest.raises(CommandError, match=r"still needed: 1 in people_contact\.value"):
        run("retire", "1")


def test_what_nobody_can_open_any_more_holds_no_key_back(known):
    with pytest.raises(Forgotten):
        _destroy(known)
        people.open_number(Identity.objects.get())
    Contact.objects.all().delete()
    run("rotate")
    run("reseal")
    assert "Nothing here needs key 0001" in run("retire", "1")


def _destroy(person):
    with transaction.atomic():
        person_keys.destroy(person.pk)


def test_files_messages_and_second_factors_move_too(own_keys):
    papers = vault.Vault("papers", "documents_file", "content")
    sha256 = papers.keep(b"a certificate")
    listing_store.keep(7, io.BytesIO(b"x" * (listing_store.PIECE + 5)))
    row = uuid.UUID("5f0c" * 8)
    message = Message.objects.create(
        seal_id=row, person_id=1, kind="test", channels=["inbox"],
        text=seal("{}", table="kernel_message", column="text", row=row),
    )  # fmt: skip
    user = _user()
    factor = _factor(user)
    run("rotate")
    said = run("reseal")
    assert "files in papers: 1 of 1" in said and "files in exports: 1 of 1" in said
    assert "mfa_authenticator.data: 1 of 2" in said
    assert papers.read(sha256) == b"a certificate"
    assert len(b"".join(listing_store.read(7))) == listing_store.PIECE + 5
    message.refresh_from_db()
    factor.refresh_from_db()
    assert bytes(message.text)[2:4] == b"\0\2"
    assert open_secret(factor.data["migrated_codes"][0], user.pk) == "12345678"
    run("retire", "1")
    papers.forget(sha256)
    assert papers.reseal(sha256) is False


def _user():
    return User.objects.create(username="officer", person=people.create_person(by=SYSTEM, on=DAY))


def _factor(user):
    codes = {
        "migrated_codes": [seal_secret("12345678", user.pk), seal_secret("23456789", user.pk)],
        "used_mask": 0,
    }
    return Authenticator.objects.create(user=user, type="recovery_codes", data=codes)


def test_a_merge_can_still_be_undone_after_everything_was_sealed_anew(known):
    change = Change("people.contact", Contact.objects.first().pk, "person_id", What.MOVED, 1, known.pk)
    before = _fingerprints([change])
    run("rotate")
    run("reseal")
    assert _fingerprints([change]) == before
    Contact.objects.update(masked="changed")
    assert _fingerprints([change]) != before


def test_rows_from_before_the_salts_get_one(known):
    Person.objects.update(salt=None)
    run("reseal")
    assert not Person.objects.filter(salt=None).exists()


@committed
def test_a_run_survives_kill_9(known, own_keys):
    """The real command in a process of its own, killed after its first part."""
    run("rotate")
    run_of_its_own = subprocess.Popen(
        [sys.executable, "-m", "shegong", "keys", "reseal"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=_environment(own_keys),
    )  # fmt: skip
    for line in run_of_its_own.stdout:
        if line.startswith("people_contact.value: 100"):
            run_of_its_own.kill()
            break
    assert run_of_its_own.wait() == -9
    assert numbers() == {1, 2}
    assert 100 <= 250 - resealing.Column(Contact, "value", "seal_id").stale() < 250
    run("reseal")
    assert numbers() == {2}
    assert sorted(map(open_contact, Contact.objects.all())) == PHONES


def _environment(home):
    found = connection.settings_dict
    host, port = found["HOST"], found["PORT"]
    url = f"postgresql://{found['USER']}:{found['PASSWORD']}@{host}:{port}/{found['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "SHEGONG_HOME": str(home), "SHEGONG_MODE": "demo"}
