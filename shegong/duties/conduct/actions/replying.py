"""The right of reply: whom a case is about, or who answers for the body, answers in her own words, with papers, before the
panel hears it."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shegong.duties.conduct.actions.claiming import answers_here, is_herself
from shegong.duties.conduct.actions.investigating import add_statement, keep_evidence, write
from shegong.duties.conduct.models.inquiry import Inquiry, Statement
from shegong.duties.conduct.rules.inquiry import Side, reply_obstacles
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

MOST_PAPERS = 6
HER_OWN = "whom a case is about acts in it; the case itself stays behind the wall of the office"


@answers("T4.2.f")
@transaction.atomic
def reply(
    inquiry: Inquiry, *, text: str, papers: Sequence[tuple[str, bytes]] = (), by: Actor, on: date
) -> Statement:
    """The respondent's own statement, with papers (title, bytes) that are sealed as evidence. Past the term it is taken as
    late; after the hearing it is refused."""
    answers_here(inquiry, by)
    with lifted(HER_OWN):
        return _answered(inquiry, text=text, papers=papers, by=by, on=on)


def _answered(
    inquiry: Inquiry, *, text: str, papers: Sequence[tuple[str, bytes]], by: Actor, on: date
) -> Statement:
    inquiry = Inquiry.objects.select_for_update(of=("self",)).select_related("complaint").get(pk=inquiry.pk)
    found = reply_obstacles(
        text, disclosed=inquiry.disclosed_on is not None, heard=inquiry.heard_on is not None,
        over=inquiry.closed_on is not None,
    )  # fmt: skip
    if len(papers) > MOST_PAPERS:
        message = N_("At most %(most)s papers at a time.")
        found.append(Obstacle("papers_many", message, "papers", params={"most": MOST_PAPERS}))
    refuse_if(found)
    late = inquiry.answer_by is not None and on > inquiry.answer_by
    made = add_statement(
        inquiry, side=Side.RESPONDENT, text=text, on=on, by_person=by.person_id, late=late,
        by_body=None if is_herself(inquiry, by) else inquiry.respondent_body_id,
    )  # fmt: skip
    kept = [
        keep_evidence(inquiry.complaint, side=Side.RESPONDENT, title=title, content=content, by=by, on=on)
        for title, content in papers
    ]
    write("conduct.inquiry.reply", inquiry, by=by, rows=[made, *kept], about=by.person_id,
          facts={"papers": len(kept), "late": late})  # fmt: skip
    return made
