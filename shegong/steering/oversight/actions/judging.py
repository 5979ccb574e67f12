"""What the panel does: looks at the materials, opens and checks each person drawn, judges each indicator (N13)."""

from datetime import date

from django.db import transaction
from django.db.models import F

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import Folder
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.steering.oversight.actions.acceptance import hold, note
from shegong.steering.oversight.actions.reports import require_lead
from shegong.steering.oversight.models import Acceptance, AcceptanceItem, AcceptanceMaterial, AcceptanceSample
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.acceptance import AcceptanceState, Result, verdict_obstacles

OPEN = (AcceptanceState.SELF_ASSESSED, AcceptanceState.REVIEWING, AcceptanceState.RECTIFYING)


def require_panelist(row: Acceptance, by: Actor) -> None:
    """Refuse who does not sit on the panel, or was recused."""
    require(by, Permission.VERIFY, row.region_code)
    if not row.panel.filter(person=by.person_id, recused_on=None).exists():
        raise Refused(
            Obstacle("not_on_panel", N_("You do not sit on the panel of this acceptance."), clause="N13")
        )


@answers("N13")
@transaction.atomic
def add_material(
    material: AcceptanceMaterial, *, content: bytes, filename: str, by: Actor, on: date
) -> AcceptanceMaterial:
    """The lead lays a paper before the panel; once a paper came, the line is looked at anew."""
    row = hold(material.acceptance, *OPEN)
    require_lead(row.subplan, by, on)
    folder = material.folder or documents.open_folder(title=row.title[:80], by=by, on=on)
    documents.add_paper(
        Folder.objects.get(pk=folder.pk), kind="evidence", content=content, filename=filename, by=by, on=on
    )
    material.folder, material.found = folder, None
    material.save(update_fields=["folder", "found"])
    note(row, "add_material", by, [material], permission=Permission.REPORT)
    return material


@answers("N13")
@transaction.atomic
def check_material(
    material: AcceptanceMaterial, *, found: bool, remark: str = "", by: Actor, on: date
) -> AcceptanceMaterial:
    """A member says whether a line of the checklist is there and in order; if not, why."""
    row = hold(material.acceptance, AcceptanceState.REVIEWING, AcceptanceState.RECTIFYING)
    require_panelist(row, by)
    refuse_if([] if found else reason_obstacles(remark, "remark"))
    material.found, material.note, material.checker_id = found, remark.strip(), by.person_id
    material.save(update_fields=["found", "note", "checker"])
    note(row, "check_material", by, [material], permission=Permission.VERIFY)
    return material


@answers("N13")
@transaction.atomic
def open_sample(sample: AcceptanceSample, *, by: Actor, on: date) -> AcceptanceSample:
    """A member opens the record of somebody drawn: that is written down, with whose it was."""
    row = hold(sample.item.acceptance, *AcceptanceState)
    require_panelist(row, by)
    note(row, "open_sample", by, permission=Permission.VERIFY, about=sample.person_id)
    return sample


@answers("N13")
@transaction.atomic
def check_sample(
    sample: AcceptanceSample, *, result: str, remark: str = "", by: Actor, on: date
) -> AcceptanceSample:
    """What person, papers and dates say of a frozen row; unless they prove it, in words what is missing."""
    row = hold(sample.item.acceptance, AcceptanceState.REVIEWING, AcceptanceState.RECTIFYING)
    require_panelist(row, by)
    if result not in set(Result):
        raise Refused(Obstacle("result", N_("Choose what you found."), "result", "N13"))
    refuse_if([] if result == Result.PROVED else reason_obstacles(remark, "remark"))
    sample.result, sample.note = result, remark.strip()
    sample.checker_id, sample.checked_on = by.person_id, on
    sample.save(update_fields=["result", "note", "checker", "checked_on"])
    note(row, "check_sample", by, [sample], permission=Permission.VERIFY, about=sample.person_id)
    return sample


@answers("N13")
@transaction.atomic
def judge_item(
    item: AcceptanceItem, *, verdict: str, grounds: str, by: Actor, on: date, seen: int | None = None
) -> AcceptanceItem:
    """The panel's word on an indicator, with its grounds, after the whole sample. It may be judged anew until concluded."""
    row = hold(item.acceptance, AcceptanceState.REVIEWING, AcceptanceState.RECTIFYING)
    require_panelist(row, by)
    results = list(item.samples.values_list("result", flat=True))
    refuse_if(verdict_obstacles(verdict, grounds, value=item.value, enough=item.enough, results=results))
    rows = AcceptanceItem.objects.filter(pk=item.pk, version=item.version if seen is None else seen)
    changed = rows.update(
        verdict=verdict,
        grounds=grounds.strip(),
        judge_id=by.person_id,
        judged_on=on,
        version=F("version") + 1,
    )
    if not changed:
        raise Stale()
    item.refresh_from_db()
    note(row, "judge_item", by, [item], permission=Permission.VERIFY)
    return item
