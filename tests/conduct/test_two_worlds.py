"""Tale 5 (A18): two worlds that differ only in who complained give the accused's side identical pages.

Twice the same complaint comes in, is accepted, looked into, disclosed, answered, decided and reviewed: once by a stranger who
stays anonymous, once by the accused's own colleague, signed in, in confidence, who asked for word and whose name was opened. After each step every page that the accused, the clerk of her unit, and officers of her county can reach by
following links is opened; files too. Whatever differs is a leak. Only the form tokens of a page are taken out.
"""

import os
import re
import secrets
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from urllib.parse import urljoin

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from fixtures.accused import YANJI, accused, act, bench, offices, someone
from fixtures.complaining import lodge
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.telling_complainant import tell_complainants
from shegong.ground.accounts import actions as accounts
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.temporal import days
from shegong.work.employment.models import Employment

__all__ = ["accused", "act", "bench", "make", "offices", "places"]
LINK = re.compile(r'href="([^"#]+)')
# Tokens of forms; numbers of requests, which error pages show.
FORM_TOKENS = re.compile(
    rb'name="(?:csrfmiddlewaretoken|_once)" value="[^"]*"|"X-CSRFToken": "[^"]*"|(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])'
)
# The database's clock goes on between the two worlds: days are compared, hours and minutes of the day are not.
CLOCK = re.compile(rb"(\d{4}-\d\d-\d\d)[ T]\d\d:\d\d(?::\d\d)?")
AWAY = re.compile(
    r"^(?:data:|https?:|mailto:|tel:|/static/|/account/logout|/offline|/verifier|/my/cards/credential)|\.(?:xlsx|zip|pdf)(?:\?|$)"
)
SAME = re.compile(r"[0-9]+|[A-Za-z0-9_-]{22}")  # addresses that differ in an object alone
ALL = bool(os.environ.get("SHEGONG_ALL_PAGES"))  # every page, six visitors, three moments: some minutes
MOST = 1  # of one kind of address
VISITORS = ("herself", "clerk", "registrar", "officer", *(("colleague", "leader") if ALL else ()))
MOMENTS = ("looked into", "disclosed", "told") if ALL else ("told",)
UNTOUCHED = re.compile(
    "^(?:/cockpit|/account|/stats|/policy|/help|/accessibility|/office/(?:policies|calendar|regions|organizations|rights|duties|"
    "documents|council|oversight|plan|tasks|figures|import|centres|statistics|courses|providers))"
)


def account(person, name, on, **grant):
    """Somebody who can sign in, with a role where one is given."""
    user = accounts.create_user(person, username=name, password=None, by=SYSTEM, on=on)
    accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=on)
    if grant:
        witnesses = tuple(people.create_person(by=SYSTEM, on=on) for _ in range(2))
        accounts.found_grant(
            person, witnesses=witnesses, start=on, region_code=YANJI, by=SYSTEM, on=on, **grant
        )
    return user


@pytest.fixture
def side(accused, offices, let_in):
    """The accused's side: herself, a colleague, the clerk of her unit, officers of her county."""
    on = timezone.localdate()
    clerk, colleague, herself = someone("文员"), someone("同事"), Person.objects.get(pk=accused.person.pk)
    for person in (clerk, colleague):
        Employment.objects.create(person=person, employer=accused.unit, region_code=YANJI, during=days(on))
    here = {"organization": offices[YANJI]}
    users = {
        "herself": account(herself, "herself", on), "colleague": account(colleague, "colleague", on),
        "clerk": account(clerk, "clerk", on, role="org_clerk", organization=accused.unit),
        "registrar": account(someone("初审"), "registrar", on, role="first_registrar", **here),
        "officer": account(someone("县投诉"), "officer", on, role="conduct_officer", **here),
        "leader": account(someone("县领导"), "leader", on, role="leader", **here),
    }  # fmt: skip
    accused.colleague = colleague
    return {name: let_in(Client(raise_request_exception=False), users[name]) for name in VISITORS}


@contextmanager
def a_world(monkeypatch):
    """What happens inside is undone, down to the numbers that tables give out and the names drawn at random."""
    drawn = iter(range(10**9))
    monkeypatch.setattr(secrets, "token_urlsafe", lambda n=32: f"{next(drawn):022d}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        numbers = cursor.fetchall()
    mark = transaction.savepoint()
    cache.clear()
    yield
    transaction.savepoint_rollback(mark)
    with connection.cursor() as cursor:
        for name, last in numbers:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def _passed_over(name, address):
    """In the short run: what no case can touch, of officers and clerks their own particulars, and lists as files where the
    list itself is opened."""
    own = name != "herself" and re.match("/my/(?!$|inbox)", address)
    again = re.search(
        r"\.json(?:\?|$)" if name in ("herself", "clerk") else r"\.(?:json|csv)(?:\?|$)", address
    )
    return not ALL and bool(own or again or UNTOUCHED.match(address))


def pages(side):
    """Every page that each of them reaches by links from their first ones, as (status, body)."""
    found = {}
    for name, client in side.items():
        waiting, seen, kinds = (
            ["/my/", "/office/", "/org/", "/complaints/new/", "/conduct/decisions/"],
            set(),
            {},
        )
        while waiting:
            address = waiting.pop(0)
            kind = SAME.sub("?", address.partition("?")[0])
            if address in seen or kinds.get(kind, 0) >= MOST or _passed_over(name, address):
                continue
            seen.add(address)
            kinds[kind] = kinds.get(kind, 0) + 1
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[name, address] = (
                answer.status_code,
                answer.get("Location", ""),
                CLOCK.sub(rb"\1", FORM_TOKENS.sub(b"", body)),
            )
            if answer.status_code in (301, 302, 303):
                waiting.append(answer["Location"])
            elif "html" in answer.get("Content-Type", ""):
                links = (urljoin(address, unescape(link)) for link in LINK.findall(body.decode()))
                waiting += [link for link in links if not AWAY.search(link)]
    return found


def the_case(who, accused, bench, until):
    """One complaint from the first word on, until a moment that somebody could notice."""
    on = timezone.localdate()
    made = lodge(**who(accused))
    row = made.complaint
    actions.write(row, text="请问还有谁看见？", asks=True, by=bench.officer, on=on)
    actions.answer(actions.tracked(made.code), text="同一办公室的人都看见了。", photos=[], on=on)
    row.refresh_from_db()
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    if until == "looked into":
        return
    actions.disclose(inquiry, text="有人反映你把服务对象的家事告诉他人。", by=bench.officer, on=on)
    inquiry.refresh_from_db()
    me = Actor(user_id=accused.person.user.pk, person_id=accused.person.pk)
    actions.reply(inquiry, text="我没有说过。", by=me, on=on)
    if until == "disclosed":
        return
    seats = [
        actions.seat(inquiry, Person.objects.get(pk=member.person_id), leads=not n, by=bench.officer, on=on)
        for n, member in enumerate(bench.panel)
    ]
    heard = actions.hear(inquiry, report="两名证人说法一致，情况属实。", by=bench.officer, on=on)
    for seat, member in zip(seats, bench.panel, strict=True):
        actions.vote(seat, measure="suspended", months=3, by=member, on=on)
    proposed = actions.propose_decision(
        heard, measure="suspended", months=3, grounds=("privacy",), reasons="两名证人说法一致，情况属实。",
        answer="反映的情况属实，已作出处理。", by=bench.panel[0], on=on,
    )  # fmt: skip
    actions.decide(proposed, by=bench.leader, on=on)
    # What only the second world can have: its entries in the journal come after all that she is shown with a number.
    if row.kind != "anonymous":
        actions.open_vault(row, reason="需当面核实情况", by=bench.leader, on=on)
    tell_complainants()


def _parted(one, other):
    """Where two answers begin to differ, for whoever reads the failure."""
    if one is None or other is None or one[:2] != other[:2]:
        return one and one[:2], other and other[:2]
    at = next((n for n, (a, b) in enumerate(zip(one[2], other[2], strict=False)) if a != b), -1)
    return one[2][max(at - 60, 0) : at + 40], other[2][max(at - 60, 0) : at + 40]


def a_stranger(_accused):
    return {"kind": "anonymous"}


def her_own_colleague(accused):
    return {"kind": "confidential", "name": "同事", "contact": "13900001111", "tell_me": True,
            "person_id": accused.colleague.pk}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.clause("T4.2.f")
def test_two_worlds_that_differ_only_in_who_complained_give_the_accuseds_side_the_same_pages(
    accused, bench, side, monkeypatch
):
    def seen(who=None, until=""):
        """What her side is shown in a world of its own; looked at once, for looking leaves traces of its own."""
        with a_world(monkeypatch):
            if who is not None:
                the_case(who, accused, bench, until)
            return pages(side)

    with time_machine.travel(datetime.now(timezone.get_current_timezone()).replace(hour=10), tick=False):
        nothing, early = seen(), seen(her_own_colleague, "looked into")
        worlds = {moment: (seen(a_stranger, moment), seen(her_own_colleague, moment)) for moment in MOMENTS}
    assert len(nothing) > 60, "the crawl finds the pages"
    # Before anything was disclosed, nobody on her side can see that there is a complaint at all.
    # (But for how many came in that year, which the public reads of the province.)
    changed = {address for address in {**nothing, **early} if nothing.get(address) != early.get(address)}
    assert all(re.match(r"/conduct/figures[./]", address) for _who, address in changed), changed
    for moment, (first, second) in worlds.items():
        assert not [address for address, (status, *_) in first.items() if status >= 500]
        differ = [address for address in {**first, **second} if first.get(address) != second.get(address)]
        assert differ == [], f"{moment}: {[(a, _parted(first.get(a), second.get(a))) for a in differ[:20]]}"
    # The negative control: the pages do change, with what she may know.
    assert worlds["told"][0] != nothing
