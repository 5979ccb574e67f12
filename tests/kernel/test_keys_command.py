"""`shegong keys`: an operator makes keys without ever losing one."""

import pytest
from django.core.management import CommandError, call_command

from shegong.config.backup.parts import STORED
from shegong.duties.conduct.models.evidence import EVIDENCE
from shegong.kernel import sealing
from shegong.kernel.key_files import make_key
from shegong.kernel.resealing import Files, needed
from shegong.kernel.rings import rings_lie_apart
from shegong.kernel.sealing import load_keyring
from shegong.kernel.vault import VAULTS


@pytest.fixture
def folder(tmp_path, settings):
    settings.SHEGONG_HOME, settings.PRODUCTION = tmp_path, True
    return tmp_path / "keys"


def test_the_first_keys_are_made_once(folder, capsys):
    call_command("keys", "make")
    before = load_keyring(folder, "intl")
    call_command("keys", "make")
    assert load_keyring(folder, "intl") == before
    assert str(folder) in capsys.readouterr().out


def test_an_added_key_seals_and_the_older_stays(folder):
    call_command("keys", "make")
    old = load_keyring(folder, "intl")
    make_key(folder, "seal")
    new = load_keyring(folder, "intl")
    assert (old.active, new.active) == (1, 2)
    assert new.sealing[1] == old.sealing[1]
    assert new.indexing == old.indexing


def test_rings_that_are_kept_apart_are_made_apart_and_may_not_lie_in_one_place(folder, settings, tmp_path):
    call_command("keys", "make")
    places = [folder, *(tmp_path / f"keys-{ring}" for ring in ("conduct", "evidence", "vault"))]
    assert len({load_keyring(place, "intl").sealing[1] for place in places}) == 4
    assert rings_lie_apart(None) == []
    settings.KEYS_APART = settings.KEYS_APART | {"vault": f"file:{folder}"}
    (found,) = rings_lie_apart(None)
    assert "SHEGONG_KEYS and SHEGONG_KEYS_VAULT" in found.msg
    settings.KEYS_APART = settings.KEYS_APART | {"vault": "elsewhere"}
    assert [one.id for one in rings_lie_apart(None)] == ["shegong.W063"]
    with pytest.raises(CommandError, match="codes of complaints"):
        call_command("keys", "rotate-search", "--of", "conduct")


def test_a_new_main_key_leaves_files_of_a_ring_apart_alone_and_theirs_moves_them(folder):
    call_command("keys", "make")
    EVIDENCE.keep(b"what somebody saw")
    stock = Files(EVIDENCE)
    make_key(folder, "seal")
    sealing.look_again()
    assert (stock.stale(), needed([stock], 1), needed([stock], 1, "evidence")) == (0, {}, {stock.name: 1})
    sealing.key_provider("evidence").make("seal")
    sealing.look_again()
    assert stock.stale() == 1
    assert sum(done.moved for done in stock.reseal()) == 1
    assert (stock.stale(), needed([stock], 1, "evidence")) == (0, {})


def test_every_folder_of_stored_files_is_in_the_backup():
    assert {one.name for one in VAULTS} <= set(STORED)
