"""The pages of supervision beside each other: dispatch, notices, inspections, model cases, and what others add; the frame that
their lists share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.kernel.access import ScopedQuerySet
from shegong.kernel.http import actor_of
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter
from shegong.kernel.listing_pages import answer
from shegong.kernel.text import N_
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.web.parts import words_of


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


@dataclass(frozen=True)
class States:
    """The states of what a list shows: English source strings and tones, by state."""

    names: Mapping[Any, str]
    tones: Mapping[str, str]

    @property
    def column(self) -> Column:
        """The column that says them."""
        return Column("state", gettext_lazy("State"), lambda r: r.state, words=lambda v: _(self.names[v]),
                      tone=lambda r: self.tones[r.state])  # fmt: skip

    @property
    def filter(self) -> Filter:
        """The filter by them."""
        return Filter(
            "state", gettext_lazy("State"), lambda v, scene: (Q(state=v),), lambda scene: words_of(self.names)
        )


def ledger(
    rows: ScopedQuerySet,
    *,
    columns: Sequence[Column],
    states: States,
    filters: Sequence[Filter] = (),
    **more: Any,
) -> Listing:
    """A list of supervision: what lies in the reader's reach, with a filter by state before others and files for who reads."""
    return Listing(
        permission=Permission.READ, export_permission=Permission.READ, columns=tuple(columns), filters=(states.filter, *filters),
        rows=lambda scene: rows.visible_to(scene.actor, scene.permission), **more,
    )  # fmt: skip


@dataclass(frozen=True)
class New:
    """The way to a further row of a list: its page, its words (translated), who may."""

    route: str
    words: str
    permission: str = Permission.DISPATCH


def listed(
    request: HttpRequest, listing: Listing, current: str, new: New | None = None, **more: Any
) -> HttpResponse:
    """A list of supervision: under its tabs, with the way to a new row for who may."""
    if new is not None and actor_of(request).may(new.permission):
        more |= {"new_url": reverse(new.route), "new_words": new.words}
    more["section_tabs"] = tabs(request, current)
    return answer(request, listing, template="oversight/list.html", more=more)
