"""Suspension for the time of an inquiry: proposed by an investigator, signed by another, reviewed or over (peers.md 22)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from shegong.duties.conduct.actions.claiming import claim, investigates
from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.models import Complaint
from shegong.duties.conduct.models.inquiry import Inquiry, Interim
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.sides import parts_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import interim_obstacles, review_due
from shegong.duties.conduct.rules.recusal import decider_obstacles
from shegong.duties.conduct.telling import tell_respondent
from shegong.duties.registry.actions import impose_suspension, shorten_suspension
from shegong.ground.people.models import surviving
from shegong.kernel.access import SYSTEM, Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.jobs import at_start, job
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import last_day
from shegong.kernel.text import N_

ORIGIN = "conduct.interim"
QUIET = ("decided", "withdrawn", "transferred")  # another word says it
OVER = Obstacle("interim_over", N_("This interim measure is over."))


@half
@answers("T4.2.f")
@transaction.atomic
def propose_interim(inquiry: Inquiry, *, start: date, end: date, ground: str, by: Actor, on: date) -> Interim:
    """Propose to suspend for the time of the inquiry; nothing happens until another signs. `ground` is a code of policy."""
    claim(inquiry.complaint, Permission.INVESTIGATE, by=by, on=on)
    investigates(inquiry, by)
    policy = sanction_policy(on)
    known = policy.ground(ground)
    found = interim_obstacles(start=start, end=end, on=on, most_days=policy.interim_most_days)
    if known is None:
        found.append(Obstacle("ground_needed", N_("Name the ground of the decision."), "ground"))
    if inquiry.respondent_id is None or inquiry.heard_on is not None:
        found.append(
            Obstacle("interim_late", N_("An interim measure needs a respondent and an inquiry that runs."))
        )
    if Interim.objects.filter(inquiry__complaint=inquiry.complaint_id, ended_on__isnull=True).exists():
        found.append(Obstacle("interim_there", N_("There is an interim measure already.")))
    refuse_if(found)
    made = Interim.objects.create(
        inquiry=inquiry, starts_on=start, ends_on=end, ground=ground, proposer_id=by.person_id
    )
    write("conduct.interim.propose", inquiry, by=by, rows=[made])
    return made


@half
@answers("T4.2.f")
@transaction.atomic
def sign_interim(interim: Interim, *, by: Actor, on: date) -> Interim:
    """Another person orders it: the registration is suspended at once. Refuses the proposer and who investigates."""
    interim = _taken(interim, by, on)
    inquiry = interim.inquiry
    parts = parts_of(inquiry.complaint, inquiry)
    found = decider_obstacles(by.person_id, parts, interim.proposer_id)
    if interim.signed_on is not None:
        found.append(Obstacle("signed_before", N_("This has been signed.")))
    if interim.ends_on <= on:
        found.append(OVER)
    refuse_if(found)
    policy = sanction_policy(on)
    start = max(interim.starts_on, on)
    due = review_due(start, interim.ends_on, policy.interim_review_days)
    respondent = inquiry.respondent
    assert respondent is not None
    ground = policy.ground(interim.ground)
    restriction = impose_suspension(
        surviving(respondent), start=start, end=interim.ends_on, ground=ground.title.zh if ground else interim.ground,
        origin=(ORIGIN, interim.pk), by=by, on=on,
    )  # fmt: skip
    Interim.objects.filter(pk=interim.pk).update(
        restriction=restriction, signer_id=by.person_id, signed_on=on, review_due=due, starts_on=start
    )
    interim.refresh_from_db()
    last = last_day(restriction.during)
    tell_respondent(inquiry, "interim", on=on, last=last.isoformat() if last else "", review=due.isoformat())
    write("conduct.interim.sign", inquiry, by=by, rows=[interim], about=inquiry.respondent_id)
    return interim


@half
@answers("T4.2.f")
@transaction.atomic
def review_interim(interim: Interim, *, keep: bool, by: Actor, on: date) -> Interim:
    """The review that must come: the measure goes on to its end with a new day of review, or it ends today."""
    interim = _taken(interim, by, on)
    if interim.signed_on is None or interim.ended_on is not None:
        raise Refused(OVER)
    if not keep:
        return end_interim(interim, why="reviewed", by=by, on=on)
    due = review_due(on, interim.ends_on, sanction_policy(on).interim_review_days)
    Interim.objects.filter(pk=interim.pk).update(reviewed_on=on, review_due=due)
    interim.refresh_from_db()
    write(
        "conduct.interim.review", interim.inquiry, by=by, rows=[interim], about=interim.inquiry.respondent_id
    )
    return interim


def end_interim(interim: Interim, *, why: str, by: Actor, on: date) -> Interim:
    """End it today and lift the suspension; the caller has asked. `why`: reviewed, not_reviewed, not_signed, term, decided,
    withdrawn, transferred."""
    restriction = interim.restriction
    still = restriction is not None and restriction.during.upper > on
    if restriction is not None and still:
        shorten_suspension(
            restriction, end=max(on, restriction.during.lower), origin=(ORIGIN, interim.pk), by=by, on=on
        )
    Interim.objects.filter(pk=interim.pk, ended_on__isnull=True).update(ended_on=on, ended_why=why)
    interim.refresh_from_db()
    inquiry = interim.inquiry
    if restriction is not None and why not in QUIET:
        tell_respondent(inquiry, "interim_ended", on=on, day=on.isoformat())
    write(
        "conduct.interim.end", inquiry, by=by, rows=[interim], facts={"why": why}, about=inquiry.respondent_id
    )
    return interim


def end_interims(complaint: Complaint, *, why: str, by: Actor, on: date) -> None:
    """End whatever interim measure runs in a case, of whichever round; the caller has asked."""
    rows = Interim.objects.filter(inquiry__complaint=complaint, ended_on__isnull=True)
    for row in rows.select_related("restriction", "inquiry"):
        end_interim(row, why=why, by=by, on=on)


@at_start
@job("conduct.interims", cron="20 16 * * *")
def end_unreviewed(every: bool = False) -> int:
    """After midnight in China: an interim measure whose review did not come by its day is over, and so is one at its end;
    proposals that nobody signed before their start lapse. How many."""
    on, ended = timezone.localdate(), 0
    for row in Interim.objects.filter(ended_on__isnull=True).select_related("restriction", "inquiry"):
        if row.ends_on <= on:
            why = "term" if row.signed_on else "not_signed"
        elif row.review_due is not None and row.review_due < on:
            why = "not_reviewed"
        else:
            continue
        with transaction.atomic():
            end_interim(row, why=why, by=SYSTEM, on=on)
        ended += 1
    return ended


def _taken(interim: Interim, by: Actor, on: date) -> Interim:
    claim(interim.inquiry.complaint, Permission.PUBLISH, by=by, on=on)
    return (
        Interim.objects.select_for_update(of=("self",))
        .select_related("restriction", "inquiry")
        .get(pk=interim.pk)
    )
