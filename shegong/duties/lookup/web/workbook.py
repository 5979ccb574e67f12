"""Up to a thousand registrations checked by one workbook: number and name in, the register's answer beside them.

The public page counts pairs without a match as the form for one person does (`verify`); a clerk of a body has a larger
allowance, kept for the body. A row without a match says nothing about who exists, whatever is wrong with it.
"""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from shegong.duties.lookup import actions
from shegong.duties.lookup.models import find
from shegong.duties.lookup.rules import LEVELS, MISSES, WORDS, Answer, answer_of, canonical_number, is_match
from shegong.duties.lookup.web.bodies import own_body
from shegong.duties.lookup.web.verify import WINDOW, client_key
from shegong.duties.lookup.workbook import ADDED, LARGEST, MOST_ROWS, Asked, Reply, answered, asked_in
from shegong.duties.registry.rules import Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel import listing_xlsx, throttle
from shegong.kernel.access import PUBLIC
from shegong.kernel.http import actor_of, attempt, page, status_of, today
from shegong.kernel.listing_export import TYPES
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets.reading import Sheet, Spool
from shegong.kernel.text import N_
from shegong.ui.fields import DateTextField
from shegong.ui.menu import MenuItem

BOOKS = 20  # workbooks from one address block, or for one body, in the window
MISSES_OF_BODY, DAY = 1000, timedelta(days=1)
KINDS = ("text", "text", "date", "text", "date")


class WorkbookForm(forms.Form):
    """The workbook, and the day as of which the register answers."""

    file = forms.FileField(
        label=_("Workbook with two columns, 登记证号 and 姓名"),
        help_text=_("xlsx, xls, WPS or csv; up to 1,000 people. Other columns stay as they are."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.et,.ods,.csv,.txt"}),
        max_length=255,
    )
    as_of = DateTextField(label=_("Day of the check"), required=False, help_text=_("Empty: today"))

    def clean_as_of(self) -> date:
        """Today unless an earlier day is given."""
        day: date = self.cleaned_data["as_of"] or today()
        if day > today():
            raise forms.ValidationError(_("The register cannot answer for a day to come."))
        return day


class Desk:
    """Answers pairs for one asker, until too many had no match."""

    def __init__(self, key: str, misses: int, window: timedelta):
        self.key, self.most, self.window = key, misses, window
        self.hashed, self.matches, self.left = throttle.hashed(key), 0, True

    def reply(self, number: str, name: str, day: date) -> Reply:
        """What stands beside a row; a wrong name and an unknown number get the same."""
        if not self.left:
            return Reply(gettext("Not looked up: too many rows had no match. Try again later."))
        canonical = canonical_number(number)
        found = find("number", canonical, day=day, at=timezone.now(), key=self.hashed)
        if found.misses >= self.most:
            self.left = False
            return self.reply(number, name, day)
        answer = answer_of(found.status)
        if not is_match(canonical, name, found.number, found.name) or answer is Answer.NOT_FOUND:
            throttle.hit(self.key, self.most, self.window)
            return Reply(gettext(WORDS[Answer.NOT_FOUND].heading))
        self.matches += 1
        return Reply(gettext(WORDS[answer].heading), gettext(LEVELS[found.level]), found.until, found.office)


def asked_by(upload: UploadedFile) -> Asked:
    """What the workbook asks, from its first sheet with both columns. Refuses what no workbook is, and one too large."""
    if (upload.size or 0) > LARGEST:
        message = N_("The file has more than %(most)s MB. Keep only the two columns.")
        raise Refused(Obstacle("workbook_size", message, field="file", params={"most": LARGEST // 2**20}))
    added, wrong = [gettext(title) for title in ADDED], []
    with tempfile.NamedTemporaryFile() as kept:
        for piece in upload.chunks():
            kept.write(piece)
        kept.flush()
        with Spool(kept.name) as spool:
            for rows in _sheets(spool):
                found = asked_in(rows, added)
                if isinstance(found, Asked):
                    return found
                wrong.append(found)
    raise Refused(
        wrong[0] if wrong else [Obstacle("workbook_empty", N_("The workbook is empty."), field="file")]
    )


def _sheets(spool: Spool) -> Iterator[list[list[Any]]]:
    """The rows of each visible sheet, no more than can be asked about."""
    sheet: Sheet | None = None
    rows: list[list[Any]] = []
    for at, chunk in spool.first_time():
        if at is not sheet:
            if rows:
                yield rows
            sheet, rows = at, []
        if not at.is_hidden and len(rows) <= MOST_ROWS * 2:
            rows += [cells for _number, cells in chunk]
    if rows:
        yield rows


def book_of(asked: Asked, rows: list[list[Any]], day: date, matches: int) -> HttpResponse:
    """The same rows with five columns more."""
    now, title = timezone.localtime(), gettext("Answer of the register of social workers")
    heads = [(head, "text") for head in asked.heads] + [
        (gettext(t), k) for t, k in zip(ADDED, KINDS, strict=True)
    ]
    values = {"rows": len(rows), "matches": matches, "when": f"{now:%Y-%m-%d %H:%M}", "day": day.isoformat()}
    lines = [
        title,
        gettext("As of %(day)s, answered on %(when)s: %(rows)s rows, %(matches)s with a match") % values,
        gettext("“No match” says nothing about who is registered: number and name do not belong together, or the "
                "registration is in another province."),
    ]  # fmt: skip
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response that sends it
    listing_xlsx.write(
        listing_xlsx.Book(title, lines, heads, gettext("The registration system"), now, lines[1]), rows, file
    )
    file.seek(0)
    response: Any = FileResponse(
        file, as_attachment=True, filename=f"{title}-{day:%Y%m%d}.xlsx", content_type=TYPES["xlsx"]
    )
    return response


def _answer(form: WorkbookForm, desk: Desk, note: Callable[[Asked, int, date], object]) -> HttpResponse:
    day = form.cleaned_data["as_of"]
    asked = asked_by(form.cleaned_data["file"])
    if not throttle.hit(f"book {desk.key}", BOOKS, desk.window).allowed:
        raise Refused(
            Obstacle(
                "workbook_often", N_("Too many workbooks in a short time. Try again later."), field="file"
            )
        )
    rows = answered(asked, lambda number, name: desk.reply(number, name, day), day)
    note(asked, desk.matches, day)
    return book_of(asked, rows, day, desk.matches)


@csrf_exempt
@page(PUBLIC, methods=("GET", "POST"), own_once=True, about="registration", clause="T4.2.e")
def public(request: HttpRequest) -> HttpResponse:
    """Everybody may check a workbook; rows without a match count as in the form for one person."""
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if request.method == "POST":
        desk = Desk(f"verify {client_key(request)}", MISSES, WINDOW)
        answer = attempt(form, lambda: _answer(form, desk, lambda *_: None))
        if answer is not None:
            return answer
    return render(
        request, "lookup/workbook.html", {"form": form, "base": "ui/public.html"}, status=status_of(form)
    )


@page(Permission.STAFF, methods=("GET", "POST"), own_once=True, about="organization", clause="T4.2.e")
def clerk(request: HttpRequest, code: str) -> HttpResponse:
    """A clerk checks the staff of her body, or whom it is about to engage; the journal notes how many."""
    actor = actor_of(request)
    own = own_body(actor, code)
    form = WorkbookForm(request.POST, request.FILES) if request.method == "POST" else WorkbookForm()
    if request.method == "POST":
        desk = Desk(f"verify body {own.pk}", MISSES_OF_BODY, DAY)

        def note(asked: Asked, matches: int, day: date) -> object:
            return actions.note_workbook(
                own, rows=len(asked.rows), matches=matches, as_of=day, by=actor, on=today()
            )

        answer = attempt(form, lambda: _answer(form, desk, note))
        if answer is not None:
            return answer
    context = {"form": form, "base": "ui/organisation.html", "organisation": own.name, "guarded": True}
    return render(request, "lookup/workbook.html", context, status=status_of(form))


@page(PUBLIC, clause="T4.2.e")
def template(request: HttpRequest) -> HttpResponse:
    """An empty workbook with the two columns."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  closed by the response that sends it
    heads = [("登记证号", "code"), ("姓名", "text")]
    book = listing_xlsx.Book(
        gettext("Check registrations"), [], heads, gettext("The registration system"), timezone.localtime()
    )
    listing_xlsx.write(book, [], file)
    file.seek(0)
    response: Any = FileResponse(file, as_attachment=True, filename="check.xlsx", content_type=TYPES["xlsx"])
    return response


def menu_items(bodies: list[Organization]) -> Iterator[MenuItem]:
    """The clerk's entry for each of her bodies."""
    for own in bodies:
        url = reverse("lookup:workbook_clerk", args=[own.code])
        label = (
            _("Check registrations") if len(bodies) == 1 else f"{gettext('Check registrations')} · {own.name}"
        )
        yield MenuItem("organisation", "", label, url, order=20, permission=Permission.STAFF)


urlpatterns = [
    path("verify/workbook/", public, name="workbook"),
    path("verify/workbook/template.xlsx", template, name="workbook_template"),
    path("org/<str:code>/check/", clerk, name="workbook_clerk"),
]
