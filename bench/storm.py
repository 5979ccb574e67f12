"""Kill -9 in a storm: web server and job worker die at random moments while officers decide and clerks take workbooks in.

Each client keeps its own journal of what was acknowledged; an unanswered request is sent again under the same one-time
key until it is answered, as a person does who presses the button again. Afterwards every acknowledged decision must stand in
the journal once (0 lost, 0 doubled), every batch must have ended with each row once (0 halves), and `audit verify` must be clean.

    DATABASE_URL=… SHEGONG_HOME=… python bench/storm.py --kills 200     # a home and database with the demo world
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pyotp
from dirty_roster import Where, write

HOUSE = Path(__file__).resolve().parents[1]
GONE = (OSError, http.client.HTTPException, urllib.error.URLError)
HERE = Where("延边州", "延吉市", "222401", ("延吉市北山街道社会救助服务中心",))
PATIENCE = 120  # seconds until an unanswered request counts as lost


class Services:
    """The web server and the worker as processes, started again whenever they are gone."""

    def __init__(self, environment: dict[str, str], port: int, log: Path):
        self.environment, self.port, self.log = environment, port, log.open("ab")
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.up = True
        self.keeper = threading.Thread(target=self._keep, daemon=True)

    def _command(self, name: str) -> list[str]:
        if name == "worker":
            return [sys.executable, "-m", "shegong", "worker"]
        granian = Path(sys.executable).parent / "granian"
        return [str(granian), "--interface", "wsgi", "shegong.config.wsgi:application", "--host", "127.0.0.1",
                "--port", str(self.port), "--workers", "1", "--log-level", "warning"]  # fmt: skip

    def _keep(self) -> None:
        while self.up:
            for name in ("web", "worker"):
                held = self.running.get(name)
                if self.up and (held is None or held.poll() is not None):
                    self.running[name] = subprocess.Popen(
                        self._command(name), cwd=HOUSE, env=self.environment, stdout=self.log, stderr=self.log,
                        start_new_session=True,
                    )  # fmt: skip
            time.sleep(0.05)

    def start(self) -> None:
        """Both up, and the web server answering."""
        self.keeper.start()
        self.wait_ready()

    def wait_ready(self) -> None:
        """Until the web server answers."""
        for _ in range(600):
            with (
                contextlib.suppress(*GONE),
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2),
            ):
                return
            time.sleep(0.1)
        raise AssertionError("the web server does not come up")

    def kill(self, name: str) -> bool:
        """SIGKILL to the whole group of a service: nothing gets to tidy up. False when it is just starting anew."""
        held = self.running.get(name)
        if held is None or held.poll() is not None:
            return False
        os.killpg(held.pid, signal.SIGKILL)
        held.wait()
        return True

    def stop(self) -> None:
        """End both for good."""
        self.up = False
        self.keeper.join()
        for held in self.running.values():
            held.terminate()
        for held in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                held.wait(30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(held.pid, signal.SIGKILL)
        self.log.close()


class _Unmoved(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


@dataclass
class Client:
    """Somebody signed in, who asks until there is an answer."""

    url: str
    account: dict[str, str]
    asked_again: int = 0
    busy: int = 0
    jar: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        self.door = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Unmoved())

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of the first answer; nothing heard and 5xx are asked again, with the same bytes and key."""
        patience = time.monotonic() + PATIENCE
        sent = {"Origin": self.url, "Referer": self.url + path} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        if body is not None:
            sent["X-CSRFToken"] = next((str(c.value) for c in self.jar if c.name == "csrf"), "")
        while time.monotonic() < patience:
            request = urllib.request.Request(self.url + path, body, sent)
            try:
                with self.door.open(request, timeout=20) as got:
                    return got.status, got.read()
            except urllib.error.HTTPError as refused:
                with refused:
                    if refused.code < 500:
                        with contextlib.suppress(*GONE):
                            return refused.code, refused.read()
                    self.busy += refused.code == 503
            except GONE:
                self.asked_again += 1
            time.sleep(0.1)
        raise AssertionError(f"{path}: no answer in {PATIENCE} s")

    def form(self, path: str, typed: dict[str, Any]) -> tuple[int, bytes]:
        """Send a form of the site under a one-time key of its own."""
        typed |= {"_once": uuid4().hex, "csrfmiddlewaretoken": self._token()}
        body = urlencode(typed).encode()
        return self.ask(path, body, Content_Type="application/x-www-form-urlencoded")

    def api(self, path: str, value: dict[str, Any]) -> tuple[int, Any]:
        """Send JSON under a one-time key of its own."""
        status, body = self.ask(
            path, json.dumps(value).encode(), Content_Type="application/json", Idempotency_Key=uuid4().hex
        )
        return status, json.loads(body or b"null")

    def _token(self) -> str:
        if not any(c.name == "csrf" for c in self.jar):
            self.ask("/account/login/")
        return next(str(c.value) for c in self.jar if c.name == "csrf")

    def sign_in(self) -> "Client":
        """Password and code."""
        status, text = self.form(
            "/account/login/", {"name": self.account["username"], "password": self.account["password"]}
        )
        assert status == 302, text[:300]
        status, _text = self.form(
            "/account/login/code/", {"code": pyotp.TOTP(self.account["totp_secret"]).now()}
        )
        assert status == 302
        return self


@dataclass
class Decider(Client):
    """An officer who passes a case and takes it back, over and over; `acknowledged` counts what was answered."""

    acknowledged: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        try:
            for case in json.loads(self.ask("/api/applications?state=submitted")[1]):
                status, answer = self.api(
                    f"/api/applications/{case['token']}/accept", {"version": case["version"]}
                )
                assert status == 200, answer
                self.acknowledged[case["token"], "accept"] += 1
            cases = json.loads(self.ask("/api/applications?state=accepted")[1])
            assert cases, f"{self.account['username']} has no case to decide"
            while not stop.is_set():
                for case in cases:
                    self._there_and_back(case["token"])
        except Exception as fault:  # told at the end, whatever it was
            self.faults.append(f"{self.account['username']}: {fault!r}")

    def _there_and_back(self, token: str) -> None:
        case = json.loads(self.ask(f"/api/applications/{token}")[1])
        status, answer = self.api(
            f"/api/applications/{token}/pass", {"version": case["version"], "opinion": "符合条件"}
        )
        assert status == 200, answer
        self.acknowledged[token, "pass"] += 1
        status, text = self.form(
            f"/office/cases/{token}/recall/", {"version": answer["version"], "reason": "还要核对原件"}
        )
        assert status == 302, (status, text.decode()[-600:])
        self.acknowledged[token, "recall"] += 1


@dataclass
class Taker(Client):
    """A clerk who takes workbooks in; `batches` are those that were acknowledged: number and good rows."""

    books: Path = Path()
    rows: int = 60
    batches: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; the last batch is seen to its end."""
        first = 1_000_000 + int(time.time()) % 8_000 * 1_000  # people of their own in each run and workbook
        try:
            while not stop.is_set():
                self._take(first)
                first += self.rows
        except Exception as fault:  # told at the end, whatever it was
            self.faults.append(f"{self.account['username']}: {fault!r}")

    def _take(self, first: int) -> None:
        path = self.books / f"{first}.xlsx"
        write(path, self.rows, [HERE], start=first, seed=first)
        number = self._send(path.read_bytes())
        batch = self._until(number, "checked")
        status, answer = self.api(f"/api/intake/batches/{number}/accept", {"version": batch["version"]})
        assert status == 200, answer
        self.batches[number] = self._until(number, "taken")["taken"]

    def _send(self, content: bytes) -> str:
        edge = uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="r.xlsx"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        status, answer = self.ask(
            "/api/intake/roster/batches",
            body,
            Content_Type=f"multipart/form-data; boundary={edge}",
            Idempotency_Key=uuid4().hex,
        )
        assert status == 200, answer[:300]
        return str(json.loads(answer)["number"])

    def _until(self, number: str, state: str) -> dict[str, Any]:
        patience = time.monotonic() + 4 * PATIENCE
        while time.monotonic() < patience:
            batch: dict[str, Any] = json.loads(self.ask(f"/api/intake/batches/{number}")[1])
            if batch["state"] == state:
                return batch
            assert batch["state"] not in ("refused", "failed"), batch
            time.sleep(0.2)
        raise AssertionError(f"batch {number} does not become {state}: {batch['state']}")


def run(
    environment: dict[str, str], accounts: dict[str, dict[str, str]], *, port: int, kills: int, folder: Path,
    officers: tuple[str, ...] = ("tumen", "nanguan"), clerks: tuple[str, ...] = ("yanji",), seed: int = 1, rows: int = 60,
) -> dict[str, Any]:  # fmt: skip
    """The storm over a made demo world; counts of what was lost, halved and doubled, and what happened."""
    services = Services(environment, port, folder / "storm.log")
    url = f"http://127.0.0.1:{port}"
    before = _journal(environment)
    services.start()
    try:
        deciders = [Decider(url, accounts[name]).sign_in() for name in officers]
        takers = [Taker(url, accounts[name], books=folder, rows=rows).sign_in() for name in clerks]
        stop = threading.Event()
        threads = [threading.Thread(target=one.run, args=(stop,)) for one in [*deciders, *takers]]  # type: ignore[attr-defined]
        for thread in threads:
            thread.start()
        struck = _strike(services, kills, random.Random(seed), [*deciders, *takers])
        stop.set()
        for thread in threads:
            thread.join(6 * PATIENCE)
    finally:
        services.stop()
    return _judge(environment, before, deciders, takers) | {
        "kills": struck,
        "asked_again": sum(one.asked_again for one in [*deciders, *takers]),
        "faults": [fault for one in [*deciders, *takers] for fault in one.faults],
    }


def _strike(services: Services, kills: int, chance: random.Random, clients: list[Any]) -> dict[str, int]:
    struck: Counter[str] = Counter()
    while struck.total() < kills and not any(one.faults for one in clients):
        time.sleep(chance.uniform(0.05, 1.5))
        name = chance.choice(("web", "web", "worker"))
        struck[name] += services.kill(name)
        if struck.total() % 5 == 0:  # let the work get somewhere between the blows
            services.wait_ready()
            time.sleep(chance.uniform(0.5, 2))
    return dict(struck)


STEPS = """SELECT a.token, j.verb, count(*) FROM kernel_journalentry j JOIN registry_application a ON a.id = j.subject_id
    WHERE j.subject_kind = 'registry.application' AND j.verb IN ('registry.application.accept', 'registry.application.pass_first', 'registry.application.recall')
    GROUP BY 1, 2"""


def _rows(environment: dict[str, str], statement: str, *values: object) -> list[Any]:
    with psycopg.connect(environment.get("DATABASE_OWNER_URL", environment["DATABASE_URL"])) as connection:
        return connection.execute(statement, values).fetchall()


def _journal(environment: dict[str, str]) -> Counter[tuple[str, str]]:
    return Counter(
        {
            (token, verb.rpartition(".")[2].partition("_")[0]): n
            for token, verb, n in _rows(environment, STEPS)
        }
    )


def _judge(
    environment: dict[str, str],
    before: Counter[tuple[str, str]],
    deciders: list[Decider],
    takers: list[Taker],
) -> dict[str, Any]:
    written = _journal(environment)
    acknowledged: Counter[tuple[str, str]] = Counter()
    for one in deciders:
        acknowledged.update(one.acknowledged)
    lost = sum(max(0, n - written[key] + before[key]) for key, n in acknowledged.items())
    doubled = sum(max(0, written[key] - before[key] - acknowledged[key]) for key in written)
    batches = {number: good for one in takers for number, good in one.batches.items()}
    halves = 0
    for number, good in batches.items():
        (people,) = _rows(
            environment,
            "SELECT count(*) FROM people_person p JOIN kernel_batch b ON b.id = p.batch_id WHERE b.number = %s",
            number,
        )[0]
        halves += people != good
    open_batches = _rows(
        environment, "SELECT count(*) FROM kernel_batch WHERE state IN ('checking', 'taking', 'undoing')"
    )[0][0]
    verified = subprocess.run(
        [sys.executable, "-m", "shegong", "audit", "verify", "--json"], cwd=HOUSE, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    return {
        "decisions": acknowledged.total(), "batches": len(batches), "rows": sum(batches.values()),
        "lost": lost, "doubled": doubled, "halves": halves, "unended": open_batches,
        "journal": "clean" if verified.returncode == 0 else (verified.stdout + verified.stderr)[-800:],
    }  # fmt: skip


def main() -> None:
    """Print the result as one JSON line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--port", type=int, default=8461)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    home = Path(os.environ["SHEGONG_HOME"])
    accounts = {one["username"]: one for one in json.loads((home / "demo.json").read_text())["accounts"]}
    environment = os.environ | {"SHEGONG_PORT": str(chosen.port)}
    folder = home / "storm"
    folder.mkdir(exist_ok=True)
    result = run(environment, accounts, port=chosen.port, kills=chosen.kills, folder=folder, seed=chosen.seed)
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(
        any(result[name] for name in ("lost", "doubled", "halves", "unended", "faults"))
        or result["journal"] != "clean"
    )


if __name__ == "__main__":
    main()
