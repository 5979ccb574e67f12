"""What another figure of the plan's yearly rule would do: how many would be short, and who they are (T3.3).

Nothing is written: the rule itself is changed in policy/education.toml, by a version with its day and its basis.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import HoursStanding
from shegong.duties.registry.models.hours import asked_under, sums_tell, would_be_short
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.web.compliance import COMPLIANCE
from shegong.duties.registry.web.compliance import Row as Standing
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.ui.menu import MenuItem
from shegong.work.education.models.policies import rule
from shegong.work.education.rules import PLAN, HoursRule, hours_cell, hours_shown

LEVELS = ("assistant", "social_worker", "senior")
MOST = 366


def _changed(value: str, scene: Scene) -> HoursRule | None:
    """The plan's rule with other days a year for each level, given as 12-14-14; None where the sums do not tell it."""
    given = value.split("-")
    if len(given) != len(LEVELS) or not all(
        one.isascii() and one.isdigit() and len(one) < 4 and int(one) <= MOST for one in given
    ):
        return None
    plan = rule(PLAN, scene.day)
    changed = replace(plan, required=dict(zip(LEVELS, map(int, given), strict=True)))
    return changed if sums_tell(scene.day.year, changed, scene.day) else None


def _present(scene: Scene) -> str:
    return "-".join(str(rule(PLAN, scene.day).required[level]) for level in LEVELS)


def _would(value: str, scene: Scene) -> Forks:
    changed = _changed(value, scene)
    return NOTHING if changed is None else (would_be_short(scene.day.year, changed, scene.day),)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One person: what the plan asks for this year today, and what it would ask for under the days that were typed."""

    standing: Standing
    then: int

    @property
    def id(self) -> int:
        """The registration."""
        return self.standing.id

    @property
    def person_id(self) -> int:
        """Whose row it is."""
        return self.standing.person_id


def _foreseen(ids: Sequence[int], scene: Scene, asked: str) -> list[Foreseen]:
    changed = _changed(asked, scene)
    if changed is None:
        return []
    sums = HoursStanding.objects.visible_to(scene.actor, scene.permission).in_bulk(list(ids))
    return [
        Foreseen(row, asked_under(sums[row.id], changed, scene.day))
        for row in COMPLIANCE.load(ids, scene)
        if row.id in sums
    ]


def _missing(required: int, row: Foreseen) -> float:
    return hours_cell(max(required - row.standing.year_counted, 0))


def _verdict(required: int, row: Foreseen) -> str:
    return "short" if row.standing.year_counted < required else "met"


def _word(value: str) -> str:
    return gettext("Short of hours") if value == "short" else gettext("met")


KEPT = ("name", "number", "level", "region", "employer")
COLUMNS = (
    *(replace(one, value=lambda r, of=one.value: of(r.standing),
              address=one.address and (lambda r, of=one.address: of(r.standing)))
      for one in COMPLIANCE.columns if one.name in KEPT),
    Column("counted", _("Counted this year (h)"), lambda r: hours_cell(r.standing.year_counted), "number", words=hours_shown),
    Column("now", _("Today's days"), lambda r: _verdict(r.standing.year_required, r), words=_word,
           tone=lambda r: "warn" if _verdict(r.standing.year_required, r) == "short" else "ok"),
    Column("now_required", _("Asked for by today's days (h)"), lambda r: hours_cell(r.standing.year_required), "number",
           words=hours_shown, phone=False),
    Column("then", _("These days"), lambda r: _verdict(r.then, r), words=_word,
           tone=lambda r: "warn" if _verdict(r.then, r) == "short" else "ok"),
    Column("then_required", _("Asked for by these days (h)"), lambda r: hours_cell(r.then), "number", words=hours_shown,
           phone=False),
    Column("then_missing", _("Missing under these days (h)"), lambda r: _missing(r.then, r), "number", words=hours_shown),
)  # fmt: skip
NOW = {"met": Q(year_short=False), "short": Q(year_short=True)}
FORESEEN = replace(
    COMPLIANCE,
    key="registry.foreseen",
    title=_("Short if the plan asked for other days"),
    permission=Permission.OPEN_ROUND,
    filters=(
        Filter("asked", _("Days a year for the three levels"), _would, is_text=True),
        Filter("now", _("Today"), lambda value, scene: (NOW[value],),
               lambda scene: (("met", _("Not short today: newly short")), ("short", _("Short today already")))),
        *(one for one in COMPLIANCE.filters if one.name == "level"),
    ),
    columns=COLUMNS,
    prepared=False,
    note=_("Nothing is changed by looking. The rule is changed in the policy file, with its first day and its basis."),
)  # fmt: skip


def _listing(asked: str) -> Listing:
    """The list with the columns of the days that its address asks for."""
    return replace(FORESEEN, load=lambda ids, scene: _foreseen(ids, scene, asked))


def _figures(scene: Scene, asked: str) -> Mapping[str, int] | None:
    """Within the reader's reach: registered, short today, short then, newly short, no longer short."""
    changed = _changed(asked, scene)
    if changed is None:
        return None
    year = scene.day.year
    then, now = would_be_short(year, changed, scene.day), Q(year_short=True)
    rows = HoursStanding.objects.visible_to(scene.actor, scene.permission).filter(year=year)
    return rows.aggregate(
        people=Count("pk"), short=Count("pk", filter=now), would=Count("pk", filter=then),
        new=Count("pk", filter=then & ~now), no_more=Count("pk", filter=now & ~then),
    )  # fmt: skip


@page(Permission.OPEN_ROUND, methods=("GET", "POST"), clause="T3.3")
def foreseen(request: HttpRequest) -> HttpResponse:
    """How many would be short under other days a year, and the list of them."""
    scene = Scene(actor_of(request), today(), FORESEEN.permission)
    typed = [request.GET.get(level, "").strip() for level in LEVELS]
    if any(typed):
        return redirect(f"{request.path}?asked={'-'.join(typed)}")
    if not request.GET.get("asked") and request.method == "GET":
        return redirect(f"{request.path}?asked={_present(scene)}")
    asked = request.GET.get("asked", "")
    days = dict(zip(LEVELS, asked.split("-"), strict=False))
    more: dict[str, Any] = {
        "figures": _figures(scene, asked), "days": days, "present": rule(PLAN, scene.day).required,
        "is_present": asked == _present(scene), "most": MOST,
    }  # fmt: skip
    return answer(request, _listing(asked), template="registry/foreseen.html", more=more)


@page(Permission.EXPORT, clause="T3.3")
def foreseen_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, _listing(request.GET.get("asked", "")), form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Beside the hours under both rules."""
    yield MenuItem("office", "registers", _("Other days in the plan"), reverse("registry:foreseen"), order=27,
                   permission=Permission.OPEN_ROUND, fold="renewal")  # fmt: skip


urlpatterns = paths("office/compliance-foreseen", foreseen, foreseen_file, "foreseen")
