"""Pages rendered once: a Django template with places left open, which each request only fills.

The thin path answers thousands of times with the same page and a few other words. The template is rendered once for
each language and display mode with marks at the places; what is left is a list of strings to join. Values are escaped
when they are filled in, always.
"""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.html import escape

from shegong.kernel.access import ANONYMOUS

# Private-use signs: no escape changes them, and no text of ours contains them.
_MARK = re.compile("\ue000(\\w+)\ue001")


def place(name: str) -> str:
    """The mark for a place, to hand to a template as a value."""
    return f"\ue000{name}\ue001"


class Stencil:
    """A page with places; `fill` gives its bytes."""

    def __init__(self, page: str):
        parts = _MARK.split(page)
        self._fixed = parts[::2]
        self._names = parts[1::2]

    def fill(self, values: dict[str, str]) -> bytes:
        """The page with every place filled and escaped; a place without a value stays empty."""
        out = [self._fixed[0]]
        for name, text in zip(self._names, self._fixed[1:], strict=True):
            out.append(escape(values.get(name, "")))
            out.append(text)
        return "".join(out).encode("utf-8", "replace")


_cut: dict[tuple[object, ...], Stencil] = {}


def stencil(
    request: HttpRequest, template: str, variant: tuple[object, ...], context: dict[str, Any]
) -> Stencil:
    """The stencil of `template` in the request's language and mode; cut on first use.

    `variant` names what else the page depends on; `context` is only read when it is cut.
    """
    # Addresses are part of the page: two sub-paths in one process are two pages.
    key = (template, request.LANGUAGE_CODE, request.ui_mode, get_script_prefix(), *variant)  # type: ignore[attr-defined]
    if key not in _cut:
        _cut[key] = Stencil(render_to_string(template, context, _anybody(request)))
    return _cut[key]


def _anybody(request: HttpRequest) -> HttpRequest:
    """A request for the verification page by nobody: the cut page must hold nothing of the first one who asked."""
    blank = HttpRequest()
    blank.method, blank.path = "GET", reverse("lookup:verify")
    blank.path_info = blank.path
    blank.LANGUAGE_CODE, blank.ui_mode = request.LANGUAGE_CODE, request.ui_mode  # type: ignore[attr-defined]
    blank.actor, blank.user = ANONYMOUS, AnonymousUser()  # type: ignore[attr-defined]
    return blank
