"""The journal's tree as it grows, proofs that a stranger checks, and the one client that calls other machines."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from shegong.ground.people import actions as people
from shegong.kernel import audit, checkpoints, journal, merkle, outbound, signing
from shegong.kernel import checkpoints_marks as marks
from shegong.kernel.access import SYSTEM
from shegong.kernel.checkpoints_proofs import NoProof, of_entry, of_growth
from shegong.kernel.checkpoints_tables import Checkpoint, MerkleNode
from shegong.kernel.checkpoints_tree import Tree, grow
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry, Line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N13")]
DOCS = Path(__file__).resolve().parents[2] / "docs/operations.md"


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    """Two folders of this test's own, outside the database."""
    settings.CHECKPOINTS = [str(tmp_path / "one"), str(tmp_path / "two")]
    return tmp_path


def entries(count: int) -> None:
    """So many entries about one person, appended together."""
    person = people.create_person(by=SYSTEM, on=today())
    with transaction.atomic():
        journal.write_all([Line("people.contact.read", person)] * (count - 1), by=SYSTEM)


# -- the tree --------------------------------------------------------------------------------------------------------


@pytest.fixture
def long():
    """700 entries in checkpoints of 255, 256, 257 and 700: around the border of what is kept, and beyond."""
    for count in (255, 1, 1, 443):
        entries(count)
        checkpoints.checkpoint()
    return [bytes(one) for one in JournalEntry.objects.order_by("seq").values_list("hash", flat=True)]


def test_heads_from_kept_nodes_are_those_of_all_entries(long):
    edge, heads = merkle.Edge(journal.algorithm()), {}
    for entry in long:
        edge.append(entry)
        heads[edge.size] = edge.head()
    kept = Checkpoint.objects.order_by("id")
    assert [bytes(one.root) for one in kept] == [heads[one.size] for one in kept]
    assert [one.size for one in kept] == [255, 256, 257, 700]
    assert set(MerkleNode.objects.values_list("level", "position")) == {(8, 0), (8, 1), (9, 0)}
    assert grow(journal.algorithm(), 700) == 0
    tree = Tree(journal.algorithm())
    for seq in (1, 255, 256, 257, 512, 513, 700):
        assert merkle.includes(
            heads[700], 700, seq - 1, long[seq - 1], tree.inclusion(seq, 700), journal.algorithm()
        )
    for first in (255, 256, 257, 600):
        assert merkle.continues(
            heads[first], first, heads[700], 700, tree.consistency(first, 700), journal.algorithm()
        )


def test_under_the_sm_profile_chain_and_tree_are_of_sm3(settings, outside):
    settings.SHEGONG_CRYPTO = "sm"
    entries(260)
    made = checkpoints.checkpoint()
    assert made.algorithm == "sm3" and list(audit.verify()) == []
    settings.SHEGONG_CRYPTO = "intl"
    entries(2)
    assert checkpoints.checkpoint().algorithm == "sha256"
    assert list(audit.verify()) == []  # the profile was changed on the way: both records hold


# -- proofs for strangers --------------------------------------------------------------------------------------------


def test_a_proof_of_an_entry_and_of_growth_hold_and_wrong_ones_are_refused(long):
    proof = of_entry(300)
    mark = marks.read(proof["checkpoint"])
    way, root = [bytes.fromhex(h) for h in proof["proof"]], bytes.fromhex(mark.root)
    assert mark.size == 700
    assert merkle.includes(root, 700, 299, bytes.fromhex(proof["hash"]), way, mark.algorithm)
    whole = bytes.fromhex(proof["previous"]) + proof["entry"].encode()
    digest = hashlib.new(mark.algorithm, whole).hexdigest()
    assert digest == proof["hash"] and json.loads(proof["entry"])["seq"] == 300
    grown = of_growth(255)
    old, new = marks.read(grown["from"]), marks.read(grown["to"])
    assert (old.size, new.size) == (255, 700)
    with pytest.raises(NoProof, match="no entry 701"):
        of_entry(701)
    entries(1)
    with pytest.raises(NoProof, match="no checkpoint"):
        of_entry(701)
    with pytest.raises(NoProof, match="two checkpoints"):
        of_growth(900)


@pytest.fixture
def stranger(tmp_path):
    """The program that docs/operations.md gives to strangers, on a machine that has nothing of ours."""
    program = re.search(r"```python\n(# check_journal_proof\.py.*?)```", DOCS.read_text(), re.S)[1]
    (tmp_path / "check.py").write_text(program)

    def run(proof: dict, keys: list) -> subprocess.CompletedProcess:
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        (tmp_path / "keys.json").write_text(json.dumps(keys))
        command = [sys.executable, "-I", "check.py", "proof.json", "keys.json"]
        return subprocess.run(
            command, cwd=tmp_path, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
        )

    return run


def test_a_stranger_checks_proofs_with_the_program_of_the_documentation(long, stranger):
    proof = of_entry(300)
    keys = proof["keys"]
    assert stranger(proof, keys).stdout.startswith("true: entry 300")
    assert stranger(of_growth(255, 700), keys).stdout.startswith("true: the first 255 entries")
    forged = {**proof, "entry": proof["entry"].replace("people.contact.read", "people.contact.none")}
    elsewhere = {**proof, "index": 298}
    resized = {**proof, "checkpoint": {**proof["checkpoint"], "size": 701}}
    cut = {**proof, "proof": proof["proof"][:-1]}
    for wrong in (forged, elsewhere, resized, cut, {**of_growth(255), "proof": []}):
        done = stranger(wrong, keys)
        assert done.returncode == 1 and done.stdout.startswith("FALSE"), (wrong, done)
    for nobody in ([], [{**keys[0], "struck_off_at": "2026-01-01T00:00:00Z"}]):
        assert stranger(proof, nobody).stdout.startswith("FALSE")


def test_the_command_gives_the_same_proofs_and_keys(long, capsys):
    call_command("audit", "prove", "300")
    assert json.loads(capsys.readouterr().out) == of_entry(300)
    call_command("audit", "prove", "--from", "255", "--to", "257")
    assert json.loads(capsys.readouterr().out) == of_growth(255, 257)
    call_command("audit", "keys")
    assert [key["kid"] for key in json.loads(capsys.readouterr().out)] == [
        k.kid for k in signing.published("checkpoint")
    ]
    for wrong in (["prove"], ["prove", "9999"], ["prove", "--from", "9999"]):
        with pytest.raises(CommandError):
            call_command("audit", *wrong)


# -- calling other machines ------------------------------------------------------------------------------------------

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "192.168.0.9",
    "::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "0.0.0.0",
    "224.0.0.1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_into_the_own_network_is_not_called(address, monkeypatch):
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *a, **k: [(0, 0, 0, "", ("93.184.215.14", 80)), (0, 0, 0, "", (address, 80))],
    )
    with pytest.raises(outbound.NotAllowed, match="private"):
        outbound.checked(urlsplit("http://witness.example/w"))


def test_an_address_that_the_setting_writes_out_or_a_named_block_is_called(settings, monkeypatch):
    assert outbound.checked(urlsplit("http://127.0.0.1:8000/w")) == "127.0.0.1"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("10.9.0.1", 80))])
    settings.OUTBOUND_PRIVATE = ["10.9.0.0/16"]
    assert outbound.checked(urlsplit("http://witness.example/w")) == "10.9.0.1"


def test_only_jobs_call_and_only_what_a_setting_names():
    with pytest.raises(outbound.NotAllowed, match="never by a page"):
        outbound.call("http://127.0.0.1/", allowed=["http://127.0.0.1/"])
    with outbound.in_a_job():
        for url in ("http://127.0.0.1/other", "file:///etc/passwd", "gopher://127.0.0.1/"):
            with pytest.raises(outbound.NotAllowed):
                outbound.call(url, allowed=["http://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/"])
