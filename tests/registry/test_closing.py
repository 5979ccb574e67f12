"""Closing takes two officers, a suspension ends by itself or is lifted, a lost card is replaced."""

import contextlib
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from shegong.duties.lookup.models import find
from shegong.duties.registry import actions
from shegong.duties.registry.models import (
    Application,
    Card,
    ClosingProposal,
    Registration,
    Restriction,
    status_of,
)
from shegong.ground.people import actions as people
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM, Actor
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale

JILIN, BAICHENG, YANJI = 220000000, 220800000, 222401000
GROUND = {"reason_code": "improper_means", "reason": "查实以不正当手段取得登记证书"}


@pytest.fixture
def registration(make_applicant, desks, day):
    application = make_applicant().application
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(application, opinion="材料齐全，同意登记。", by=officer, on=day)
    decided = timezone.make_aware(timezone.datetime(2012, 9, 20, 10))
    Application.objects.filter(pk=application.pk).update(decided_at=decided)
    application.refresh_from_db()
    return actions.issue_certificate(application, by=SYSTEM, on=day)


def photo():
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (200, 200, 220)).save(out, "JPEG")
    return out.getvalue()


def look_into(registration, reason_code, by, on):
    """The investigation that the policy wants before this ground is proposed."""
    case = actions.open_inquiry(
        registration, reason_code=reason_code, raised_by="body", told="单位来函反映", by=by, on=on
    )
    actions.add_proof(case, content=photo(), filename="proof.jpg", by=by, on=on)
    return actions.conclude_inquiry(case, is_found=True, findings="经查情况属实", by=by, on=on)


def propose(registration, *, reason_code, by, on, **more):
    found = registration.closing_cases.filter(reason_code=reason_code).exclude(state="dropped").exists()
    if by.may("registry.restrict") and not found and reason_code == GROUND["reason_code"]:
        with contextlib.suppress(Refused):
            look_into(registration, reason_code, by, on)
    return actions.propose_closing(registration, reason_code=reason_code, by=by, on=on, **more)


@pytest.fixture
def judges(make_officer):
    return [make_officer(JILIN, extra=("registry.restrict",)) for _ in range(3)]


def codes(refused) -> list[str]:
    return [obstacle.code for obstacle in refused.value.obstacles]


def newest_notice(registration) -> tuple[str, str]:
    return Message.objects.filter(person_id=registration.person_id).latest("id").words


@pytest.mark.clause("T4.2.a")
def test_one_officer_proposes_another_revokes_and_the_holder_is_told_why(registration, judges, day):
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    assert status_of(registration, day) == "registered"
    with pytest.raises(Refused) as refused:
        actions.approve_closing(proposal, by=judges[0], on=day)
    assert codes(refused) == ["four_eyes"]
    later = day + timedelta(days=40)
    actions.approve_closing(proposal, by=judges[1], on=later)
    registration.refresh_from_db()
    assert (registration.closed_kind, registration.closed_on) == ("revoked", later)
    assert status_of(registration, later) == "revoked"
    assert status_of(registration, later - timedelta(days=1)) == "registered"
    _title, body = newest_notice(registration)
    assert registration.register_no in body and "以不正当手段取得登记证书" in body


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"reason_code": "because"}, "reason_needed"), ({"reason": " "}, "reason_short")],
)
def test_a_proposal_names_a_ground_of_the_policy_and_says_why(registration, judges, day, changed, code):
    with pytest.raises(Refused) as refused:
        propose(registration, **(GROUND | changed), by=judges[0], on=day)
    assert codes(refused) == [code]


def test_the_county_cannot_propose_nor_decide(registration, judges, desks, day):
    with pytest.raises(Refused) as refused:
        propose(registration, **GROUND, by=desks.county, on=day)
    assert codes(refused) == ["not_allowed"]
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    for act in (
        actions.approve_closing,
        lambda p, **who: actions.refuse_closing(p, reason="不同意撤销", **who),
    ):
        with pytest.raises(Refused) as refused:
            act(proposal, by=desks.county, on=day)
        assert codes(refused) == ["not_allowed"]


def test_nobody_acts_on_his_own_registration(registration, judges, day):
    own = Actor(user_id=1, person_id=registration.person_id, authorities=judges[0].authorities)
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    row = actions.suspend_person(registration.person, start=day, end=day + timedelta(90), ground="正在调查",
                                 by=judges[0], on=day)  # fmt: skip
    for act in (
        lambda: propose(registration, **GROUND, by=own, on=day),
        lambda: actions.approve_closing(proposal, by=own, on=day),
        lambda: actions.refuse_closing(proposal, reason="不同意撤销", by=own, on=day),
        lambda: actions.replace_card(registration, reason="证书遗失", by=own, on=day),
        lambda: actions.lift_suspension(row, reason="已经查清", by=own, on=day),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["own_case"]


def test_only_one_proposal_is_open_at_a_time_and_it_can_be_taken_back(registration, judges, day):
    first = propose(registration, **GROUND, by=judges[0], on=day)
    with pytest.raises(Refused) as refused:
        propose(registration, **GROUND, by=judges[1], on=day)
    assert codes(refused) == ["proposed_before"]
    with pytest.raises(Refused) as refused:
        actions.withdraw_closing(first, by=judges[1], on=day)
    assert codes(refused) == ["not_own_proposal"]
    actions.withdraw_closing(first, by=judges[0], on=day)
    second = propose(registration, **GROUND, by=judges[1], on=day)
    actions.refuse_closing(second, reason="证据不足", by=judges[0], on=day)
    assert status_of(registration, day) == "registered"
    assert [p.state for p in registration.closing_proposals.order_by("id")] == ["withdrawn", "refused"]


def test_two_officers_deciding_at_once_are_told(registration, judges, day):
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    late = ClosingProposal.objects.get(pk=proposal.pk)
    actions.refuse_closing(proposal, reason="证据不足", by=judges[1], on=day)
    with pytest.raises(Stale):
        actions.approve_closing(late, by=judges[2], on=day)
    assert Registration.objects.get(pk=registration.pk).closed_on is None


def test_a_page_read_before_another_measure_is_stale(registration, judges, day):
    seen = registration.version
    actions.replace_card(registration, reason="证书遗失", by=judges[0], on=day, seen=seen)
    with pytest.raises(Stale):
        propose(registration, **GROUND, by=judges[1], on=day, seen=seen)


def test_the_database_holds_the_four_eyes_and_the_steps(registration, judges, day):
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    rows = ClosingProposal.objects.filter(pk=proposal.pk)
    with pytest.raises(IntegrityError, match="closing_decider_differs"), transaction.atomic():
        rows.update(state="approved", decided_by_id=judges[0].person_id)
    actions.refuse_closing(proposal, reason="证据不足", by=judges[1], on=day)
    with pytest.raises(IntegrityError, match="illegal step"), transaction.atomic():
        rows.update(state="approved")


def test_nothing_is_done_to_a_closed_registration(registration, judges, day):
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    actions.approve_closing(proposal, by=judges[1], on=day)
    for act in (
        lambda: propose(registration, **GROUND, by=judges[0], on=day),
        lambda: actions.replace_card(registration, reason="证书遗失", by=judges[0], on=day),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["closed_before"]


@pytest.mark.clause("T4.2.f")
def test_a_suspension_is_told_with_its_days_and_lifted_early(registration, judges, day):
    row = actions.suspend_person(registration.person, start=day, end=day + timedelta(90), ground="正在调查",
                                 by=judges[0], on=day)  # fmt: skip
    assert status_of(registration, day) == "suspended"
    assert "2012-12-18" in newest_notice(registration)[1]
    lifted_on = day + timedelta(days=10)
    actions.lift_suspension(row, reason="已经查清", by=judges[1], on=lifted_on)
    assert status_of(registration, lifted_on) == "registered"
    assert status_of(registration, lifted_on - timedelta(days=1)) == "suspended"
    with pytest.raises(Refused) as refused:
        actions.lift_suspension(row, reason="已经查清", by=judges[1], on=lifted_on)
    assert codes(refused) == ["lifted_before"]


@pytest.mark.parametrize(
    ("start", "end", "ground", "code"),
    [(-1, 9, "正在调查", "starts_before_today"), (5, 5, "正在调查", "ends_before_start"), (0, 9, "查", "reason_short"),
     (20, 40, "正在调查", "suspended_before")],
)  # fmt: skip
def test_a_suspension_that_cannot_be_is_refused_with_its_reason(
    registration, judges, day, start, end, ground, code
):
    common = {"by": judges[0], "on": day}
    actions.suspend_person(registration.person, start=day + timedelta(30), end=day + timedelta(60), ground="正在调查",
                           **common)  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.suspend_person(
            registration.person,
            start=day + timedelta(start),
            end=day + timedelta(end),
            ground=ground,
            **common,
        )
    assert codes(refused) == [code]
    assert Restriction.objects.count() == 1


def test_the_code_of_a_lost_card_answers_that_it_was_replaced(registration, judges, day):
    old = registration.cards.get()
    new = actions.replace_card(registration, reason="证书遗失", by=judges[0], on=day)
    assert new.serial != old.serial and new.term_id == old.term_id
    at = timezone.now()
    assert find("serial", old.serial, day=day, at=at).card_replaced
    assert not find("serial", new.serial, day=day, at=at).card_replaced
    assert Card.objects.filter(registration=registration, replaced_at=None).get() == new
    assert registration.register_no in newest_notice(registration)[1]


def test_the_journal_explains_every_row_of_these_measures(registration, judges, day):
    actions.replace_card(registration, reason="证书遗失", by=judges[0], on=day)
    row = actions.suspend_person(registration.person, start=day, end=day + timedelta(90), ground="正在调查",
                                 by=judges[0], on=day)  # fmt: skip
    actions.lift_suspension(row, reason="已经查清", by=judges[1], on=day + timedelta(3))
    actions.approve_closing(propose(registration, **GROUND, by=judges[0], on=day), by=judges[1], on=day)
    sealed: dict = {}
    findings = list(audit._chain(sealed, {}))
    for model in audit.journalled_models():
        findings += list(audit._rows(model, sealed))
    assert [f for f in findings if f.where.startswith("registry_")] == []
    entry = JournalEntry.objects.get(verb="registry.registration.revoke")
    assert (entry.role, entry.region_code, entry.facts["proposed_by"]) == (
        "final_registrar", YANJI, judges[0].person_id,
    )  # fmt: skip


def test_a_registration_changed_by_sql_is_found(registration, judges, day):
    proposal = propose(registration, **GROUND, by=judges[0], on=day)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_closingproposal SET reason_code = 'death' WHERE id = %s", [proposal.id]
        )
    sealed: dict = {}
    list(audit._chain(sealed, {}))
    assert [f.where for f in audit._rows(ClosingProposal, sealed)] == [
        f"registry_closingproposal:{proposal.id}"
    ]


def test_nobody_without_an_open_registration_is_suspended_wherever_the_officer_sits(
    registration, judges, day
):
    stranger = people.create_person(by=SYSTEM, on=day)
    values = {"start": day, "end": day + timedelta(90), "ground": "正在调查", "by": judges[0], "on": day}
    with pytest.raises(Refused) as refused:
        actions.suspend_person(stranger, **values)
    assert codes(refused) == ["closed_before"]
    row = actions.suspend_person(registration.person, **values)
    actions.approve_closing(propose(registration, **GROUND, by=judges[0], on=day), by=judges[1], on=day)
    with pytest.raises(Refused) as closed:
        actions.lift_suspension(row, reason="已经查清", by=judges[1], on=day)
    assert codes(closed) == ["closed_before"]
    assert Restriction.objects.count() == 1


def test_an_officer_of_another_place_suspends_nobody_here(registration, make_officer, day):
    far = make_officer(BAICHENG, extra=("registry.restrict",))
    with pytest.raises(Refused) as refused:
        actions.suspend_person(
            registration.person, start=day, end=day + timedelta(90), ground="正在调查", by=far, on=day
        )
    assert codes(refused) == ["not_allowed"]
