"""Retaliation is flagged from the journal, a series is stated by evidence, and the chain of rows holds through it all."""

import pytest
from django.db import transaction
from django.utils import timezone
from fixtures.accused import YANBIAN, YANJI, accused, act, bench, complaint, offices, someone
from fixtures.complaining import lodge
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Complaint, EarlierComplaint, Flag
from shegong.ground.people import actions as people
from shegong.kernel.access import Actor, Authority, Range
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import begin, behind
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.work.employment.models import Employment

__all__ = ["accused", "act", "bench", "complaint", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]


@pytest.fixture
def on():
    return timezone.localdate()


def clerk_of(body):
    """Somebody who acts for a body."""
    person = someone("单位经办")
    authority = Authority(
        role="org_clerk", permissions=frozenset({"people.edit", "people.read"}), organization_id=body.pk,
        region_code=YANJI, ranges=(Range(YANJI, YANJI + 1000),),
    )  # fmt: skip
    Employment.objects.create(
        person=person, employer=body, region_code=YANJI, during=days(timezone.localdate())
    )
    return Actor(user_id=person.pk, person_id=person.pk, authorities=(authority,))


def from_now_on():
    """The flags of what comes: what was written before is no news."""
    begin("conduct.flags")


def note(person, by, on):
    people.state_contact(person, kind="phone", value="13843300001", verified=True, by=by, on=on)


def test_a_change_to_a_confidential_complainant_by_the_unit_raises_one_flag(accused, offices, bench, on):
    citizen = someone("李秀英")
    lodge(kind="confidential", name="李秀英", contact="13900001111", tell_me=True, person_id=citizen.pk)
    from_now_on()
    unit, stranger = clerk_of(accused.unit), Actor(user_id=citizen.pk, person_id=citizen.pk)
    note(citizen, stranger, on)  # her own doing
    assert actions.raise_flags(on) == 0
    entry = JournalEntry.objects.filter(about_person_id=citizen.pk).latest("seq")
    JournalEntry.objects.bulk_create([_by_unit(entry, unit, accused)])
    assert actions.raise_flags(on) == 1
    assert actions.raise_flags(on) == 0  # read once
    flag = Flag.objects.get()
    assert flag.complaint == Complaint.objects.get()
    with pytest.raises(Refused), transaction.atomic():
        actions.look_at_flag(flag, finding="none", note="已核查", by=bench.officer, on=on)
    actions.look_at_flag(flag, finding="retaliation", note="核查属实，另案处理", by=bench.inspector, on=on)
    assert Flag.objects.get().finding == "retaliation"


def _by_unit(entry, unit, accused):
    """The entry that a page of the unit would write about her."""
    return JournalEntry(
        seq=entry.seq + 100, at=timezone.now(), verb="people.contact.state", person_id=unit.person_id,
        organization_id=accused.unit.pk, subject_kind="people.person", subject_id=entry.about_person_id,
        about_person_id=entry.about_person_id, previous=b"", hash=b"",
    )  # fmt: skip


def test_one_run_reads_to_the_end_however_much_was_written(accused, offices, on, monkeypatch):
    monkeypatch.setattr("shegong.kernel.journal_reading.SPAN", 7)
    citizen = someone("李秀英")
    lodge(kind="confidential", name="李秀英", contact="13900001111", tell_me=True, person_id=citizen.pk)
    from_now_on()
    note(citizen, Actor(user_id=citizen.pk, person_id=citizen.pk), on)
    entry = JournalEntry.objects.filter(about_person_id=citizen.pk).latest("seq")
    JournalEntry.objects.bulk_create([_by_unit(entry, clerk_of(accused.unit), accused)])
    assert behind("conduct.flags") > 100
    assert actions.raise_flags(on) == 1 and behind("conduct.flags") == 1  # its own entry


def test_an_anonymous_complainant_cannot_be_watched_over(accused, offices, on):
    citizen = someone("李秀英")
    lodge(person_id=citizen.pk)
    from_now_on()
    note(citizen, Actor(user_id=citizen.pk, person_id=citizen.pk), on)
    entry = JournalEntry.objects.filter(about_person_id=citizen.pk).latest("seq")
    JournalEntry.objects.bulk_create([_by_unit(entry, clerk_of(accused.unit), accused)])
    assert actions.raise_flags(on) == 0


def test_who_complained_neither_investigates_nor_judges_and_is_not_named_in_the_disclosure(
    accused, offices, bench, on
):
    from shegong.ground.people.models import Person

    member = Person.objects.get(pk=bench.panel[0].person_id)
    row = lodge(
        kind="confidential", name="李秀英", contact="13900001111", tell_me=True, person_id=member.pk
    ).complaint
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    inquiry = actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    with pytest.raises(Refused) as found, transaction.atomic():
        actions.seat(inquiry, member, by=bench.officer, on=on)
    assert [one.code for one in found.value.obstacles] == ["not_impartial"]
    for text in ("李秀英反映你泄露隐私。", "来电 139 0000 1111 反映你泄露隐私。"):
        with pytest.raises(Refused) as found, transaction.atomic():
            actions.disclose(inquiry, text=text, by=bench.officer, on=on)
        assert [one.code for one in found.value.obstacles] == ["gives_away"]


def test_who_complained_takes_no_step_for_the_office_under_any_of_her_records(
    accused, offices, bench, act, on
):
    """D22: the signatory of the body that handles it had complained herself; a colleague of hers is not held up."""
    second = someone()
    row = lodge(
        kind="confidential", name="李秀英", contact="13900001111", tell_me=True, person_id=second.pk
    ).complaint
    before = JournalEntry.objects.count()
    hers = act("leader", person=second)
    steps = [
        lambda by: actions.accept(row, by=by, on=on),
        lambda by: actions.extend(row, days=10, reason="证人在外地，须等其返回。", by=by, on=on),
    ]
    for step, by in zip(steps, (act("officer", person=second), hers), strict=True):
        with pytest.raises(Refused) as found, transaction.atomic():
            step(by)
        assert [one.code for one in found.value.obstacles] == ["not_impartial"]
    standing = bench.leader.person_id
    type(second).objects.filter(pk=second.pk).update(merged_into=standing)
    with pytest.raises(Refused) as found, transaction.atomic():
        steps[1](bench.leader)  # the record that complained is hers too
    assert [one.code for one in found.value.obstacles] == ["not_impartial"]
    assert JournalEntry.objects.count() == before
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    actions.open_inquiry(row, plan="查看记录，询问双方。", by=bench.officer, on=on)
    row.refresh_from_db()
    actions.extend(row, days=10, reason="证人在外地，须等其返回。", by=act("leader"), on=on)


def test_a_series_needs_what_was_found_groundless_before_and_another_hand(complaint, bench, on):
    state = lambda: actions.propose_serial(complaint, evidence="此前三件均不成立。", by=bench.officer, on=on)  # noqa: E731
    with pytest.raises(Refused) as found, transaction.atomic():
        state()
    assert [one.code for one in found.value.obstacles] == ["no_series"]
    assert not EarlierComplaint.objects.exists() and complaint.routed_region_code == YANBIAN
