"""The style sheets keep their promises: readable colours, old browsers, small files. No database, no browser."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "shegong/ui/static/ui"
TEMPLATES = STATIC.parents[1] / "templates"
SHEETS = ("tokens.css", "components.css", "office.css", "cockpit.css")
BANNED = (
    r":has\(", r":is\(", r":where\(", r"color-mix\(", r"oklch\(", r"light-dark\(", r"@layer", r"@container",
    r"@import", r"@scope", r"\binset:", r"aspect-ratio:", r"[{;]\s*&", r"https?://", r"\bdvh\b", r":focus-within\s*\{[^}]*&",
)  # fmt: skip
TEXT_ON = {
    "ink": ("card", "bg", "blue-50", "blue-100", "soft", "warn-bg"),
    "ink-2": ("card", "bg", "blue-50", "soft", "mute-bg", "ok-bg", "warn-bg", "err-bg"),
    "ink-3": ("card", "bg", "blue-50", "soft"),
    "blue-700": ("card", "bg", "blue-50", "soft"),
    "blue-900": ("blue-50", "blue-100", "card"),
    "ok": ("ok-bg", "card"),
    "warn": ("warn-bg", "card"),
    "err": ("err-bg", "card", "bg"),
    "info": ("info-bg", "card"),
    "mute": ("mute-bg", "card"),
    "demo": ("demo-bg",),
    "on-dark": ("blue-900",),
    "on-dark-2": ("blue-900",),
    "card": ("blue-900", "blue-700", "red-700", "ok", "warn", "err", "info", "mute"),
}


def tokens(mode: str) -> dict[str, str]:
    """Colour tokens of a mode: those of :root, with the mode's own on top."""
    text = (STATIC / "tokens.css").read_text()
    blocks = [text[text.index(":root{") : text.index("}", text.index(":root{"))]]
    if mode == "elder":
        start = text.index('html[data-mode="elder"]{')
        blocks.append(text[start : text.index("}", start)])
    found: dict[str, str] = {}
    for block in blocks:
        found |= dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{6})", block))
    return found


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48


@pytest.mark.parametrize(("mode", "least"), [("standard", 4.5), ("elder", 7.0)])
def test_every_text_colour_is_readable_on_every_ground_it_is_used_on(mode: str, least: float) -> None:
    colours = tokens(mode)
    weak = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text, grounds in TEXT_ON.items()
        for ground in grounds
        if contrast(colours[text], colours[ground]) < least
    }
    assert weak == {}


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_input_borders_and_focus_ring_are_visible(mode: str) -> None:
    colours = tokens(mode)
    assert contrast(colours["line-strong"], colours["card"]) >= 3
    assert contrast(colours["focus"], colours["ink"]) >= 3


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheets_use_nothing_newer_than_chromium_86(sheet: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.DOTALL)
    assert [pattern for pattern in BANNED if re.search(pattern, text)] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheets_have_no_unknown_token_and_balanced_braces(sheet: str) -> None:
    text = (STATIC / sheet).read_text()
    known = set(re.findall(r"--([\w-]+):", (STATIC / "tokens.css").read_text()))
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) <= known
    assert text.count("{") == text.count("}")


def test_sizes_stay_small() -> None:
    sizes = {name: (STATIC / name).stat().st_size for name in (*SHEETS, "app.js")}
    assert sizes["components.css"] <= 25_500
    assert sizes["office.css"] <= 10_000
    assert sizes["cockpit.css"] <= 8_000
    assert sizes["tokens.css"] <= 5_000
    assert sizes["app.js"] <= 8 * 1024


def test_templates_have_no_inline_style_script_or_handler() -> None:
    pattern = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
    guilty = [str(path) for path in TEMPLATES.rglob("*.html") if pattern.search(path.read_text())]
    assert guilty == []


def test_script_calls_nothing_that_the_content_policy_refuses() -> None:
    text = (STATIC / "app.js").read_text()
    assert not re.search(
        r"\beval\(|new Function|innerHTML|outerHTML|document\.write|\.style\b|https?://", text
    )
