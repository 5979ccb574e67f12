"""What the team sees at a body: each point of the checklist, findings with papers, rectifications as tasks (N12)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from shegong.ground.documents import actions as documents
from shegong.ground.tasks import actions as tasks
from shegong.ground.tasks.actions.taking_part import acts_for
from shegong.ground.tasks.models import Task
from shegong.ground.tasks.rules import Kind
from shegong.ground.tasks.rules import Permission as TaskPermission
from shegong.kernel.access import SYSTEM, Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.steering.oversight.actions.inspections import write
from shegong.steering.oversight.models import Checked, Finding, InspectedBody
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.inspection import InspectionState, Verdict

PAPER = "finding"


def require_inspector(body: InspectedBody, by: Actor) -> None:
    """Refuse whoever is neither of the team nor in charge of the inspection, and an inspection that does not run."""
    row = body.inspection
    if row.state != InspectionState.RUNNING:
        raise Refused(Obstacle("not_running", N_("The inspection is not under way."), clause="N12"))
    if by.person_id is not None and row.team.filter(person=by.person_id).exists():
        return
    require(by, Permission.DISPATCH, row.region_code)


@answers("N12")
@transaction.atomic
def check_points(
    body: InspectedBody, *, verdicts: Mapping[int, tuple[str, str]], by: Actor, on: date
) -> list[Checked]:
    """Record (verdict, note) of points at a body. What is not met needs a note."""
    require_inspector(body, by)
    known = set(body.inspection.points.values_list("pk", flat=True))
    refuse_if([o for pk, (verdict, note) in verdicts.items() for o in _obstacles(pk, verdict, note, known)])
    rows = [
        Checked.objects.update_or_create(
            body=body,
            point_id=pk,
            defaults={"verdict": verdict, "note": note.strip(), "checker_id": by.person_id},
        )[0]
        for pk, (verdict, note) in verdicts.items()
    ]
    InspectedBody.objects.filter(pk=body.pk, visited_on=None).update(visited_on=on)
    body.refresh_from_db(fields=["visited_on"])
    write(body.inspection, "check", by, [body, *rows])
    return rows


def _obstacles(pk: int, verdict: str, note: str, known: set[int]) -> list[Obstacle]:
    if pk not in known or verdict not in set(Verdict):
        return [Obstacle("verdict", N_("Choose what you found."), f"verdict_{pk}", "N12")]
    if verdict in (Verdict.NOT_MET, Verdict.PARTLY) and not note.strip():
        return [Obstacle("verdict_note", N_("Say what is missing."), f"note_{pk}", "N12")]
    return []


@answers("N12")
@transaction.atomic
def add_finding(
    body: InspectedBody, *, text: str, clause: str = "", papers: Sequence[tuple[str, bytes]] = (),
    due_on: date | None = None, by: Actor, on: date,
) -> Finding:  # fmt: skip
    """Record something found, with papers as evidence; with a deadline it becomes a task that the body has to put right."""
    require_inspector(body, by)
    refuse_if(reason_obstacles(text, "text"))
    folder = documents.open_folder(title=body.inspection.title[:80], by=by, on=on) if papers else None
    for filename, content in papers:
        documents.add_paper(folder, kind=PAPER, content=content, filename=filename, by=by, on=on)
    row = Finding.objects.create(
        body=body, clause=clause, text=text.strip(), folder=folder, finder_id=by.person_id, found_on=on
    )
    if due_on is not None:
        row.task = _rectify(row, due_on, by, on)
        row.save(update_fields=["task"])
    write(body.inspection, "find", by, [row])
    return row


def _rectify(row: Finding, due_on: date, by: Actor, on: date) -> Task:
    inspection = row.body.inspection
    # Inspectors come from several bodies; the task is of the one that inspects. Who found it says the finding.
    by = by if acts_for(by, TaskPermission.ASSIGN, inspection.issuer) else SYSTEM
    task = tasks.draft(
        kind=Kind.RECTIFY, title=inspection.title, detail=row.text, issuer=inspection.issuer,
        responsible=row.body.organization, region_code=row.body.region_code, due_on=due_on,
        origin=f"oversight.finding:{row.pk}", by=by, on=on,
    )  # fmt: skip
    return tasks.assign(task, by=by, on=on)
