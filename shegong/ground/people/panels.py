"""What higher contexts add to a person's pages. They register here when their web.py is loaded; nothing here knows them.

A source answers None where it has nothing to show. The panel's `template` is included with the dict `panel`; it may
link, but not hold forms that change anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from shegong.ground.people.models import Person
from shegong.ground.people.rules import SOURCE_NAMES, Source
from shegong.kernel.access import Actor


@dataclass(frozen=True)
class Panel:
    """One card: a heading in the reader's language, the template of its content, and what that template reads."""

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    add_url: str = ""
    add: str = ""


# The officer's card of a person; the actor's reach has been checked, further permissions are the source's business.
person_panels: list[Callable[[Actor, Person], Panel | None]] = []
# The person's own profile page.
my_panels: list[Callable[[Actor, Person], Panel | None]] = []
# Results beside people and organizations on the officer's search page.
search_panels: list[Callable[[Actor, str], Panel | None]] = []
# Parts of the copy of her data that a person may take: name → what JSON can hold.
copy_parts: list[Callable[[Person], dict[str, Any]]] = []


def panels_of(sources: list[Callable[..., Panel | None]], *about: Any) -> list[Panel]:
    """The panels that have something to show, in the order of registration."""
    return [panel for source in sources if (panel := source(*about)) is not None]


def source_word(source: str) -> str:
    """Where a fact came from, in the reader's language."""
    return gettext(SOURCE_NAMES[Source(source)]) if source in set(Source) else source
