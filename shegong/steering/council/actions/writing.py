"""Notice and minutes as official documents: drafted here, co-signed, signed and issued as every document is."""

from datetime import date

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from shegong.ground.documents import actions as documents
from shegong.ground.documents.models import OfficialDocument
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.ground.tasks import actions as tasks
from shegong.kernel.access import Actor
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.steering.council.actions.conferences import require_office
from shegong.steering.council.actions.meetings import write
from shegong.steering.council.models import Meeting, Member, Resolution
from shegong.steering.council.rules import KINDS, Kind, Presence, State, minute_obstacles


def _bodies(meeting: Meeting) -> list[Organization]:
    office = meeting.conference.office_id
    sitting = Member.objects.sitting(meeting.conference, meeting.held_on)
    return [row.organization for row in sitting if row.organization_id != office]


def _heading(meeting: Meeting) -> str:
    place = tree().name(meeting.region_code, meeting.held_on)
    return f"{place}社会工作联席会议{meeting.year}年第{meeting.number}次会议"


@answers("M1.c")
@transaction.atomic
def draft_notice(meeting: Meeting, *, by: Actor, on: date) -> OfficialDocument:
    """Draft the written notice to the members with the agenda; it is signed and issued as a document."""
    require_office(meeting.conference, by)
    if meeting.notice_id or meeting.state != State.PLANNED:
        raise Refused(Obstacle("notice_there", N_("The notice is drafted already."), clause="M1.c"))
    lines = [
        f"经研究，定于{_day(meeting.held_on)}召开{_heading(meeting)}。现将有关事项通知如下。",
        "# 一、会议时间和地点", f"{_day(meeting.held_on)}，{meeting.place or '另行通知'}。",
        "# 二、会议议题", *_agenda(meeting),
        "# 三、有关要求", "请各成员单位负责同志参加；因故不能参加的，请说明原因并派员参加。",
    ]  # fmt: skip
    notice = _draft(meeting, "notice", f"关于召开{_heading(meeting)}的通知", lines, by, on)
    Meeting.objects.filter(pk=meeting.pk).update(notice=notice)
    meeting.refresh_from_db()
    write(meeting, "draft_notice", by)
    return notice


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _agenda(meeting: Meeting) -> list[str]:
    with translation.override("zh-hans"):
        return [
            f"{item.position}．{item.title}（{gettext(KINDS[Kind(item.kind)])}）"
            for item in meeting.items.order_by("position")
        ]


def _draft(
    meeting: Meeting, kind: str, title: str, lines: list[str], by: Actor, on: date, is_cosigned: bool = False
) -> OfficialDocument:
    bodies = _bodies(meeting)
    return documents.draft_document(
        kind=kind, title=title, body="\n".join(lines), issuer=meeting.conference.office, to=bodies,
        cosigners=bodies if is_cosigned else (), region_code=meeting.region_code, by=by, on=on,
    )  # fmt: skip


@answers("M1.c", "N7")
@transaction.atomic
def draft_minutes(meeting: Meeting, *, by: Actor, on: date) -> OfficialDocument:
    """Draft the minutes (会议纪要): who came, what was discussed, what was decided, who is responsible until when.

    The members co-sign them as a document; a draft that was given up can be made anew.
    """
    require_office(meeting.conference, by)
    if meeting.state != State.HELD or meeting.has_minutes:
        raise Refused(Obstacle("minutes_there", N_("The minutes are drafted already."), clause="M1.c"))
    lines = [
        f"{_day(meeting.held_on)}，{meeting.conference.convenor.name}召集召开{_heading(meeting)}。现将会议议定事项纪要如下。",
        "# 一、会议议题", *_agenda(meeting), "# 二、议定事项", *_decided(meeting), *_presence(meeting),
    ]  # fmt: skip
    minutes = _draft(meeting, "minutes", f"{_heading(meeting)}纪要", lines, by, on, is_cosigned=True)
    Meeting.objects.filter(pk=meeting.pk).update(minutes=minutes)
    meeting.refresh_from_db()
    write(meeting, "draft_minutes", by)
    return minutes


def _presence(meeting: Meeting) -> list[str]:
    """Who came and who did not, as the layout of minutes has it: a paragraph of each."""
    rows = meeting.attendances.select_related("member__organization").order_by("member__position")
    came, away = [], []
    for row in rows:
        body = row.member.organization.name
        if row.presence == Presence.ABSENT:
            away.append(body + (f"（{row.reason}）" if row.reason else ""))
        else:
            came.append(body + (row.name or row.member.representative))
    said = (("出席", came), ("请假", away))
    return [f"{word}：{'，'.join(found)}" for word, found in said if found]


def _decided(meeting: Meeting) -> list[str]:
    rows = resolutions_of(meeting)
    if not rows:
        return ["会议没有议定事项。"]
    return [
        f"{at}．{row.text}。由{row.task.responsible.name}负责，{_day(row.task.due_on)}前完成。"
        for at, row in enumerate(rows, start=1)
    ]


def resolutions_of(meeting: Meeting) -> list[Resolution]:
    """What the meeting decided and did not take back, in the order of the agenda."""
    rows = Resolution.objects.filter(item__meeting=meeting).exclude(task__state="withdrawn")
    return list(rows.select_related("task__responsible", "item").order_by("item__position", "number"))


@answers("M1.c")
@transaction.atomic
def minute(meeting: Meeting, *, by: Actor, on: date, seen: int | None = None) -> Meeting:
    """The minutes are out: each resolution is assigned to its department. Refuses minutes that are not issued."""
    require_office(meeting.conference, by)
    minutes = meeting.minutes
    refuse_if(
        minute_obstacles(has_minutes=minutes is not None, is_issued=bool(minutes and minutes.is_issued))
    )
    meeting = transition(meeting, "minute", seen=seen)
    found = resolutions_of(meeting)
    for row in found:
        tasks.assign(row.task, by=by, on=on)
    write(meeting, "minute", by, facts={"resolutions": len(found)})
    return meeting
