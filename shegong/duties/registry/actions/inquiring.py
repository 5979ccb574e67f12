"""Before a closing is proposed it is looked into: opened for somebody's word or for news, papers added, concluded in words.

Shandong 2017 (regulations section 2): what units or persons report is investigated by the registering body first.
"""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.closing import closing_reason
from shegong.duties.registry.models import ClosingCase, Registration
from shegong.duties.registry.rules import Permission, officer_obstacles
from shegong.duties.registry.rules.closing import Raised, conclusion_obstacles, inquiry_obstacles
from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import FolderItem
from shegong.kernel import journal
from shegong.kernel.access import Actor, require, unguarded
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@answers("T4.2.a")
@transaction.atomic
def open_inquiry(
    registration: Registration, *, reason_code: str, raised_by: str, told: str, by: Actor, on: date
) -> ClosingCase:
    """Look into whether a ground of closing is there. Refuses one's own registration, closed ones, and a second open case."""
    require(by, Permission.RESTRICT, registration.region_code)
    _require_takes(registration, by)
    refuse_if(inquiry_obstacles(reason_known=closing_reason(reason_code, on) is not None, told=told))
    same = registration.closing_cases.filter(
        reason_code=reason_code, state__in=["opened", "found", "proposed"]
    )
    if same.exists():
        raise Refused(Obstacle("inquiry_open", N_("This is being looked into already."), "reason_code"))
    case = ClosingCase.objects.create(
        registration=registration, reason_code=reason_code, raised_by=Raised(raised_by), told=told.strip(),
        opened_by_id=by.person_id, folder=documents.open_folder(title="closing", by=by, on=on),
    )  # fmt: skip
    _note(case, "open", by)
    return case


@unguarded("news of the journal: a human looks into it")
@transaction.atomic
def open_for_news(registration: Registration, *, reason_code: str, news: int, by: Actor, on: date) -> bool:
    """A case for a human, opened by an entry of the journal; False where it is being looked into, or was opened before."""
    same = ClosingCase.objects.filter(news=news) | registration.closing_cases.filter(
        reason_code=reason_code, state__in=["opened", "found", "proposed"]
    )
    if registration.closed_on is not None or same.exists():
        return False
    case = ClosingCase.objects.create(
        registration=registration, reason_code=reason_code, raised_by=Raised.NEWS, news=news,
        folder=documents.open_folder(title="closing", by=by, on=on),
    )  # fmt: skip
    _note(case, "open", by)
    return True


@transaction.atomic
def add_proof(case: ClosingCase, *, content: bytes, filename: str, by: Actor, on: date) -> FolderItem:
    """Add a paper to an open case: a death certificate, a judgment, a record of a hearing."""
    registration = _take(case, by)
    item = documents.add_paper(case.folder, kind="proof", content=content, filename=filename, by=by, on=on)
    journal.write(
        "registry.inquiry.paper", by=by, subject=case, about_person_id=registration.person_id,
        region_code=registration.region_code, rows=[case],
    )  # fmt: skip
    return item


@answers("T4.2.a")
@transaction.atomic
def conclude_inquiry(
    case: ClosingCase, *, is_found: bool, findings: str, by: Actor, on: date, seen: int | None = None
) -> ClosingCase:
    """Write down what was found. Found so: closing may be proposed, another officer decides. Else it is dropped, with why."""
    _take(case, by)
    papers = FolderItem.objects.filter(folder=case.folder_id, removed_at__isnull=True).count()
    refuse_if(conclusion_obstacles(findings=findings, is_found=is_found, papers=papers))
    transition(
        case, "find" if is_found else "drop", seen=seen, findings=findings.strip(), concluded_by_id=by.person_id,
        concluded_at=Now(),
    )  # fmt: skip
    _note(case, "conclude", by)
    return case


def _take(case: ClosingCase, by: Actor) -> Registration:
    registration = Registration.objects.select_for_update(no_key=True).get(pk=case.registration_id)
    require(by, Permission.RESTRICT, registration.region_code)
    _require_takes(registration, by)
    return registration


def _require_takes(registration: Registration, by: Actor) -> None:
    refuse_if(
        officer_obstacles(
            officer_id=by.person_id,
            holder_id=registration.person_id,
            closed=registration.closed_on is not None,
        )
    )


def _note(case: ClosingCase, verb: str, by: Actor) -> None:
    registration = case.registration
    journal.write(
        f"registry.inquiry.{verb}", by=by, subject=case, about_person_id=registration.person_id,
        region_code=registration.region_code, rows=[case],
        authority=by.authority_for(Permission.RESTRICT, registration.region_code),
        facts={"reason": case.reason_code, "raised_by": str(case.raised_by), "state": str(case.state)},
    )  # fmt: skip
