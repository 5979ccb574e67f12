"""What the pages of supervision share: the sub-plan and place of a form, papers, words of figures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shegong.ground.documents.models import Folder, file_response
from shegong.ground.regions.models import tree
from shegong.kernel.http import actor_of, today
from shegong.steering.oversight.models.units import units_below
from shegong.steering.programme.models import SubPlan, plan
from shegong.ui.fields import CameraField

Papers = list[tuple[str, bytes]]
MOST_FILES = 3


def indicator_title(indicator: str) -> str:
    """The title of an indicator in the reader's language; the id where the plan has none such."""
    known = plan().indicators.get(indicator)
    return known.title(get_language()) if known else indicator


def indicator_choices(subplan: int | None = None) -> list[tuple[str, str]]:
    """(id, words) of the plan's indicators, those of one sub-plan when given."""
    found = plan().indicators.values()
    return [
        (one.id, f"{one.id} {one.title(get_language())}") for one in found if subplan in (None, one.subplan)
    ]


NOT_ASKED = ("document", "unit", "year")  # what the steering offices make themselves, or a fact of the map


def asked_choices() -> list[tuple[str, str]]:
    """The indicators that units can be asked for: those of the main sub-plan that count people, classes or bases."""
    known = plan()
    found = indicator_choices(known.main)
    return [(key, words) for key, words in found if known.indicators[key].unit not in NOT_ASKED]


def subplan_choices() -> list[tuple[str, str]]:
    """Sub-plans of the plan in force."""
    return [
        (str(row.pk), row.title)
        for row in SubPlan.objects.filter(programme__code=plan().code).order_by("number")
    ]


def main_subplan() -> SubPlan | None:
    """The sub-plan that the product carries out in full."""
    return SubPlan.objects.filter(programme__code=plan().code, number=plan().main).first()


def place_choices(request: HttpRequest, permission: str, day: date) -> list[tuple[str, str]]:
    """Divisions in reach that have units below them: the province and its prefectures."""
    actor, places = actor_of(request), tree()
    found = [place for level in (1, 2) for place in sorted(places.alive(day, level), key=lambda p: p.code)]
    return [
        (str(place.code), place.name_on(day))
        for place in found
        if actor.may(permission, place.code) and units_below(place.code, day)
    ]


def amount(value: int | None) -> str:
    """A number as tables show it."""
    return "—" if value is None else f"{value:,}"


def missing(gap: int | None) -> str:
    """What is missing to what is due, as tables show it; a unit that has more is ahead by that."""
    return _("ahead by %(count)s") % {"count": amount(-gap)} if gap is not None and gap < 0 else amount(gap)


class PapersForm(forms.Form):
    """Up to three photos or PDFs."""

    papers_1 = CameraField(label=gettext_lazy("Paper (photo or PDF)"), required=False)
    papers_2 = CameraField(label=gettext_lazy("Second paper"), required=False)
    papers_3 = CameraField(label=gettext_lazy("Third paper"), required=False)

    def papers(self) -> Papers:
        """(file name, content) of what was sent."""
        sent = [self.cleaned_data.get(f"papers_{n}") for n in range(1, MOST_FILES + 1)]
        return [(one.name, one.read()) for one in sent if one]


def papers_of(folder: Folder | None) -> Sequence[Any]:
    """The papers of a folder that may be absent."""
    return list(folder.items.present()) if folder else []


def paper_answer(folder: Folder | None, item: int) -> HttpResponse:
    """One paper of a folder as a file; 404 when it holds no such paper."""
    found = folder.items.present().filter(pk=item).first() if folder else None
    if found is None:
        raise Http404
    return file_response(found)


def cell(text: object, label: object, css: str = "", **more: Any) -> dict[str, Any]:
    """A cell of ui/table.html; an empty one is not named on phones."""
    return {"text": str(text), "label": str(label) if str(text) else "", "css": css, **more}


def day_or_none(text: str) -> date | None:
    """A day of an address; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def default_day() -> date:
    """The day figures are shown of when nobody says one: today, or the plan's last day once it is over."""
    return plan().day(today())


def words_of(choices: Any) -> list[tuple[str, str]]:
    """(code, words) of a mapping of English source strings."""
    return [(str(code), _(words)) for code, words in choices.items()]
