"""Acceptance: applied for, people drawn by a published seed, each checked, indicators judged, concluded, followed up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shegong.ground.documents import actions as documents
from shegong.ground.tasks.models import Task
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.steering.oversight import actions
from shegong.steering.oversight.actions.acceptance import APPLIED
from shegong.steering.oversight.models import AcceptanceItem, AcceptanceSample
from shegong.steering.oversight.rules.acceptance import draw
from shegong.steering.programme.models import figure

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N13")]
JILIN, BAICHENG, DAAN = 220000000, 220800000, 220882000
SEED = "双色球2014001期 03 09 12 17 25 31"


def codes(refused):
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.fixture
def summary(world, author, reviewer, head, group, people_of_baicheng, words):
    row = actions.draft_report(subplan=world.subplan, kind="final", by=author.actor, on=today())
    texts = {**words, "effects": "基层社会工作力量明显增强，群众满意。"}
    row = actions.write_report(row, texts=texts, by=author.actor, on=today())
    row = actions.review_report(row, by=reviewer.actor, on=today())
    row = actions.sign_report(row, by=author.actor, on=today())
    documents.sign(row.document, by=head.actor, on=today())
    return actions.submit_report(row, by=author.actor, on=today())


@pytest.fixture
def applied(summary, author):
    return actions.apply_for_acceptance(summary, by=author.actor, on=today())


@pytest.fixture
def panel(make_officer, world):
    return [
        make_officer("acceptance_panel", body=world.talent, name=name) for name in ("钱学文", "吴敏", "郑刚")
    ]


@pytest.fixture
def reviewing(applied, panel, coordinator):
    for order, member in enumerate(panel):
        actions.name_panelist(applied, member.person, is_chair=order == 0, by=coordinator.actor, on=today())
    return actions.open_review(applied, seed=SEED, by=coordinator.actor, on=today())


@pytest.fixture
def judged(reviewing, panel):
    """Everything looked at: the graduates hired miss their target, the rest is as good as its figure."""
    member = panel[1].actor
    for material in reviewing.materials.all():
        actions.check_material(material, found=True, by=member, on=today())
    for sample in AcceptanceSample.objects.filter(item__acceptance=reviewing):
        actions.check_sample(sample, result="proved", by=member, on=today())
    for item in reviewing.items.all():
        met = item.value is not None and item.value >= item.enough
        actions.judge_item(
            item, verdict="met" if met else "not_met", grounds="逐人核对材料", by=member, on=today()
        )
    return reviewing


def state_of(subplan):
    return type(subplan).objects.values_list("state", flat=True).get(pk=subplan.pk)


def test_the_lead_applies_with_its_final_summary_and_an_item_for_each_target(applied):
    assert applied.materials.count() == 7
    assert applied.sample == 10, "how many are drawn is fixed before the lot can fall"
    item = applied.items.get(indicator="K-T1")
    assert (item.value, item.target, item.people) == (122, 3000, 12)
    assert applied.items.get(indicator="K-T2.1").enough == 900  # 左右: ten percent less is enough


def test_without_a_submitted_summary_nobody_applies_and_nobody_twice(world, author, summary):
    other = actions.draft_report(
        subplan=world.subplan, kind="year_end", year=2012, by=author.actor, on=today()
    )
    with pytest.raises(Refused) as refused:
        actions.apply_for_acceptance(other, by=author.actor, on=today())
    assert codes(refused) == ["no_self_assessment"]
    actions.apply_for_acceptance(summary, by=author.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.apply_for_acceptance(summary, by=author.actor, on=today())
    assert codes(refused) == ["applied"]


def test_nobody_of_the_leading_department_sits_on_the_panel(applied, reviewer, author, coordinator):
    for person in (reviewer.person, author.person):
        with pytest.raises(Refused) as refused:
            actions.name_panelist(applied, person, by=coordinator.actor, on=today())
        assert codes(refused) == ["panel_own"]


def test_a_review_needs_its_panel_and_who_is_recused_does_not_count(applied, panel, coordinator):
    members = [
        actions.name_panelist(applied, one.person, is_chair=n == 0, by=coordinator.actor, on=today())
        for n, one in enumerate(panel)
    ]
    actions.recuse(members[2], reason="曾在大安任职", by=panel[2].actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.open_review(applied, seed=SEED, by=coordinator.actor, on=today())
    assert codes(refused) == ["panel_small"]


def test_the_people_drawn_are_those_that_anybody_draws_from_seed_and_rows(reviewing, people_of_baicheng):
    item = reviewing.items.get(indicator="K-T1")
    drawn = list(item.samples.order_by("position").values_list("person_id", flat=True))
    assert drawn == draw([p.pk for p in people_of_baicheng], 10, SEED, reviewing.snapshot.sha, "K-T1")
    assert all(sample.row.indicator == "K-T1" for sample in item.samples.all())


def test_opening_the_record_of_somebody_drawn_is_written_down_with_whose_it_was(
    reviewing, panel, coordinator
):
    sample = AcceptanceSample.objects.filter(item__acceptance=reviewing).first()
    actions.open_sample(sample, by=panel[0].actor, on=today())
    entry = JournalEntry.objects.filter(verb="oversight.acceptance.open_sample").latest("seq")
    assert (entry.about_person_id, entry.person_id) == (sample.person_id, panel[0].person.pk)
    with pytest.raises(Refused):
        actions.open_sample(sample, by=coordinator.actor, on=today())


def test_a_verdict_waits_for_the_whole_sample_and_what_is_not_proved_says_why(reviewing, panel):
    item, member = reviewing.items.get(indicator="K-T1"), panel[1].actor
    with pytest.raises(Refused) as refused:
        actions.judge_item(item, verdict="partly", grounds="抽样核对", by=member, on=today())
    assert codes(refused) == ["sample_open"]
    with pytest.raises(Refused) as refused:
        actions.check_sample(item.samples.first(), result="no_evidence", by=member, on=today())
    assert codes(refused) == ["reason_short"]
    for sample in item.samples.all():
        actions.check_sample(sample, result="proved", by=member, on=today())
    with pytest.raises(Refused) as refused:
        actions.judge_item(item, verdict="met", grounds="抽样核对", by=member, on=today())
    assert codes(refused) == ["value_short"]
    assert (
        actions.judge_item(item, verdict="not_met", grounds="实际122人", by=member, on=today()).verdict
        == "not_met"
    )


def test_who_is_recused_judges_no_more(reviewing, panel, coordinator):
    member = reviewing.panel.get(person=panel[2].person)
    actions.recuse(member, reason="曾在大安任职", by=coordinator.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.check_material(reviewing.materials.first(), found=True, by=panel[2].actor, on=today())
    assert codes(refused) == ["not_on_panel"]


def test_what_is_not_met_does_not_pass_but_is_put_right_by_a_day_as_a_task_of_the_lead(
    judged, coordinator, world
):
    with pytest.raises(Refused) as refused:
        actions.conclude(judged, state="passed", grounds="专家组意见", by=coordinator.actor, on=today())
    assert codes(refused) == ["not_all_met"]
    due = today() + timedelta(days=60)
    row = actions.conclude(
        judged, state="rectifying", grounds="补齐选聘人数", due_on=due, by=coordinator.actor, on=today()
    )
    task = Task.objects.get(pk=row.task_id)
    assert (task.responsible_id, task.due_on, task.state) == (world.offices[JILIN].pk, due, "assigned")
    AcceptanceItem.objects.filter(acceptance=row).update(verdict="met")
    assert state_of(row.subplan) == "concluded"
    row = actions.conclude(row, state="passed_after", grounds="整改到位", by=coordinator.actor, on=today())
    assert state_of(row.subplan) == "accepted"
    assert row.state == "passed_after" and row.concluded_on == today()


def test_a_failed_acceptance_gets_its_document_and_the_lead_may_apply_again(
    judged, coordinator, author, leader, summary
):
    row = actions.conclude(judged, state="failed", grounds="多数指标未达标", by=coordinator.actor, on=today())
    assert state_of(row.subplan) == "in_progress"
    row = actions.certify(row, by=coordinator.actor, on=today())
    assert SEED in row.document.body and row.snapshot.sha[:16] in row.document.body
    documents.sign(row.document, by=leader.actor, on=today())
    documents.issue(row.document, by=coordinator.actor, on=today())
    assert actions.apply_for_acceptance(summary, by=author.actor, on=today()).pk != row.pk


def test_the_plan_counts_reports_received_and_acceptances_passed(judged, coordinator, summary):
    before = figure("K-N13", on=today())
    AcceptanceItem.objects.filter(acceptance=judged).update(verdict="met")
    actions.conclude(judged, state="passed", grounds="全部达标", by=coordinator.actor, on=today())
    assert figure("K-N13", on=today()).counted in (before.counted, 1)


@pytest.fixture
def heads(settings):
    """The journal's heads are signed and kept; `heads(size)` signs one."""
    settings.CHECKPOINTS = ["/outside/one", "/outside/two"]

    def sign(size):
        return Checkpoint.objects.create(
            size=size, algorithm="sha256", root=bytes([size % 251]) * 32, chain=b"", at=timezone.now(), origin="example/one",
            kid="k", alg="EdDSA", signature=b"",
        )  # fmt: skip

    sign(1)
    return sign


def test_who_is_drawn_is_decided_by_the_head_that_was_signed_after_the_application(
    heads, applied, panel, coordinator
):
    for order, member in enumerate(panel):
        actions.name_panelist(applied, member.person, is_chair=order == 0, by=coordinator.actor, on=today())
    said = JournalEntry.objects.get(subject_kind="oversight.acceptance", subject_id=applied.pk, verb=APPLIED)
    heads(said.seq - 1)
    with pytest.raises(Refused) as refused:
        actions.open_review(applied, seed="my lucky number", by=coordinator.actor, on=today())
    assert [one.code for one in refused.value.obstacles] == ["no_lot_yet"]
    first = heads(said.seq + 1)
    heads(said.seq + 2)
    row = actions.open_review(applied, seed="my lucky number", by=coordinator.actor, on=today())
    assert row.seed == bytes(first.root).hex(), (
        "the first head that holds the application, whatever somebody typed"
    )


def test_no_page_asks_for_a_seed_where_lots_fall(heads, applied, coordinator):
    page = coordinator.browser.get(f"/office/acceptance/{applied.pk}/").content.decode()
    assert 'name="seed"' not in page and 'name="sample"' not in page and "任何人都无法选择" in page
