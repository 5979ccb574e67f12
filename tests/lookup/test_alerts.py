"""Whoever watches is told of each change once, within a minute, in words of the public page; proof of it stays."""

from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from shegong.duties.lookup import actions
from shegong.duties.lookup.models import Alert, Due, Following, Told, Watch, Watched, alert_policy
from shegong.duties.lookup.rules.news import NEWS, WORDS, What, channels_of, due_at, pairs_in
from shegong.duties.registry import actions as registry
from shegong.duties.registry.actions.sanctioning import shorten_suspension, stay_suspension
from shegong.duties.registry.models import Application, Registration, Term
from shegong.ground.accounts.journal_words import VERBS
from shegong.ground.accounts.models import Grant, User
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.ground.regions.models import Region
from shegong.kernel import journal, messages
from shegong.kernel.access import SYSTEM, Actor, Authority, Range
from shegong.kernel.journal_reading import JournalReader
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.work.employment import actions as employment

YANJI, JILIN = 222401000, 220000000
WHOLE = (Range(220000000, 230000000),)


@contextmanager
def refused(code):
    with pytest.raises(Refused) as no:
        yield
    assert [one.code for one in no.value.obstacles] == [code]


def today():
    return timezone.localdate()


def person_with(role, body, region):
    """Somebody with an account and a role in a body."""
    person, one, two = (Person.objects.create() for _ in range(3))
    User.objects.create(username=f"u{person.pk}", person=person)
    Grant.objects.create(person=person, role=role, organization=body, region_code=region, during=days(today() - timedelta(days=9)),
                         proposed_by=one, approved_by=two)  # fmt: skip
    return person


@pytest.fixture
def world(make):
    """Lin works at the North Hill centre, which has a clerk; an officer of the province suspends."""
    lin, body = (
        make(),
        Organization.objects.create(kind="social_service", level=4, region_code=YANJI, name="北山社工站"),
    )
    funder = Organization.objects.create(kind="social_service", level=3, region_code=YANJI, name="延吉慈善会")
    clerk, giver = person_with("org_clerk", body, YANJI), person_with("org_clerk", funder, YANJI)
    job = employment.declare_employment(lin.person, employer=body, region_code=YANJI, start=today() - timedelta(days=99), by=SYSTEM, on=today())  # fmt: skip
    permissions = frozenset({"registry.restrict", "registry.read"})
    officer = Actor(user_id=1, person_id=Person.objects.create().pk, authorities=(
        Authority(role="final_registrar", permissions=permissions, ranges=WHOLE, region_code=JILIN, level=1),))  # fmt: skip
    actions.follow()  # the first run begins at the end of the journal

    def clerk_of(who, where):
        return Actor(user_id=2, person_id=who.pk, authorities=(
            Authority(role="org_clerk", permissions=frozenset({"registry.staff"}), region_code=YANJI, organization_id=where.pk),))  # fmt: skip

    return SimpleNamespace(lin=lin, body=body, funder=funder, clerk=clerk, giver=giver, job=job, officer=officer,
                           as_clerk=clerk_of(clerk, body), as_giver=clerk_of(giver, funder))  # fmt: skip


def suspend(world, **days_from_now):
    span = {"start": 0, "end": 30} | days_from_now
    return registry.suspend_person(
        world.lin.person, start=today() + timedelta(days=span["start"]), end=today() + timedelta(days=span["end"]),
        ground="投诉属实", by=world.officer, on=today(),
    )  # fmt: skip


def inbox(person):
    return [message.body for message in Message.objects.inbox(person.pk)]


def test_a_suspension_reaches_the_employers_clerk_once_and_says_no_more_than_the_public_page(world):
    suspend(world)
    actions.follow()
    actions.follow()
    (text,) = inbox(world.clerk)
    assert world.lin.name in text and world.lin.number in text and "投诉属实" not in text
    alert = Alert.objects.get()
    assert (alert.what, alert.body, alert.on, alert.watch.kind) == ("suspended", world.body, today(), "staff")
    assert inbox(world.giver) == []
    assert Told.objects.get().due.person == world.clerk


def test_imposed_and_lifted_within_a_minute_are_both_told(world):
    row = suspend(world)
    registry.lift_suspension(row, reason="录入有误，更正", by=world.officer, on=today())
    actions.follow()
    assert list(Alert.objects.order_by("id").values_list("what", flat=True)) == ["suspended", "lifted"]
    assert len(inbox(world.clerk)) == 1  # one message with both


def test_a_suspension_that_was_only_shortened_still_holds_and_one_that_rests_does_not(world):
    row = suspend(world)
    kept = shorten_suspension(
        row, end=today() + timedelta(days=5), origin=("tests", 1), by=SYSTEM, on=today()
    )
    stay_suspension(kept, stayed=True, by=SYSTEM, on=today())
    actions.follow()
    told = list(Alert.objects.order_by("id").values_list("what", "until"))
    assert [what for what, _ in told] == ["suspended", "suspended", "lifted"]
    assert told[1][1] == today() + timedelta(days=4)


@pytest.mark.parametrize(("last", "told"), [(4, ["suspended"]), (-2, ["lifted"])])
def test_a_shorter_suspension_in_place_of_another_is_told_with_its_days_and_as_lifted_only_when_they_are_over(
    world, last, told
):
    start, end = today() - timedelta(days=9), today() + timedelta(days=last + 1)
    row = registry.impose_suspension(
        world.lin.person, start=start, end=today() + timedelta(days=30), ground="投诉属实", origin=("tests", 1), by=SYSTEM,
        on=start,
    )  # fmt: skip
    actions.follow()
    hers = Message.objects.filter(person_id=world.lin.person.pk, kind__startswith="registry.").order_by("pk")
    alerts, messages_ = Alert.objects.count(), hers.count()
    shorten_suspension(row, end=start, origin=("tests", 1), replaced=last > 0, by=SYSTEM, on=today())
    registry.impose_suspension(
        world.lin.person, start=start, end=end, ground="投诉属实", origin=("tests", 2), by=SYSTEM, on=today()
    )
    actions.follow()
    news = list(Alert.objects.order_by("id"))[alerts:]
    assert [one.what for one in news] == told
    assert news[0].until == (today() + timedelta(days=last) if last > 0 else None)
    assert [one.kind for one in hers][messages_:] == [f"registry.{told[0]}"]


def test_what_was_before_the_first_run_is_not_told(world):
    assert (Alert.objects.count(), Message.objects.count()) == (0, 0)
    assert JournalReader.objects.get(name="lookup.alerts").seq > 0


def test_a_worker_who_leaves_is_told_to_the_employer_and_then_watched_no_more(world):
    employment.end_employment(world.job, end=today(), by=SYSTEM, on=today())
    actions.follow()
    suspend(world)
    actions.follow()
    assert list(Alert.objects.values_list("what", flat=True)) == ["left"]


def test_a_change_of_employer_tells_the_one_who_is_left(world):
    other = Organization.objects.create(kind="social_service", level=4, region_code=YANJI, name="河南社工站")
    employment.declare_employment(
        world.lin.person, employer=other, region_code=YANJI, start=today(), by=SYSTEM, on=today()
    )
    actions.follow()
    assert [(a.what, a.body) for a in Alert.objects.all()] == [("left", world.body)]


@pytest.mark.parametrize(("left", "what"), [(90, "expiring"), (0, "lapsed")])
def test_the_clock_tells_too(world, left, what):
    world.lin.registration.__class__.objects.filter(pk=world.lin.registration.pk).update(
        valid_to=today() + timedelta(days=left - 1)
    )
    Following.objects.filter(name="clock").update(day=today() - timedelta(days=1))
    actions.follow()
    actions.follow()
    assert [a.what for a in Alert.objects.all()] == [what]


def test_the_end_of_a_suspension_is_told_by_the_clock(world):
    row = suspend(world, start=0, end=2)
    actions.follow()
    later = row.during.upper
    while actions.follow_clock(later):
        pass
    assert [a.what for a in Alert.objects.order_by("id")] == ["suspended", "over"]


def test_a_funder_may_list_only_whom_it_can_name_and_says_why(world):
    with refused("purpose_missing"):
        actions.put_on_list(
            world.funder, [(world.lin.number, world.lin.name)], purpose="", by=world.as_giver, on=today()
        )
    pairs = [(world.lin.number, world.lin.name), (world.lin.number, "别人"), ("JL0", world.lin.name)]
    found = actions.put_on_list(world.funder, pairs, purpose="购买服务项目三", by=world.as_giver, on=today())
    assert (len(found.added), found.missed) == (1, [world.lin.number, "JL0"])
    suspend(world)
    actions.follow()
    assert len(inbox(world.giver)) == 1
    actions.take_off(Watched.objects.get(), by=world.as_giver, on=today())
    registry.lift_suspension(
        world.lin.person.restrictions.get(), reason="处理决定更正", by=world.officer, on=today()
    )
    actions.follow()
    assert (len(inbox(world.giver)), len(inbox(world.clerk))) == (1, 2)
    with refused("not_allowed"):
        actions.put_on_list(world.body, pairs, purpose="别家的单位", by=world.as_giver, on=today())


def test_guessing_pairs_ends_the_day(world, monkeypatch):
    wrong = [(f"JL201200{n:04d}", "林晓岚") for n in range(2, alert_policy(today()).misses_a_day + 2)]
    actions.put_on_list(world.funder, wrong, purpose="购买服务项目三", by=world.as_giver, on=today())
    with refused("list_misses"):
        actions.put_on_list(world.funder, [(world.lin.number, world.lin.name)], purpose="购买服务项目三", by=world.as_giver, on=today())  # fmt: skip


def test_an_office_that_asks_for_it_is_told_of_its_area(world):
    office = Organization.objects.get(name="延吉市民政局")
    officer = person_with("first_registrar", office, YANJI)
    acting = Actor(user_id=3, person_id=officer.pk, authorities=(
        Authority(role="first_registrar", permissions=frozenset({"registry.read"}), ranges=(Range(222401000, 222402000),),
                  region_code=YANJI, level=3, organization_id=office.pk),))  # fmt: skip
    watch = actions.watch_area(office, region_code=YANJI, by=acting, on=today())
    suspend(world)
    actions.follow()
    assert inbox(officer) == []  # an office that set nothing for this officer tells her nothing
    actions.choose(watch, digest="now", sms=False, email=False, by=acting, on=today())
    registry.lift_suspension(
        world.lin.person.restrictions.get(), reason="处理决定更正", by=world.officer, on=today()
    )
    actions.follow()
    assert len(inbox(officer)) == 1
    assert Alert.objects.filter(watch=watch).count() == 2


def test_the_county_that_a_registration_leaves_is_told_once_and_those_above_both_are_not(world):
    tumen, yanbian = 222402000, 222400000
    Region.objects.create(
        code=tumen, level=3, name="图们市", parent_code=yanbian, during=days(date(1949, 10, 1))
    )
    office = Organization.objects.get(name="延吉市民政局")
    watches = {}
    for code in (YANJI, tumen, yanbian):
        acting = Actor(user_id=3, person_id=Person.objects.create().pk, authorities=(
            Authority(role="first_registrar", permissions=frozenset({"registry.read"}), ranges=WHOLE, region_code=code, level=3,
                      organization_id=office.pk),))  # fmt: skip
        watches[code] = actions.watch_area(office, region_code=code, by=acting, on=today())
    actions.follow()
    row = world.lin.registration
    application = Application.objects.create(
        person=world.lin.person, kind="change", registration=row, certificate=row.certificate, number="ZC-222402-2026-00001",
        region_code=tumen, from_region_code=YANJI, state="issued", submitted_at=timezone.now(),
    )  # fmt: skip
    Registration.objects.filter(pk=row.pk).update(region_code=tumen)
    row.refresh_from_db()
    with transaction.atomic():
        journal.write(
            "registry.registration.change",
            by=SYSTEM,
            subject=row,
            rows=[row],
            facts={"application": application.number},
        )
    actions.follow()
    actions.follow()
    told = {
        code: list(Alert.objects.filter(watch=watch).values_list("what", flat=True))
        for code, watch in watches.items()
    }
    assert told == {YANJI: ["moved"], tumen: ["changed"], yanbian: ["changed"]}


def test_to_unsubscribe_is_to_be_told_nothing_while_the_page_goes_on(world):
    watch = actions.watch_staff(world.body, by=world.as_clerk, on=today())
    actions.choose(watch, digest="off", sms=False, email=False, by=world.as_clerk, on=today())
    suspend(world)
    actions.follow()
    assert (inbox(world.clerk), Alert.objects.count(), Due.objects.count()) == ([], 1, 0)
    with refused("watch_stays"):
        actions.end_watch(watch, by=world.as_clerk, on=today())


def test_a_run_that_is_killed_half_way_has_told_nothing_and_the_next_one_tells_once(world, monkeypatch):
    suspend(world)
    actions.put_on_list(world.funder, [(world.lin.number, world.lin.name)], purpose="购买服务项目三", by=world.as_giver, on=today())  # fmt: skip
    send, sent = messages.send, []

    def dies(person, *args, **kwargs):
        if sent:
            raise KeyboardInterrupt
        sent.append(person)
        return send(person, *args, **kwargs)

    monkeypatch.setattr(messages, "send", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.follow()
    assert (len(sent), Message.objects.filter(kind="lookup.alert").count(), Told.objects.count()) == (1, 0, 0)
    monkeypatch.setattr(messages, "send", send)
    actions.follow()
    assert (len(inbox(world.clerk)), len(inbox(world.giver))) == (1, 1)


def test_digests_wait_for_their_hour_and_grave_news_does_not():
    policy, at = alert_policy(today()), timezone.localtime().replace(2026, 11, 25, 15, 0, 0, 0)  # a Wednesday
    assert due_at("daily", "renewed", at, policy).isoformat()[:16] == "2026-11-26T08:00"
    assert due_at("weekly", "renewed", at, policy).isoformat()[:16] == "2026-11-30T08:00"
    assert due_at("weekly", "suspended", at, policy) == at
    assert due_at("off", "revoked", at, policy) is None
    assert channels_of("renewed", sms=None, email=None, policy=policy) == ["inbox", "email"]
    assert channels_of("revoked", sms=None, email=False, policy=policy) == ["inbox", "sms"]


def test_every_verb_of_the_register_is_news_or_known_not_to_be():
    """A new verb on registrations or restrictions must be decided on: told, or not."""
    silent = {"registry.registration.hold", "registry.registration.release"}
    verbs = {v for v in VERBS if v.startswith(("registry.registration.", "registry.restriction."))}
    assert verbs <= set(NEWS) | silent
    assert set(WORDS) == set(What)


def test_lines_are_read_as_people_type_them():
    typed = "JL1 林晓岚\nJL2，阿卜·杜拉\n\nJL3\tA B\nJL4"
    assert pairs_in(typed) == [("JL1", "林晓岚"), ("JL2", "阿卜·杜拉"), ("JL3", "A B"), ("JL4", "")]


def test_only_one_staff_watch_stands_for_a_body(world):
    first = actions.watch_staff(world.body, by=world.as_clerk, on=today())
    assert actions.watch_staff(world.body, by=world.as_clerk, on=today()) == first
    assert Watch.objects.count() == 1


# ---- pages and the API ----


@pytest.fixture
def seen(world, client, let_in):
    """The clerk signed in, after a suspension was told."""
    let_in(client, User.objects.get(person=world.clerk))
    suspend(world)
    actions.follow()
    return client


def test_the_page_shows_each_alert_when_it_was_told_through_which_channel_and_whether_it_was_read(
    seen, world
):
    address = f"/org/{world.body.pk}/alerts/"
    page = seen.get(address).content.decode()
    assert world.lin.name in page and "登记暂停" in page and "0 / 1" in page
    messages.read(Message.objects.inbox(world.clerk.pk).get())
    proof = seen.get(f"{address}{Alert.objects.get().pk}/").content.decode()
    assert "站内信" in proof and "已阅" in proof and "投诉属实" not in proof
    assert world.lin.number in b"".join(seen.get(f"/org/{world.body.pk}/alerts.csv")).decode("utf-8-sig")
    assert seen.get(f"/org/{world.funder.pk}/alerts/").status_code == 404


def test_a_clerk_sets_how_she_is_told_without_script(seen, world):
    address = f"/org/{world.body.pk}/alerts/settings/"
    assert "本单位人员" in seen.get(address).content.decode()
    sent = {"watch": "staff", "staff-digest": "weekly", "staff-sms": "on"}
    assert seen.post(address, sent).status_code == 302
    row = Watch.objects.get(kind="staff").readers.get()
    assert (row.person, row.digest, row.sms, row.email) == (world.clerk, "weekly", True, False)
    assert seen.post(address, {"watch": "staff", "staff-digest": "hourly"}).status_code == 422


def test_a_list_is_made_and_left_on_pages(seen, world):
    address = f"/org/{world.body.pk}/watched/"
    assert seen.post(f"{address}add/", {"people": f"{world.lin.number} {world.lin.name}"}).status_code == 422
    sent = {"people": f"{world.lin.number} {world.lin.name}\nJL0 别人", "purpose": "项目资助三期"}
    page = seen.post(f"{address}add/", sent, follow=True).content.decode()
    assert world.lin.name in page and "未匹配：JL0" in page
    one = Watched.objects.get()
    assert seen.get(f"{address}{one.pk}/").status_code == 200
    seen.post(f"{address}{one.pk}/")
    assert not Watched.objects.running().exists()


def test_a_person_reads_who_is_told_of_her(world, client, let_in):
    actions.put_on_list(world.funder, [(world.lin.number, world.lin.name)], purpose="购买服务项目三", by=world.as_giver, on=today())  # fmt: skip
    let_in(client, User.objects.create(username="lin", person=world.lin.person))
    page = client.get("/my/watchers/").content.decode()
    assert all(words in page for words in ("北山社工站", "延吉慈善会", "购买服务项目三"))
    assert "延吉慈善会" in b"".join(client.get("/my/watchers.csv")).decode("utf-8-sig")


def test_a_system_reads_on_from_its_cursor(seen, world):
    first = seen.get("/api/alerts").json()
    assert [(one["what"], one["register_no"]) for one in first["alerts"]] == [("suspended", world.lin.number)]
    assert seen.get("/api/alerts", {"after": first["next"]}).json() == {
        "alerts": [],
        "next": first["next"],
        "more": False,
    }
    assert seen.get("/api/office/alerts").status_code == 403


def test_after_a_standstill_of_months_nobody_is_left_untold(world):
    suspend(world)
    actions.follow_journal(today())
    long_ago = timezone.now() - timedelta(days=200)
    # The job wrote for whom it is, then nothing ran for months.
    Due.objects.create(alert=Alert.objects.get(), person=world.giver, due_at=long_ago, channels="inbox")
    Following.objects.filter(name="telling").update(day=(long_ago - timedelta(days=1)).date())
    Following.objects.filter(name="clock").update(day=(long_ago - timedelta(days=1)).date())
    actions.follow()
    assert Told.objects.count() == 2 and Following.objects.get(name="telling").day == today()
    assert Following.objects.get(name="clock").day == today()


def test_who_was_told_of_a_lapse_is_told_when_the_status_is_kept_in_hindsight(world):
    row = world.lin.registration
    Registration.objects.filter(pk=row.pk).update(valid_to=today() - timedelta(days=1))
    Term.objects.filter(registration=row).update(during=days(row.admitted_on, today()))
    Following.objects.filter(name="clock").update(day=today() - timedelta(days=1))
    actions.follow()
    assert [one.what for one in Alert.objects.order_by("id")] == ["lapsed"]
    registry.hold(row, until=today() + timedelta(days=5), why="outage", by=SYSTEM, on=today())
    actions.follow()
    again = Alert.objects.order_by("id").last()
    assert (again.what, again.on) == ("reinstated", today())
