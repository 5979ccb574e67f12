"""What the holder of a certificate does with a draft: fill in, hand in papers, submit, correct, withdraw (T4.2.a)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from shegong.duties.registry.actions.holding import keep_while_decided, release
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import Ground, case_facts, ground_of, papers_of
from shegong.duties.registry.rules import (
    KINDS,
    Kind,
    RegistrationPolicy,
    State,
    Step,
    all_passed,
    checks,
    completeness_due,
    material_of,
    registration_obstacles,
    round_used,
    waiting_for,
    write_route,
)
from shegong.duties.registry.rules.lapsing import Why
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.models import Certificate
from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import FolderItem
from shegong.ground.people import actions as people
from shegong.ground.people.actions.notices import note_notice
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.numbering import take
from shegong.kernel.patterns import counter_name, render
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.employment.models import Employment

TIE = "registry.application"
GROUNDS = ("domicile", "workplace")  # art. 6


@transaction.atomic
def choose_certificate(application: Application, certificate: Certificate, *, by: Actor, on: date) -> None:
    """Put the certificate to be registered on the application."""
    require_editable(application, Step.CERTIFICATE, by)
    _require_same_person(application, certificate)
    credentials.compare_with_list(certificate, by=by, on=on)
    _save(application, Step.CERTIFICATE, by, certificate=certificate)


@transaction.atomic
def choose_ground(
    application: Application,
    *,
    ground: str,
    region_code: int,
    workplace: Employment | None,
    by: Actor,
    on: date,
) -> None:
    """Apply at the domicile or the workplace (art. 6); `region_code` is the county, or a managed area's member."""
    require_editable(application, Step.WORKPLACE, by)
    _require_same_person(application, workplace)
    if ground not in GROUNDS:
        raise Refused(Obstacle("unknown_ground", N_("Choose one from the list."), "ground"))
    node = tree().at(region_code, on)
    if node is None or node.level < 3:
        raise Refused(Obstacle("not_a_county", N_("Choose a county, city or district."), "region"))
    if ground == "domicile":
        people.tie(
            application.person, kind="domicile", region_code=region_code, origin="people.person",
            origin_id=application.person_id, start=on, by=by, on=on,
        )  # fmt: skip
    _save(application, Step.WORKPLACE, by, ground=ground, region_code=region_code, workplace=workplace)


@answers("T4.2.a")
@transaction.atomic
def add_paper(
    application: Application, *, kind: str, content: bytes, filename: str, by: Actor, on: date
) -> FolderItem:
    """Hand in a paper; past the number of files that the material takes, the oldest is replaced."""
    require_editable(application, f"paper:{kind}", by)
    material = material_of(ground_of(application, on).policy, kind)
    if material is None:
        raise Refused(Obstacle("unknown_paper", N_("This kind of paper is not asked for."), "file"))
    returned = application.state == State.RETURNED
    present = list(papers_of(application).filter(kind=kind))
    if len(present) >= material.most or (returned and not _settled(application, f"paper:{kind}")):
        for old in present if returned else present[: len(present) - material.most + 1]:
            documents.remove_paper(old, by=by, on=on)
    item = documents.add_paper(
        application.folder, kind=kind, content=content, filename=filename, by=by, on=on
    )
    _save(application, f"paper:{kind}", by)
    return item


@transaction.atomic
def remove_paper(application: Application, item: FolderItem, *, by: Actor, on: date) -> None:
    """Take a paper back before submitting."""
    require_editable(application, f"paper:{item.kind}", by)
    if item.folder_id != application.folder_id:
        raise Refused(Obstacle("not_own", N_("This is another person's application.")))
    documents.remove_paper(item, by=by, on=on)
    _save(application, None, by)


@answers("T4.2.f")
@transaction.atomic
def commit_to_ethics(application: Application, *, version: str, by: Actor, on: date) -> None:
    """Sign the ethics commitment in the version shown (rules B5)."""
    require_editable(application, Step.COMMITMENT, by)
    _save(application, Step.COMMITMENT, by, ethics_version=version, committed_at=Now())


@transaction.atomic
def saved(application: Application, step: Step, *, by: Actor, on: date) -> None:
    """Note that a fact of the person behind this step was saved (name, identity, education)."""
    require_editable(application, step, by)
    if (
        step == Step.IDENTITY and application.certificate
    ):  # a list may know her by the number that is right now
        credentials.compare_with_list(application.certificate, by=by, on=on)
    _save(application, step, by)


@answers("T4.2.a")
@transaction.atomic
def submit_application(
    application: Application, *, by: Actor, on: date, seen: int | None = None
) -> Application:
    """Hand the application to the first office of its route (art. 6). Refuses with everything that is missing."""
    require_own(application, by)
    seen = application.version if seen is None else seen
    hold(application)  # nothing that is checked now may be changed in another tab before it is sent
    note_notice(application.person, form="apply", by=by, on=on)
    return send(application, by=by, on=on, seen=seen)


def send(application: Application, *, by: Actor, on: date, seen: int, **line: Any) -> Application:
    """Put a locked draft before the first office of its route; whoever calls this has asked who may. `line`: what else
    the journal says. Refuses with everything that is missing."""
    ground = ground_of(application, on)
    refuse_if(registration_obstacles(ground.facts, ground.policy, ground.calendar, on))
    due = completeness_due(on, ground.policy, ground.calendar)
    handed_in = ground.facts.handed_in or on
    late = round_used(ground.facts, ground.policy, ground.calendar, handed_in)
    transition(
        application, "submit", seen=seen,
        number=application.number or _number(application, ground.policy, on),
        route=write_route(ground.route), waiting_for=waiting_for(ground.route, State.SUBMITTED),
        submitted_at=Now(), handed_in_on=handed_in, complete_by=None, due_on=due.on, due_provisional=due.provisional,
        round_id=late.id if late else None,
    )  # fmt: skip
    _note_checks(application, ground, on)
    if application.kind == Kind.RENEWAL:
        keep_while_decided(application, by=by, on=on)  # also when what was returned comes back
    _open_case_tie(application, by, on)
    tell(application, "submitted", due=due.on.isoformat())
    journal.write(
        "registry.application.submit", by=by, subject=application, rows=[application],
        facts={"kind": application.kind, "route": application.route, "late": bool(late), "due": due.on.isoformat()},
        **line,
    )  # fmt: skip
    return application


@answers("T4.2.a")
@transaction.atomic
def withdraw_application(
    application: Application, *, by: Actor, on: date, seen: int | None = None
) -> Application:
    """The holder takes the application back, until it has passed the first review."""
    require_own(application, by)
    was_draft = application.state == State.DRAFTED
    transition(application, "withdraw", seen=seen, final_on=on, waiting_for="")
    if not was_draft:
        people.end_tie(origin=TIE, origin_id=application.id, kind="case", by=by, on=on)
    let_go(application, "withdrawn", by=by, on=on)
    journal.write("registry.application.withdraw", by=by, subject=application, rows=[application])
    return application


def let_go(application: Application, ended: str, *, by: Actor, on: date) -> None:
    """A renewal that is not decided upon any more keeps the status no longer."""
    if application.kind == Kind.RENEWAL and application.registration is not None:
        release(application.registration, why=Why.PENDING, ended=ended, by=by, on=on)


def hold(application: Application) -> None:
    """Lock the application until commit, and look at it anew."""
    application.refresh_from_db(from_queryset=Application.objects.select_for_update(no_key=True))


def _require_same_person(application: Application, fact: Certificate | Employment | None) -> None:
    """A certificate or employment of somebody else is nothing that one can apply with."""
    if fact is not None and fact.person_id != application.person_id:
        raise Refused(Obstacle("not_own", N_("This is another person's application.")))


def require_own(application: Application, by: Actor) -> None:
    """Only the applicant acts for himself here."""
    if not by.is_system and by.person_id != application.person_id:
        raise Refused(Obstacle("not_own", N_("This is another person's application.")))


def require_editable(application: Application, item: str, by: Actor) -> None:
    """A draft can be changed freely; a returned application only where it was returned."""
    require_own(application, by)
    hold(application)
    if not item.startswith("paper:") and item not in KINDS[Kind(application.kind)].steps:
        message = N_("This stands in the register; a renewal does not change it. Apply for a change instead.")
        raise Refused(Obstacle("not_asked", message))
    if application.state == State.DRAFTED:
        return
    if application.state != State.RETURNED:
        raise Refused(
            Obstacle("not_editable", N_("The application has been submitted and cannot be changed now."))
        )
    if not application.return_items.filter(withdrawn_at__isnull=True, item=str(item)).exists():
        raise Refused(Obstacle("not_returned", N_("Only what was returned can be changed now.")))


def _save(application: Application, item: str | None, by: Actor, **changes: object) -> None:
    Application.objects.filter(pk=application.pk).update(saved_at=Now(), **changes)
    application.refresh_from_db()
    if item:
        application.return_items.filter(item=str(item), settled_at__isnull=True).update(settled_at=Now())
    facts = {"item": str(item or "")}
    journal.write("registry.application.save", by=by, subject=application, rows=[application], facts=facts)


def _settled(application: Application, item: str) -> bool:
    rows = application.return_items.filter(item=item, withdrawn_at__isnull=True)
    return not rows.filter(settled_at__isnull=True).exists()


def _note_checks(application: Application, ground: Ground, on: date) -> None:
    found = checks(case_facts(application, ground), ground.policy, ground.calendar, on)
    doubts = sum(not check.passed for check in found)
    Application.objects.filter(pk=application.pk).update(clean=all_passed(found), doubts=doubts)
    application.refresh_from_db()


def _open_case_tie(application: Application, by: Actor, on: date) -> None:
    known = application.person.ties.filter(origin=TIE, origin_id=application.id, recorded__upper_inf=True)
    if known.filter(region_code=application.region_code).exists():
        return  # another county after a return: the tie follows
    people.tie(
        application.person, kind="case", region_code=application.region_code, origin=TIE, origin_id=application.id,
        start=on, by=by, on=on,
    )  # fmt: skip


def _number(application: Application, policy: RegistrationPolicy, on: date) -> str:
    parts = {"region": f"{application.region_code // 1000:06d}", "year": on.year}
    seq = take(counter_name(policy.application_number, **parts))
    return render(policy.application_number, seq=seq, **parts)
