"""Lists of people whom a body may name by number and name: putting on, taking off, and how each stands now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.lookup import actions
from shegong.duties.lookup.models import Watched, alert_policy
from shegong.duties.lookup.rules import WORDS as VERIFIED
from shegong.duties.lookup.rules import answer_of
from shegong.duties.lookup.rules.news import pairs_in
from shegong.duties.lookup.web.bodies import own_body
from shegong.duties.lookup.web.workbook import asked_by
from shegong.duties.lookup.workbook import pair_of
from shegong.duties.registry.models.register_rows import RegisterRow, register_rows
from shegong.duties.registry.rules import STATUS_NAMES, Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel.http import actor_of, attempt, page, status_of, today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Scene
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order

SHOWN_MISSES = 5


@dataclass(frozen=True, slots=True)
class WatchedRow:
    """One person on a list, as the register answers now."""

    id: int
    purpose: str
    since: date
    registration: RegisterRow | None


def watched_rows(ids: Sequence[int], scene: Scene) -> list[WatchedRow]:
    """People on lists by key."""
    found = list(Watched.objects.filter(pk__in=ids).select_related("watch"))
    held = {row.id: row for row in register_rows([one.registration_id for one in found], scene.day)}
    return [WatchedRow(one.pk, one.watch.purpose, one.since, held.get(one.registration_id)) for one in found]


def _of(row: WatchedRow, name: str) -> Any:
    return getattr(row.registration, name) if row.registration else ""


def _tone(status: str) -> str:
    return VERIFIED[answer_of(status)].tone if status else ""


LISTED = Listing(
    key="lookup.watched",
    title=_("Lists of people you watch"),
    permission=Permission.STAFF,
    export_permission=Permission.STAFF,
    rows=lambda scene: Watched.objects.none(),
    load=watched_rows,
    columns=(
        Column("name", _("Name"), lambda r: _of(r, "name"), fixed=True, personal="name", address=lambda r: f"{r.id}/"),
        Column("number", _("Register number"), lambda r: _of(r, "register_no"), "code"),
        Column("status", _("Status"), lambda r: str(_of(r, "status")), words=lambda v: gettext(STATUS_NAMES[v]),
               tone=lambda r: _tone(str(_of(r, "status")))),
        Column("until", _("Valid to"), lambda r: _of(r, "valid_to"), "date"),
        Column("purpose", _("Purpose of the list"), lambda r: r.purpose),
        Column("since", _("Watched since"), lambda r: r.since, "date"),
    ),
    orders=(Order("newest", _("Newest first"), ("id",), descending=True),),
    note=_("People you know by register number and name, for a purpose that they can read on their own page."),
)  # fmt: skip


class ListForm(forms.Form):
    """Whom, and what for."""

    purpose = forms.CharField(label=_("What you watch them for"), max_length=60, required=True,
                              help_text=_("For example the project you fund. They read it."))  # fmt: skip
    people = forms.CharField(label=_("Register number and name, one person a line"), required=False,
                             widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}), max_length=60_000)  # fmt: skip
    file = forms.FileField(label=_("Or a workbook with two columns, 登记证号 and 姓名"), required=False, max_length=255,
                           widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.et,.ods,.csv,.txt"}))  # fmt: skip

    def pairs(self) -> list[tuple[str, str]]:
        """What was typed and what the workbook holds."""
        found = list(pairs_in(self.cleaned_data["people"]))
        if self.cleaned_data["file"]:
            asked = asked_by(self.cleaned_data["file"])
            found += [pair_of(asked, row) for row in asked.rows]
        return found

    def clean(self) -> dict[str, Any]:
        """At least one person."""
        found = super().clean() or {}
        if not (found.get("people", "").strip() or found.get("file")):
            self.add_error("people", gettext("Name at least one person, or send a workbook."))
        return found


def _listing(own: Organization) -> Listing:
    return replace(LISTED, rows=lambda scene: Watched.objects.running().filter(body=own))


@page(Permission.STAFF, methods=("GET", "POST"), about="organization", clause="T4.2.e")
def watched(request: HttpRequest, code: str) -> HttpResponse:
    """Everybody on the body's lists."""
    own = own_body(actor_of(request), code)
    more = {
        "base_template": "ui/organisation.html",
        "organisation": own.name,
        "add_url": reverse("lookup:watched_add", args=[code]),
    }
    return answer(request, _listing(own), template="lookup/watched.html", more=more)


@page(Permission.STAFF, about="organization", clause="T4.2.e")
def watched_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, _listing(own_body(actor_of(request), code)), form)


@page(Permission.STAFF, methods=("GET", "POST"), about="organization", clause="T4.2.e")
def watched_add(request: HttpRequest, code: str) -> HttpResponse:
    """Put people on a list; a pair that does not belong together is left out and said to have no match."""
    by = actor_of(request)
    own = own_body(by, code)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if request.method == "POST":
        found = attempt(
            form,
            lambda: actions.put_on_list(
                own, form.pairs(), purpose=form.cleaned_data["purpose"], by=by, on=today()
            ),
        )
        if found is not None:
            _said(request, found)
            return redirect("lookup:watched", code)
    context = {"form": form, "organisation": own.name, "back": reverse("lookup:watched", args=[code]),
               "most": alert_policy(today()).most_on_a_list}  # fmt: skip
    return render(request, "lookup/watched_add.html", context, status=status_of(form))


def _said(request: HttpRequest, found: actions.Outcome) -> None:
    words = gettext("%(added)s put on the list, %(known)s were on it, %(missed)s had no match.")
    messages.success(
        request, words % {"added": len(found.added), "known": found.known, "missed": len(found.missed)}
    )
    if found.missed:
        some = "、".join(found.missed[:SHOWN_MISSES])
        messages.warning(
            request,
            gettext("No match: %(numbers)s. Number and name must belong together.") % {"numbers": some},
        )


@page(Permission.STAFF, methods=("GET", "POST"), about="organization", clause="T4.2.e")
def watched_drop(request: HttpRequest, code: str, one: int) -> HttpResponse:
    """Take somebody off."""
    by = actor_of(request)
    own = own_body(by, code)
    row = Watched.objects.running().filter(body=own, pk=one).select_related("watch").first()
    if row is None:
        raise Http404
    if request.method == "POST":
        actions.take_off(row, by=by, on=today())
        return redirect("lookup:watched", code)
    held = register_rows([row.registration_id], today())[0]
    context = {
        "title": gettext("Stop watching %(name)s?") % {"name": held.name}, "organisation": own.name,
        "rows": [{"label": gettext("Register number"), "value": held.register_no},
                 {"label": gettext("Purpose of the list"), "value": row.watch.purpose},
                 {"label": gettext("Watched since"), "value": row.since.isoformat()}],
        "text": gettext("You are told of this registration no more; what you were told stays on the page."),
        "submit": gettext("Take off the list"), "cancel_url": reverse("lookup:watched", args=[code]),
    }  # fmt: skip
    return render(request, "lookup/watched_drop.html", context)


urlpatterns = [
    *paths("org/<str:code>/watched", watched, watched_file, "watched"),
    path("org/<str:code>/watched/add/", watched_add, name="watched_add"),
    path("org/<str:code>/watched/<int:one>/", watched_drop, name="watched_drop"),
]
