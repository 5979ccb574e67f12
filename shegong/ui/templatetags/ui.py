"""Template tags of the interface: icons, status words, form fields, one-time tokens, meters, links kept in the address."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Textarea
from django.forms.widgets import PasswordInput, Select
from django.urls import get_script_prefix
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from shegong.kernel.unsent import recall
from shegong.ui.icons import ICONS
from shegong.ui.menu import MenuGroup, MenuItem
from shegong.ui.status import State, state_of

register = template.Library()

ONCE = "_once"
HEX32 = re.compile(r"[0-9a-f]{32}")


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str, title: str = "", css: str = "") -> SafeString:
    """Draw one of our icons; with `title` it is an image with that name, without it is decoration."""
    path = ICONS[name]
    if title:
        return format_html(
            '<svg class="ico {}" viewBox="0 0 24 24" role="img" aria-label="{}"><path d="{}"/></svg>',
            css,
            title,
            path,
        )
    return format_html(
        '<svg class="ico {}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', css, path
    )


@register.inclusion_tag("ui/status.html")
def status(code: object, word: str = "") -> dict[str, object]:
    """One of the ten states as word, shape and colour; `word` replaces the word, never the shape."""
    state: State = state_of(str(code))
    return {"tone": state.tone, "word": word or pgettext("status", state.word)}


@register.inclusion_tag("ui/status.html")
def tag(word: str, tone: str = "") -> dict[str, object]:
    """A free tag in one of the tones ok, warn, err, info or none."""
    return {"tone": tone, "word": word}


# Put together here: most shells show the same menu twice, and it is on every page.
@register.simple_tag
def menu_list(groups: Iterable[MenuGroup]) -> SafeString:
    """The entries of a space (`menu.office`), each group under its heading."""
    found = []
    for group in groups or ():
        entries = "".join([_entry(item) for item in group.items])
        heading = f"<h2>{escape(group.label)}</h2>" if group.label else ""
        found.append(f"{heading}<ul>{entries}</ul>")
    return SafeString("".join(found))


@register.inclusion_tag("ui/fold_tabs.html", takes_context=True)
def fold_tabs(context: template.Context) -> dict[str, object]:
    """Links between the pages that stand behind one entry of the officer's menu."""
    menu = context.get("menu")
    return {"tabs": menu.tabs if menu else []}


def _entry(item: MenuItem) -> str:
    number = f'<span class="n">{item.count}</span>' if item.count else ""
    current = ' aria-current="page"' if item.current else ""
    return (
        f'<li><a href="{escape(item.url)}"{current}><span>{escape(str(item.label))}</span>{number}</a></li>'
    )


@register.simple_tag(takes_context=True)
def once(context: template.Context) -> SafeString:
    """The hidden idempotency token: fresh on a new form, the posted one again when the form comes back with errors."""
    request = context.get("request")
    posted = request.POST.get(ONCE, "") if request is not None and request.method == "POST" else ""
    value = posted if HEX32.fullmatch(posted) else uuid4().hex
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, value)


@register.filter
def sentence(obstacle: Any) -> str:
    """An obstacle's message in the reader's language, with its places filled; plain strings pass through."""
    if isinstance(obstacle, dict):
        return str(obstacle["text"])
    message = getattr(obstacle, "message", None)
    if message is None:
        return str(obstacle)
    params = dict(getattr(obstacle, "params", None) or {})
    translated = gettext(message)
    return translated % params if params else translated


# ---- form fields -----------------------------------------------------------------------------------------------------


@register.filter
def kind(field: BoundField) -> str:
    """Which control a field is: one of radios, checkboxes, tick, file, password, textarea, select, hidden, text."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    kinds: tuple[tuple[type, str], ...] = (
        (CheckboxSelectMultiple, "checkboxes"),
        (RadioSelect, "radios"),
        (CheckboxInput, "tick"),
        (FileInput, "file"),
        (PasswordInput, "password"),
        (Textarea, "textarea"),
        (Select, "select"),
    )
    return next((name for of, name in kinds if isinstance(widget, of)), "text")


@register.filter
def anchor(field: BoundField) -> str:
    """The id an error summary links to: the first choice of a radio or checkbox group, else the control."""
    first = kind(field) in ("radios", "checkboxes")
    return f"{field.auto_id}_0" if first else str(field.id_for_label or field.auto_id)


def described_by(field: BoundField) -> str:
    """Ids of the field's hint and error, for aria-describedby."""
    ids = [f"{field.auto_id}_hint"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}_wrong")
    return " ".join(ids)


@register.simple_tag(takes_context=True)
def recall_typed(context: template.Context, field: BoundField) -> str:
    """Before a field is drawn: what was typed into it before the session ended, or before a fresh proof."""
    request = getattr(context, "request", None)
    if request is not None:
        recall(request, field)
    return ""


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """Render the bare control with our classes and its links to hint and error."""
    attrs = dict(field.field.widget.attrs)
    css = str(attrs.get("class", ""))
    attrs["class"] = css if kind(field) == "tick" else f"in {css}".strip()
    about = described_by(field)
    if about:
        attrs["aria-describedby"] = about
    if kind(field) == "textarea" and attrs.get("rows") == "10":
        attrs["rows"] = "4"
    return field.as_widget(attrs=attrs)


@register.filter
def options(field: BoundField) -> Iterator[dict[str, object]]:
    """The choices of a radio or checkbox group, one dict each: id, name, value, label, hint, checked."""
    hints = getattr(field.field, "choice_hints", {})
    for sub in field.subwidgets:
        data = sub.data
        yield {
            "id": data["attrs"]["id"],
            "type": data["type"],
            "name": data["name"],
            "value": data["value"],
            "label": data["label"],
            "checked": data["selected"],
            "hint": hints.get(str(data["value"]), ""),
        }


@register.inclusion_tag("ui/field.html", name="field")
def field_tag(field: BoundField, label: str = "", hint: str = "") -> dict[str, object]:
    """A whole field: label, hint, error, control. `label` and `hint` replace those of the form."""
    if hint:
        field.help_text = hint
    return {"field": field, "label": label}


# ---- numbers and addresses -------------------------------------------------------------------------------------------


@register.simple_tag
def meter(value: float, target: float, plan: float | None = None, tone: str = "") -> SafeString:
    """A bar of `value` against `target` as inline SVG (no inline style); `plan` in percent draws the red tick."""
    percent = max(0.0, min(100.0, 100 * float(value) / float(target))) if target else 0.0
    tick = (
        format_html('<rect class="plan" x="{}%" y="-4" width="2" height="16"/>', f"{float(plan):.1f}")
        if plan is not None
        else mark_safe("")
    )
    return format_html(
        '<svg class="meter {}" height="8" aria-hidden="true"><rect class="bg" width="100%" height="8" rx="4"/>'
        '<rect class="v" width="{}%" height="8" rx="4"/>{}</svg>',
        tone,
        f"{percent:.1f}",
        tick,
    )


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: object) -> str:
    """The current query string with `changes` applied (None removes a key); lists keep their filters this way."""
    query = context["request"].GET.copy()
    query.pop("after", None)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None and value != "":
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def times(count: int) -> range:
    """`{% for _ in 3|times %}`"""
    return range(int(count or 0))


@register.simple_tag
def root() -> str:
    """The address of the site's first page, with the sub-path of the host site when there is one."""
    return get_script_prefix()
