"""One indicator of an acceptance, and one person drawn: from the number to the people, papers and dates behind it (N13)."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.credentials.rules import LEVEL_NAMES
from shegong.ground.credentials.rules import STATE_NAMES as CERTIFICATE_STATES
from shegong.ground.people.models import Person, identities_of, names_of, surviving
from shegong.ground.people.rules import Permission as PeoplePermission
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    visible_or_404,
)
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.listing_filters import short
from shegong.kernel.listing_pages import paths
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Acceptance, AcceptanceItem, AcceptanceSample
from shegong.steering.oversight.models.evidence import evidence_of, sources_of
from shegong.steering.oversight.rules import Permission
from shegong.steering.oversight.rules.acceptance import (
    RESULT_NAMES,
    VERDICT_NAMES,
    Result,
    Verdict,
    proposed,
    sample_obstacles,
)
from shegong.steering.oversight.web import acceptance
from shegong.steering.oversight.web.acceptance_fields import SampleForm, VerdictForm
from shegong.steering.oversight.web.parts import amount, indicator_title
from shegong.steering.oversight.web.tabs import tabs
from shegong.steering.statistics.rules import SOURCES

RESULT_TONES = {"proved": "ok", "differs": "err", "no_evidence": "warn", "": ""}


def see_item(request: HttpRequest, pk: int) -> AcceptanceItem:
    """The item of an acceptance in the reader's reach, or 404."""
    row: Acceptance = visible_or_404(
        Acceptance.objects.select_related("subplan__programme", "snapshot", "document", "task"), actor_of(request),
        Permission.READ, items__pk=pk,
    )  # fmt: skip
    item: AcceptanceItem = row.items.get(pk=pk)
    item.acceptance = row
    return item


@page(Permission.READ, methods=("GET", "POST"), about="acceptance_item", clause="N13")
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """An indicator: its frozen figure, the people frozen and drawn, entered figures with papers, the verdict."""
    row, actor = see_item(request, pk), actor_of(request)
    form = VerdictForm(request.POST or None, initial={"verdict": row.verdict, "grounds": row.grounds})
    given: dict[str, Any] = {"by": actor, "on": today(), "seen": seen_version(request)}
    if form.is_bound and attempt(form, lambda: actions.judge_item(row, **form.cleaned_data, **given)):
        return see(request, "oversight:acceptance_item", gettext("The verdict is kept."), pk)
    context = {
        **acceptance.head_of(row.acceptance, actor), **_figure(row), "samples": _samples(row, actor), "sources": _sources(row),
        "verdict_form": form, "form": form, "people_url": _people_url(row, actor),
        "section_tabs": tabs(request, "oversight:acceptances"),
    }  # fmt: skip
    return render(request, "oversight/acceptance_item.html", context, status=status_of(form))


def _sources(row: AcceptanceItem) -> list[dict[str, Any]]:
    """Entered figures with their papers; of an indicator that is a sum, with the part that each is of."""
    found = sources_of(row)
    named = len({one["indicator"] for one in found}) > 1
    return [one | {"title": indicator_title(one["indicator"]) if named else ""} for one in found]


def _figure(row: AcceptanceItem) -> dict[str, Any]:
    results = list(row.samples.values_list("result", flat=True))
    hint = proposed(row.value, row.enough, results)
    judge = names_of([row.judge_id]).get(row.judge_id, "") if row.judge_id else ""
    return {
        "item": row, "source": gettext(SOURCES[row.source]), "title": indicator_title(row.indicator), "value": amount(row.value), "target": amount(row.target),
        "waits": " ".join(obstacle_text(one) for one in sample_obstacles(results)), "enough": amount(row.enough), "drawn": len(results), "checked": sum(bool(one) for one in results),
        "unproved": sum(one in (Result.DIFFERS, Result.NO_EVIDENCE) for one in results), "judge": judge,
        "hint": gettext(VERDICT_NAMES[hint]) if hint else "",
        "verdict": gettext(VERDICT_NAMES[Verdict(row.verdict)]) if row.verdict else "",
        "verdict_tone": acceptance.VERDICT_TONES.get(row.verdict, ""),
    }  # fmt: skip


def _people_url(row: AcceptanceItem, actor: Actor) -> str:
    """The list of everybody frozen behind the figure, for who may read people."""
    if not row.people or not actor.may(PeoplePermission.READ):
        return ""
    asked = urlencode({"indicator": row.indicator, "region": short(row.acceptance.region_code)})
    return f"{reverse('statistics:people', args=[row.acceptance.snapshot_id])}?{asked}"


def _samples(row: AcceptanceItem, actor: Actor) -> list[dict[str, Any]]:
    """The people drawn that this reader may see; how many there are says the figure beside it."""
    seen = AcceptanceSample.objects.visible_to(actor, PeoplePermission.READ).filter(item=row)
    found = list(seen.select_related("row", "person").order_by("position"))
    names, day = names_of([one.person_id for one in found]), row.acceptance.snapshot.as_of
    return [
        {
            "row": one, "name": names.get(one.person_id) or gettext("No name yet"), "place": tree().full_name(one.region_code, day),
            "since": one.row.since, "word": _result(one), "tone": RESULT_TONES[one.result],
        }
        for one in found
    ]  # fmt: skip


def _result(one: AcceptanceSample) -> str:
    return gettext(RESULT_NAMES[Result(one.result)]) if one.result else gettext("not checked yet")


@page(Permission.READ, about="acceptance_item", clause="N13")
def item_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The people drawn that this reader may see, as a file."""
    row, actor = see_item(request, pk), actor_of(request)
    return export_rows(
        request, form, key="oversight.samples", title=f"{row.indicator} {indicator_title(row.indicator)}",
        permission=Permission.READ, columns=SAMPLES, rows=_samples(row, actor),
        filters={gettext("Seed of the draw"): row.acceptance.seed}, region_code=row.acceptance.region_code,
    )  # fmt: skip


@page(Permission.VERIFY, methods=("GET", "POST"), about="acceptance_sample", clause="N13")
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One person drawn: as she was frozen, what is on record today, and what the member found. Opening it is recorded."""
    actor = actor_of(request)
    one: AcceptanceSample = visible_or_404(
        AcceptanceSample.objects.select_related("row__snapshot", "person__merged_into", "item__acceptance__subplan"),
        actor, Permission.VERIFY, pk=pk,
    )  # fmt: skip
    with transaction.atomic():
        actions.open_sample(one, by=actor, on=today())
    form = SampleForm(request.POST or None, initial={"result": one.result, "remark": one.note})
    if form.is_bound and attempt(
        form, lambda: actions.check_sample(one, **form.cleaned_data, by=actor, on=today())
    ):
        return see(request, "oversight:acceptance_item", gettext("Noted."), one.item_id)
    is_open = one.item.acceptance.state in ("reviewing", "rectifying")
    context = {
        **_of_person(one, actor),
        "form": form if is_open else None,
        "title": indicator_title(one.item.indicator),
    }
    return render(request, "oversight/acceptance_sample.html", context, status=status_of(form))


def _of_person(one: AcceptanceSample, actor: Actor) -> dict[str, Any]:
    person, day, found = surviving(one.person), one.row.snapshot.as_of, evidence_of(one)
    card = (
        Person.objects.visible_to(actor, PeoplePermission.READ)
        .filter(pk=person.pk)
        .values_list("token", flat=True)
        .first()
    )
    return {
        "sample": one, "item": one.item, "row": one.item.acceptance, "name": names_of([person.pk]).get(person.pk) or gettext("No name yet"),
        "number": identities_of([person.pk]).get(person.pk, "—"), "place": tree().full_name(one.region_code, day), "as_of": day,
        "card": reverse("people:card", args=[card]) if card else "",
        "certificates": [
            {"level": gettext(LEVEL_NAMES[c.level]), "number": c.management_no, "on": c.issued_on,
             "state": gettext(CERTIFICATE_STATES[c.state])}
            for c in found.certificates
        ],
        "jobs": [{"employer": j.employer.name, "since": j.during.lower, "until": j.during.upper} for j in found.jobs],
        "entered": [
            {"indicator": e.value.indicator, "title": indicator_title(e.value.indicator), "place": tree().name(e.region_code, day),
             "on": e.on, "url": reverse("programme:entered_one", args=[e.value_id])}
            for e in found.entered
        ],
        "word": _result(one), "tone": RESULT_TONES[one.result],
    }  # fmt: skip


SAMPLES = (
    Column("place", _("Counted at"), lambda r: r["place"]),
    Column("name", _("Name"), lambda r: r["name"], personal="name"),
    Column("since", _("Counted since"), lambda r: r["since"], "date"),
    Column("result", _("Result of the sample"), lambda r: r["word"]),
    Column("note", _("Note"), lambda r: r["row"].note),
)

urlpatterns = [
    *paths("office/acceptance", acceptance.acceptances, acceptance.acceptances_file, "acceptances"),
    *paths("office/acceptance/<int:pk>", acceptance.acceptance, acceptance.acceptance_file, "acceptance"),
    path(
        "office/acceptance/<int:pk>/materials/<slug:key>/<int:item>/",
        acceptance.material_paper,
        name="material_paper",
    ),
    *paths("office/acceptance/items/<int:pk>", item, item_file, "acceptance_item"),
    path("office/acceptance/samples/<int:pk>/", sample, name="acceptance_sample"),
]
