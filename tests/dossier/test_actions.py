"""Two records of one human: found, proposed by one, merged by another, told, and parted again when it was wrong."""

import pytest
from django.core.management import CommandError, call_command

from shegong.config.demo.cast import Cast
from shegong.config.demo.doubles import make_doubles
from shegong.duties.registry.actions import moving as registry_moving
from shegong.ground.people.models import Identity, Person, PersonName, Tie
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.steering.dossier import actions
from shegong.steering.dossier.models import DuplicateCase, MovedRow

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]


def unexplained():
    """What the journal does not explain, but for the offices that the fixtures put there."""
    return [str(f) for f in audit.verify() if not f.where.startswith(("regions_", "organizations_"))]


def codes(refused):
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.fixture
def case(pair):
    actions.look(None, today())
    return DuplicateCase.objects.get()


@pytest.fixture
def merged(case, pair, first, second):
    actions.propose(case, wish="merge", keep=pair[0], reason="同一人两次填报", by=first.actor, on=today())
    return actions.merge(case, by=second.actor, on=today())


def test_the_nightly_look_finds_the_pair_with_its_reasons(case, pair):
    assert (case.first, case.second, case.state) == (*pair, "found")
    assert {r.code for r in case.reasons.all()} == {"name_birth", "number_near", "numbers_differ"}
    assert actions.look(None, today()) == 1
    assert DuplicateCase.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_proposes_and_another_merges_in_one_transaction(merged, pair, second):
    kept, gone = pair
    gone.refresh_from_db()
    assert (merged.state, merged.decider_id, gone.merged_into_id) == ("merged", second.person.pk, kept.pk)
    assert Tie.objects.holding().filter(person=gone).count() == 0
    assert Message.objects.inbox(kept.pk).first().kind == "dossier.merged"
    assert unexplained() == []


def test_of_what_one_human_has_once_the_kept_records_stands_and_the_other_stays_readable(merged, pair):
    kept, gone = pair
    assert Identity.objects.get(person=gone).masked and Identity.objects.get(person=kept).masked
    assert PersonName.objects.standing().get(person=kept).name == "金美玉"


def test_whoever_proposed_does_not_decide(case, pair, first):
    actions.propose(case, wish="merge", keep=pair[0], reason="同一人两次填报", by=first.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.merge(case, by=first.actor, on=today())
    assert codes(refused) == ["four_eyes"]


@pytest.mark.django_db(transaction=True)
def test_parting_puts_back_what_was_moved_and_the_journal_explains_every_row(merged, pair, first, second):
    kept, gone = pair
    actions.propose_undo(merged, reason="是双胞胎，两个人", by=first.actor, on=today())
    actions.undo(merged, by=second.actor, on=today())
    gone.refresh_from_db()
    assert gone.merged_into_id is None
    assert Tie.objects.holding().filter(person=gone).count() == 1
    assert MovedRow.objects.filter(put_back_at=None).count() == 0
    assert unexplained() == []
    assert Person.objects.visible_to(SYSTEM, "x").filter(pk=kept.pk).exists()


def test_one_at_the_command_line_is_neither_of_the_two_who_merge_or_part(case, pair, first, second):
    case_, keep = f"case={case.pk}", f"keep={pair[0].token}"
    for action, more in (
        ("propose", ["wish=merge", keep, "reason=电话核实为同一人"]),
        ("merge", []),
        ("propose_undo", ["reason=是双胞胎"]),
        ("undo", []),
    ):
        with pytest.raises(CommandError, match="not done at the shell"):
            call_command("act", f"dossier.{action}", case_, *more, "--as", first.user.username)
    case.refresh_from_db()
    assert case.state == "found"


def test_a_county_officer_changes_no_case_at_the_command_line(case, make_officer):
    with pytest.raises(CommandError):
        call_command(
            "act", "dossier.withdraw", f"case={case.pk}", "--as", make_officer(222401000).user.username
        )


def test_an_inner_move_cannot_be_called_alone(pair, first):
    with pytest.raises(CommandError):
        call_command(
            "act",
            "people.move_person",
            f"from_={pair[1].token}",
            f"to={pair[0].token}",
            "--as",
            first.user.username,
        )
    with pytest.raises(Refused, match="two people"):
        registry_moving.move_person(pair[1], pair[0], by=SYSTEM, on=today())


def test_the_demo_world_holds_two_likely_duplicates(offices, first):
    make_doubles(Cast(1), 222401000, today())
    found = {case.pk: {reason.code for reason in case.reasons.all()} for case in DuplicateCase.objects.all()}
    assert len(found) == 2
    assert {"name_birth", "number_near", "phone"} <= set.union(*found.values())
    assert any({"phone", "passport", "variant"} <= reasons for reasons in found.values())
    assert DuplicateCase.objects.visible_to(first.actor, "dossier.propose_merge").count() == 2
