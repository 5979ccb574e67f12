"""A half-day in its room: the code on the screen, the paper list, who is marked, and the teacher's word."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.people.models import names_of
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today
from shegong.kernel.printing import qr_svg
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number
from shegong.work.education import actions
from shegong.work.education.actions.attending import scan_kind
from shegong.work.education.actions.courses import secret_of
from shegong.work.education.models import Attendance, Enrolment, HalfDay
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE, TAKES_MARKS
from shegong.work.education.rules.sign_in import SECONDS, SENT_LATER, code_at, is_within, step_of
from shegong.work.education.web.course_forms import PaperForm, StrikeForm
from shegong.work.education.web.own_body import address, own_half
from shegong.work.education.web.words import clock, half_words

HOW = {"code": N_("Signed in by code"), "paper": N_("From the paper list"), "list": N_("From a file")}


def _scans(half: HalfDay) -> list[FolderItem]:
    return list(FolderItem.objects.present().filter(folder=half.course.folder_id, kind=scan_kind(half)))


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def half(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """Who is marked present, who is not, and what can be done."""
    found = own_half(actor_of(request), code, number, half)
    return _page(request, code, found)


def _page(request: HttpRequest, code: str, found: HalfDay, **more: Any) -> HttpResponse:
    course, now = found.course, timezone.now()
    marks = list(
        Attendance.objects.filter(half_day=found).select_related("enrolment", "struck").order_by("signed_at")
    )
    seats = list(Enrolment.objects.seated().filter(course=course).order_by("pk"))
    names = names_of([*(one.person_id for one in seats), *(one.enrolment.person_id for one in marks)])
    marked = {one.enrolment_id for one in marks}
    standing = [one for one in marks if not hasattr(one, "struck")]
    context = {
        "course": course, "half": found, "code": code, "organisation": course.organization.name,
        "title": half_words(found), "hours": f"{clock(found.starts_at)}–{clock(found.ends_at)}",
        "marks": [_mark(one, names) for one in marks], "count": len(standing),
        "absent": [(one, names.get(one.person_id, "")) for one in seats if one.pk not in marked],
        "scans": [(one, address(course, "scan", found.pk, one.pk)) for one in _scans(found)],
        "open": course.state in TAKES_MARKS, "running": _running(found), "over": now >= found.ends_at,
        "signed": found.is_signed_for([one.pk for one in standing]),
        "paper": PaperForm(), "seats": len(seats), **more,
    }  # fmt: skip
    form = more.get("form")
    return render(request, "education/org_half.html", context, status=status_of(form) if form else 200)


def _mark(one: Attendance, names: dict[int, str]) -> dict[str, Any]:
    late = one.uploaded_at - one.signed_at > SENT_LATER and one.how == "code"
    return {
        "row": one, "name": names.get(one.enrolment.person_id, ""), "how": _(HOW[one.how]), "at": clock(one.signed_at),
        "late": late, "struck": getattr(one, "struck", None),
    }  # fmt: skip


def _running(found: HalfDay) -> bool:
    return found.course.state in TAKES_MARKS and is_within(timezone.now(), found.starts_at, found.ends_at)


def _shown(found: HalfDay) -> dict[str, Any]:
    """What the room shows now: the code, its QR, and how long both stay."""
    now = timezone.now()
    shown = code_at(secret_of(found), step_of(now))
    link = f"{settings.PUBLIC_URL}{reverse('education:sign')}?class={found.course.number}&code={shown}"
    return {
        "running": _running(found), "code": shown if _running(found) else "", "left": SECONDS - int(now.timestamp()) % SECONDS,
        "qr": qr_svg(link) if _running(found) else "",
        "present": Attendance.objects.filter(half_day=found).standing().count(),
    }  # fmt: skip


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def screen(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """The screen of the room: big digits and a QR. With a script it changes by itself; without one it loads again."""
    found = own_half(actor_of(request), code, number, half)
    shown = _shown(found)
    context = {
        **shown, "qr": mark_safe(shown["qr"]), "course": found.course, "half": found, "title": half_words(found),  # noqa: S308 - drawn here
        "back": address(found.course, "half", found.pk), "organisation": found.course.organization.name,
        "again": address(found.course, "screen_now", found.pk),
        "seats": found.course.taken,
    }  # fmt: skip
    response = render(request, "education/org_screen.html", context)
    response["Refresh"] = str(max(shown["left"], 2)) if shown["running"] else "30"
    return response


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def screen_now(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """The code of this half minute, for the script of the screen."""
    return JsonResponse(_shown(own_half(actor_of(request), code, number, half)))


@page(Permission.TEACH, methods=("POST",), about="training_class", clause=CLAUSE)
def scan(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """Put the scan of the paper list into the class file."""
    found = own_half(actor_of(request), code, number, half)
    form = PaperForm(request.POST, request.FILES)

    def keep() -> FolderItem:
        upload = form.cleaned_data["file"]
        return actions.file_paper(
            found.course, kind=scan_kind(found), content=upload.read(), filename=upload.name, by=actor_of(request),
            on=today(),
        )  # fmt: skip

    if attempt(form, keep):
        return see(request, "education:half", _("The scan is in the class file. Now mark who signed."), code, number, half)  # fmt: skip
    return _page(request, code, found, paper=form, form=form)


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def scan_file(request: HttpRequest, code: str, number: int, half: int, item: int) -> HttpResponse:
    """A scan of the half-day, to the provider's clerk."""
    found = own_half(actor_of(request), code, number, half)
    paper = next((one for one in _scans(found) if one.pk == item), None)
    if paper is None:
        raise Http404
    return file_response(paper, variant=request.GET.get("size", "full"))


@page(Permission.TEACH, methods=("POST",), about="training_class", clause=CLAUSE)
def mark(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """Mark people present from the paper list."""
    found = own_half(actor_of(request), code, number, half)
    keys = [key for key in (whole_number(one, digits=18) for one in request.POST.getlist("seat")) if key]
    seats = Enrolment.objects.seated().filter(course=found.course, pk__in=keys)
    made = actions.mark_present(found, seats, by=actor_of(request), on=today(), now=timezone.now())
    return see(request, "education:half", _("%(count)s people are marked present.") % {"count": len(made)}, code, number, half)  # fmt: skip


@page(Permission.TEACH, methods=("GET", "POST"), about="training_class", clause=CLAUSE)
def strike(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """Strike a mark, with the reason."""
    found = own_half(actor_of(request), code, number, half)
    key = whole_number(request.POST.get("mark") or request.GET.get("mark", ""), digits=18)
    row = Attendance.objects.filter(half_day=found, pk=key or 0).select_related("enrolment").first()
    if row is None:
        return see(request, "education:half", "", code, number, half)
    form = StrikeForm(request.POST or None, initial={"mark": row.pk})
    if form.is_bound and attempt(form, lambda: actions.strike(row, reason=form.cleaned_data["reason"], by=actor_of(request), on=today())):  # fmt: skip
        return see(request, "education:half", _("The mark is struck; it stays readable."), code, number, half)
    name = names_of([row.enrolment.person_id]).get(row.enrolment.person_id, "")
    context = {"form": form, "organisation": found.course.organization.name, "back": address(found.course, "half", found.pk),
               "form_title": _("Strike the mark of %(name)s") % {"name": name}, "submit": _("Strike the mark")}  # fmt: skip
    return render(request, "education/org_form.html", context, status=status_of(form))


@page(Permission.TEACH, methods=("POST",), about="training_class", clause=CLAUSE)
def cosign(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """The teacher's word for the list of this half-day."""
    found = own_half(actor_of(request), code, number, half)
    actions.cosign(found, by=actor_of(request), on=today(), now=timezone.now())
    return see(request, "education:half", _("The teacher has signed."), code, number, half)


@page(Permission.TEACH, about="training_class", clause=CLAUSE)
def sheet(request: HttpRequest, code: str, number: int, half: int) -> HttpResponse:
    """The half-day's sign-in sheet for paper: names and a line for the signature."""
    found = own_half(actor_of(request), code, number, half)
    seats = list(Enrolment.objects.seated().filter(course=found.course).order_by("pk"))
    names = names_of([one.person_id for one in seats])
    context = {
        "course": found.course, "half": found, "title": half_words(found), "organisation": found.course.organization.name,
        "rows": [names.get(one.person_id, "") for one in seats], "blank": range(5),
        "hours": f"{clock(found.starts_at)}–{clock(found.ends_at)}", "back": address(found.course, "half", found.pk),
    }  # fmt: skip
    return render(request, "education/org_sheet.html", context)
