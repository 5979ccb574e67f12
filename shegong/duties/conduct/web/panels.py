"""Cards that other parts of this context add to a case's page: each knows the complaint and the reader, nothing of the page."""

from collections.abc import Callable

from django.http import HttpRequest

from shegong.duties.conduct.models import Complaint
from shegong.ui.panels import Panel, panels_of

Source = Callable[[HttpRequest, Complaint], Panel | None]
NEXT = "conduct/panel_steps.html"  # what the reader may do now: shown before what has been done
SOURCES: list[Source] = []  # filled at start-up, in the order in which they are shown


def add_panels(*sources: Source) -> None:
    """Have these asked for a card of each case."""
    SOURCES.extend(source for source in sources if source not in SOURCES)


def case_panels(request: HttpRequest, complaint: Complaint) -> list[Panel]:
    """The cards of a case for this reader."""
    return panels_of(SOURCES, request, complaint)
