"""`shegong keys`: an operator makes and adds keys without ever losing one."""

import pytest
from django.core.management import call_command

from shegong.kernel.sealing import load_keyring


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
    call_command("keys", "add")
    new = load_keyring(folder, "intl")
    assert (old.active, new.active) == (1, 2)
    assert new.sealing[1] == old.sealing[1]
    assert new.indexing == old.indexing
