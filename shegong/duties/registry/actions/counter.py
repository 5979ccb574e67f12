"""Paper applications at a counter: the officer enters them, the office keeps the papers (民发〔2009〕44号 art. 6)."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from shegong.duties.registry.actions.applying import GROUNDS, TIE, send
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.actions.reviewing import note, pass_stage
from shegong.duties.registry.models import Application, Decision
from shegong.duties.registry.rules import OPEN_STATES, Kind, Permission, State, counter_obstacles
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.models import Certificate
from shegong.ground.documents import actions as documents
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.employment.models import Employment


@answers("T4.2.a")
@transaction.atomic
def apply_at_counter(
    person: Person,
    *,
    certificate: Certificate,
    ground: str,
    region_code: int,
    workplace: Employment | None = None,
    opinion: str = "",
    batch_id: int | None = None,
    by: Actor,
    on: date,
) -> Application:
    """Hand in a first registration that somebody brought on paper, in her name and by the officer, who is named with it.

    With `opinion` the first review is passed at once. Refuses without registry.first_review over the region, people
    out of reach, one's own application, a second open one, and what `submit_application` refuses.
    """
    require(by, Permission.FIRST_REVIEW, region_code)
    people.require_editor(person, by)
    held = people.hold(person)
    _possible(held, certificate, ground, workplace, by)
    credentials.compare_with_list(certificate, by=by, on=on)
    application = _begin(held, certificate, ground, region_code, workplace, batch_id, by, on)
    authority = by.authority_for(Permission.FIRST_REVIEW, region_code)
    send(application, by=by, on=on, seen=application.version, authority=authority)
    if opinion:
        pass_stage(application, opinion=opinion, by=by, on=on)
    if batch_id is not None:
        Application.objects.filter(pk=application.pk).update(batch_version=F("version"))
        application.refresh_from_db()
    return application


def _possible(
    person: Person, certificate: Certificate, ground: str, workplace: Employment | None, by: Actor
) -> None:
    opened = Application.objects.filter(person=person, kind=Kind.FIRST, state__in=OPEN_STATES).first()
    refuse_if(
        counter_obstacles(
            is_own=by.person_id == person.pk,
            open_number=None if opened is None else opened.number or "",
        )
    )
    if ground not in GROUNDS:
        raise Refused(Obstacle("unknown_ground", N_("Choose one from the list."), "ground"))
    if any(fact is not None and fact.person_id != person.pk for fact in (certificate, workplace)):
        raise Refused(Obstacle("not_own", N_("This is another person's application.")))


def _begin(
    person: Person, certificate: Certificate, ground: str, region_code: int, workplace: Employment | None,
    batch_id: int | None, by: Actor, on: date,
) -> Application:  # fmt: skip
    folder = documents.open_folder(title="first registration", by=by, on=on)
    application = Application.objects.create(
        person=person, folder=folder, kind=Kind.FIRST, certificate=certificate, ground=ground, region_code=region_code,
        workplace=workplace, on_paper=True, batch_id=batch_id,
    )  # fmt: skip
    authority = by.authority_for(Permission.FIRST_REVIEW, region_code)
    journal.write("registry.application.start", by=by, subject=application, rows=[application],
                  facts={"on_paper": True}, authority=authority)  # fmt: skip
    return application


@transaction.atomic
def withdraw_batch(batch_id: int, *, by: Actor, on: date) -> int:
    """Take back the applications of a workbook, with the first reviews that it passed; they stay on record as withdrawn.

    How many. Refuses without registry.first_review over each region. Whoever calls this has asked that nobody acted.
    """
    require(by, Permission.FIRST_REVIEW)
    rows = Application.objects.filter(batch_id=batch_id).exclude(state=State.WITHDRAWN).order_by("pk")
    for application in rows.select_for_update(no_key=True, of=("self",)):
        require(by, Permission.FIRST_REVIEW, application.region_code)
        _take_back(application, by, on)
    return len(rows)


def _take_back(application: Application, by: Actor, on: date) -> None:
    decisions = list(application.decisions.filter(recalled_at__isnull=True))
    if decisions:
        transition(application, "recall_to_accepted", waiting_for="", first_reviewer_id=None, decided_at=None)
        Decision.objects.filter(pk__in=[d.pk for d in decisions]).update(recalled_at=Now())
    transition(application, "withdraw", final_on=on, waiting_for="")
    people.end_tie(origin=TIE, origin_id=application.id, kind="case", by=by, on=on)
    tell(application, "taken_back")
    for decision in decisions:
        decision.refresh_from_db()
    note(application, "withdraw", by, None, rows=decisions)
