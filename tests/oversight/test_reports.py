"""A year-end report is drafted from figures, reviewed and signed by others, submitted with frozen figures, received, archived."""

from datetime import date

import pytest

from shegong.ground.accounts.models import Grant
from shegong.ground.documents import actions as documents
from shegong.ground.documents.rules.body import blocks
from shegong.ground.people.models import Person
from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.report_text import behind_by_unit, proposals
from shegong.steering.oversight.actions.report_warnings import warn_on
from shegong.steering.programme.models import EnteredPerson, HandValue
from shegong.steering.statistics import actions as statistics
from shegong.steering.statistics.models import Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N11")]
AS_OF = date(2012, 12, 31)
JILIN, BAICHENG, DAAN = 220000000, 220800000, 220882000


def codes(refused):
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.fixture
def draft(world, author, figures_of_2012, group, words):
    row = actions.draft_report(subplan=world.subplan, kind="year_end", year=2012, by=author.actor, on=today())
    return actions.write_report(row, texts=words, by=author.actor, on=today())


@pytest.fixture
def signing(draft, author, reviewer):
    reviewed = actions.review_report(draft, by=reviewer.actor, on=today())
    return actions.sign_report(reviewed, by=author.actor, on=today())


@pytest.fixture
def submitted(signing, author, head):
    documents.sign(signing.document, by=head.actor, on=today())
    return actions.submit_report(signing, by=author.actor, on=today())


def test_a_report_is_of_the_end_of_its_year_and_due_then(draft, world, author):
    assert (draft.as_of, draft.due_on, draft.is_late(today())) == (AS_OF, AS_OF, True)
    again = actions.draft_report(
        subplan=world.subplan, kind="year_end", year=2012, by=author.actor, on=today()
    )
    assert again.pk == draft.pk


def test_proposed_sentences_name_what_is_behind_and_the_units(draft):
    said = "".join(proposals(draft))
    assert behind_by_unit(draft)["K-T1"] == [("白城市", 88)]
    assert "白城市(88)" in said


def test_only_the_body_that_leads_reports(world, draft, make_officer, words):
    other = make_officer("subplan_lead", body=world.talent)
    with pytest.raises(Refused) as refused:
        actions.write_report(draft, texts=words, by=other.actor, on=today())
    assert codes(refused) == ["not_the_lead"]


def test_the_author_does_not_review_and_no_section_stays_empty(draft, author, reviewer):
    with pytest.raises(Refused) as refused:
        actions.review_report(draft, by=author.actor, on=today())
    assert codes(refused) == ["four_eyes"]
    short = actions.write_report(draft, texts={"next": ""}, by=author.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.review_report(short, by=reviewer.actor, on=today())
    assert codes(refused) == ["section_short"]


def test_signing_freezes_the_figures_and_makes_the_document(signing):
    assert signing.snapshot.as_of == AS_OF and statistics.verdict(signing.snapshot).holds
    assert signing.snapshot.value("K-T1", BAICHENG, 2012) == 12
    kinds = [block.kind for block in blocks(signing.document.body)]
    assert "table" in kinds and signing.snapshot.sha[:16] in signing.document.body


def test_people_named_behind_an_entered_figure_are_frozen_with_it(draft, author, reviewer):
    value, person = HandValue.objects.get(region=BAICHENG), Person.objects.first()
    EnteredPerson.objects.create(value=value, person=person, region_code=BAICHENG, on=date(2012, 7, 1))
    reviewed = actions.review_report(draft, by=reviewer.actor, on=today())
    row = actions.sign_report(reviewed, by=author.actor, on=today())
    assert list(row.snapshot.rows.filter(indicator="K-T1").values_list("person_id", flat=True)) == [person.pk]


def test_it_is_submitted_only_when_another_has_signed(signing, author):
    with pytest.raises(Refused) as refused:
        actions.submit_report(signing, by=author.actor, on=today())
    assert codes(refused) == ["not_signed"]


def test_submitted_received_with_remarks_and_archived(submitted, coordinator, author):
    assert submitted.document.is_issued and submitted.is_handed_in
    with pytest.raises(Refused):
        actions.receive_report(submitted, by=author.actor, on=today())
    row = actions.receive_report(
        submitted, remarks="已阅。请抓紧补齐白城短板。", by=coordinator.actor, on=today()
    )
    assert (row.state, row.received_on) == ("received", today())
    assert actions.archive_report(row, by=coordinator.actor, on=today()).state == "archived"


def test_taken_back_it_can_be_changed_and_freezes_a_new_version_with_its_reason(signing, author, reviewer):
    first = signing.snapshot
    row = actions.take_report_back(signing, reason="数字有误，需核实", by=author.actor, on=today())
    row = actions.review_report(row, by=reviewer.actor, on=today())
    row = actions.sign_report(row, by=author.actor, on=today())
    assert row.snapshot.supersedes == first and row.snapshot.version == 2 and row.snapshot.reason


def test_late_facts_make_a_new_version_and_the_report_keeps_its_own(submitted, author):
    HandValue.objects.filter(region=BAICHENG).update(amount=15)
    made = actions.correct_figures(submitted, reason="白城市迟报三人", by=author.actor, on=today())
    submitted.refresh_from_db()
    assert made.supersedes_id == submitted.snapshot_id
    assert (made.value("K-T1", BAICHENG, 2012), submitted.snapshot.value("K-T1", BAICHENG, 2012)) == (15, 12)
    assert Snapshot.objects.standing().count() == 1


@pytest.mark.clause("S2013.e")
def test_the_final_summary_is_of_the_whole_term(world, author):
    row = actions.draft_report(subplan=world.subplan, kind="final", by=author.actor, on=today())
    assert (row.year, row.as_of, row.due_on) == (None, date(2013, 12, 31), date(2014, 3, 31))


def test_whoever_writes_is_told_from_december_on_every_few_days_and_again_when_it_is_late(
    world, author, reviewer
):
    Grant.objects.update(during=days(date(2012, 1, 1)))  # they held their roles then
    assert warn_on(date(2012, 11, 30)) == warn_on(date(2013, 5, 31)) == 0
    assert warn_on(date(2012, 12, 1)) == 2  # both who may report for the lead
    assert warn_on(date(2012, 12, 2)) == 0
    assert warn_on(date(2013, 1, 4)) == 2
    assert Message.objects.filter(kind="oversight.report_late", person_id=author.person.pk).count() == 1
