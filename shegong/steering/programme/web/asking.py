"""What the address of a leaders' page asks: as of which day, about which division, by which indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, today
from shegong.kernel.listing_filters import short
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.typed_dates import last_day_meant
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.programme.models.board import Board, headline
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.curves import month_ends
from shegong.steering.programme.rules.plans import Indicator

UNREADABLE = N_("Write the day as 2012-12-31 or the month as 2012-12.")
OUTSIDE = N_("There are figures from %(first)s to %(last)s. Choose a day between them.")


@dataclass(frozen=True)
class Asked:
    """One address of a leaders' page, read; `wrong` says why its day was not taken."""

    actor: Actor
    root: int
    region: int
    on: date
    focus: Indicator
    view: str
    typed: str
    wrong: tuple[Obstacle, ...] = ()

    @property
    def board(self) -> Board:
        """What there is to show."""
        return Board(self.region, self.on, self.focus, language())

    def page(self, region: int | None = None, indicator: str = "", **more: str) -> str:
        """The page of a division at the same day and indicator."""
        code = self.region if region is None else region
        asks = {"asof": self.on.isoformat(), "indicator": indicator or self.focus.id}
        asks |= {"view": self.view} if self.view != "tile" else {}
        return f"{page_of(code)}?{urlencode({**asks, **more})}"

    def records(self, indicator: str, region: int | None = None, **more: str) -> str:
        """The records behind a figure."""
        return records_url(indicator, self.on, self.region if region is None else region, **more)


def language() -> str:
    """The reader's."""
    return get_language() or "zh"


def page_of(region: int) -> str:
    """The address of a division's page; the province's is the leaders' home."""
    if region == plan().region:
        return reverse("programme:dashboard")
    return reverse("programme:place", args=[short(region)])


def records_url(indicator: str, on: date, region: int | None = None, **more: str) -> str:
    """The records behind a figure as of a day, of a division."""
    asks = {"asof": on.isoformat()} | (
        {"region": short(region)} if region and region != plan().region else {}
    )
    return f"{reverse('programme:records', args=[indicator])}?{urlencode({**asks, **more})}"


def root_of(actor: Actor) -> int:
    """The widest division that this actor may look at; 404 for who has none."""
    held = [a for a in actor.with_permission(Permission.READ) if a.region_code]
    chief = min(held, key=lambda a: a.level or 9, default=None)
    if chief is None or chief.region_code is None:
        raise Http404
    return chief.region_code


def region_in_reach(actor: Actor, code: str, on: date) -> int:
    """The division that six or nine digits mean on a day, if the actor may look at it; else 404."""
    digits = (whole_number(code) or 0) if len(code) in (6, 9) else 0
    place = tree().at(digits if digits > 999_999 else digits * 1000, on)
    if place is None or not actor.may(Permission.READ, place.code):
        raise Http404
    return place.code


def day_asked(request: HttpRequest) -> tuple[date, tuple[Obstacle, ...]]:
    """The day of `?asof=`: a day, a month's or a year's last; without one today, or a concluded plan's last day.

    What cannot be read or lies in the future is said, and the day is the one without it.
    """
    usual = plan().day(today())
    typed = request.GET.get("asof", "").strip()[:20]
    if not typed:
        return usual, ()
    meant = last_day_meant(typed)
    if meant is None:
        return usual, (Obstacle("asof_form", UNREADABLE, "asof"),)
    latest = max(today(), usual)
    first = date(plan().starts.year, 1, 1)
    if not first <= meant:
        params = {"first": first.isoformat(), "last": latest.isoformat()}
        return usual, (Obstacle("asof_outside", OUTSIDE, "asof", params=params),)
    return min(meant, latest), ()


def asked_of(request: HttpRequest, code: str = "") -> Asked:
    """What a page is asked for; the division is the reader's own without a code."""
    actor, (on, wrong) = actor_of(request), day_asked(request)
    root = root_of(actor)
    region = region_in_reach(actor, code, on) if code else root
    focus = plan().indicators.get(request.GET.get("indicator", ""))
    if focus is None:
        focus = _first(on)
    view = request.GET.get("view", "tile")
    return Asked(
        actor, root, region, on, focus, view if view in ("tile", "map", "table") else "tile",
        request.GET.get("asof", ""), wrong,
    )  # fmt: skip


def _first(on: date) -> Indicator:
    found = headline(on) or list(plan().indicators.values())
    great = [one for one in found if one.kind == "cumulative" and one.measure]
    return great[0] if great else found[0]


def months_offered() -> Sequence[date]:
    """The ends of the plan's months until now, newest first."""
    return month_ends(plan().starts, plan().day(today()))[::-1]
