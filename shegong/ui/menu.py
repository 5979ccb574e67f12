"""Menus and site facts for every page.

A context offers its entries by `menu_items(request)` in its web.py; nothing here knows a context. `site` is the one
context processor: cheap, because each menu is built only when a template asks for it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import get_language, gettext

from shegong.contexts import CONTEXTS
from shegong.kernel.access import ANONYMOUS
from shegong.kernel.text import N_
from shegong.ui.counts import counted
from shegong.ui.middleware import html_lang

SPACES = ("public", "my", "organisation", "office", "cockpit")
# The officer's groups, in their order; the first has no heading.
GROUPS: dict[str, str] = {
    "": "",
    "todo": N_("To do"),
    "registers": N_("Registers"),
    "returns": N_("Reporting"),
    "admin": N_("Administration"),
}
# Entries of an officer that stand behind one entry, with tabs on their first pages; which they are, their contexts say.
FOLDS: dict[str, str] = {
    "plan": N_("Plan progress"),
    "tasks": N_("Tasks and meetings"),
    "complaints": N_("Complaints"),
    "matters": N_("Other matters"),
    "people": N_("Social workers"),
    "renewal": N_("Re-registration"),
    "learning": N_("Continuing education"),
    "bodies": N_("Organisations"),
    "workbooks": N_("Workbooks"),
    "returns": N_("Plans and returns"),
    "documents": N_("Official documents"),
    "reference": N_("Reference"),
}


@dataclass(frozen=True)
class MenuItem:
    """One entry. `count` shows only above zero; `permission` hides the entry from those who lack it.

    `count` may be a function that gives the rows to count: those of all entries are counted in one question. The rows
    may depend on the actor, and on nothing else. `fold`: the officer's entry that it stands behind, a key of FOLDS.
    """

    space: str
    group: str
    label: object
    url: str
    count: int | Callable[[], QuerySet[Any]] = 0
    order: int = 50
    permission: object = None
    current: bool = False
    fold: str = ""


@dataclass(frozen=True)
class MenuGroup:
    """Entries under one heading; `label` is empty for those above the first heading."""

    key: str
    label: str
    items: list[MenuItem]


Source = Callable[[HttpRequest], Iterable[MenuItem]]


@cache
def sources() -> list[Source]:
    """Our own and every context's `menu_items`, found once."""
    names = ["shegong.ui.web", *(f"{context.module}.web" for context in CONTEXTS)]
    modules = [import_module(name) for name in names if find_spec(name)]
    return [module.menu_items for module in modules if hasattr(module, "menu_items")]


def is_allowed(request: HttpRequest, permission: object) -> bool:
    """Whether the actor of this request holds `permission` anywhere; no permission asked means everybody."""
    if permission is None:
        return True
    actor = getattr(request, "actor", None)
    return bool(actor is not None and not actor.is_anonymous and actor.may(permission))


def is_home(url: str) -> bool:
    """Whether an address is the first page of the site or of a space: such an entry is current only on itself."""
    return url.removeprefix(get_script_prefix()).strip("/") in {"", "my", "org", "office", "cockpit"}


def current_of(path: str, items: list[MenuItem]) -> str:
    """The url of the entry that owns this path: the longest that begins it; "" when none does."""
    owners = [
        item.url
        for item in items
        if path == item.url or (path.startswith(item.url) and not is_home(item.url))
    ]
    return max(owners, key=len, default="")


def folded(items: list[MenuItem]) -> list[MenuItem]:
    """The entries with those of one fold made one: it leads to the first of them and has the sum of their numbers."""
    found: list[MenuItem] = []
    for item in items:
        same = [one for one in items if one.fold == item.fold] if item.fold else [item]
        if len(same) == 1:
            found.append(item)
        elif same[0] is item:
            number, current = sum(int(one.count) for one in same), any(one.current for one in same)  # type: ignore[arg-type]
            found.append(replace(item, label=gettext(FOLDS[item.fold]), count=number, current=current))
    return found


class Menus:
    """`menu.office`, `menu.my` … in templates: lists of groups, each built when first read."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def offered(self) -> list[MenuItem]:
        """What the contexts offer on this request."""
        return [item for source in sources() for item in source(self.request)]

    @cached_property
    def items(self) -> list[MenuItem]:
        """All entries this person may see, in order, with their numbers."""
        found = sorted(
            (item for item in self.offered if is_allowed(self.request, item.permission)),
            key=lambda item: (item.order, str(item.url)),
        )
        return counted(found, getattr(self.request, "actor", ANONYMOUS))

    def count(self, url: str) -> int:
        """The number beside the entry with this address; 0 when there is none."""
        return next((int(item.count) for item in self.items if item.url == url), 0)  # type: ignore[arg-type]

    def space(self, name: str) -> list[MenuGroup]:
        """The groups of one space; groups without entries are left out."""
        items = self._marked(name)
        items = folded(items) if name == "office" else items
        keys = [*GROUPS, *dict.fromkeys(item.group for item in items if item.group not in GROUPS)]
        groups = []
        for key in keys:
            inside = [item for item in items if item.group == key]
            if inside:
                label = GROUPS.get(key, key)
                groups.append(MenuGroup(key, gettext(label) if label else "", inside))
        return groups

    def _marked(self, name: str) -> list[MenuItem]:
        items = [item for item in self.items if item.space == name]
        current = current_of(self.request.path, items)
        return [replace(item, current=True) if item.url == current else item for item in items]

    @cached_property
    def tabs(self) -> list[MenuItem]:
        """On the first page of an entry behind a fold: all entries of that fold; elsewhere none."""
        items = self._marked("office")
        here = next((item for item in items if item.current and item.url == self.request.path), None)
        same = [item for item in items if item.fold == here.fold] if here and here.fold else []
        return same if len(same) > 1 else []

    def __getattr__(self, name: str) -> list[MenuGroup]:
        if name in SPACES:
            groups = self.space(name)
            setattr(self, name, groups)
            return groups
        raise AttributeError(name)


def menus_of(request: HttpRequest) -> Menus:
    """The menus of this request, put together once."""
    kept: Menus | None = getattr(request, "menus", None)
    if kept is None:
        kept = request.menus = Menus(request)  # type: ignore[attr-defined]
    return kept


def site_facts() -> dict[str, str]:
    """settings.SITE in the reader's language: every `x_zh` or `x_en` also as `x`; blank values stay blank."""
    facts = {key: str(value or "") for key, value in getattr(settings, "SITE", {}).items()}
    suffix = "_zh" if (get_language() or "zh").startswith("zh") else "_en"
    for key in [key for key in facts if key.endswith(suffix)]:
        facts.setdefault(key.removesuffix(suffix), facts[key])
    return facts


def site(request: HttpRequest) -> dict[str, object]:
    """Context processor: site, demo, html_lang, mode, menu."""
    code = get_language() or settings.LANGUAGE_CODE
    return {
        "site": site_facts(),
        "demo": getattr(settings, "DEMO", False),
        "html_lang": html_lang(code),
        "mode": getattr(request, "ui_mode", "standard"),
        "menu": menus_of(request),
    }
