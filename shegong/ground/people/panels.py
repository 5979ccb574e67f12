"""What higher contexts add to a person's pages. They register here when their web.py is loaded; nothing here knows them.

A source answers None where it has nothing to show. The panel's `template` is included with the dict `panel`; it may
link, but not hold forms that change anything.
"""

from collections.abc import Callable

from django.utils.translation import gettext

from shegong.ground.people.models import Person
from shegong.ground.people.rules import SOURCE_NAMES, Source
from shegong.kernel.access import Actor
from shegong.ui.panels import Panel, panels_of

__all__ = ["Panel", "my_panels", "panels_of", "person_panels", "search_panels", "source_word"]

# The officer's card of a person; the actor's reach has been checked, further permissions are the source's business.
person_panels: list[Callable[[Actor, Person], Panel | None]] = []
# The person's own profile page.
my_panels: list[Callable[[Actor, Person], Panel | None]] = []
# Results beside people and organizations on the officer's search page.
search_panels: list[Callable[[Actor, str], Panel | None]] = []


def source_word(source: str) -> str:
    """Where a fact came from, in the reader's language."""
    return gettext(SOURCE_NAMES[Source(source)]) if source in set(Source) else source
