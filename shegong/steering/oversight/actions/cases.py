"""Model cases: nominated, verified by another officer, agreed to by the person, published, cited, withdrawn (N9)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from shegong.ground.documents import actions as documents
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person, names_of
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, half, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.oversight.models import Citation, ModelCase
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.cases import (
    CaseKind,
    CaseState,
    Consent,
    nomination_obstacles,
    plain_obstacles,
    publish_obstacles,
    verify_obstacles,
)
from shegong.steering.programme.models import SubPlan

ASKED = messages.Template(
    "oversight.case_asked",
    N_("May we tell what you did?"),
    N_(
        "An office would like to publish “%(title)s” about your work. You decide: with your name, without it, or not at all."
    ),
)
PAPER = "proof"


def _write(row: ModelCase, verb: str, by: Actor, rows: Sequence[Any] = (), **more: Any) -> None:
    journal.write(
        f"oversight.case.{verb}", by=by, subject=row, about_person_id=row.person_id, region_code=row.region_code,
        rows=[row, *rows], facts={"kind": row.kind, "state": row.state}, **more,
    )  # fmt: skip


def _require(by: Actor, permission: str, region_code: int) -> None:
    require(by, permission, region_code)


@half
@answers("N9")
@transaction.atomic
def nominate(
    *, kind: str, region_code: int, title: str, story: str, person: Person | None = None,
    organization: Organization | None = None, subplan: SubPlan | None = None,
    papers: Sequence[tuple[str, bytes]] = (), by: Actor, on: date,
) -> ModelCase:  # fmt: skip
    """Nominate a person, an organisation or a practice. Refuses one's own case."""
    _require(by, Permission.ANSWER, region_code)
    refuse_if(
        nomination_obstacles(
            kind=kind, title=title, story=story, has_person=person is not None,
            has_organization=organization is not None,
        )
    )  # fmt: skip
    if person is not None and person.pk == by.person_id:
        raise Refused(Obstacle("own_case", N_("Nobody nominates himself."), "person", "N9"))
    folder = documents.open_folder(title=title.strip()[:80], by=by, on=on) if papers else None
    for filename, content in papers:
        documents.add_paper(folder, kind=PAPER, content=content, filename=filename, by=by, on=on)
    row = ModelCase.objects.create(
        kind=kind, region_code=region_code, title=title.strip(), story=story.strip(), subplan=subplan,
        person=person if kind == CaseKind.PERSON else None,
        organization=organization if kind != CaseKind.PERSON or organization else None,
        folder=folder, nominator_id=by.person_id,
    )  # fmt: skip
    _write(row, "nominate", by)
    return row


@half
@answers("N9")
@transaction.atomic
def verify_case(
    row: ModelCase,
    *,
    plain_title: str = "",
    plain_story: str = "",
    by: Actor,
    on: date,
    seen: int | None = None,
) -> ModelCase:
    """Say that the case is true; of a person, write the text that names nobody and ask her. Four eyes.

    Refuses a text without names in which a name still stands.
    """
    _require(by, Permission.DISPATCH, row.region_code)
    refuse_if(verify_obstacles(verifier=by.person_id, nominator=row.nominator_id))
    refuse_if(plain_obstacles(plain_story, plain_title, known_names(row)))
    row = transition(
        row, "verify", seen=seen, verifier_id=by.person_id, verified_on=on, plain_title=plain_title.strip(),
        plain_story=plain_story.strip(),
    )  # fmt: skip
    _write(row, "verify", by)
    if row.person is not None:
        messages.send(
            row.person, ASKED, {"title": row.title}, link=reverse("oversight:my_case", args=[row.pk])
        )
    return row


def known_names(row: ModelCase) -> list[str]:
    """Names that a text without names must not hold."""
    names = list(names_of([row.person_id]).values()) if row.person_id else []
    return [*names, *([row.organization.name] if row.organization and row.person_id else [])]


@answers("N9")
@transaction.atomic
def answer_case(row: ModelCase, *, consent: str, by: Actor, on: date) -> ModelCase:
    """The person says how her case may be published, and may say otherwise at any time: a published one then goes.

    Refuses everybody else.
    """
    if by.person_id is None or by.person_id != row.person_id:
        raise Refused(Obstacle("not_yours", N_("Only the person answers for herself."), clause="N9"))
    if consent not in (Consent.NAMED, Consent.UNNAMED, Consent.REFUSED):
        raise Refused(Obstacle("consent", N_("Choose one from the list."), "consent", "N9"))
    row = ModelCase.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if row.state not in (CaseState.VERIFIED, CaseState.PUBLISHED):
        raise Refused(Obstacle("wrong_state", N_("This cannot be done any more: the case has moved on.")))
    if row.state == CaseState.PUBLISHED and consent != row.consent and not _still_fits(row, consent):
        reason = "本人改变意见"
        row = transition(row, "withdraw", consent=consent, answered_at=Now(), reason=reason)
        _write(row, "withdraw", by, reason=reason)
        return row
    ModelCase.objects.filter(pk=row.pk).update(consent=consent, answered_at=Now(), version=row.version + 1)
    row.refresh_from_db()
    _write(row, "answer", by)
    return row


def _still_fits(row: ModelCase, consent: str) -> bool:
    return not publish_obstacles(kind=row.kind, consent=consent, plain_story=row.plain_story)


@answers("N9")
@transaction.atomic
def publish_case(row: ModelCase, *, by: Actor, on: date, seen: int | None = None) -> ModelCase:
    """Put the case on the public page: with names where the person agreed to that, else the text that names nobody."""
    _require(by, Permission.DISPATCH, row.region_code)
    refuse_if(publish_obstacles(kind=row.kind, consent=row.consent, plain_story=row.plain_story))
    row = transition(row, "publish", seen=seen, published_on=on)
    _write(row, "publish", by)
    return row


@transaction.atomic
def withdraw_case(row: ModelCase, *, reason: str, by: Actor, on: date, seen: int | None = None) -> ModelCase:
    """Take a case down or give it up, with the reason."""
    _require(by, Permission.DISPATCH, row.region_code)
    refuse_if(reason_obstacles(reason))
    row = transition(row, "withdraw", seen=seen, reason=reason.strip())
    _write(row, "withdraw", by, reason=reason.strip())
    return row


@answers("N9")
@transaction.atomic
def cite_case(row: ModelCase, *, what: str, address: str = "", by: Actor, on: date) -> Citation:
    """Note that a report or a notice cites the case. Refuses one that is not published."""
    _require(by, Permission.READ, row.region_code)
    if row.state != CaseState.PUBLISHED:
        raise Refused(Obstacle("not_published", N_("Only published cases are cited."), clause="N9"))
    cited, _made = Citation.objects.get_or_create(
        case=row, what=what.strip(), defaults={"address": address, "cited_on": on}
    )
    _write(row, "cite", by, [cited])
    return cited
