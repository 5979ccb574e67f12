"""Compile and check the message catalogues, one for each context, with Babel instead of the gettext binaries."""

import ast
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

PACKAGE = Path(__file__).resolve().parents[2]
LANGUAGE = "zh_Hans"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\-+]*[\d.]*[diouxXeEfFgGcrs]|\{(\w*)\}")

# Name of the function -> where its (msgid, plural, context) stand among the arguments.
MARKERS: dict[str, tuple[int, int | None, int | None]] = {
    "_": (0, None, None),
    "N_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}


@dataclass(frozen=True)
class Message:
    """One translatable text and where the code says it."""

    msgid: str
    context: str | None
    place: str


def catalogues() -> list[Path]:
    """Every source catalogue of the product."""
    return sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """A catalogue, refused with its line when it is malformed."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, abort_invalid=True)


def compile_all() -> int:
    """Write each .mo whose .po is newer; answers how many were written."""
    written = 0
    for path in catalogues():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        compiled = io.BytesIO()
        write_mo(compiled, read(path))
        fresh = target.with_suffix(".mo.new")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(target)
        written += 1
    return written


def place(path: Path, line: int) -> str:
    """File and line as an editor understands it."""
    return f"{path.relative_to(PACKAGE.parent)}:{line}"


def text_of(node: ast.expr | None) -> str | None:
    """The literal text of an argument; None for anything computed."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def messages_in_source(source: str, path: Path) -> Iterator[Message]:
    """The marked texts of a Python file (or of a template turned into one)."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in MARKERS:
            continue
        first, _plural, context = MARKERS[name]
        texts = [text_of(argument) for argument in node.args]
        msgid = texts[first] if first < len(texts) else None
        if msgid:
            yield Message(msgid, texts[context] if context is not None else None, place(path, node.lineno))


def messages_in_template(source: str, path: Path) -> Iterator[Message]:
    """The texts of {% translate %} and {% blocktranslate %}, found as Django's own makemessages finds them."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - bin/setup compiles without Django

    for number, line in enumerate(templatize(source).splitlines(), 1):
        for call in re.finditer(
            r"\b(?:n?p?gettext|_)\((?:[^()\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')*\)", line
        ):
            literal = re.sub(r"\bu(?=['\"])", "", call[0])
            for found in messages_in_source(literal, path):
                yield Message(found.msgid, found.context, place(path, number))


def messages() -> Iterator[Message]:
    """Every text of the product that a person may read in two languages."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from messages_in_source(path.read_text(encoding="utf-8"), path)
    for pattern in ("*.html", "*.txt"):
        for path in sorted(PACKAGE.rglob(f"templates/**/{pattern}")):
            yield from messages_in_template(path.read_text(encoding="utf-8"), path)


def entries() -> Iterator[tuple[tuple[str, str | None], list[str], str]]:
    """((msgid, context), its translations, where they stand) for every entry of every catalogue."""
    for path in catalogues():
        for message in read(path):
            if not message.id or message.fuzzy:
                continue
            msgid = message.id if isinstance(message.id, str) else message.id[0]
            texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
            yield (msgid, message.context), texts, place(path, message.lineno or 0)


def translations() -> dict[tuple[str, str | None], tuple[list[str], str]]:
    """(msgid, context) -> (its translations, where they stand); a filled one wins over an empty one."""
    known: dict[tuple[str, str | None], tuple[list[str], str]] = {}
    for key, texts, where in entries():
        if all(texts) or key not in known:
            known[key] = (texts, where)
    return known


def placeholders(text: str) -> list[str]:
    """What a text fills in, sorted, so that two languages can be compared."""
    bare = text.replace("%%", "")
    return sorted(found[1] or found[2] or found[0] for found in PLACEHOLDER.finditer(bare))


def missing(known: dict[tuple[str, str | None], tuple[list[str], str]]) -> Iterator[str]:
    """A line for each text of the code that has no Chinese. What `N_` marks may be translated in any context."""
    elsewhere = {msgid: found for (msgid, context), found in known.items() if context}
    for message in messages():
        fallback = elsewhere.get(message.msgid, ([], "")) if message.context is None else ([], "")
        texts, _place = known.get((message.msgid, message.context), fallback)
        if not texts or not all(texts):
            yield f"{message.place}: no {LANGUAGE} for {message.msgid!r}"


def mismatched(known: dict[tuple[str, str | None], tuple[list[str], str]]) -> Iterator[str]:
    """A line for each translation that fills in other things than its source."""
    for (msgid, _context), (texts, where) in known.items():
        for text in texts:
            if text and set(placeholders(text)) != set(placeholders(msgid)):
                yield f"{where}: {text!r} does not fill in what {msgid!r} does"


def rivals() -> Iterator[str]:
    """A line for each text that two catalogues translate differently: Django merges them, so one shows the other's word."""
    first: dict[tuple[str, str | None], tuple[list[str], str]] = {}
    for key, texts, where in entries():
        if not all(texts):
            continue
        other, there = first.setdefault(key, (texts, where))
        if other != texts:
            yield f"{where}: {key[0]!r} is {texts[0]!r} here and {other[0]!r} in {there}; agree, or give it a msgctxt"


def problems() -> list[str]:
    """What stands between the product and two complete languages."""
    known = translations()
    return [*missing(known), *mismatched(known), *rivals()]


if __name__ == "__main__":
    try:
        compile_all()
    except PoFileError as problem:
        sys.exit(str(problem))
