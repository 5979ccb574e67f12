"""A meeting is planned, its agenda and materials gathered, notice given, attendance noted, and held."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import FolderItem
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import Person
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, holders
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.council.actions.conferences import require_office
from shegong.steering.council.models import (
    AgendaItem,
    Attendance,
    Conference,
    Meeting,
    Member,
    phone_of,
    without_attendance,
)
from shegong.steering.council.rules import (
    MOST_MATERIALS,
    OPEN,
    Permission,
    State,
    hold_obstacles,
    item_obstacles,
    notify_obstacles,
    presence_obstacles,
    reason_obstacles,
    title_obstacles,
)

MATERIAL = "material"
NOTICE = messages.Template(
    "council.notice",
    N_("A meeting of the joint conference"),
    N_("“%(title)s” is held on %(day)s at %(place)s. Agenda and materials are with the joint conference."),
)
CANCELLED = messages.Template(
    "council.cancelled", N_("A meeting does not take place"), N_("“%(title)s” of %(day)s does not take place: %(reason)s.")
)  # fmt: skip


def write(meeting: Meeting, verb: str, by: Actor, rows: tuple[Any, ...] = (), **details: Any) -> None:
    """The journal's entry of a step."""
    journal.write(
        f"council.meeting.{verb}", by=by, subject=meeting, region_code=meeting.region_code, rows=[meeting, *rows],
        **details,
    )  # fmt: skip


@answers("M1.c")
@transaction.atomic
def plan_meeting(
    conference: Conference, *, title: str, held_on: date, place: str = "", by: Actor, on: date
) -> Meeting:
    """Plan the next meeting of the year; it gets the next number. Refuses a title too short."""
    require_office(conference, by)
    refuse_if(title_obstacles(title))
    Conference.objects.select_for_update(no_key=True).get(pk=conference.pk)
    before = Meeting.objects.filter(conference=conference, year=held_on.year).aggregate(last=Max("number"))
    meeting = Meeting.objects.create(
        conference=conference, region_code=conference.region_code, year=held_on.year, number=(before["last"] or 0) + 1,
        title=title.strip(), held_on=held_on, place=place.strip()[:120],
    )  # fmt: skip
    write(meeting, "plan", by, facts={"number": meeting.number})
    return meeting


@answers("M1.c")
@transaction.atomic
def add_item(
    meeting: Meeting, *, kind: str, title: str, proposer: Organization | None = None, by: Actor, on: date
) -> AgendaItem:
    """Put an item on the agenda: to study, deploy, supervise or carry out something (M1.c)."""
    require_office(meeting.conference, by)
    refuse_if(item_obstacles(kind=kind, title=title, state=meeting.state))
    Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem.objects.create(
        meeting=meeting, position=last + 1, kind=str(kind), title=title.strip(), proposer=proposer
    )
    write(meeting, "add_item", by, (item,), facts={"kind": str(kind)})
    return item


@transaction.atomic
def drop_item(item: AgendaItem, *, by: Actor, on: date) -> None:
    """Take an item off the agenda, before the meeting."""
    meeting = item.meeting
    require_office(meeting.conference, by)
    if meeting.state not in OPEN or item.resolutions.exists():
        raise Refused(
            Obstacle("agenda_stands", N_("The meeting was held: its agenda stands."), clause="M1.c")
        )
    gone = AgendaItem.objects.get(pk=item.pk)
    AgendaItem.objects.filter(pk=item.pk).delete()
    write(meeting, "drop_item", by, gone=[gone])


@answers("M1.c")
@transaction.atomic
def add_material(meeting: Meeting, *, filename: str, content: bytes, by: Actor, on: date) -> FolderItem:
    """Add a paper to the materials: a photo or a PDF. Refuses what cannot be stored."""
    require_office(meeting.conference, by)
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if meeting.folder is None:
        folder = documents.open_folder(title=meeting.title[:80], by=by, on=on)
        Meeting.objects.filter(pk=meeting.pk).update(folder=folder)
        meeting.folder = folder
    elif meeting.folder.items.filter(removed_at=None).count() >= MOST_MATERIALS:
        message = N_("At most %(most)s papers at a time.")
        raise Refused(Obstacle("materials_many", message, "papers", params={"most": MOST_MATERIALS}))
    item = documents.add_paper(
        meeting.folder, kind=MATERIAL, content=content, filename=filename, by=by, on=on
    )
    write(meeting, "add_material", by)
    return item


@transaction.atomic
def remove_material(meeting: Meeting, item: FolderItem, *, by: Actor, on: date) -> FolderItem:
    """Take a paper out of the materials; it stays in the case."""
    require_office(meeting.conference, by)
    return documents.remove_paper(item, by=by, on=on)


@answers("M1.c")
@transaction.atomic
def notify(meeting: Meeting, *, by: Actor, on: date, seen: int | None = None) -> Meeting:
    """Give notice: every liaison is told, in the inbox and by SMS. A written notice, where one is drafted, must be issued."""
    require_office(meeting.conference, by)
    notice = meeting.notice
    refuse_if(
        notify_obstacles(
            items=meeting.items.count(),
            has_notice=notice is not None,
            is_issued=bool(notice and notice.is_issued),
        )
    )
    meeting = transition(meeting, "notify", seen=seen, notified_on=on)
    write(meeting, "notify", by, facts={"people": _tell(meeting, NOTICE, on)})
    return meeting


def _tell(meeting: Meeting, template: messages.Template, on: date, **more: str) -> int:
    """Tell those who act for a member, else the liaison's phone; how many."""
    said = {"title": meeting.title, "day": meeting.held_on.isoformat(), "place": meeting.place or "—", **more}
    told: set[int] = set()
    phones = []
    for member in Member.objects.sitting(meeting.conference, on):
        people = holders(Permission.READ, on, body=member.organization_id)
        told |= set(people)
        phones += [phone_of(member)] if not people and member.phone else []
    for person in Person.objects.filter(pk__in=told).order_by("pk"):
        messages.send(person, template, said, link=reverse("council:meeting", args=[meeting.pk]))
    for phone in phones:
        messages.send_to(phone, messages.SMS, template, said)
    return len(told) + len(phones)


@answers("M1.c")
@transaction.atomic
def record_attendance(
    meeting: Meeting, member: Member, *, presence: str, name: str = "", reason: str = "", by: Actor, on: date
) -> Attendance:
    """Note whether a member came, whom it sent, or why it did not come; may be corrected until the minutes are issued."""
    require_office(meeting.conference, by)
    if meeting.state in (State.MINUTED, State.CANCELLED) or member.conference_id != meeting.conference_id:
        raise Refused(
            Obstacle("attendance_closed", N_("The attendance of this meeting stands."), clause="M1.c")
        )
    refuse_if(presence_obstacles(presence=presence, name=name, reason=reason))
    row, _made = Attendance.objects.update_or_create(
        meeting=meeting, member=member,
        defaults={"presence": str(presence), "name": name.strip()[:60], "reason": reason.strip()[:200]},
    )  # fmt: skip
    write(meeting, "attend", by, (row,), facts={"presence": str(presence), "body": member.organization_id})
    return row


@answers("M1.c")
@transaction.atomic
def record_others_present(meeting: Meeting, *, by: Actor, on: date) -> list[Attendance]:
    """Note at once that every member of whom nothing is noted yet came, with the one who represents it."""
    others = without_attendance(meeting).select_for_update(of=("self",))
    return [
        record_attendance(meeting, member, presence="present", name=member.representative, by=by, on=on)
        for member in others
    ]


@answers("M1.c")
@transaction.atomic
def hold(meeting: Meeting, *, by: Actor, on: date, seen: int | None = None) -> Meeting:
    """The meeting took place. Refuses before its day, and while the attendance of a member is missing."""
    require_office(meeting.conference, by)
    missing = without_attendance(meeting).count()
    refuse_if(hold_obstacles(held_on=meeting.held_on, on=on, unanswered=missing))
    meeting = transition(meeting, "hold", seen=seen)
    write(meeting, "hold", by)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: Actor, on: date, seen: int | None = None) -> Meeting:
    """The meeting does not take place; who had notice is told why."""
    require_office(meeting.conference, by)
    refuse_if(reason_obstacles(reason))
    had_notice = meeting.state == State.NOTIFIED
    meeting = transition(meeting, "cancel", seen=seen)
    write(meeting, "cancel", by, reason=reason.strip())
    if had_notice:
        _tell(meeting, CANCELLED, on, reason=reason.strip())
    return meeting
