"""A learner states degree study, a degree or days on leave; an officer of the place compares the paper (T3.2, T3.3)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.documents.models import Folder
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.study import complete_study, enrol, record_leave
from shegong.work.education.actions.telling import tell_stated
from shegong.work.education.models import StudyEnrolment, StudyStatement
from shegong.work.education.rules import Permission
from shegong.work.education.rules.statements import StudyState, officer_obstacles
from shegong.work.education.rules.stating import What, stated_obstacles

OPEN_AT_ONCE = 10


@answers("T3.2", "T3.3")
@transaction.atomic
def state_study(
    person: Person, *, what: str, start: date, end: date | None = None, programme: str = "", school_name: str = "",
    mode: str = "", level: str = "", degree: str = "", study: StudyEnrolment | None = None, folder: Folder | None = None,
    region_code: int, by: Actor, on: date,
) -> StudyStatement:  # fmt: skip
    """State a study that runs, a degree taken (of `study` where one is on record), or days on leave up to and with `end`.

    Refuses somebody else's, a degree without its diploma, impossible days, and what waits already.
    """
    if by.person_id != person.pk:
        raise Refused(Obstacle("not_own", N_("Everybody states this of herself.")))
    if study is not None:
        programme, school_name, mode, start = (
            study.programme,
            study.school_name,
            study.mode,
            study.during.lower,
        )
    found = stated_obstacles(
        what=what,
        start=start,
        end=end,
        programme=programme,
        school=school_name,
        mode=mode,
        level=level,
        on=on,
    )
    if what == What.DEGREE and (folder is None or not folder.items.exists()):
        found.append(Obstacle("paper_missing", N_("Add the diploma or a photo of it."), "paper"))
    if study is not None and (study.person_id != person.pk or study.state != StudyState.ENROLLED):
        found.append(Obstacle("study_over", N_("This study is over already.")))
    open_rows = StudyStatement.objects.open().filter(person=person)
    if open_rows.filter(what=what, starts_on=start, programme=programme.strip()).exists():
        found.append(Obstacle("stated_before", N_("You have stated this before; an officer will look.")))
    elif open_rows.count() >= OPEN_AT_ONCE:
        message = N_("Many of your statements still wait. Let an officer look first.")
        found.append(Obstacle("too_many", message))
    refuse_if(found)
    row = StudyStatement.objects.create(
        person=person, region_code=region_code, what=what, study=study, programme=programme.strip(),
        school_name=school_name.strip(), mode=mode, level=level, degree=degree, starts_on=start, ends_on=end, folder=folder,
    )  # fmt: skip
    _note(row, "state", by)
    return row


@answers("T3.2", "T3.3")
@transaction.atomic
def confirm_study(
    row: StudyStatement, *, reason: str = "", by: Actor, on: date, seen: int | None = None
) -> StudyStatement:
    """The paper says so: the study, the degree with its hours, or the leave is on record. `reason`: why a degree of a locked
    year comes so late. Refuses the learner."""
    require(by, Permission.ENTER, row.region_code)
    refuse_if(officer_obstacles(person=row.person_id, officer=by.person_id))
    transition(row, "confirm", seen=seen, decided_by_id=by.person_id, decided_at=Now())
    if row.what == What.LEAVE and row.ends_on is not None:
        record_leave(
            row.person, start=row.starts_on, end=row.ends_on + timedelta(days=1), region_code=row.region_code, by=by, on=on
        )  # fmt: skip
    else:
        _study(row, reason, by, on)
    tell_stated(row)
    _note(row, "confirm", by)
    return row


def _study(row: StudyStatement, reason: str, by: Actor, on: date) -> None:
    study = row.study or enrol(
        row.person, programme=row.programme, mode=row.mode, start=row.starts_on, end=None, school_name=row.school_name,
        folder=row.folder, region_code=row.region_code, by=by, on=on,
    )  # fmt: skip
    if row.what == What.DEGREE and row.ends_on is not None:
        complete_study(
            study, graduated_on=row.ends_on, level=row.level, degree=row.degree, region_code=row.region_code,
            reason=reason, by=by, on=on,
        )  # fmt: skip


@transaction.atomic
def refuse_study(
    row: StudyStatement, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> StudyStatement:
    """The paper does not say so; the learner reads why."""
    require(by, Permission.ENTER, row.region_code)
    refuse_if([*officer_obstacles(person=row.person_id, officer=by.person_id), *reason_obstacles(reason)])
    transition(row, "refuse", seen=seen, decided_by_id=by.person_id, decided_at=Now(), note=reason.strip())
    tell_stated(row)
    _note(row, "refuse", by, reason=row.note)
    return row


@transaction.atomic
def take_study_back(row: StudyStatement, *, by: Actor, on: date, seen: int | None = None) -> StudyStatement:
    """Take back what one stated, while nobody has decided."""
    if by.person_id != row.person_id:
        raise Refused(Obstacle("not_own", N_("Everybody states this of herself.")))
    transition(row, "withdraw", seen=seen)
    _note(row, "withdraw", by)
    return row


def _note(row: StudyStatement, verb: str, by: Actor, reason: str = "") -> None:
    journal.write(
        f"education.study_statement.{verb}", by=by, subject=row, about_person_id=row.person_id, rows=[row], reason=reason,
        facts={"what": str(row.what), "state": str(row.state)}, region_code=row.region_code,
    )  # fmt: skip
