"""The pages of supervision beside each other: dispatch, notices, inspections, model cases, and what others add."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from shegong.kernel.http import actor_of
from shegong.kernel.text import N_
from shegong.steering.oversight.rules import Permission


@dataclass(frozen=True)
class Tab:
    """One page of the row; `route` is its name, `title` an English source string."""

    route: str
    title: str
    permission: str
    order: int = 50


TABS = [
    Tab("oversight:unit", N_("This period"), Permission.ANSWER, 10),
    Tab("oversight:rounds", N_("Dispatch"), Permission.READ, 20),
    Tab("oversight:circulars", N_("Supervision notices"), Permission.READ, 30),
    Tab("oversight:inspections", N_("Inspections"), Permission.READ, 40),
    Tab("oversight:reports", N_("Year-end reports"), Permission.READ, 60),
    Tab("oversight:acceptances", N_("Final acceptance"), Permission.READ, 70),
    Tab("oversight:cases", N_("Model cases"), Permission.READ, 50),
]


def tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The row of tabs for this reader, `current` by its route."""
    actor = actor_of(request)
    return [
        {"label": _(tab.title), "url": reverse(tab.route), "current": tab.route == current}
        for tab in sorted(TABS, key=lambda tab: tab.order)
        if actor.may(tab.permission)
    ]
