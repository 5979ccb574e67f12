"""What became of a checked return: the figures entered from it, and which numbers were not entered."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from shegong.kernel.access import Actor
from shegong.kernel.http import obstacle_text
from shegong.kernel.refusal import Obstacle
from shegong.steering.oversight.actions.taking_over import Entry, stated_of, taken_over, why_none
from shegong.steering.oversight.models import DispatchReturn
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.dispatch import ReturnState
from shegong.steering.oversight.web.parts import amount, indicator_title
from shegong.steering.programme.rules import Permission as Programme


def entered_context(row: DispatchReturn, actor: Actor) -> dict[str, Any]:
    """For the page of a return: its figures as links, and how many of its numbers are none yet."""
    if row.state != ReturnState.CHECKED:
        return {"entered": [], "not_entered": []}
    opens = actor.may(Programme.READ, row.region_code)
    done = taken_over(row)
    left = why_none(row)
    return {
        "entered": [
            {
                "title": indicator_title(one.indicator), "amount": amount(one.amount), "since": one.period.lower,
                "until": row.dispatch.as_of, "url": reverse("programme:entered_one", args=[one.pk]) if opens else "",
            }
            for one in done
        ],
        "not_entered": [{"title": indicator_title(name), "why": obstacle_text(why)} for name, why in left.items()],
        "may_enter": bool(left) and actor.may(Permission.DISPATCH, row.dispatch.region_code),
    }  # fmt: skip


def entered_words(row: DispatchReturn, found: Mapping[str, Entry] | None = None) -> str:
    """What the page says after a check: how many figures there are now; asked again, why the others are none."""
    count = len(taken_over(row))
    words = ngettext("%(count)s entered figure.", "%(count)s entered figures.", count) % {"count": count}
    why = [
        f"{indicator_title(name)}: {obstacle_text(one)}"
        for name, one in (found or {}).items()
        if isinstance(one, Obstacle)
    ]
    return " ".join([words if stated_of(row) else "", *why]).strip()
