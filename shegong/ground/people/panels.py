"""What higher contexts add to a person's pages. They register here when their web.py is loaded; nothing here knows them.

A source answers None where it has nothing to show. The panel's `template` is included with the dict `panel`; it may
link, but not hold forms that change anything.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext

from shegong.ground.people.actions import revealing
from shegong.ground.people.models import Person
from shegong.ground.people.rules import SOURCE_NAMES, Permission, Source
from shegong.kernel.access import Actor
from shegong.kernel.journal import Line
from shegong.kernel.listing_files import Unsealing
from shegong.ui.panels import Panel, panels_of

__all__ = ["FULL_NUMBERS", "Panel", "my_panels", "panels_of", "person_panels", "search_panels", "source_word"]

# The officer's card of a person; the actor's reach has been checked, further permissions are the source's business.
person_panels: list[Callable[[Actor, Person], Panel | None]] = []
# The person's own profile page.
my_panels: list[Callable[[Actor, Person], Panel | None]] = []
# Results beside people and organizations on the officer's search page.
search_panels: list[Callable[[Actor, str], Panel | None]] = []


def source_word(source: str) -> str:
    """Where a fact came from, in the reader's language."""
    return gettext(SOURCE_NAMES[Source(source)]) if source in set(Source) else source


def _numbers(rows: Sequence[Any], actor: Actor) -> dict[int, str]:
    full = revealing.full_numbers({row.person_id for row in rows}, by=actor)
    return {row.id: full[row.person_id] for row in rows if row.person_id in full}


def _viewings(rows: Sequence[Any], actor: Actor, reason: str) -> list[Line]:
    return revealing.viewings_of({row.person_id for row in rows}, reason=reason, by=actor)


# How a list of rows with `person_id` gives full identity numbers in its column `identity`.
FULL_NUMBERS = Unsealing("identity", Permission.REVEAL, _numbers, _viewings)
