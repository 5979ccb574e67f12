"""Which providers are recognised today, for everybody."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions.models import tree
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.temporal import last_day
from shegong.work.education.models import Provider
from shegong.work.education.rules.courses import CLAUSE
from shegong.work.education.web.words import kinds_words

COLUMNS = (
    Column("name", gettext_lazy("Provider"), lambda p: p.organization.name),
    Column("place", gettext_lazy("Place"), lambda p: tree().full_name(p.region_code, today())),
    Column("kinds", gettext_lazy("Kind of teaching"), lambda p: kinds_words(p.kinds)),
    Column("to", gettext_lazy("Recognised to"), lambda p: last_day(p.during), "date"),
)


def _recognised() -> list[Provider]:
    rows = Provider.objects.public(today()).select_related("organization")
    return list(rows.order_by("region_code", "pk"))


def _cells(provider: Provider) -> Iterator[dict[str, str]]:
    for column in COLUMNS:
        yield {"text": column.text(provider), "label": str(column.title)}


@page(PUBLIC, clause=CLAUSE)
def recognised(request: HttpRequest) -> HttpResponse:
    """The providers whose classes count today."""
    rows = [{"cells": list(_cells(one))} for one in _recognised()]
    context = {"columns": [{"label": column.title} for column in COLUMNS], "rows": rows}
    return render(request, "education/providers.html", context)


@page(PUBLIC, clause=CLAUSE)
def recognised_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export_rows(
        request, form, key="education.recognised", title=_("Recognised providers of continuing education"),
        permission=PUBLIC, columns=COLUMNS, rows=_recognised(),
    )  # fmt: skip
