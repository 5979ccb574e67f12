"""What may be stated about where someone works, and how the other side answers; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from shegong.kernel.refusal import Obstacle, reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    CONFIRM = "employment.confirm"
    DECIDE = "employment.decide"


class ServiceField(StrEnum):
    """The four fields of the plan (T1.1.b), and 等: another one."""

    RELIEF = "relief"
    WELFARE = "welfare"
    COMMUNITY = "community"
    PUBLIC_BENEFIT = "public_benefit"
    OTHER = "other"


SERVICE_FIELDS = {
    ServiceField.RELIEF: N_("Social assistance"),
    ServiceField.WELFARE: N_("Social welfare"),
    ServiceField.COMMUNITY: N_("Community building"),
    ServiceField.PUBLIC_BENEFIT: N_("Public-benefit services"),
    ServiceField.OTHER: N_("Another field"),
}


def employment_obstacles(
    *,
    position: str,
    service_field: str,
    start: date,
    end: date | None,
    born_on: date | None,
    founded_on: date | None,
    dissolved_on: date | None,
    on: date,
) -> list[Obstacle]:
    """Refuses unknown fields of service, days in the future or out of order, work as a child or at a dissolved employer."""
    found = []
    if service_field and service_field not in set(ServiceField):
        found.append(Obstacle("service_field", N_("Choose one from the list."), "service_field", "T1.1.b"))
    if len(position) > 60:
        message = N_("At most %(longest)s characters; these are %(length)s.")
        found.append(
            Obstacle("text_length", message, "position", params={"longest": 60, "length": len(position)})
        )
    if start > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), field="start"))
    elif born_on and (start.year, start.month, start.day) < (born_on.year + 16, born_on.month, born_on.day):
        message = N_("By the identity number the person was under 16 then. Compare both dates.")
        found.append(Obstacle("work_as_child", message, field="start"))
    if end and end <= start:
        found.append(Obstacle("dates_order", N_("The end lies before the start."), field="end"))
    elif end and end > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), field="end"))
    return found + _employer_obstacles(start, end, founded_on, dissolved_on)


def _employer_obstacles(
    start: date, end: date | None, founded_on: date | None, dissolved_on: date | None
) -> list[Obstacle]:
    params = {"day": (dissolved_on or founded_on or start).isoformat()}
    if dissolved_on and (start >= dissolved_on or end is None or end > dissolved_on):
        message = N_("This employer was dissolved on %(day)s.")
        return [Obstacle("employer_dissolved", message, field="employer", params=params)]
    if founded_on and start < founded_on:
        message = N_("This employer was founded on %(day)s.")
        return [Obstacle("employer_not_founded", message, field="start", params=params)]
    return []


def overlap_obstacle(began: date) -> Obstacle:
    """A main employment that would cut into a later one."""
    message = N_("Another main employment begins on %(began)s. Enter when this one ended.")
    return Obstacle("employment_overlap", message, field="end", params={"began": began.isoformat()})


@dataclass(frozen=True)
class EmploymentPolicy:
    """policy/employment.toml: when the other side is asked, how long it has, what counts as being in post."""

    answer_working_days: int
    asks_without_clerk: bool
    in_post: Literal["undisputed", "confirmed"]


class What(StrEnum):
    """What one side said and the other is asked about."""

    BEGIN = "begin"
    END = "end"


class Side(StrEnum):
    """Who is asked."""

    PERSON = "person"
    EMPLOYER = "employer"


class Answer(StrEnum):
    """States of a question: one side said something, the other confirms or denies, silence goes to the county."""

    ASKED = "asked"
    SILENT = "silent"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


ANSWER_NAMES = {
    Answer.ASKED: N_("Waiting for an answer"),
    Answer.SILENT: N_("No answer; the county decides"),
    Answer.DISPUTED: N_("Disputed; the county decides"),
    Answer.CONFIRMED: N_("Confirmed by both sides"),
    Answer.UPHELD: N_("Confirmed by the county"),
    Answer.DISMISSED: N_("Not confirmed by the county"),
    Answer.REFUSED: N_("Declined by the person"),
    Answer.WITHDRAWN: N_("Taken back"),
}
WAITING = (Answer.ASKED, Answer.SILENT, Answer.DISPUTED)
FOR_COUNTY = (Answer.SILENT, Answer.DISPUTED)

CONFIRMING = Workflow(
    Answer,
    Answer.ASKED,
    [
        step("confirm", ("asked", "silent"), "confirmed"),
        step("deny", ("asked", "silent"), "disputed"),
        step("refuse", ("asked", "silent"), "refused"),
        step("escalate", "asked", "silent"),
        step("uphold", ("silent", "disputed"), "upheld"),
        step("dismiss", ("silent", "disputed"), "dismissed"),
        step("withdraw", ("asked", "silent", "disputed"), "withdrawn"),
    ],
)


def applies_at_once(side: str) -> bool:
    """What a person says of herself holds until somebody disputes it; what an employer says holds once it is confirmed."""
    return side == Side.EMPLOYER


def denying_step(what: str, side: str) -> str:
    """Whoever was never employed there says so and that is all; every other denial is a dispute for the county."""
    return "refuse" if (what, side) == (What.BEGIN, Side.PERSON) else "deny"


def answer_obstacles(state: str) -> list[Obstacle]:
    """Only a question that waits can be answered; a dispute is the county's."""
    if state in (Answer.ASKED, Answer.SILENT):
        return []
    return [Obstacle("answered_before", N_("This was already answered. Look at it again."))]


def denial_obstacles(state: str, reason: str) -> list[Obstacle]:
    """A denial says why."""
    return [*answer_obstacles(state), *reason_obstacles(reason)]


def decision_obstacles(*, state: str, reason: str, officer_id: int | None, person_id: int) -> list[Obstacle]:
    """The county decides what is disputed or was not answered, with a reason, and nobody on his own employment."""
    found = []
    if state not in FOR_COUNTY:
        found.append(Obstacle("not_for_county", N_("The other side may still answer.")))
    if officer_id == person_id:
        found.append(Obstacle("own_case", N_("This is about your own employment. A colleague must decide.")))
    return [*found, *reason_obstacles(reason)]
