"""The pages of verification: words of an answer, public facts of a registration, places filled."""

from datetime import date, datetime
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from shegong.duties.conduct.models import sanction_policy
from shegong.duties.conduct.rules.sanctions import last
from shegong.duties.lookup.models import Found
from shegong.duties.lookup.rules import ABILITIES, LEVELS, WORDS, Answer, answer_of
from shegong.duties.lookup.stencil import place, stencil
from shegong.ground.regions.models import tree

PLACES = (
    "typed_no", "typed_name", "number", "name", "level", "ability", "region", "office", "admitted", "until", "closed",
    "asof", "receipt", "serial", "wait", "sanctions",
)  # fmt: skip
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def found_page(request: HttpRequest, found: Found, values: dict[str, str]) -> HttpResponse:
    answer = answer_of(found.status, card_replaced=found.card_replaced)
    if answer is Answer.NOT_FOUND:
        return page_of(request, answer, values | {"asof": moment(timezone.localtime())})
    values = values | shown(found) | {"asof": moment(timezone.localtime())}
    return page_of(
        request, answer, values, by_scan="typed_no" not in values, has_sanctions=bool(found.sanctions)
    )


def shown(found: Found) -> dict[str, str]:
    """The public facts of a registration in the reader's language."""
    return {
        "number": found.number,
        "name": found.name,
        "level": gettext(LEVELS[found.level]),
        "ability": gettext(ABILITIES[found.level]),
        "region": _region(found.region_code, timezone.localdate()),
        "office": found.office or gettext("not recorded"),
        "admitted": day_text(found.admitted_on),
        "until": day_text(found.until),
        "closed": day_text(found.closed_on),
        "sanctions": "；".join(_sanction(*one) for one in found.sanctions),
    }


def _sanction(code: str, number: str, start: date | None, end: date | None) -> str:
    """A published decision; a suspension with its days, first and last, where the policy lists them as publishable."""
    words = f"{_measure(code)} {number}"
    if start is None or end is None:
        return words
    days = gettext("%(first)s to %(last)s") % {"first": day_text(start), "last": day_text(last(end))}
    return gettext("%(decision)s (%(days)s)") % {"decision": words, "days": days}


def _measure(code: str) -> str:
    """A measure of the graded list in the reader's language."""
    found = sanction_policy(timezone.localdate()).measure(code)
    return found.title.says(get_language()) if found else code


@lru_cache(maxsize=4096)
def _region(code: int, day: date) -> str:
    return tree().full_name(code, day)


def day_text(day: date | None) -> str:
    """2014年12月31日 or 31 December 2014; '' for no day."""
    return gettext("%(day)s %(month)s %(year)s") % _parts(day) if day else ""


def moment(now: datetime) -> str:
    return f"{day_text(now.date())} {now:%H:%M}"


def _parts(day: date) -> dict[str, object]:
    month = day.month if get_language() != "en" else MONTHS[day.month - 1]
    return {"day": day.day, "month": month, "year": day.year}


def page_of(
    request: HttpRequest, answer: str, values: dict[str, str], *, missing: tuple[str, ...] = (), by_scan: bool = False,
    has_sanctions: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of an answer (or `form`, `busy`, `no_receipt`) with its places filled."""
    context = context_of(request, answer) | {
        "missing": missing,
        "has_errors": bool(missing),
        "by_scan": by_scan,
        "has_sanctions": has_sanctions,
    }
    cut = stencil(request, "lookup/verify.html", (answer, missing, by_scan, has_sanctions), context)
    return uncached(HttpResponse(cut.fill(values), status=status))


def context_of(request: HttpRequest, answer: str) -> dict[str, object]:
    marks: dict[str, object] = {name: place(name) for name in PLACES}
    return marks | {
        "answer": answer,
        "words": worded(answer, marks) if answer in tuple(Answer) else None,
        "has_facts": answer in tuple(Answer) and answer not in (Answer.NOT_FOUND, Answer.UNKNOWN_CARD),
    }


def worded(answer: str, values: dict[str, object]) -> dict[str, object]:
    """The words of an answer in the reader's language, dates in place."""
    words = WORDS[Answer(answer)]
    return {
        "tone": words.tone,
        "icon": words.icon,
        "heading": gettext(words.heading),
        "sentence": gettext(words.sentence) % values,
        "advice": [gettext(line) for line in words.advice],
    }


def busy_page(request: HttpRequest, seconds: int, values: dict[str, str]) -> HttpResponse:
    minutes = max(1, -(-seconds // 60))
    values = values | {"wait": ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}}
    response = page_of(request, "busy", values, status=429)
    response.headers["Retry-After"] = str(max(seconds, 1))
    return response


def uncached(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Length"] = str(len(response.content))
    return response
