"""What no page can use: input that no database can keep, and troubles of the database that are not the reader's fault.

Refused at the door with one sentence, so that no form, filter or query has to think of it.
"""

from collections.abc import Iterator

from django.db import DatabaseError, Error, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

# Serialization failure, deadlock: nothing was done, the same once more may well succeed.
AGAIN = {"40001", "40P01"}
BUSY = {
    *AGAIN,
    "55P03",
    "57014",
    "25P03",
}  # … a lock, a statement or a pause within a transaction that took too long
LOST = {"57P01", "57P02", "57P03", "08000", "08003", "08006"}  # the server went or sent us away
TAKEN = {"23505", "23P01"}  # unique, exclusion: somebody entered the same a moment before


def is_unusable(text: str) -> bool:
    """Whether a text holds what PostgreSQL cannot keep: NUL, or half of a surrogate pair."""
    return "\0" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text))


def unusable() -> Refused:
    """The refusal of such a text."""
    message = N_("Something that was sent holds signs that are no text. Type it again.")
    return Refused(Obstacle("unusable", message))


def refuse_unusable(request: HttpRequest) -> None:
    """Refuse a request whose query or form holds such a text; in the address itself it names nothing: 404.

    Pages of the public path look at their address themselves.
    """
    if request.resolver_match and any(
        isinstance(value, str) and is_unusable(value) for value in request.resolver_match.kwargs.values()
    ):
        raise Http404
    if any(map(is_unusable, _texts(request))):
        raise unusable()


def _texts(request: HttpRequest) -> Iterator[str]:
    for name, values in request.GET.lists():
        yield from (name, *values)
    if request.method == "POST":
        for name, values in request.POST.lists():
            yield from (name, *values)
        for _name, files in request.FILES.lists():
            yield from (file.name or "" for file in files)


def sqlstate(problem: BaseException) -> str:
    """PostgreSQL's code of what went wrong, "" when there is none."""
    return getattr(problem.__cause__, "sqlstate", None) or ""


def is_busy(problem: BaseException | None) -> bool:
    """Whether the database undid or cut off what was asked, so that nothing was changed."""
    return isinstance(problem, DatabaseError) and sqlstate(problem) in BUSY


def is_lost(problem: BaseException | None) -> bool:
    """Whether the connection to the database is gone, or none could be had."""
    if not isinstance(problem, Error):
        return False
    code = sqlstate(problem)
    return code in LOST or (not code and isinstance(problem, OperationalError | InterfaceError))


def busy_answer(request: HttpRequest, problem: BaseException | None) -> HttpResponse | None:
    """503 where the database cut off what took too long, so that nothing was changed, or is not there; else None."""
    if is_busy(problem):
        response = render(request, "kernel/busy.html", status=503)
    elif is_lost(problem):
        response = HttpResponse(
            get_template("503.html").render({}), status=503
        )  # asks the database for nothing
    else:
        return None
    response.headers["Retry-After"] = "5"
    return response
