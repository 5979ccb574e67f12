"""What may happen to a task, who may do it, how late it is; pure (N6, N7, N12, M1.c).

A task (督办事项) is one matter with an owner, a deadline, proof and a closing by the one who asked. It is late by the day:
blue when the deadline is near, yellow once it has passed, red when it has long passed (policy/tasks.toml).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CLAUSE = "M1.c"
LONGEST_TITLE, LONGEST_TEXT, MOST_PAPERS = 200, 4000, 20


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "tasks.read"
    ASSIGN = "tasks.assign"
    REPLY = "tasks.reply"


class Kind(StrEnum):
    """What kind of matter; the first four are those of the joint conference (M1.c)."""

    STUDY = "study"
    DEPLOY = "deploy"
    SUPERVISE = "supervise"
    CARRY_OUT = "carry_out"
    RECTIFY = "rectify"
    WORK = "work"


KINDS: Mapping[str, str] = {
    Kind.STUDY: N_("To be studied"),
    Kind.DEPLOY: N_("To be deployed"),
    Kind.SUPERVISE: N_("Under supervision"),
    Kind.CARRY_OUT: N_("To be carried out"),
    Kind.RECTIFY: N_("To be put right"),
    Kind.WORK: N_("Task"),
}


class State(StrEnum):
    """States of a task."""

    DRAFTED = "drafted"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    REPLIED = "replied"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATES: Mapping[str, str] = {
    State.DRAFTED: N_("Not yet assigned"),
    State.ASSIGNED: N_("To be acknowledged"),
    State.ACCEPTED: N_("In hand"),
    State.REPLIED: N_("Replied, to be checked"),
    State.RETURNED: N_("Sent back"),
    State.CLOSED: N_("Settled"),
    State.WITHDRAWN: N_("Withdrawn"),
}
RUNNING = (State.ASSIGNED, State.ACCEPTED, State.RETURNED)  # the responsible body has to act
OPEN = (State.DRAFTED, *RUNNING, State.REPLIED)
WORKFLOW = Workflow(
    State,
    State.DRAFTED,
    [
        step("assign", State.DRAFTED, State.ASSIGNED, "M1.c"),
        step("acknowledge", State.ASSIGNED, State.ACCEPTED, "N12"),
        step("reply", (State.ACCEPTED, State.RETURNED), State.REPLIED, "N12"),
        step("send_back", State.REPLIED, State.RETURNED, "N12"),
        step("close", State.REPLIED, State.CLOSED, "M1.c"),
        step("withdraw", (State.DRAFTED, State.ASSIGNED, State.ACCEPTED), State.WITHDRAWN),
    ],
)


class Part(StrEnum):
    """What a body has to do with a task."""

    ISSUER = "issuer"
    RESPONSIBLE = "responsible"
    HELPER = "helper"


PARTS: Mapping[str, str] = {
    Part.ISSUER: N_("Issued by"),
    Part.RESPONSIBLE: N_("Responsible"),
    Part.HELPER: N_("Helps"),
}


class Event(StrEnum):
    """What the history of a task tells, beside the steps of its workflow."""

    ASSIGN = "assign"
    ACKNOWLEDGE = "acknowledge"
    SUBMIT = "submit"
    SIGN = "sign"
    OBJECT = "object"
    REPLY = "reply"
    SEND_BACK = "send_back"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    ASK_TIME = "ask_time"
    GRANT_TIME = "grant_time"
    REFUSE_TIME = "refuse_time"
    REMIND = "remind"
    ESCALATE = "escalate"


EVENTS: Mapping[str, str] = {
    Event.ASSIGN: N_("Assigned"),
    Event.ACKNOWLEDGE: N_("Acknowledged"),
    Event.SUBMIT: N_("Reply written, waits for co-signatures"),
    Event.SIGN: N_("Co-signed the reply"),
    Event.OBJECT: N_("Did not co-sign the reply"),
    Event.REPLY: N_("Replied"),
    Event.SEND_BACK: N_("Sent back"),
    Event.CLOSE: N_("Settled the task"),
    Event.WITHDRAW: N_("Withdrawn"),
    Event.ASK_TIME: N_("Asked for more time"),
    Event.GRANT_TIME: N_("More time given"),
    Event.REFUSE_TIME: N_("No more time given"),
    Event.REMIND: N_("Reminded"),
    Event.ESCALATE: N_("Reported one level up"),
}


class Colour(StrEnum):
    """Three colours by lateness."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


COLOURS: Mapping[str, str] = {
    Colour.BLUE: N_("Due soon (blue)"),
    Colour.YELLOW: N_("Late (yellow)"),
    Colour.RED: N_("Long late (red)"),
}
LATE = (Colour.YELLOW, Colour.RED)


@dataclass(frozen=True)
class TaskPolicy:
    """policy/tasks.toml. Days are working days.

    blue: a task is blue from so many days before its deadline. red: red from so many days after it, by the level of the
    place where the task lies (1 province, 2 prefecture, 3 county). extensions: how often more time may be given.
    """

    blue: int
    red: Mapping[str, int] = field(default_factory=dict)
    extensions: int = 2

    def red_of(self, level: int | None) -> int:
        """Working days after the deadline from which a task of this level is red; a level not named counts as a county."""
        return self.red.get(f"level_{level}", self.red["level_3"])


@dataclass(frozen=True)
class Marks:
    """The policy as days around one day: blue when due up to `blue_until`, red by level when due on `red_from` or before."""

    day: date
    blue_until: date
    red_from: Mapping[int, date]

    def colour(self, state: str, due_on: date, level: int | None) -> str:
        """ "" when nothing presses: the issuer's turn, closed, or far ahead."""
        if state not in RUNNING:
            return ""
        if due_on >= self.day:
            return Colour.BLUE if due_on <= self.blue_until else ""
        return (
            Colour.RED if due_on <= self.red_from[level if level in self.red_from else 3] else Colour.YELLOW
        )


def draft_obstacles(
    *, kind: str, title: str, detail: str, issuer_id: int, responsible_id: int, helper_ids: Collection[int],
    due_on: date | None, on: date, is_loop: bool = False,
) -> list[Obstacle]:  # fmt: skip
    """What speaks against a new task."""
    found = []
    if kind not in set(Kind):
        found.append(Obstacle("task_kind", N_("Choose one from the list."), "kind", CLAUSE))
    if not 4 <= len(title.strip()) <= LONGEST_TITLE:
        found.append(
            Obstacle("task_title", N_("Say in 4 to 200 characters what is to be done."), "title", CLAUSE)
        )
    if len(detail) > LONGEST_TEXT:
        found.append(_too_long("detail"))
    if issuer_id == responsible_id:
        message = N_("A body cannot set a task for itself. Choose another body.")
        found.append(Obstacle("task_own", message, "responsible", CLAUSE))
    if {issuer_id, responsible_id} & set(helper_ids):
        message = N_("A helping body is neither the one that asks nor the one that is responsible.")
        found.append(Obstacle("task_helper", message, "helpers", CLAUSE))
    return found + due_obstacles(due_on, on)


def due_obstacles(due_on: date | None, on: date) -> list[Obstacle]:
    """A deadline is needed, and it cannot have passed when it is set."""
    if due_on is None:
        return [Obstacle("task_due", N_("Enter the day by which it is due."), "due_on", CLAUSE)]
    if due_on < on:
        return [
            Obstacle(
                "task_due_past", N_("The deadline has passed already. Choose a later day."), "due_on", CLAUSE
            )
        ]
    return []


def _too_long(name: str) -> Obstacle:
    message = N_("At most %(most)s characters.")
    return Obstacle("task_text_long", message, name, params={"most": LONGEST_TEXT})


def reply_obstacles(*, text: str, papers: int, is_waiting: bool) -> list[Obstacle]:
    """What speaks against a reply: nothing said, too many papers, or one that still waits for co-signatures."""
    found = []
    if is_waiting:
        message = N_("A reply waits for the helping bodies. Once they have answered, another can be written.")
        found.append(Obstacle("reply_waits", message, clause="N7"))
    if len(text.strip()) < 4:
        found.append(
            Obstacle("reply_text", N_("Say what was done, in at least 4 characters."), "text", "N12")
        )
    if len(text) > LONGEST_TEXT:
        found.append(_too_long("text"))
    if papers > MOST_PAPERS:
        message = N_("At most %(most)s papers at a time.")
        found.append(Obstacle("reply_papers", message, "papers", params={"most": MOST_PAPERS}))
    return found


def close_obstacles(
    *, closer_id: int | None, repliers: Collection[int | None], has_proof: bool
) -> list[Obstacle]:
    """What speaks against closing: no proof, or the one who replied wants to close (four eyes, M1.c)."""
    found = []
    if not has_proof:
        message = N_("The reply has no proof. Send it back and ask for a paper or a photo.")
        found.append(Obstacle("no_proof", message, clause=CLAUSE))
    if closer_id is not None and closer_id in repliers:
        message = N_("Whoever replied or co-signed cannot close. A colleague of the issuing office does it.")
        found.append(Obstacle("four_eyes", message, clause=CLAUSE))
    return found


def extension_obstacles(
    *, until: date | None, due_on: date, on: date, has_open: bool, granted: int, most: int
) -> list[Obstacle]:
    """What speaks against asking for more time."""
    found = []
    if has_open:
        found.append(
            Obstacle(
                "extension_waits", N_("More time has been asked for already; the issuer decides."), "until"
            )
        )
    if granted >= most:
        message = N_("More time was given %(granted)s times; no more can be asked.")
        found.append(Obstacle("extension_most", message, "until", params={"granted": granted}))
    if until is None or until <= max(due_on, on):
        message = N_("Choose a day after the present deadline and after today.")
        found.append(Obstacle("extension_day", message, "until"))
    return found


def decider_obstacles(*, decider_id: int | None, asker_id: int | None) -> list[Obstacle]:
    """Four eyes: whoever asked does not decide."""
    if decider_id is not None and decider_id == asker_id:
        return [
            Obstacle("four_eyes", N_("Another person than the one who asked must decide."), clause=CLAUSE)
        ]
    return []


def not_taking_part(part: str) -> Obstacle:
    """The actor does not act for the body whose turn it is."""
    messages = {
        Part.ISSUER: N_("Only the body that set the task may do this."),
        Part.RESPONSIBLE: N_("Only the responsible body may do this."),
        Part.HELPER: N_("Only a helping body may do this."),
    }
    return Obstacle("not_allowed", messages[Part(part)], clause=CLAUSE)
