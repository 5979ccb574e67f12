"""The class list as a workbook: its template, the upload, and what is wrong with which row."""

import io
import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.kernel.http import actor_of, attempt, obstacle_text, page, status_of, today
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets import limits, writing
from shegong.kernel.sheets.layout import Row
from shegong.kernel.sheets.workbook import read_workbook
from shegong.work.education.actions.sheet import SheetRow, take_sheet
from shegong.work.education.models import Course
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE
from shegong.work.education.web.own_body import address, own_course
from shegong.work.education.web.workbook_layout import CLASS_LIST

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WorkbookForm(forms.Form):
    """The workbook."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"), max_length=255,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.et,.ods,.csv"}),
    )  # fmt: skip


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def workbook(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a workbook of the class in; good rows at once, the others are named with what to put right."""
    course = own_course(actor_of(request), code, number)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    done = (
        attempt(form, lambda: _taken(request, course, form.cleaned_data["file"])) if form.is_bound else None
    )
    context: dict[str, Any] = {
        "form": form, "course": course, "organisation": course.organization.name, "back": address(course, "roster"),
        "template": address(course, "workbook_template"), "columns": [one.title for one in CLASS_LIST.columns], "done": done,
    }  # fmt: skip
    return render(request, "education/org_workbook.html", context, status=status_of(form))


def _taken(request: HttpRequest, course: Course, file: Any) -> dict[str, Any]:
    """Read, take, and say what became of it. Refuses files that are too large or are none."""
    if file.size > limits.FILE:
        raise Refused(limits.refusal("sheet_too_large", {"size": -(-file.size // limits.MIB), "limit": limits.FILE // limits.MIB}))  # fmt: skip
    rows = _read(file)
    good = [row for row in rows if row.is_good]
    actor = actor_of(request)
    out, wrong = take_sheet(course, list(map(_stated, good)), by=actor, on=today(), now=timezone.now())
    faults = [
        (row.number, obstacle_text(found.obstacle)) for row in rows for found in row.findings if found.blocks
    ]
    faults += [(good[place].number, obstacle_text(one)) for place, one in wrong.items()]
    return {"rows": len(rows), "made": out.made, "there": out.there, "faults": sorted(faults)}


def _read(file: Any) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{Path(file.name).suffix[:6]}"
        path.write_bytes(file.read())
        with read_workbook(path, CLASS_LIST, today=today()) as reading:
            return [row for rows in reading.chunks() for row in rows]


def _stated(row: Row) -> SheetRow:
    given = row.values
    score = given.get("score")
    return SheetRow(given["name"], given["identity"], given["halves"], None if score is None else int(score), given.get("passed"))  # fmt: skip


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def template(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The empty workbook with the right columns."""
    own_course(actor_of(request), code, number)
    file = io.BytesIO()
    writing.write_template(file, CLASS_LIST, words=_)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{CLASS_LIST.form_title}.xlsx")
    return response
