"""The joint conference on social work: who sits in it, how a meeting goes, what a resolution needs; pure (M1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

MOST_MATERIALS = 40
LONGEST = 4000


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "council.read"
    RUN = "council.run"


class Kind(StrEnum):
    """What an item of the agenda is for (M1.c): the same words as the kinds of tasks."""

    STUDY = "study"
    DEPLOY = "deploy"
    SUPERVISE = "supervise"
    CARRY_OUT = "carry_out"


KINDS: Mapping[str, str] = {
    Kind.STUDY: N_("Study"),
    Kind.DEPLOY: N_("Deployment"),
    Kind.SUPERVISE: N_("Supervision of what was decided"),
    Kind.CARRY_OUT: N_("Carrying out"),
}


class State(StrEnum):
    """States of a meeting."""

    PLANNED = "planned"
    NOTIFIED = "notified"
    HELD = "held"
    MINUTED = "minuted"
    CANCELLED = "cancelled"


STATES: Mapping[str, str] = {
    State.PLANNED: N_("Being prepared"),
    State.NOTIFIED: N_("Notice given"),
    State.HELD: N_("Held, minutes to come"),
    State.MINUTED: N_("Minutes issued"),
    State.CANCELLED: N_("Did not take place"),
}
TONES: Mapping[str, str] = {State.NOTIFIED: "info", State.HELD: "warn", State.MINUTED: "ok"}
WORKFLOW = Workflow(
    State,
    State.PLANNED,
    [
        step("notify", State.PLANNED, State.NOTIFIED, "M1.c"),
        step("hold", (State.PLANNED, State.NOTIFIED), State.HELD, "M1.c"),
        step("minute", State.HELD, State.MINUTED, "M1.c"),
        step("cancel", (State.PLANNED, State.NOTIFIED), State.CANCELLED),
    ],
)
OPEN = (State.PLANNED, State.NOTIFIED)


class Presence(StrEnum):
    """Who came for a member."""

    PRESENT = "present"
    PROXY = "proxy"
    ABSENT = "absent"


PRESENCES: Mapping[str, str] = {
    Presence.PRESENT: N_("Came"),
    Presence.PROXY: N_("Sent somebody"),
    Presence.ABSENT: N_("Did not come"),
}


@dataclass(frozen=True)
class Seat:
    """A member by default: its code, kind of body, what its name holds, and its name by the level of the place."""

    code: str
    kind: str
    match: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, place: str, level: int | None) -> str:
        """The name of the body in a place of this level."""
        return self.names.get(f"level_{level}", self.names["level_1"]).format(place=place)


@dataclass(frozen=True)
class CouncilPolicy:
    """policy/council.toml: who convenes, whose office it is, and the members (M1.a, M1.b)."""

    convenor: str
    office: str
    members: tuple[Seat, ...]


def indicator_obstacles(indicator: str) -> list[Obstacle]:
    """An indicator is named by its id in the plan."""
    allowed = all(c.isascii() and (c.isalnum() or c in "-.") for c in indicator)
    if len(indicator) <= 20 and allowed:
        return []
    return [
        Obstacle(
            "indicator", N_("Enter the id of an indicator of the plan, such as K-G4."), "indicator", "M1.c"
        )
    ]


def title_obstacles(title: str, name: str = "title") -> list[Obstacle]:
    """Something must be said, in 4 to 200 characters."""
    if 4 <= len(title.strip()) <= 200:
        return []
    return [Obstacle("title", N_("Say it in 4 to 200 characters."), name, "M1.c")]


def item_obstacles(*, kind: str, title: str, state: str) -> list[Obstacle]:
    """What speaks against an item of the agenda."""
    found = title_obstacles(title)
    if kind not in set(Kind):
        found.append(Obstacle("agenda_kind", N_("Choose one from the list."), "kind", "M1.c"))
    if state not in OPEN and state != State.HELD:
        found.append(Obstacle("agenda_late", N_("The minutes are issued; the agenda stands."), clause="M1.c"))
    return found


def resolution_obstacles(
    *, text: str, state: str, responsible_id: int, office_id: int, member_ids: Collection[int], due_on: date | None,
    on: date,
) -> list[Obstacle]:  # fmt: skip
    """What speaks against a resolution. The office follows up, so another body is responsible (M1.c)."""
    found = title_obstacles(text, "text")
    if state != State.HELD:
        found.append(
            Obstacle(
                "resolution_state",
                N_("Resolutions are entered once the meeting was held, before its minutes."),
                clause="M1.c",
            )
        )
    if responsible_id == office_id:
        message = N_("The office follows up on resolutions; choose another member as responsible.")
        found.append(Obstacle("resolution_office", message, "responsible", "M1.c"))
    elif responsible_id not in member_ids:
        message = N_("Choose a body that is a member of the conference.")
        found.append(Obstacle("resolution_member", message, "responsible", "M1.b"))
    if due_on is None or due_on < on:
        found.append(
            Obstacle(
                "resolution_due", N_("Choose the day by which it is due, today or later."), "due_on", "M1.c"
            )
        )
    return found


def presence_obstacles(*, presence: str, name: str, reason: str) -> list[Obstacle]:
    """Who is sent is named; who does not come says why."""
    if presence not in set(Presence):
        return [Obstacle("presence", N_("Choose one from the list."), "presence", "M1.c")]
    if presence == Presence.PROXY and not name.strip():
        return [Obstacle("presence_name", N_("Enter who was sent."), "name", "M1.c")]
    if presence == Presence.ABSENT and not reason.strip():
        return [Obstacle("presence_reason", N_("Enter why nobody came."), "reason", "M1.c")]
    return []


def notify_obstacles(*, items: int, has_notice: bool, is_issued: bool) -> list[Obstacle]:
    """What speaks against giving notice: no agenda, or a written notice that was not issued yet."""
    if not items:
        return [Obstacle("no_agenda", N_("Enter the agenda first."), clause="M1.c")]
    if has_notice and not is_issued:
        return [
            Obstacle(
                "notice_not_issued",
                N_("The written notice is not issued yet: have it signed and issue it first."),
                clause="M1.c",
            )
        ]
    return []


def hold_obstacles(*, held_on: date, on: date, unanswered: int) -> list[Obstacle]:
    """A meeting was held when its day has come and the attendance of every member is known."""
    found = []
    if held_on > on:
        message = N_("The meeting is on %(day)s; it has not taken place yet.")
        found.append(Obstacle("meeting_ahead", message, params={"day": held_on.isoformat()}, clause="M1.c"))
    if unanswered:
        message = N_("The attendance of %(count)s members is missing.")
        found.append(Obstacle("attendance_missing", message, params={"count": unanswered}, clause="M1.c"))
    return found


def minute_obstacles(*, has_minutes: bool, is_issued: bool) -> list[Obstacle]:
    """The minutes are an official document, co-signed by the members, signed and issued."""
    if not has_minutes:
        return [Obstacle("no_minutes", N_("Draft the minutes first."), clause="M1.c")]
    if not is_issued:
        message = N_("The minutes are not issued yet: members co-sign them, then they are signed and issued.")
        return [Obstacle("minutes_not_issued", message, clause="M1.c")]
    return []
