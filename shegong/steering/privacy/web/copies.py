"""A person's copy of everything held about her: JSON for machines, PDF for reading; after a fresh proof, journalled."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext

from shegong.duties.registry.rules import STATE_NAMES
from shegong.ground.accounts.panels import verb_word
from shegong.ground.people.models import Person, names_of
from shegong.ground.people.panels import source_word
from shegong.ground.people.rules import CONTACT_NAMES, IDENTITY_KINDS, TIE_NAMES
from shegong.kernel import printing
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.inventory import Table
from shegong.kernel.policy import Wording
from shegong.steering.privacy import actions
from shegong.steering.privacy.actions.doors import copy_doors
from shegong.steering.privacy.models.copies import Doors, copy_of, looks, marks, sections
from shegong.steering.privacy.rules import STATE_NAMES as REQUEST_STATES

TEMPLATE = Path(__file__).parents[1] / "typst" / "copy.typ"
FORMS = ("json", "pdf")
MOST_MARKS = 2000
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")


def myself(request: HttpRequest) -> Person:
    """The person behind the account, or 404."""
    person = Person.objects.own(actor_of(request)).first()
    if person is None:
        raise Http404
    return person


# own_once: the answer holds personal data, and answers kept for repeated sending are stored.
@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause="T4.2.b", own_once=True, fresh=True)
def take(request: HttpRequest) -> HttpResponse:
    """Choose the form and take the copy."""
    person = myself(request)
    form = request.POST.get("form", "")
    if request.method == "GET" or form not in FORMS:
        context = {"tables": listed(person), "law": "个人信息保护法第四十五条"}
        return render(request, "privacy/copy.html", context, status=200 if request.method == "GET" else 422)
    actions.note_copy(person, form=form, by=actor_of(request), on=today())
    response = _json(person) if form == "json" else _pdf(person)
    response["Content-Disposition"] = f'attachment; filename="my-data-{today().isoformat()}.{form}"'
    return response


def listed(person: Person) -> list[dict[str, Any]]:
    """Titles of the tables that hold something, with the number of rows."""
    return [
        {"title": says(part.table.words), "count": len(part.rows)} for part in sections(person, copy_doors())
    ]


def says(words: Wording) -> str:
    """A wording of the inventory in the reader's language."""
    return words.says(translation.get_language())


def _json(person: Person) -> HttpResponse:
    return JsonResponse(copy_of(person, copy_doors()), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _pdf(person: Person) -> HttpResponse:
    return HttpResponse(copy_pdf(person, copy_doors()), content_type="application/pdf")


def copy_pdf(person: Person, doors: Doors) -> bytes:
    """The copy as PDF; a Chinese document in every language of the site."""
    with translation.override("zh-hans"):
        data = {
            "title": "个人信息副本", "site": str(settings.SITE["name_zh"]), "demo": settings.DEMO,
            "name": names_of([person.pk]).get(person.pk, ""), "law": "个人信息保护法第四十五条",
            "made": f"{timezone.localtime():%Y-%m-%d %H:%M}",
            "sections": [
                {"title": part.table.words.zh, "rows": [_pairs(part.table, row) for row in part.rows]}
                for part in sections(person, doors)
            ],
            "marks": [
                {"title": "谁查看过完整证件号码", "rows": [[o["at"][:16].replace("T", " "), o["office"], o["reason"]] for o in looks(person)]},
                {"title": "与您有关的操作记录", "rows": _marks(person, by_her=False)},
                {"title": "您做过的其他操作", "rows": _marks(person, by_her=True)},
            ],
        }  # fmt: skip
        return printing.pdf(TEMPLATE, data)


# Numbers of rows in place of people say nothing on paper; the file for machines has them.
LEFT_OUT = ("person", "person_id", "user", "about_person_id")
WORDS: dict[str, Mapping[Any, str]] = {
    "people.identity.kind": IDENTITY_KINDS, "people.contact.kind": CONTACT_NAMES, "people.tie.kind": TIE_NAMES,
    "registry.application.state": STATE_NAMES, "privacy.request.state": REQUEST_STATES,
}  # fmt: skip


def _pairs(table: Table, row: dict[str, Any]) -> list[list[str]]:
    return [
        [table.fields[name].words.zh, _plain(f"{table.label}.{name}", value)]
        for name, value in row.items()
        if value not in (None, "") and name not in LEFT_OUT
    ]


def _plain(key: str, value: Any) -> str:
    if isinstance(value, dict):
        span = (
            f"{_time(value['from'])} 至 {_time(value['until']) or '今'}" if "from" in value else value["name"]
        )
        return span.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if key.endswith(".source"):
        return source_word(str(value))
    if key in WORDS:
        return gettext(WORDS[key].get(value, str(value)))
    return "、".join(value) if isinstance(value, list) else _time(str(value))


def _time(text: str | None) -> str:
    """A moment without its seconds and zone; other text as it is."""
    return f"{text[:10]} {text[11:16]}" if text and MOMENT.fullmatch(text) else text or ""


def _marks(person: Person, *, by_her: bool) -> list[list[str]]:
    found = marks(person, by_her=by_her)[:MOST_MARKS]
    return [
        [f"{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}", verb_word(one.verb), one.office] for one in found
    ]


urlpatterns = [path("my/privacy/copy/", take, name="copy")]
