"""After a report went out: received by the leading group with remarks, archived; late facts as a version of their own (N11)."""

from datetime import date

from django.db import transaction

from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.actions.freezing import freeze_subplan
from shegong.steering.oversight.actions.reports import hold, note, require_lead
from shegong.steering.oversight.models import Report
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.reports import HANDED_IN, ReportState
from shegong.steering.statistics.models import Snapshot


@answers("N11")
@transaction.atomic
def receive_report(
    row: Report,
    *,
    remarks: str = "",
    received_on: date | None = None,
    by: Actor,
    on: date,
    seen: int | None = None,
) -> Report:
    """The leading group has it: when, with which remarks. Refuses a day before it was submitted or after today."""
    require(by, Permission.RECEIVE, row.region_code)
    row = hold(row, ReportState.SUBMITTED, seen=seen)
    day = received_on or on
    if not (row.submitted_on or day) <= day <= on:
        message = N_("It was received between the day it was submitted and today.")
        raise Refused(Obstacle("received_on", message, "received_on", "N11"))
    row = transition(row, "receive", received_on=day, receiver_id=by.person_id, remarks=remarks.strip())
    note(row, "receive", by, permission=Permission.RECEIVE)
    return row


@answers("N11")
@transaction.atomic
def archive_report(row: Report, *, by: Actor, on: date, seen: int | None = None) -> Report:
    """Put it to the files, after it was received."""
    require(by, Permission.RECEIVE, row.region_code)
    row = transition(row, "archive", seen=seen)
    note(row, "archive", by, permission=Permission.RECEIVE)
    return row


@answers("N11")
@transaction.atomic
def correct_figures(row: Report, *, reason: str, by: Actor, on: date) -> Snapshot:
    """Late facts after the report went out: freeze its figures anew as a version of their own, with the reason. The report
    and its document keep those they were signed with."""
    require_lead(row.subplan, by, on)
    refuse_if(reason_obstacles(reason))
    if row.state not in HANDED_IN or row.snapshot is None:
        raise Refused(
            Obstacle("not_submitted", N_("This report was not submitted: change it instead."), clause="N11")
        )
    newest = row.snapshot
    while (later := Snapshot.objects.filter(supersedes=newest).first()) is not None:
        newest = later
    made = freeze_subplan(
        row.subplan,
        title=newest.title,
        as_of=row.as_of,
        year=row.year,
        supersedes=newest,
        reason=reason,
        by=by,
        on=on,
    )
    note(row, "correct_figures", by, reason=reason.strip())
    return made
