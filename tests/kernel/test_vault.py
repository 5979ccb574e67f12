"""Sealed files on disk: kept once, bound to their kind, gone when forgotten."""

import hashlib

import pytest

from shegong.ground.documents.vault import PAPERS
from shegong.kernel.sealing import SealError, keyring
from shegong.kernel.vault import VAULTS, Vault

NOTES = Vault("notes", "kernel_note", "content")
VAULTS.remove(NOTES)  # no folder of the product: a backup need not know it


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.SHEGONG_HOME = tmp_path
    return tmp_path


def test_the_same_bytes_are_kept_once_and_never_in_the_clear():
    first, second = NOTES.keep(b"990101 is secret"), NOTES.keep(b"990101 is secret")
    assert first == second == hashlib.sha256(b"990101 is secret").hexdigest()
    assert NOTES.read(first) == b"990101 is secret"
    assert b"secret" not in NOTES.path_of(first).read_bytes()
    assert len(list(NOTES.path_of(first).parent.iterdir())) == 1


def test_bytes_of_one_kind_do_not_open_as_another():
    sha256 = NOTES.keep(b"text")
    other = Vault("notes", "kernel_other", "content")
    VAULTS.remove(other)
    with pytest.raises(SealError):
        other.read(sha256)


def test_papers_sealed_before_the_vault_moved_still_open(home):
    content = b"%PDF-1.4 old paper"
    sha256 = hashlib.sha256(content).hexdigest()
    old = home / "files" / sha256[:2] / sha256
    old.parent.mkdir(parents=True)
    old.write_bytes(keyring().seal(content, ("documents_file", "content", sha256)))
    assert PAPERS.read(sha256) == content


def test_forgotten_bytes_are_gone_and_forgetting_twice_does_no_harm():
    sha256 = NOTES.keep(b"text")
    NOTES.forget(sha256)
    NOTES.forget(sha256)
    with pytest.raises(FileNotFoundError):
        NOTES.read(sha256)


def test_a_name_that_is_no_hash_opens_nothing():
    with pytest.raises(ValueError, match="not a SHA-256"):
        NOTES.path_of("../../etc/passwd")
