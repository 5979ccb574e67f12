"""Whom a case is about as a reader: the person herself on her own pages, or a body on those of who answers for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Appeal, Decision, Evidence, Inquiry, Repair
from shegong.duties.conduct.models.policies import sanction_policy
from shegong.duties.conduct.rules import OVER, Permission
from shegong.duties.conduct.rules.appeals import RESULT_NAMES, REVIEW_NAMES, Result, Review
from shegong.duties.conduct.rules.inquiry import Side as Whose
from shegong.duties.conduct.rules.inquiry import days_left
from shegong.duties.conduct.rules.repairs import Repairing
from shegong.duties.conduct.rules.sanctions import OUTCOME_NAMES, Outcome, last
from shegong.duties.conduct.sealed_text import opened
from shegong.ground.organizations.models import Organization
from shegong.ground.organizations.panels import own_body
from shegong.ground.people.models import records_of
from shegong.kernel.access import Actor
from shegong.kernel.walls_acting import lifted

WHY = "whom a case is about reads what she was told, what she sent and what was decided; nothing else of the case"


@dataclass(frozen=True)
class Side:
    """Who reads: `body` None for the person herself."""

    body: Organization | None = None

    def rows(self, actor: Actor) -> QuerySet[Inquiry]:
        """The inquiries of this side that were disclosed."""
        rows = Inquiry.objects.own(actor)
        if self.body is not None:
            return rows.filter(respondent_body=self.body)
        return rows.filter(respondent__isnull=False)

    def waiting(self, actor: Actor, on: date) -> QuerySet[Inquiry]:
        """Those that wait for an answer."""
        return self.rows(actor).filter(heard_on=None, closed_on=None, reply_due__gte=on)

    def url(self, name: str, token: str = "") -> str:
        """The address of a page of this side."""
        given = [token] if token else []
        if self.body is None:
            return reverse(f"conduct:my_{name}", args=given)
        return reverse(f"conduct:body_{name}", args=[self.body.code, *given])

    def frame(self, token: str = "") -> dict[str, Any]:
        """What its pages are drawn in, and where back leads."""
        base = "ui/my.html" if self.body is None else "ui/organisation.html"
        return {
            "base": base, "organisation": self.body.name if self.body else "", "is_body": self.body is not None,
            "back_url": self.url("case", token) if token else self.url("cases"),
        }  # fmt: skip

    def line(self, row: Inquiry, on: date) -> dict[str, Any]:
        """One allegation in the list."""
        rows = Decision.objects.filter(inquiry=row, decided_on__isnull=False)
        decision, left = rows.order_by("-pk").first(), days_left(row.answer_by, on)
        if decision is not None:
            hint, state = gettext(OUTCOME_NAMES[Outcome(decision.state)]), "done"
        elif row.closed_on:
            hint, state = gettext("Ended without a decision"), "done"
        elif row.heard_on:
            hint, state = gettext("The panel is deciding"), "waiting"
        else:
            hint, state = gettext("Your answer is asked"), "todo" if left else "waiting"
        return {"row": row, "hint": hint, "state": state, "left": left, "url": self.url("case", row.token)}

    def shown(self, row: Inquiry, actor: Actor, on: date) -> dict[str, Any]:
        """One allegation with what was answered and decided."""
        own = {"by_body": self.body} if self.body else {"by_person__in": records_of(actor.person_id or 0)}
        with lifted(WHY):
            statements = list(row.statements.filter(**own).order_by("pk"))
            writers = {one.by_person_id for one in statements}
            papers = Evidence.objects.filter(
                complaint=row.complaint_id, side=str(Whose.RESPONDENT), added_by__in=writers
            )
            return {
                "row": row, "left": days_left(row.answer_by, on), "allegation": opened(row, "allegation"),
                "may_answer": row.heard_on is None and row.closed_on is None,
                "statements": [{"on": s.given_on, "text": opened(s, "text"), "late": s.is_late} for s in statements],
                "papers": [opened(one, "title") for one in papers.order_by("pk")],
                "interims": list(row.interims.filter(signed_on__isnull=False).order_by("pk")),
                "decisions": [
                    self.said(one, on)
                    for one in Decision.objects.own(actor).filter(inquiry=row).order_by("-pk")
                ],
                "appeal_url": self.url("appeal", row.token), "repair_url": self.url("repair", row.token),
            }  # fmt: skip

    def said(self, one: Decision, on: date) -> dict[str, Any]:
        """A decision as whom it is about reads it."""
        policy, language = sanction_policy(one.decided_on or on), get_language()
        measure, shown = policy.measure(one.measure), getattr(one, "publication", None)
        with lifted(WHY):
            above = actions.review_body(one, on)
            appeal = one.appeals.order_by("-pk").first()
            is_open = one.complaint.state in OVER
        due = one.review_until
        return {
            "row": one, "measure": measure.title.says(language) if measure else one.measure,
            "grounds": [g.title.says(language) for code in one.grounds if (g := policy.ground(code))],
            "reasons": opened(one, "reasons"), "state": gettext(OUTCOME_NAMES[Outcome(one.state)]), "last": last(one.ends_on),
            "body": one.body.name if one.body else "", "above": above.name if above else "",
            "appeal": _answer(appeal) if appeal else None, "repair": _repair(one, shown, on),
            "may_ask": one.state == Outcome.IN_FORCE and due is not None and on <= due and appeal is None and is_open,
            "shown": shown if shown is not None and shown.withdrawn_on is None else None,
        }  # fmt: skip


MYSELF = Side()


def sides_of(actor: Actor) -> Iterator[Side]:
    """The bodies that this actor answers for."""
    yield from (Side(body) for body in Organization.objects.acted_for(actor, Permission.ANSWER))


def side_of(actor: Actor, code: str) -> Side:
    """The body of this address, for who answers for it; 404 for every other one."""
    return Side(own_body(actor, code, Permission.ANSWER))


def _answer(appeal: Appeal) -> dict[str, Any]:
    """A review as who asked for it reads it: nothing of what is proposed before it is signed."""
    done = appeal.state == Review.DECIDED
    state = Review.LODGED if appeal.state == Review.PROPOSED else Review(appeal.state)
    return {
        "row": appeal, "state": gettext(REVIEW_NAMES[state]), "runs": appeal.state in (Review.LODGED, Review.PROPOSED),
        "result": gettext(RESULT_NAMES[Result(appeal.result)]) if done else "",
        "reasons": opened(appeal, "reasons") if done else "",
    }  # fmt: skip


def _repair(one: Decision, shown: Any, on: date) -> dict[str, Any] | None:
    """Early repair as whom it is about reads it: from when, asked on, what came of it."""
    row = Repair.objects.filter(decision=one).order_by("-pk").first()
    first = actions.first_day(one, on)
    done = row is not None and row.state == Repairing.DECIDED
    here = shown is not None and shown.withdrawn_on is None and one.state == Outcome.IN_FORCE
    if row is None and (first is None or not here):
        return None
    return {
        "first": first, "asked_on": row.asked_on if row else None, "runs": row is not None and not done,
        "refused": done and row is not None and not row.granted, "granted": done and row is not None and row.granted,
        "decided_on": row.decided_on if row else None, "reasons": opened(row, "reasons") if done and row else "",
        "may_ask": here and first is not None and first <= on and (row is None or (done and not row.granted)),
    }  # fmt: skip
