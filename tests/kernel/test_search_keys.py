"""A new search key while the service works: both are looked under, rows move in the background, then the old one goes."""

import io
import os
import subprocess
import sys
import time
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from fixtures.key_orders import agreed

from shegong.ground.accounts.actions.entry import owner_of, redeem_code, request_code
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Identity, Person
from shegong.ground.people.models.derived import contact_index, identity_index
from shegong.kernel import audit, reindexing, sealing, search_keys
from shegong.kernel.access import ANONYMOUS, SYSTEM
from shegong.kernel.copying import among
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Refused

NUMBER, PHONE = "990101199003071245", "13812340000"
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
committed = pytest.mark.django_db(transaction=True)  # the audit, and other processes


@pytest.fixture(autouse=True)
def own_keys(tmp_path, settings, monkeypatch):
    """Keys of this test; nobody has to wait for other processes."""
    settings.SHEGONG_HOME = tmp_path
    monkeypatch.setattr(sealing, "LOOK_AGAIN", 0.0)
    sealing.look_again()
    yield tmp_path
    sealing.look_again()


@pytest.fixture
def known():
    return _person(NUMBER, PHONE)


def _person(number, phone):
    person = people.create_person(by=SYSTEM, on=today())
    people.state_identity(person, kind="resident", number=number, by=SYSTEM, on=today())
    people.state_contact(person, kind="phone", value=phone, verified=True, by=SYSTEM, on=today())
    return person


def run(*words) -> str:
    out = io.StringIO()
    call_command("keys", *words, stdout=out, stderr=out)
    return out.getvalue()


def rotate():
    agreed("index.rotate")
    return run("rotate-search")


def stored():
    return bytes(Identity.objects.get(masked__startswith="99").index)


def test_what_was_stored_under_the_old_key_is_found_under_both(known):
    before = stored()
    assert "index-0002 made" in rotate()
    made = identity_index(NUMBER, "resident")
    assert made != before and made.others == (before,)
    assert Person.objects.found_by(NUMBER).get() == known
    assert Person.objects.found_by("1245").get() == known
    assert owner_of("phone", f"+86{PHONE}") == known
    assert Identity.objects.get(index=made).person == known
    assert Identity.objects.get(index__in=among([made])).person == known
    assert not Identity.objects.exclude(index=made).exists()


def test_nobody_gets_a_number_twice_while_two_keys_are_held(known):
    rotate()
    other = people.create_person(by=SYSTEM, on=today())
    with pytest.raises(Refused):
        people.state_identity(other, kind="resident", number=NUMBER, by=SYSTEM, on=today())


@committed
def test_rows_move_in_the_background_and_the_old_key_goes(known, own_keys):
    before = stored()
    with pytest.raises(CommandError, match="makes no hashes: none"):
        run("retire-search", "1")
    rotate()
    assert list(audit.verify()) == []
    with pytest.raises(CommandError, match="2 rows still need an older search key"):
        run("retire-search", "1")
    said = run("reindex")
    assert "2 rows computed anew" in said and "retire-search 1" in said
    assert stored() != before and "0 rows computed anew" in run("reindex")
    agreed("index.retire", "main 1")
    assert "Nothing is looked for under search key 0001" in run("retire-search", "1")
    assert (own_keys / "keys" / "retired-index-0001.key").exists()
    assert identity_index(NUMBER, "resident") == stored() and not hasattr(
        contact_index("phone", ""), "others"
    )
    assert Person.objects.found_by(NUMBER).get() == known
    assert list(audit.verify()) == []
    verbs = JournalEntry.objects.filter(verb__startswith="kernel.key").values_list("verb", flat=True)
    assert sorted(verbs) == ["kernel.key.reindex", "kernel.key.retire_search", "kernel.key.rotate_search"]


def test_a_new_key_makes_no_hashes_until_every_server_has_learnt_of_it(known, monkeypatch):
    before = stored()
    rotate()
    monkeypatch.setattr(sealing, "LOOK_AGAIN", 5.0)
    sealing.look_again()
    made = identity_index(NUMBER, "resident")
    assert made == before and len(made.others) == 1
    assert not sealing.keyring().settled
    assert search_keys.writes([1, 2], {1: 99.0, 2: 10.1}.__getitem__, 5.0) == (2, True)
    with pytest.raises(CommandError, match=r"makes no hashes|a few seconds old"):
        run("retire-search", "2")


def test_an_old_key_stays_while_another_server_may_still_make_hashes_with_it(known, own_keys, monkeypatch):
    rotate()
    run("reindex")
    agreed("index.retire", "main 1")
    monkeypatch.setattr(sealing, "LOOK_AGAIN", 5.0)
    path = own_keys / "keys" / "index-0002.key"
    for ago in (11, 16):  # who looked just before the tenth second looks again at the fifteenth
        os.utime(path, (time.time() - ago,) * 2)
        sealing.look_again()
        assert sealing.keyring().settled
        if ago < 15:
            with pytest.raises(CommandError, match="a few seconds old"):
                run("retire-search", "1")
    assert "under search key 0001 any more" in run("retire-search", "1")


def test_a_code_that_is_on_its_way_is_good_under_the_next_search_key(known):
    issued = request_code(PHONE, purpose="enter", by=ANONYMOUS, on=today(), client="here")
    rotate()
    with pytest.raises(Refused):
        redeem_code(
            issued.request.token, "000000" if issued.code != "000000" else "1", by=ANONYMOUS, on=today()
        )
    assert redeem_code(issued.request.token, issued.code, by=ANONYMOUS, on=today()).used_at


def test_two_rows_that_have_one_value_are_named_and_nothing_of_their_part_is_changed(known, monkeypatch):
    rotate()
    twin = _person("990101199003071253", "13812340001")
    row = Identity.objects.get(person=twin)
    row.number = sealing.seal(
        NUMBER, table="people_identity", column="number", row=row.seal_id, person=twin.pk
    )
    row.save(update_fields=["number"])
    with pytest.raises(
        CommandError, match=r"people_identity: two rows have one value.*identity_nobody_twice"
    ):
        run("reindex")


@committed
def test_a_run_that_is_killed_goes_on_where_it_was(known, own_keys, monkeypatch):
    """The real command in a process of its own, killed after its first part of the phones."""
    one = Contact.objects.get()
    for number in range(150):
        one.pk, one.seal_id, one.verified_at, phone = None, uuid.uuid4(), None, f"+86139{number:08d}"
        one.value = sealing.seal(phone, table="people_contact", column="value", row=one.seal_id)
        one.index, one.masked = contact_index("phone", phone), mask("phone", phone)
        one.save(force_insert=True)
    rotate()
    for path in (own_keys / "keys").glob("index-*"):
        os.utime(path, (1, 1))  # the process of its own does not have to wait until it is known
    running = subprocess.Popen(
        [sys.executable, "-m", "shegong", "keys", "reindex"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=_environment(own_keys),
    )  # fmt: skip
    for line in running.stdout:
        if line.startswith("people_contact.value: 100"):
            running.kill()
            break
    assert running.wait() == -9
    assert 0 < reindexing.stale() <= 51
    assert owner_of("phone", f"+86{PHONE}") == known
    run("reindex")
    assert reindexing.stale() == 0
    assert Contact.objects.filter(index=contact_index("phone", "+8613900000007")).count() == 1


def _environment(home):
    found = connection.settings_dict
    url = f"postgresql://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
    return {**os.environ, "DATABASE_URL": url, "SHEGONG_HOME": str(home), "SHEGONG_MODE": "demo"}
