"""The whole page of the register over HTTP for a signed-in officer, against a page that does nothing but sign him in.

`ours` is `/office/people/?level=social_worker&status=valid`; `floor` is `/ping/` of bench/serving.py, a short text through the
same middleware: session, user, grants, second factor. `shell` is the empty office page. `cold` is the page when
something in the register has changed since the counts were taken, so that both of its counts are taken anew. One granian
worker, one connection, the addresses in turn, one request each. Reach: 3 pings, flat in N. Writes three officers into the
scratch database.
"""

import http.client
import subprocess
import sys
import time
from datetime import date

import measure

measure.start()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from officers import UNITS  # noqa: E402
from verify_http import PORT, wait  # noqa: E402

from shegong.ground.accounts.models import Grant, User  # noqa: E402
from shegong.ground.organizations.models import Organization  # noqa: E402
from shegong.ground.people.models import Person  # noqa: E402
from shegong.kernel.temporal import days  # noqa: E402

ROLE = {"county": "first_registrar", "prefecture": "second_registrar", "province": "final_registrar"}
LIST = "/office/people/?level=social_worker&status=valid"
PATHS = {"ours": LIST, "floor": "/ping/", "shell": "/shell/", "cold": f"{LIST}&cold=1"}


def session_of(unit: str) -> str:
    """The session of an officer of this unit, password and second factor given."""
    user = User.objects.filter(username=f"bench-{unit}").first() or engaged(unit)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return session.session_key or ""


def engaged(unit: str) -> User:
    """A new officer: a person of no county, a user, a grant that two others gave."""
    person, first, second = (Person.objects.create(source="office") for _ in range(3))
    Grant.objects.create(
        person=person, role=ROLE[unit], organization=Organization.objects.order_by("pk")[0], region_code=UNITS[unit][0],
        tree="reporting", proposed_by=first, approved_by=second, during=days(date(2026, 1, 1)),
    )  # fmt: skip
    return User.objects.create_user(f"bench-{unit}", "a long password", person=person)


def got(line: http.client.HTTPConnection, path: str, key: str) -> bytes:
    """The page; anything but 200 ends the benchmark."""
    line.request("GET", path, headers={"Cookie": f"session={key}"})
    answer = line.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {answer.headers.get('Location', '')}")
    return body


def main() -> None:
    """Start the server, measure each size of reach, say."""
    flags = ["--interface", "wsgi", "--port", str(PORT), "--workers", "1", "--blocking-threads", "1", "--http", "1",
             "--no-ws", "--log-level", "error"]  # fmt: skip
    server = subprocess.Popen([sys.executable, "-m", "granian", *flags, "serving:application"], cwd=measure.HOUSE / "bench")  # fmt: skip
    try:
        wait()
        line = http.client.HTTPConnection("127.0.0.1", PORT)
        for unit in UNITS:
            key = session_of(unit)
            calls = {name: lambda path=path, key=key: got(line, path, key) for name, path in PATHS.items()}
            times = measure.alternate(calls, rounds=int(sys.argv[1]) if sys.argv[1:] else 150)
            ms = {name: measure.median_ms(taken) for name, taken in times.items()}
            measure.report(
                f"officer's list over HTTP, {unit}", ours=ms["ours"], floor=ms["floor"], unit="ms", n=measure.population(),
                reach="<= 3 x a signed-in ping, flat in N", shell_ms=ms["shell"], bytes=len(calls["ours"]()),
                quiet_ms=measure.quiet_ms(times["ours"]), floor_quiet_ms=measure.quiet_ms(times["floor"]),
                shell_quiet_ms=measure.quiet_ms(times["shell"]), cold_ms=ms["cold"],
                cold_ratio=round(ms["cold"] / ms["floor"], 2), cold_quiet_ms=measure.quiet_ms(times["cold"]),
            )  # fmt: skip
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
