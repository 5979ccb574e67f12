"""The panel: seats and recusals, the hearing, votes of which more than half must agree."""

from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions.claiming import claim, investigates
from shegong.duties.conduct.actions.guarding import partial_obstacles
from shegong.duties.conduct.actions.investigating import write
from shegong.duties.conduct.models.inquiry import Inquiry
from shegong.duties.conduct.models.panel import Seat, Vote
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.models.sides import member_of, parts_of, respondent_of
from shegong.duties.conduct.rules import Permission
from shegong.duties.conduct.rules.inquiry import Side, Tally, hearing_obstacles, tally, text_obstacles
from shegong.duties.conduct.rules.recusal import conflicts, panel_obstacles
from shegong.duties.conduct.rules.sanctions import months_obstacles
from shegong.duties.conduct.sealed_text import closed
from shegong.ground.people.models import Person
from shegong.kernel.access import Actor, in_person
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition

DECIDED = Obstacle("panel_done", N_("The panel has decided on this case."))


@answers("T4.2.f")
@transaction.atomic
def seat(inquiry: Inquiry, person: Person, *, leads: bool = False, by: Actor, on: date) -> Seat:
    """Call somebody to the panel. Refuses who has a side, who investigated, and whoever complained."""
    row = claim(inquiry.complaint, Permission.RECEIVE, by=by, on=on)
    inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    refuse_if(
        conflicts(member_of(person.pk, on), respondent_of(row, on))
        + panel_obstacles(person.pk, parts_of(row))
        or partial_obstacles(row, person.pk, by=by, on=on)
    )
    if inquiry.seats.filter(person=person, recused_on__isnull=False).exists():
        raise Refused(Obstacle("recused_before", N_("This person was recused from this case.")))
    if inquiry.decisions.exists():
        raise Refused(DECIDED)
    present = inquiry.seats.filter(recused_on__isnull=True)
    changed = []
    if leads:
        changed = list(present.filter(leads=True).exclude(person=person))
        present.filter(leads=True).exclude(person=person).update(leads=False)
        for one in changed:
            one.refresh_from_db()
    found, made = Seat.objects.get_or_create(
        inquiry=inquiry, person=person, defaults={"seated_on": on, "leads": leads}
    )
    if not made and leads and not found.leads:
        Seat.objects.filter(pk=found.pk).update(leads=True)
        found.refresh_from_db()
    write("conduct.seat.call", inquiry, by=by, rows=[found, *changed])
    return found


@answers("T4.2.f")
@transaction.atomic
def recuse(seat: Seat, *, why: str, by: Actor, on: date) -> Seat:
    """A member steps back for a declared reason, or is recused; who has voted stays. The reason stays on record."""
    claim(seat.inquiry.complaint, Permission.RECEIVE, Permission.DECIDE, by=by, on=on)
    own = by.person_id == seat.person_id
    if not own and not by.may(Permission.RECEIVE):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    refuse_if(reason_obstacles(why, "why"))
    if Vote.objects.filter(seat=seat).exists():
        raise Refused(Obstacle("voted_before", N_("This member has voted.")))
    if not Seat.objects.filter(pk=seat.pk, recused_on__isnull=True).update(
        recused_on=on, recused_why=why.strip(), leads=False
    ):
        raise Refused(Obstacle("recused_before", N_("This person was recused from this case.")))
    seat.refresh_from_db()
    write("conduct.seat.recuse", seat.inquiry, by=by, rows=[seat], facts={"own": own})
    return seat


@answers("T4.2.f")
@transaction.atomic
def hear(inquiry: Inquiry, *, report: str, by: Actor, on: date, seen: int | None = None) -> Inquiry:
    """Close the inquiry with the investigators' report and put the case before the panel: the other side could speak."""
    row = claim(inquiry.complaint, Permission.INVESTIGATE, by=by, on=on, seen=seen)
    investigates(inquiry, by)
    inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    refuse_if(
        text_obstacles(report, "report")
        + hearing_obstacles(
            disclosed=inquiry.disclosed_on is not None, due=inquiry.answer_by, on=on,
            replied=inquiry.statements.filter(side=str(Side.RESPONDENT)).exists(),
            seats=inquiry.seats.filter(recused_on__isnull=True).count(), least=sanction_policy(on).panel_least,
        )
    )  # fmt: skip
    Inquiry.objects.filter(pk=inquiry.pk).update(
        heard_on=on, report=closed(Inquiry, "report", inquiry.seal_id, report.strip())
    )
    inquiry.refresh_from_db()
    transition(row, "hear")
    write("conduct.inquiry.hear", inquiry, by=by, rows=[inquiry, row], about=row.respondent_id)
    return inquiry


@in_person("each member of a panel votes for himself: vote on the page")
@answers("T4.2.f")
@transaction.atomic
def vote(seat: Seat, *, measure: str, months: int = 0, by: Actor, on: date) -> Vote:
    """A member's vote, once, after the hearing; it cannot be changed."""
    row = claim(seat.inquiry.complaint, Permission.DECIDE, by=by, on=on)
    if by.person_id != seat.person_id:
        raise Refused(Obstacle("not_your_seat", N_("Each member votes for himself.")))
    policy = sanction_policy(on)
    chosen = policy.measure(measure)
    if row.state != "heard":
        raise Refused(Obstacle("not_heard", N_("The panel votes once the case has been heard.")))
    if seat.recused_on is not None or Vote.objects.filter(seat=seat).exists():
        raise Refused(Obstacle("voted_before", N_("This member has voted.")))
    if chosen is None:
        raise Refused(Obstacle("measure_unknown", N_("Choose a measure of the list."), "measure"))
    refuse_if(months_obstacles(chosen, months, policy.suspension_most_months))
    made = Vote.objects.create(seat=seat, measure=measure, months=months, voted_on=on)
    write("conduct.vote.cast", seat.inquiry, by=by, rows=[made])
    return made


def tally_of(inquiry: Inquiry) -> Tally:
    """How the panel of this round voted."""
    seats = inquiry.seats.filter(recused_on__isnull=True)
    votes = Vote.objects.filter(seat__in=seats).values_list("measure", flat=True)
    return tally(list(votes), seats.count())
