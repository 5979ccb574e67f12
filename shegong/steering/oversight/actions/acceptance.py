"""Acceptance of a sub-plan: applied for with the final summary, materials listed, panel named, people drawn by a seed (N13)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Model

from shegong.ground.accounts.models import Grant
from shegong.ground.people.models import Person
from shegong.kernel import journal, lots
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.drawing import short_seed
from shegong.kernel.refusal import Obstacle, Refused, Stale, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.kernel.walls_acting import lifted
from shegong.steering.oversight.actions.freezing import indicators_of
from shegong.steering.oversight.actions.reports import require_lead
from shegong.steering.oversight.models import (
    Acceptance,
    AcceptanceItem,
    AcceptanceMaterial,
    AcceptanceSample,
    Panelist,
    Report,
)
from shegong.steering.oversight.models.materials import counted_materials
from shegong.steering.oversight.models.report_policies import report_policy
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.acceptance import (
    MATERIALS,
    AcceptanceState,
    draw,
    member_obstacles,
    panel_obstacles,
)
from shegong.steering.oversight.rules.reports import ReportKind
from shegong.steering.programme import actions as programme
from shegong.steering.programme.models import plan
from shegong.steering.programme.models.annual import leads_of
from shegong.steering.programme.rules import SubPlanState
from shegong.steering.statistics.models import SnapshotRow

APPLIED = "oversight.acceptance.apply"


def note(
    row: Acceptance, verb: str, by: Actor, rows: Sequence[Model] = (), *, permission: str = Permission.ACCEPT,
    reason: str = "", gone: Sequence[Model] = (), about: int | None = None,
) -> None:  # fmt: skip
    """The journal's entry of a step."""
    journal.write(
        f"oversight.acceptance.{verb}", by=by, subject=row, rows=[row, *rows], gone=gone, reason=reason,
        facts={"state": row.state, "subplan": row.subplan.number}, about_person_id=about,
        authority=by.authority_for(permission, row.region_code), region_code=row.region_code,
    )  # fmt: skip


def hold(row: Acceptance, *states: AcceptanceState, seen: int | None = None) -> Acceptance:
    """The acceptance under lock, in one of these states. Raises `Stale` when it moved on since it was seen."""
    rows = Acceptance.objects.select_for_update(no_key=True, of=("self",))
    held: Acceptance = rows.select_related("subplan__programme").get(pk=row.pk)
    if seen is not None and held.version != seen:
        raise Stale()
    if held.state not in states:
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    return held


@half
@answers("N13")
@transaction.atomic
def apply_for_acceptance(report: Report, *, by: Actor, on: date) -> Acceptance:
    """The lead applies with its self-assessment: the final summary, submitted, whose frozen figures are judged.

    Makes the checklist and an item for each indicator with a target, and fixes how many people are drawn for each
    (`policy/reports.toml`): before the lot falls, so that nobody fits the number to it. Refuses another report, and a second
    application while one stands.
    """
    require_lead(report.subplan, by, on)
    if report.kind != ReportKind.FINAL or not report.is_handed_in or report.snapshot is None:
        message = N_("Submit the final summary first: it is the self-assessment that the panel reviews.")
        raise Refused(Obstacle("no_self_assessment", message, clause="N13"))
    if Acceptance.objects.filter(subplan=report.subplan).exclude(state=str(AcceptanceState.FAILED)).exists():
        raise Refused(
            Obstacle("applied", N_("This sub-plan has applied for acceptance already."), clause="N13")
        )
    row = Acceptance.objects.create(
        subplan=report.subplan, region_code=report.region_code, report=report, snapshot=report.snapshot,
        title=report.subplan.title, applicant_id=by.person_id, applied_on=on, sample=report_policy(on).sample,
    )  # fmt: skip
    note(row, "apply", by, [*_materials(row), *_items(row)], permission=Permission.REPORT)
    programme.bring_subplan(report.subplan, SubPlanState.CONCLUDED, by=by)
    return row


def _materials(row: Acceptance) -> list[AcceptanceMaterial]:
    counted = counted_materials(row)
    return AcceptanceMaterial.objects.bulk_create(
        AcceptanceMaterial(
            acceptance=row, position=position, key=key, counted=counted.get(key, (None, None))[0],
            wanted=counted.get(key, (None, None))[1],
        )
        for position, (key, _clause, _words) in enumerate(MATERIALS, 1)
    )  # fmt: skip


def _items(row: Acceptance) -> list[AcceptanceItem]:
    """One for each indicator that the snapshot holds for the whole and that has a target."""
    frozen = {
        cell.indicator: cell for cell in row.snapshot.table("term") if cell.region == row.snapshot.region_code
    }
    held = [
        one for one in indicators_of(row.subplan) if one.id in frozen and frozen[one.id].target is not None
    ]
    with lifted("how many rows were frozen behind each figure; nobody is shown"):
        people = {one.id: row.snapshot.rows.filter(indicator=one.id).count() for one in held}
    return AcceptanceItem.objects.bulk_create(
        AcceptanceItem(
            acceptance=row, position=position, indicator=one.id, unit=one.unit, source=frozen[one.id].source,
            value=frozen[one.id].value, target=frozen[one.id].target, enough=one.enough(frozen[one.id].target or 0),
            people=people[one.id],
        )
        for position, one in enumerate(held, 1)
    )  # fmt: skip


@answers("N13")
@transaction.atomic
def name_panelist(
    row: Acceptance, person: Person, *, is_chair: bool = False, by: Actor, on: date
) -> Panelist:
    """Put somebody on the panel. Refuses who acts for the department that leads, and who applied."""
    require(by, Permission.ACCEPT, row.region_code)
    row = hold(row, AcceptanceState.SELF_ASSESSED, AcceptanceState.REVIEWING)
    refuse_if(
        member_obstacles(
            belongs_to_lead=_acts_for_lead(row, person, on), is_applicant=person.pk == row.applicant_id,
            is_member=row.panel.filter(person=person).exists(),
        )
    )  # fmt: skip
    changed: list[Panelist] = []
    if is_chair:
        changed = list(row.panel.filter(is_chair=True))
        row.panel.filter(is_chair=True).update(is_chair=False)
    member = Panelist.objects.create(acceptance=row, person=person, is_chair=is_chair)
    note(row, "name_panelist", by, [member, *changed], about=person.pk)
    return member


def _acts_for_lead(row: Acceptance, person: Person, on: date) -> bool:
    leads = leads_of(row.subplan, on, plan().years)
    return Grant.objects.on(on).filter(person=person, organization__in=list(leads)).exists()


@answers("N13")
@transaction.atomic
def recuse(member: Panelist, *, reason: str, by: Actor, on: date) -> Panelist:
    """A member steps back, or is asked to: with the reason, and stays on record. The member, or who leads the acceptance."""
    row = hold(member.acceptance, AcceptanceState.SELF_ASSESSED, AcceptanceState.REVIEWING)
    if by.person_id != member.person_id:
        require(by, Permission.ACCEPT, row.region_code)
    refuse_if(reason_obstacles(reason))
    member.recused_on, member.recused_why, member.is_chair = on, reason.strip(), False
    member.save(update_fields=["recused_on", "recused_why", "is_chair"])
    note(row, "recuse", by, [member], reason=member.recused_why, about=member.person_id)
    return member


@answers("N13")
@transaction.atomic
def open_review(
    row: Acceptance,
    *,
    seed: str = "",
    by: Actor,
    on: date,
    seen: int | None = None,
) -> Acceptance:
    """Publish the seed, draw the people of each indicator from the frozen rows, and hand the file to the panel.

    The seed is the lot that fell after the application (`kernel.lots`); only where no heads are signed is it named. The figures
    were frozen and the number of people was fixed with the application, so nobody could fit either to the draw. Refuses a
    panel that is too small or without a chair, and a seed that is too short.
    """
    require(by, Permission.ACCEPT, row.region_code)
    row = hold(row, AcceptanceState.SELF_ASSESSED, seen=seen)
    size = (
        row.sample or report_policy(row.applied_on).sample
    )  # applications of before this was fixed hold none
    sitting = list(row.panel.filter(recused_on=None))
    seed = lots.seed_of(row, APPLIED, "N13") if lots.fall() else seed.strip()
    refuse_if(
        short_seed(seed, "N13")
        + panel_obstacles(
            members=len(sitting), chairs=sum(one.is_chair for one in sitting), least=report_policy(on).panel
        )
    )
    row = transition(row, "open_review", seed=seed, sample=size)
    note(row, "open_review", by, _drawn(row, size))
    return row


def _drawn(row: Acceptance, size: int) -> list[AcceptanceSample]:
    """The people drawn of every item, in the order of the draw."""
    made: list[AcceptanceSample] = []
    with lifted(
        "who is drawn is drawn from all rows, whoever opens the review; what is read of it is scoped"
    ):
        for item in row.items.order_by("position"):
            held = dict(
                SnapshotRow.objects.filter(snapshot=row.snapshot_id, indicator=item.indicator).values_list(
                    "person_id", "pk"
                )
            )
            people = draw(held, size, row.seed, row.snapshot.sha, item.indicator)
            places = dict(
                SnapshotRow.objects.filter(pk__in=[held[one] for one in people]).values_list(
                    "person_id", "region_code"
                )
            )
            made += [
                AcceptanceSample(
                    item=item, row_id=held[one], person_id=one, region_code=places[one], position=position
                )
                for position, one in enumerate(people, 1)
            ]
        return AcceptanceSample.objects.bulk_create(made)
