"""The records behind a figure: a list as long as the number says; names for who may see them, the count for everybody
else (G6, N13)."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts.panels import roles_with
from shegong.ground.regions.models import tree
from shegong.kernel.http import page
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.typed_numbers import whole_number
from shegong.steering.programme.models.behind import PEOPLE, Behind, Subject, seen_names
from shegong.steering.programme.models.outlook import outlook
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.rules import Permission
from shegong.steering.programme.rules.plans import KINDS, UNITS, Indicator
from shegong.steering.programme.web.asking import Asked, asked_of, language
from shegong.steering.programme.web.forecast_words import forecast_words, none_words

SIZE = 50


def behind_of(request: HttpRequest, indicator: str) -> tuple[Asked, Behind]:
    """What the address asks for; 404 for what the plan does not have or the reader may not look at."""
    asked = asked_of(request, request.GET.get("region", ""))
    one = plan().indicators.get(indicator)
    if one is None:
        raise Http404
    year = whole_number(request.GET.get("year", ""), digits=4)
    behind = Behind(one, asked.on, asked.region, year if year in plan().years else None)
    dims = behind.measure.dims if behind.measure else ()
    typed = {dim.name: whole_number(request.GET.get(dim.name, ""), digits=4) for dim in dims}
    behind.codes = {name: code for name, code in typed.items() if code is not None}
    return asked, behind


@page(Permission.READ, clause="G6")
def records(request: HttpRequest, indicator: str) -> HttpResponse:
    """The list behind a figure, a page at a time."""
    asked, behind = behind_of(request, indicator)
    allowed = may_list(asked, behind)
    after = whole_number(request.GET.get("after", ""), digits=18) or 0
    found = behind.page(after, SIZE + 1) if allowed and behind.measure else []
    shown = found[:SIZE]
    entries, more = _turned(request, entry_rows(behind), after)
    one = behind.indicator
    seen = _outlook(asked, behind)
    return render(request, "programme/records.html", {
        "asked": asked, "behind": behind, "one": one, "title": one.title(language()), "unit": gettext(UNITS[one.counted_in]),
        "kind": gettext(KINDS[one.kind]), "place": tree().full_name(asked.region, asked.on), "figure": behind.figure,
        "is_people": bool(behind.measure and behind.measure.subject == PEOPLE), "allowed": allowed,
        "count": behind.count() if behind.measure else 0, "rows": rows(asked, behind, shown),
        "columns": [gettext(dim.title) for dim in _spoken(behind)], "value": behind.value,
        "next_after": len(found) > SIZE, "first": after == 0, "cuts": cuts(asked, behind),
        "entries": entries, "more_entries": more, "items": behind.items, "parts": part_rows(asked, behind), "who": roles_with(Permission.RECORDS),
        "rules": [{"rule": rule, "says": _says(rule), "is_ours": rule == one.rule} for rule in one.rules],
        "outlook": seen, "forecast_words": forecast_words(seen) or none_words(one, asked.on, behind.year),
        "known": [{"row": row, "said": gettext(row.why) if row.why else ""} for row in (seen.known if seen else ())], "may_export": asked.actor.may(Permission.RECORDS, asked.region),
        "default_rule": _default_rule(behind), "in_force": gettext("Rule in force"), "next_url": _next(request, shown), "back": asked.page(indicator=one.id), "cut_words": _cut_words(behind),
    })  # fmt: skip


def _outlook(asked: Asked, behind: Behind) -> Any:
    return outlook(
        behind.indicator, on=asked.on, region=asked.region, now=behind.figure.value, year=behind.year, language=language()
    )  # fmt: skip


def _turned(request: HttpRequest, rows: list[dict[str, Any]], after: int) -> tuple[list[dict[str, Any]], str]:
    """A page of the entered figures, and where the next one is."""
    query = request.GET.copy()
    query["after"] = str(after + SIZE)
    return rows[after : after + SIZE], f"?{query.urlencode()}" if len(rows) > after + SIZE else ""


def _next(request: HttpRequest, shown: Sequence[Subject]) -> str:
    query = request.GET.copy()
    query["after"] = str(shown[-1].pk) if shown else ""
    return f"?{query.urlencode()}"


def _default_rule(behind: Behind) -> str:
    """What counts where the plan says no more than what it is."""
    if behind.measure:
        return gettext("As the register counts: %(what)s.") % {"what": gettext(behind.measure.title)}
    return gettext("The sum of what its owners enter for each period, with evidence.")


def _says(rule: Any) -> str:
    return str(rule.en if language().startswith("en") else rule.zh)


def may_list(asked: Asked, behind: Behind) -> bool:
    """People are listed only for who may see people behind figures, there; anything else for everybody who may read."""
    if behind.measure is None or behind.measure.subject != PEOPLE:
        return True
    return asked.actor.may(Permission.RECORDS, asked.region)


def _spoken(behind: Behind) -> list[Any]:
    return [dim for dim in behind.measure.dims if dim.words and dim.name != "born"] if behind.measure else []


def rows(asked: Asked, behind: Behind, found: Sequence[Subject]) -> list[dict[str, Any]]:
    """Subjects as rows: names only of people whom the reader may see."""
    measure = behind.measure
    if measure is None:
        return []
    people, places = measure.subject == PEOPLE, tree()
    names = seen_names(asked.actor, Permission.RECORDS, [one.pk for one in found]) if people else {}
    until = behind.window[1]
    listed = []
    for one in found:
        name, token = names.get(one.pk, ("", ""))
        words = [
            gettext(dim.words.get(code, str(code)))
            for dim, code in zip(measure.dims, one.codes, strict=False)
            if dim in _spoken(behind)
        ]
        listed.append({
            "name": name or (gettext("Beyond your reach") if people else _thing(measure.subject, one)), "known": bool(name),
            "url": _card(asked, token), "place": places.full_name(one.region, until) if one.region else gettext("No known place"),
            "on": one.on, "times": one.times, "words": words,
        })  # fmt: skip
    return listed


def _thing(subject: str, one: Subject) -> str:
    return tree().full_name(one.pk, one.on) if subject == "regions.Region" else f"{one.pk}"


def _card(asked: Asked, token: str) -> str:
    """The person's card, for who may open it."""
    if not token or not asked.actor.may("people.read"):
        return ""
    try:
        return reverse("people:card", args=[token])
    except NoReverseMatch:
        return ""


def cuts(asked: Asked, behind: Behind) -> list[dict[str, Any]]:
    """The figure cut by each of its dimensions that has words; every amount opens its own list."""
    found = []
    for dim in _spoken(behind):
        if dim.name in behind.codes:
            continue
        more = {name: str(code) for name, code in behind.codes.items()} | (
            {"year": str(behind.year)} if behind.year else {}
        )
        rows = [
            {"words": gettext(dim.words.get(code, str(code))), "amount": amount,
             "url": asked.records(behind.indicator.id, **{**more, dim.name: str(code)})}
            for code, amount in sorted(behind.by(dim.name).items())
        ]  # fmt: skip
        found.append({"title": gettext(dim.title), "rows": rows})
    return found


def _cut_words(behind: Behind) -> str:
    if behind.measure is None:
        return ""
    dims = {dim.name: dim for dim in behind.measure.dims}
    said = [gettext(dims[name].words.get(code, str(code))) for name, code in behind.codes.items()]
    return " · ".join([*([str(behind.year)] if behind.year else []), *said])


def entry_rows(behind: Behind) -> list[dict[str, Any]]:
    """Entered figures with their period and papers."""
    last = [entry.period.upper.fromordinal(entry.period.upper.toordinal() - 1) for entry in behind.entries]
    places = tree()
    return [
        {"place": places.full_name(entry.region_code, day), "since": entry.period.lower, "until": day,
         "amount": entry.amount, "note": entry.note, "has_papers": entry.folder_id is not None,
         "url": reverse("programme:entered_one", args=[entry.pk])}
        for entry, day in zip(behind.entries, last, strict=True)
    ]  # fmt: skip


def part_rows(asked: Asked, behind: Behind) -> list[dict[str, Any]]:
    """The parts of a summed figure, each with its own records."""
    return [
        {"title": one.title(language()), "value": figure.value, "url": asked.records(one.id)}
        for one, figure in behind.parts
    ]


@page(Permission.RECORDS, clause="G6")
def records_file(request: HttpRequest, indicator: str, form: str) -> HttpResponse:
    """The same list whole, as a file."""
    asked, behind = behind_of(request, indicator)
    if not may_list(asked, behind):
        raise Http404
    one: Indicator = behind.indicator
    listed, columns = _file_rows(asked, behind)
    return export_rows(
        request, form, key="programme.records", title=one.title(language()), permission=Permission.RECORDS,
        columns=columns, rows=listed, as_of=asked.on, region_code=asked.region,
        filters={_("As of"): asked.on.isoformat(), _("Area"): tree().full_name(asked.region, asked.on), _("Part"): _cut_words(behind)},
    )  # fmt: skip


def _file_rows(asked: Asked, behind: Behind) -> tuple[list[Any], list[Column]]:
    if behind.measure:
        spoken = [gettext(dim.title) for dim in _spoken(behind)]
        return rows(asked, behind, behind.page(size=None)), [
            Column("name", _("Name"), lambda r: r["name"], personal="name" if behind.measure.subject == PEOPLE else ""),
            Column("place", _("Area"), lambda r: r["place"]), Column("on", _("Counts since"), lambda r: r["on"], "date"),
            *(Column(f"cut{at}", title, _word(at)) for at, title in enumerate(spoken)),
            Column("times", _("Times"), lambda r: r["times"], "number"),
        ]  # fmt: skip
    if behind.items is not None:
        return behind.items, [
            Column("text", _("What"), lambda r: r.text),
            Column("on", _("Day"), lambda r: r.on, "date"),
        ]
    return entry_rows(behind), [
        Column("place", _("Area"), lambda r: r["place"]), Column("period", _("Period"), lambda r: f"{r['since']} – {r['until']}"),
        Column("amount", _("Amount"), lambda r: r["amount"], "number"),
        Column("note", _("Note"), lambda r: r["note"]),
    ]  # fmt: skip


def _word(at: int) -> Any:
    return lambda row: row["words"][at]


urlpatterns: list[URLPattern] = [
    path("cockpit/records/<str:indicator>.<str:form>", records_file, name="records_file"),
    path("cockpit/records/<str:indicator>/", records, name="records"),
]
