"""Rights: two others give them, three administrators stay apart, and the database itself refuses what is wrong."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from shegong.ground.accounts import actions
from shegong.ground.accounts.authority import authorities_of
from shegong.ground.accounts.models import Grant, GrantRequest, User
from shegong.ground.people import actions as people
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

pytestmark = pytest.mark.django_db


def actor_of(user):
    return Actor(
        user_id=user.pk, person_id=user.person_id, authorities=authorities_of(user.person_id, today())
    )


@pytest.fixture
def team(make_user, places):
    """Two security administrators of the prefecture and a newcomer."""
    first = make_user("first", role="security_admin", region=places.yanbian, name="林秀英")
    second = make_user("second", role="security_admin", region=places.yanbian, name="王建国")
    return first, second, make_user("newcomer", name="金哲")


def propose(by, user, places, role="first_registrar", region=None, **more):
    region = region or places.yanji
    details = {"starts_on": today(), "ends_on": None, "reason": "新任经办", **more}
    return actions.propose_grant(
        user.person, role=role, organization=places.offices[region], region_code=region, by=actor_of(by), on=today(),
        **details,
    )  # fmt: skip


def codes(refusal):
    return [obstacle.code for obstacle in refusal.value.obstacles]


def test_one_proposes_another_agrees_and_the_role_holds_at_once_and_is_told_and_journalled(team, places):
    first, second, newcomer = team
    row = propose(first, newcomer, places)
    assert not authorities_of(newcomer.person_id, today())
    actions.approve_grant(row, seen=0, by=actor_of(second), on=today())
    (authority,) = authorities_of(newcomer.person_id, today())
    assert authority.role == "first_registrar" and authority.office_name == "延吉市民政局"
    assert any(places.yanji in r for r in authority.ranges) and not any(
        places.tumen in r for r in authority.ranges
    )
    assert Message.objects.inbox(newcomer.person_id).get().title == "您获得了一项权限"
    assert {"accounts.grant.propose", "accounts.grant.approve"} <= set(
        JournalEntry.objects.values_list("verb", flat=True)
    )


# Abuse A24: four-eyes bypass: creator approves own, via second role, via delegate, by bulk
def test_nobody_proposes_for_himself_or_decides_what_he_proposed_or_what_is_about_him(team, places):
    first, second, newcomer = team
    with pytest.raises(Refused) as own:
        propose(first, first, places, role="leader")
    assert "own_grant" in codes(own)
    row = propose(first, newcomer, places)
    with pytest.raises(Refused) as same:
        actions.approve_grant(row, seen=0, by=actor_of(first), on=today())
    assert codes(same) == ["four_eyes"]
    about_second = propose(first, second, places, role="leader")
    with pytest.raises(Refused) as self_decided:
        actions.approve_grant(about_second, seen=0, by=actor_of(second), on=today())
    assert codes(self_decided) == ["own_grant"]
    assert Grant.objects.filter(role__in=["leader", "first_registrar"]).count() == 0


def test_only_within_reach_and_only_at_the_level_of_the_role(team, places, make_user):
    first, _second, newcomer = team
    with pytest.raises(Refused) as outside:
        propose(first, newcomer, places, role="final_registrar", region=places.jilin)
    assert codes(outside) == ["not_allowed"]
    with pytest.raises(Refused) as level:
        propose(first, newcomer, places, role="final_registrar", region=places.yanji)
    assert codes(level) == ["role_level"]


def test_the_second_of_two_deciders_is_told_that_it_moved_on(team, places):
    first, second, newcomer = team
    row = propose(first, newcomer, places)
    actions.refuse_grant(row, reason="人选未定", seen=0, by=actor_of(second), on=today())
    with pytest.raises(Stale):
        actions.approve_grant(GrantRequest.objects.get(pk=row.pk), seen=0, by=actor_of(second), on=today())


def test_the_three_administrators_are_three_people(team, places, make_user):
    first, _second, _newcomer = team
    auditor = make_user("auditor", role="auditor", region=places.yanbian)
    with pytest.raises(Refused) as third:
        propose(first, auditor, places, role="system_admin", region=places.yanbian)
    assert codes(third) == ["three_administrators"]


def test_ending_a_role_takes_it_away_the_same_day(team, places):
    first, second, newcomer = team
    row = propose(first, newcomer, places)
    grant = actions.approve_grant(row, seen=0, by=actor_of(second), on=today())
    actions.end_grant(grant, reason="调离", by=actor_of(first), on=today())
    assert authorities_of(newcomer.person_id, today()) == ()
    with pytest.raises(Refused):
        actions.end_grant(grant, reason="调离", by=actor_of(first), on=today())
    with pytest.raises(Refused):
        actions.end_grant(grant, reason="调离", by=actor_of(newcomer), on=today())


def test_every_change_of_grants_is_explained_by_the_journal(team, places):
    first, second, newcomer = team
    grant = actions.approve_grant(propose(first, newcomer, places), seen=0, by=actor_of(second), on=today())
    actions.end_grant(grant, reason="调离", by=actor_of(second), on=today())
    named = [f for f in _findings() if "accounts_grant" in f.where]
    assert named == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_grant SET role = 'final_registrar' WHERE id = %s", [grant.pk])
    assert [f.kind for f in _findings() if "accounts_grant" in f.where] == ["row_changed"]


def _findings():
    sealed, heads = {}, {}
    found = list(audit._chain(sealed, heads))
    return found + list(audit._rows(Grant, sealed))


INSERT = """
INSERT INTO accounts_grant
  (person_id, role, role_group, organization_id, region_code, tree, during, proposed_by_id, approved_by_id)
VALUES (%s, %s, %s, %s, %s, %s, %s::daterange, %s, %s)
"""


def test_the_database_refuses_wrong_grants_by_itself(team, places):
    first, second, newcomer = (user.person_id for user in team)
    office, always = places.offices[places.yanji].pk, "[2026-01-01,)"

    def insert(person, role, group, during, proposer, approver, tree="legal"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                INSERT, [person, role, group, office, places.yanji, tree, during, proposer, approver]
            )

    insert(newcomer, "leader", "", always, first, second)
    wrong = [
        (newcomer, "leader", "", "[2027-01-01,2028-01-01)", first, second),  # the same role twice on one day
        (first, "first_registrar", "", always, first, second),  # proposed for oneself
        (first, "first_registrar", "", always, second, first),  # approved for oneself
        (newcomer, "first_registrar", "", always, second, second),  # one person in both parts
        (first, "auditor", "audit", always, second, newcomer),  # a second administrator role
        (newcomer, "first_registrar", "", always, first, second, "own"),  # a tree that does not exist
        (newcomer, "first_registrar", "", always, first, None),  # nobody approved
    ]
    for row in wrong:
        with pytest.raises(DatabaseError):
            insert(*row)
    insert(newcomer, "leader", "", "[2025-01-01,2026-01-01)", first, second)  # day after day is no overlap


def test_the_database_refuses_a_proposal_decided_by_its_maker_and_a_step_that_does_not_exist(team, places):
    first, second, newcomer = team
    row = propose(first, newcomer, places)
    for change in (
        f"decided_by_id = {first.person_id}",
        f"decided_by_id = {newcomer.person_id}",
        "state = 'half agreed'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE accounts_grantrequest SET {change} WHERE id = {row.pk}")
    actions.refuse_grant(row, reason="人选未定", seen=0, by=actor_of(second), on=today())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_grantrequest SET state = 'proposed' WHERE id = {row.pk}")


def test_through_the_pages_a_role_is_proposed_and_agreed_to_with_a_fresh_second_factor(
    team, places, client, let_in
):
    first, second, newcomer = team
    let_in(client, first)
    typed = {"person": "newcomer", "role": "first_registrar", "organization": "延吉", "region": str(places.yanji),
             "starts_on": today().isoformat(), "ends_on": "", "reason": "新任"}  # fmt: skip
    assert client.post("/office/grants/propose/", {**typed, "person": "nobody"}).status_code == 422
    assert client.post("/office/grants/propose/", typed).status_code == 302
    row = GrantRequest.objects.get()
    assert client.get(f"/office/grants/requests/{row.pk}/").context["form"] is None, (
        "the proposer cannot decide"
    )
    decider = client.__class__()
    let_in(decider, second)
    session = decider.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    decision = {"decision": "approve", "version": "0"}
    asked = decider.post(f"/office/grants/requests/{row.pk}/", decision)
    assert asked.url.startswith("/account/again/code/")
    assert not Grant.objects.filter(person=newcomer.person).exists()
    let_in(decider, second)
    assert decider.post(f"/office/grants/requests/{row.pk}/", decision).status_code == 302
    grant = Grant.objects.get(person=newcomer.person)
    assert "金哲" in decider.get("/office/grants/").content.decode()
    page = decider.get(f"/office/grants/{grant.pk}/")
    assert page.status_code == 200
    assert decider.post(f"/office/grants/{grant.pk}/", {"reason": ""}).status_code == 422
    assert decider.post(f"/office/grants/{grant.pk}/", {"reason": "调离"}).status_code == 302
    assert authorities_of(newcomer.person_id, today()) == ()


def test_an_account_is_disabled_and_enabled_with_a_reason_by_those_within_reach(
    team, places, client, let_in, make_user
):
    first, _second, newcomer = team
    far = make_user("far", role="final_registrar", region=places.jilin)
    officer = make_user("officer", role="first_registrar", region=places.yanji)
    let_in(client, first)
    for user, seen in ((officer, 200), (far, 404), (newcomer, 404)):
        assert client.get(f"/office/users/{user.pk}/").status_code == seen
    assert client.post(f"/office/users/{officer.pk}/", {"reason": "离职"}).status_code == 302
    assert not User.objects.get(pk=officer.pk).is_active
    assert client.post(f"/office/users/{officer.pk}/", {"reason": "返岗"}).status_code == 302
    assert User.objects.get(pk=officer.pk).is_active
    own = client.post(f"/office/users/{first.pk}/", {"reason": "离职"})
    assert own.status_code == 422


def test_the_first_security_administrators_come_by_command_and_the_third_does_not(make_user, places):
    for name in ("a", "b", "c"):
        make_user(name)
    office = str(places.offices[places.jilin].pk)

    def grant(user, one, other, role="security_admin"):
        call_command(
            "grant",
            user,
            role,
            office,
            str(places.jilin),
            "--by",
            one,
            "--and",
            other,
            stdout=io.StringIO(),
        )

    with pytest.raises(CommandError):
        grant("a", "a", "b")
    with pytest.raises(CommandError, match="Only security_admin"):
        grant("a", "b", "c", role="final_registrar")
    grant("a", "b", "c")
    grant("b", "a", "c")
    with pytest.raises(CommandError, match="propose and approve"):
        grant("c", "a", "b")


def test_a_person_without_rights_sees_no_office(make_user, places, client, let_in):
    let_in(client, make_user("wu"))
    for path in ("/office/grants/", "/office/grants/propose/", "/office/users/1/"):
        assert client.get(path).status_code == 403


def test_witnesses_may_be_people_without_account(places):
    person = people.create_person(by=SYSTEM, on=today())
    others = tuple(people.create_person(by=SYSTEM, on=today()) for _ in range(2))
    with pytest.raises(Refused):
        actions.found_grant(
            person, role="leader", organization=places.offices[places.yanji], region_code=places.yanji,
            witnesses=others, start=today(), by=Actor(user_id=1, person_id=person.pk), on=today(),
        )  # fmt: skip


def live(person, region, kind="work"):
    people.tie(
        person, kind=kind, region_code=region, origin="people.person", origin_id=person.pk, start=today(),
        by=SYSTEM, on=today(),
    )  # fmt: skip


def test_an_officer_above_is_not_reached_through_her_home_nor_one_with_a_role_elsewhere(
    team, places, make_user
):
    first, _second, newcomer = team
    above = make_user("above", role="final_registrar", region=places.jilin)
    both = make_user("both", role="first_registrar", region=places.yanji)
    give_too = make_user("third", role="leader", region=places.jilin)
    for user in (above, newcomer, give_too):
        live(user.person, places.yanji)
    with pytest.raises(Refused) as refused:
        actions.disable_user(above, reason="试一试", by=actor_of(first), on=today())
    assert codes(refused) == ["not_allowed"] and User.objects.get(pk=above.pk).is_active
    for user in (both, newcomer):
        actions.disable_user(user, reason="离职停用", by=actor_of(first), on=today())
        assert not User.objects.get(pk=user.pk).is_active
    province = make_user("province", role="security_admin", region=places.jilin)
    actions.disable_user(above, reason="离职停用", by=actor_of(province), on=today())
    assert not User.objects.get(pk=above.pk).is_active


def test_a_passing_case_is_no_home_and_a_role_to_come_counts(team, places, make_user):
    first, _second, newcomer = team
    live(newcomer.person, places.yanji, kind="case")
    with pytest.raises(Refused):
        actions.disable_user(newcomer, reason="离职停用", by=actor_of(first), on=today())
    later = make_user("later", role="final_registrar", region=places.jilin, start=today() + timedelta(days=3))
    live(later.person, places.yanji)
    with pytest.raises(Refused):
        actions.disable_user(later, reason="离职停用", by=actor_of(first), on=today())


def test_accounts_are_made_within_reach_and_once(team, places):
    first, _second, newcomer = team
    near, far, nowhere = (people.create_person(by=SYSTEM, on=today()) for _ in range(3))
    live(near, places.tumen)
    live(far, places.jilin)

    def make(person, name):
        return actions.create_user(person, username=name, password=None, by=actor_of(first), on=today())

    assert make(near, "near").person_id == near.pk
    for person in (far, nowhere):
        with pytest.raises(Refused) as refused:
            make(person, "else")
        assert codes(refused) == ["not_allowed"]
    live(newcomer.person, places.yanji)
    with pytest.raises(Refused) as twice:
        make(newcomer.person, "again")
    assert codes(twice) == ["has_user"]
