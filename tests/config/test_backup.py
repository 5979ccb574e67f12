"""Backups of a real database: whole or not at all, sealed, put back with proof, never over data that live."""

import io
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from model_bakery import baker
from stdnum.cn.ric import calc_check_digit

from shegong.config.backup import drilling, keys, making, manifest, programs, restoring, witnesses
from shegong.config.backup.envelope import Broken
from shegong.config.house.account import HouseError
from shegong.duties.conduct.models import ComplaintDraft
from shegong.duties.conduct.models.evidence import EVIDENCE
from shegong.duties.conduct.sealed_text import closed
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import audit, checkpoints, journal, sealing
from shegong.kernel.access import SYSTEM
from shegong.kernel.sheets import store
from shegong.kernel.sheets.tables import Batch
from shegong.kernel.signing import ensure_signing_keys
from shegong.kernel.vault import Vault

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 2)
NUMBER = "99010119900307124" + calc_check_digit("990101199003071240")
PAPERS = Vault("files", "documents_file", "content")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(settings, tmp_path):
    """A house of its own: keys, files, checkpoints."""
    settings.SHEGONG_HOME = tmp_path / "house"
    settings.BACKUPS = None
    settings.SHEGONG_HOME.mkdir(mode=0o700)
    # As a process of its own would have it, with this house.
    settings.CHECKPOINTS = [
        str(settings.SHEGONG_HOME / name) for name in ("checkpoints", "checkpoints-second")
    ]
    ensure_signing_keys(settings.SHEGONG_HOME / "keys")
    return settings.SHEGONG_HOME


@pytest.fixture
def world(home):
    """Two people, one with a number and a stored paper; a complaint that was begun, a piece of evidence."""
    person = people.create_person(by=SYSTEM, on=DAY)
    with transaction.atomic():
        people.state_identity(person, kind="resident", number=NUMBER, by=SYSTEM, on=DAY)
    people.create_person(by=SYSTEM, on=DAY)
    PAPERS.keep(b"a paper about her")
    EVIDENCE.keep(b"what somebody saw")
    row = ComplaintDraft(key_hash=b"k" * 32, ends_at=timezone.now() + timedelta(days=1))
    row.typed = closed(ComplaintDraft, "typed", row.seal_id, "what somebody typed")
    row.save(force_insert=True)
    return person


@pytest.fixture
def scratch():
    """Addresses of databases that are gone after the test."""
    url, made = programs.live_url(), []

    def name(ending: str) -> str:
        made.append(f"{programs.database_of(url)}_{ending}_{os.getpid()}")
        return programs.with_database(url, made[-1])

    yield name
    for one in made:
        restoring.drop_database(url, one)


def made_in(folder: Path, home: Path) -> tuple[Path, manifest.Manifest]:
    return making.make(folder, programs.live_url(), home=home)


def run(command: str, *arguments: str, **options) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def databases() -> set[str]:
    """Names of this test's database and of those made beside it."""
    url = programs.live_url()
    with restoring.administration(url) as connection:
        names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    return {name for name in names if name.startswith(programs.database_of(url))}


def test_a_drill_restores_everything_checks_it_and_gives_figures(world, home):
    before = databases()
    figures = json.loads(run("drill"))
    assert figures["ok"] and figures["faults"] == []
    assert figures["rows_differ"] == {} and figures["tables"] > 60
    assert figures["audit"]["entries"] == journal.JournalEntry.objects.count()
    assert figures["audit"]["deviations"] == 0
    assert figures["sealed"] == {"opened": 2, "closed": []}
    assert figures["stored_files"] == 2
    assert 0 <= figures["rpo_seconds"] < 60 and 0 < figures["rto_seconds"] < 300
    assert databases() == before, "a scratch database stayed"


def test_a_backup_shows_nothing_of_anybody_and_holds_no_key(world, home, tmp_path):
    path, made = made_in(tmp_path / "backups", home)
    content = b"".join(file.read_bytes() for file in path.iterdir())
    secrets = [
        file.read_bytes().strip() for place in ("keys*", "secrets") for file in home.glob(f"{place}/*")
    ]
    assert len(secrets) >= 7
    told = (b"a paper about her", b"what somebody saw", b"what somebody typed")
    for secret in (NUMBER.encode(), *told, *secrets):
        assert secret not in content
    assert b"PGDMP" not in content
    assert {oct(file.stat().st_mode & 0o777) for file in path.iterdir()} == {"0o600"}
    assert made.tables["people_person"] == 2
    assert made.journal["seq"] == journal.JournalEntry.objects.count()


def test_a_disk_that_is_full_is_said_in_one_line_and_leaves_no_half(world, home, tmp_path):
    backups = tmp_path / "backups"
    whole = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (40_000, whole[1])
    )  # no file grows beyond it, as on a full disk
    try:
        with pytest.raises(CommandError, match="No backup was made: File too large"):
            run("backup", str(backups))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, whole)
    assert [one.name for one in backups.iterdir()] == [".lock"]
    made_in(backups, home)


def test_whoever_has_a_backup_without_its_key_has_nothing(world, home, tmp_path):
    path, _made = made_in(tmp_path / "backups", home)
    (home / "keys" / "backup-0001.key").unlink()
    with pytest.raises(Broken, match="no backup key"):
        restoring.opened_backup(path, home)


def test_keys_go_only_where_one_asks_for_them_and_never_beside_a_backup(world, home, tmp_path):
    backups = tmp_path / "backups"
    for place in (backups, backups / "keys", home / "copy"):
        with pytest.raises(CommandError, match="one place"):
            run("backup", str(backups), "--keys-to", str(place))
    told = json.loads(run("backup", str(backups), "--keys-to", str(tmp_path / "safe"), "--json"))
    assert told["keys"]["files"] >= 3
    for name in ("keys/seal-0001.key", "keys-vault/seal-0001.key", "keys-evidence/index-0001.key"):
        assert (tmp_path / "safe" / name).read_bytes() == (home / name).read_bytes()
    for ring in ("keys", "keys-vault"):
        with pytest.raises(CommandError, match="lies apart from them"):
            run("backup", str(home / ring / "backups"))


def test_main_keys_in_a_folder_of_their_own_are_copied_too_and_no_backup_lies_there(
    world, home, tmp_path, settings
):
    (tmp_path / "elsewhere").mkdir()
    (home / "keys" / "seal-0001.key").rename(tmp_path / "elsewhere" / "seal-0001.key")
    settings.SHEGONG_KEYS = f"file:{tmp_path / 'elsewhere'}"
    keys.copy(home, tmp_path / "safe", None)
    assert (tmp_path / "safe" / "keys-main" / "seal-0001.key").exists()
    with pytest.raises(HouseError, match="lies apart from them"):
        making.make(tmp_path / "elsewhere" / "backups", programs.live_url(), home=home)


def test_a_backup_of_nothing_is_an_error(home, tmp_path, scratch):
    url = scratch("empty")
    restoring.make_database(url, programs.database_of(url))
    with pytest.raises(Broken, match="holds nothing"):
        making.make(tmp_path / "backups", url, home=home)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE people_person (id int)")
    with pytest.raises(Broken, match="holds nothing"):
        making.make(tmp_path / "backups", url, home=home)
    assert [one.name for one in (tmp_path / "backups").iterdir()] == [".lock"]


def test_a_backup_is_not_restored_over_data_unless_their_name_is_typed_twice(world, home, tmp_path):
    backups = tmp_path / "backups"
    made_in(backups, home)
    url = programs.live_url()
    name = programs.database_of(url)
    for typed in ([], ["--over", name], ["--over", name, "--over", "another"]):
        with pytest.raises(CommandError, match="holds data"):
            run("restore", str(backups), "--into", url, *typed)
    with pytest.raises(CommandError, match="connections use"):
        run("restore", str(backups), "--into", url, "--over", name, "--over", name)
    assert Person.objects.count() == 2


def test_an_old_backup_is_found_out_by_the_checkpoints_and_declared_in_the_journal(
    world, home, tmp_path, scratch
):
    backups, url = tmp_path / "backups", scratch("old")
    _path, made = made_in(backups, home)
    people.create_person(by=SYSTEM, on=DAY)
    people.create_person(by=SYSTEM, on=DAY)
    last = journal.JournalEntry.objects.latest("seq")
    assert checkpoints.checkpoint().size == last.seq

    with pytest.raises(CommandError, match="at least 2 entries") as refused:
        run("restore", str(backups), "--into", url)
    assert refused.value.returncode == 3
    assert programs.database_of(url) not in databases()

    told = json.loads(
        run("restore", str(backups), "--into", url, "--accept-loss", "disk of the old server", "--json")
    )
    assert told["ok"] and told["audit"]["loss"]["to_entry"] == last.seq
    with psycopg.connect(url) as restored:
        entry = restored.execute(
            "SELECT verb, reason, facts FROM kernel_journalentry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    assert entry[:2] == ("kernel.journal.restore", "disk of the old server")
    assert entry[2]["from_entry"] == made.journal["seq"] + 1 and entry[2]["to_entry"] == last.seq
    for there in ("checkpoints", "checkpoints-second"):  # under the name that the lost database had
        source = home / there / f"checkpoints-{made.database}.jsonl"
        source.with_name(f"checkpoints-{programs.database_of(url)}.jsonl").write_bytes(source.read_bytes())
    verified = start(home, "audit", "verify", url=url)
    assert verified.wait(120) == 0, "a declared loss is no finding"


def test_what_was_changed_in_a_backup_is_found_before_anything_is_restored(world, home, tmp_path, scratch):
    backups, url = tmp_path / "backups", scratch("changed")
    path, _made = made_in(backups, home)
    told = (path / "manifest.json").read_text()
    (path / "manifest.json").write_text(re.sub(r'"people_person": 2', '"people_person": 1', told))
    with pytest.raises(CommandError, match="was changed after"):
        run("restore", str(backups), "--into", url)
    (path / "manifest.json").write_text(told)
    with (path / "database.dump.sealed").open("r+b") as file:
        file.seek(-40, os.SEEK_END)
        file.write(b"\0")
    with pytest.raises(CommandError, match="was changed after"):
        run("restore", str(backups), "--into", url)
    assert programs.database_of(url) not in databases()


def start(home: Path, *arguments: str, url: str = "") -> subprocess.Popen:
    """A command in a process of its own, on the database of this test or another one."""
    url = url or programs.live_url()
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "SHEGONG_HOME": str(home)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "shegong", *arguments], env=environment, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def kill_when(child: subprocess.Popen, condition) -> None:
    """kill -9 of the command and all it started as soon as something is so."""
    deadline = time.monotonic() + 60
    while not condition():
        assert child.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def test_kill_9_in_the_middle_leaves_neither_half_a_backup_nor_half_a_restore(world, home, tmp_path, scratch):
    backups = tmp_path / "backups"
    (home / "files" / "aa").mkdir(parents=True)
    (home / "files" / "aa" / ("aa" * 32)).write_bytes(os.urandom(20_000_000))
    killed = start(home, "backup", str(backups))
    kill_when(killed, lambda: list(backups.glob(".making-*/files.tar.sealed")))
    assert list(manifest.finished(backups)) == []
    with pytest.raises(Broken, match="no finished backup"):
        manifest.chosen(backups)

    path, _made = made_in(backups, home)
    assert [one.name for one in sorted(backups.iterdir())] == [".lock", path.name], "what was left is gone"

    url = scratch("killed")
    restoring.make_database(url, programs.database_of(url))
    (home / "files" / "aa" / ("aa" * 32)).unlink()
    killed = start(home, "restore", str(backups), "--into", url)
    with psycopg.connect(url, autocommit=True) as connection:
        # Rows that pg_restore has written but not committed are there for the server, not for anybody else.
        kill_when(killed, lambda: connection.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE a.datname = current_database() AND a.application_name = 'pg_restore'"
        ).fetchone()[0] > 40)  # fmt: skip
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pg_restore'"
                           " AND datname = current_database()")  # fmt: skip
    assert restoring.filled_tables(url) == []
    assert json.loads(run("restore", str(backups), "--into", url, "--json"))["ok"], (
        "the same command once more"
    )


def test_scratch_databases_of_killed_drills_go_at_the_next(world, scratch):
    url = programs.live_url()
    left = f"{programs.database_of(url)}_drill_999999999"[:63]
    restoring.make_database(url, left)
    drilling.sweep(url)
    assert left not in databases()


def test_rows_of_workbooks_open_too_though_they_are_packed_and_no_text(world, home):
    batch = baker.make(Batch, number="X-1", state="checked", sha256="0" * 64, size=1, region_code=222401000)
    store.stage_part(batch, 0, [])
    assert witnesses.sealed_sample() == {"opened": 3, "closed": []}


def test_a_ring_that_is_away_when_a_backup_is_put_back_is_named(world, home, settings):
    settings.PRODUCTION = True  # which makes no keys by itself
    (home / "keys-vault").rename(home / "held-by-another-office")
    sealing.look_again()
    (named,) = witnesses.sealed_sample()["closed"]
    assert "keys-vault" in named
    told = [one for one in audit.verify() if one.where == "conduct_complaintdraft"]
    assert [one.kind for one in told] == ["sealed"] and "keys-vault" in told[0].text
    settings.KEYS_APART = settings.KEYS_APART | {"vault": f"file:{home / 'held-by-another-office'}"}
    assert witnesses.sealed_sample() == {"opened": 2, "closed": []}
