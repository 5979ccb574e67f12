"""系统状态: what is well, what is not, and what to do, for the system administrator."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shegong.ground.accounts.rules import Permission
from shegong.ground.accounts.web.key_orders import TARGETS
from shegong.kernel import health
from shegong.kernel.http import page
from shegong.kernel.text import N_
from shegong.ui.menu import MenuItem

WORDS = {
    health.OK: ("ok", N_("Well")),
    health.WARN: ("warn", N_("Look at it")),
    health.BAD: ("err", N_("Broken")),
    health.OFF: ("", N_("Not in use")),
}
WHOLE = {
    health.OK: N_("Everything is well."),
    health.OFF: N_("Everything is well."),
    health.WARN: N_("The platform works; something needs a look."),
    health.BAD: N_("Something is broken."),
}


@page(Permission.SEE_HEALTH)
def health_page(request: HttpRequest) -> HttpResponse:
    """Every fact anew, the worst first."""
    found = health.facts()
    rank = {health.BAD: 0, health.WARN: 1, health.OK: 2, health.OFF: 3}
    state = health.worst(found)
    context = {
        "facts": list(_told(sorted(found, key=lambda fact: rank[fact.state]))),
        "whole": _(WHOLE[state]),
        "idle": _idle(found),
        "tone": WORDS[state][0],
        "at": timezone.localtime(),
    }
    return render(request, "accounts/health.html", context)


def _idle(found: list[health.Fact]) -> str:
    """Which parts nobody set up yet: green above them would promise backups that nobody makes."""
    idle = [fact for fact in found if fact.state == health.OFF]
    text = ngettext(
        "%(count)s part is not in use: %(parts)s.", "%(count)s parts are not in use: %(parts)s.", len(idle)
    )
    return text % {"count": len(idle), "parts": _(", ").join(_(fact.label) for fact in idle)} if idle else ""


def _told(found: list[health.Fact]) -> Iterator[dict[str, Any]]:
    for fact in found:
        tone, word = WORDS[fact.state]
        text = _(fact.text) % {**fact.params, **_rings(fact.params)} if fact.params else _(fact.text)
        todo = (_(fact.todo) % fact.params if fact.params else _(fact.todo)) if fact.todo else ""
        yield {"label": _(fact.label), "tone": tone, "word": _(word), "text": text, "todo": todo}


def _rings(params: dict[str, Any]) -> dict[str, str]:
    """The rings a text names, in words; commands go on naming them as the shell does."""
    found = {key: str(params[key]).split(", ") for key in ("ring", "rings") if key in params}
    return {key: _(", ").join(_(TARGETS.get(one, one)) for one in rings) for key, rings in found.items()}


def menu(request: HttpRequest) -> list[MenuItem]:
    """Under administration, for who may see it."""
    label = gettext_lazy("State of the system")
    return [
        MenuItem(
            "office", "admin", label, reverse("accounts:health"), order=96, permission=Permission.SEE_HEALTH
        )
    ]


urlpatterns = [path("office/health/", health_page, name="health")]
