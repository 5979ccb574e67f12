"""What was typed into a form whose session had ended, or before a fresh proof: kept sealed, and shown again in its fields."""

import json

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from shegong.kernel.sealing import open_sealed, seal
from shegong.kernel.text import N_

NEVER_KEPT = {"csrfmiddlewaretoken", "_once", "password", "password1", "password2", "old", "code"}
MOST = 60_000  # characters
WHY = {
    "ended": N_("You were signed out. What you typed is still here; send it again."),
    "proof": N_("You have proven who you are. What you typed is still here; send it again."),
}


def keep_unsent(request: HttpRequest, why: str = "ended") -> None:
    """Keep what was typed when the session had ended (or a fresh proof was asked for), sealed, for the form afterwards."""
    if request.method != "POST" or not hasattr(request, "session"):
        return
    typed = {name: values for name, values in request.POST.lists() if name not in NEVER_KEPT}
    text = json.dumps(typed, ensure_ascii=False)
    if typed and len(text) < MOST:
        sealed = seal(text, table="session", column="unsent", row=request.path)
        request.session["unsent"] = {"path": request.path, "sealed": sealed.hex(), "why": why}


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What the person typed on this page before the session ended, for this one answer; {} when there is nothing."""
    return {name: str(value) for name, value in recalled(request).items()}


def recalled(request: HttpRequest) -> QueryDict:
    """The same with every value of a name; taken out of the session once, and the person is told that it is there."""
    found = getattr(request, "recalled", None)
    if found is None:
        found = request.recalled = _taken(request)  # type: ignore[attr-defined]
    return found


def _taken(request: HttpRequest) -> QueryDict:
    found = QueryDict(mutable=True)
    unsent = request.session.get("unsent") if hasattr(request, "session") else None
    if unsent and constant_time_compare(unsent["path"], request.path):
        del request.session["unsent"]
        messages.info(request, gettext(WHY[unsent.get("why", "ended")]))
        text = open_sealed(
            bytes.fromhex(unsent["sealed"]), table="session", column="unsent", row=request.path
        )
        for name, values in json.loads(text).items():
            found.setlist(name, values)
    return found


def recall(request: HttpRequest, field: BoundField) -> None:
    """Fill a field of a form that is shown anew with what was typed into it before."""
    typed: QueryDict | None = getattr(request, "recalled", None)
    if typed and not field.form.is_bound and field.html_name in typed:
        field.initial = field.field.widget.value_from_datadict(typed, {}, field.html_name)
