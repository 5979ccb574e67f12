"""What may be stated about where someone works; pure."""

from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


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
