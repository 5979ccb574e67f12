"""What no page can use: input that no database can keep, and troubles of the database that are not the reader's fault.

Refused at the door with one sentence, so that no form, filter or query has to think of it.
"""

from collections.abc import Iterator

from django.db import DatabaseError
from django.http import Http404, HttpRequest

from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

# Serialization failure, deadlock: nothing was done, the same once more may well succeed.
AGAIN = {"40001", "40P01"}
BUSY = {*AGAIN, "55P03", "57014"}  # … and a lock or a statement that took too long
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


def sqlstate(problem: DatabaseError) -> str:
    """PostgreSQL's code of what went wrong, "" when there is none."""
    return getattr(problem.__cause__, "sqlstate", None) or ""
