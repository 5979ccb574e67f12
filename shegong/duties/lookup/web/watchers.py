"""A person reads who is told when her registration changes."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.lookup.models.watchers import watchers_of
from shegong.duties.lookup.rules.news import KIND_NAMES
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing_pages import paths
from shegong.kernel.listing_tables import export_table
from shegong.ui.menu import MenuItem


def _table(request: HttpRequest) -> dict[str, Any]:
    heads = [
        gettext("Watching body"),
        gettext("Watched as"),
        gettext("Watched since"),
        gettext("Purpose of the list"),
    ]
    actor = actor_of(request)
    rows = []
    for one in watchers_of(actor.person_id, today()) if actor.person_id else ():
        texts = [
            one.body,
            gettext(KIND_NAMES[one.kind]),
            one.since.isoformat() if one.since else "",
            one.purpose,
        ]
        rows.append(
            {"cells": [{"text": text, "label": head} for text, head in zip(texts, heads, strict=True)]}
        )
    return {"columns": [{"label": head} for head in heads], "rows": rows}


@page(SIGNED_IN, about="own", clause="T4.2.e")
def watchers(request: HttpRequest) -> HttpResponse:
    """Who watches the reader's own registration."""
    return render(request, "lookup/watchers.html", _table(request))


@page(SIGNED_IN, about="own", clause="T4.2.e")
def watchers_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    title = gettext("Who watches my registration")
    return export_table(
        request, form, key="lookup.watchers", title=title, permission=SIGNED_IN, **_table(request)
    )


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Beside who looked at one's number."""
    if actor_of(request).person_id:
        yield MenuItem("my", "", _("Who watches my registration"), reverse("lookup:watchers"), order=71)


urlpatterns = paths("my/watchers", watchers, watchers_file, "watchers")
