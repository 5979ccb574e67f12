"""What was typed into a form whose session had ended: kept sealed, and shown again after signing in."""

import json

from django.contrib import messages
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from shegong.kernel.sealing import open_sealed, seal
from shegong.kernel.text import N_

NEVER_KEPT = {"csrfmiddlewaretoken", "_once", "password", "password1", "password2", "old", "code"}
WHY = {
    "ended": N_("You were signed out. What you typed is still here; send it again."),
    "proof": N_("You have proven who you are. What you typed is still here; send it again."),
}


def keep_unsent(request: HttpRequest, why: str = "ended") -> None:
    """Keep what was typed when the session had ended (or a fresh proof was asked for), sealed, for the form afterwards."""
    if request.method != "POST" or not hasattr(request, "session"):
        return
    typed = {k: v for k, v in request.POST.dict().items() if k not in NEVER_KEPT}
    if typed and len(json.dumps(typed)) < 20_000:
        sealed = seal(json.dumps(typed), table="session", column="unsent", row=request.path)
        request.session["unsent"] = {"path": request.path, "sealed": sealed.hex(), "why": why}


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What the person typed on this page before the session ended, once; {} when there is nothing."""
    unsent = request.session.get("unsent") if hasattr(request, "session") else None
    if not unsent or not constant_time_compare(unsent["path"], request.path):
        return {}
    del request.session["unsent"]
    messages.info(request, gettext(WHY[unsent.get("why", "ended")]))
    return json.loads(
        open_sealed(bytes.fromhex(unsent["sealed"]), table="session", column="unsent", row=request.path)
    )
