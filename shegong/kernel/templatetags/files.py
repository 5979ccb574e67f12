"""Links to the files of a page's list, for pages that are no `Listing`."""

from typing import Any

from django import template
from django.http import HttpRequest

register = template.Library()


@register.inclusion_tag("kernel/files.html", takes_context=True)
def files(context: template.Context, name: str = "", words: str = "", **asked: str) -> dict[str, Any]:
    """`{% files %}`: this page's rows as xlsx and csv at its own address and filters.

    What a page was asked by a form instead of its address is given as `asked`. `name` is added to the address where a page has several tables (office/grants-waiting.xlsx), `words` says which.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for key in ("lang", "mode", "page", "after", "before"):
        query.pop(key, None)
    for key, value in asked.items():
        query[key] = value
    base = request.path.rstrip("/") + (f"-{name}" if name else "")
    tail = f"?{query.urlencode()}" if query else ""
    return {"xlsx": f"{base}.xlsx{tail}", "csv": f"{base}.csv{tail}", "words": words}
