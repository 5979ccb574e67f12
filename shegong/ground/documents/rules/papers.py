"""What may be stored as a paper: size, kind by content (never by name), no active content; pure."""

import re
import zlib
from collections.abc import Iterator

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

MEGABYTE = 1024 * 1024
LARGEST_IMAGE = 4 * MEGABYTE
LARGEST_PDF = 8 * MEGABYTE
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2400
THUMBNAIL_SIDE = 320
JPEG, PDF = "image/jpeg", "application/pdf"
KIND_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
# Not a virus: the string with which an operator sees that the scan refuses what it must.
TEST_SIGNATURE = b"SHEGONG-TEST-SIGNATURE-OF-A-HARMFUL-FILE"

IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
DISGUISES = (
    (re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|script|iframe)", re.I), N_("a web page (HTML)")),
    (re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype svg[^>]*>\s*)?<svg", re.I | re.S), N_("a drawing (SVG)")),
    (re.compile(rb"\s*<\?xml", re.I), N_("an XML file")),
    (re.compile(rb"PK\x03\x04"), N_("a ZIP archive or an Office file")),
    (re.compile(rb"\xd0\xcf\x11\xe0"), N_("an old Office file")),
    (re.compile(rb"MZ|\x7fELF|#!"), N_("a program")),
    (re.compile(rb"GIF8"), N_("a GIF picture")),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b"), N_("an archive")),
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1|heim|heis)", re.S), N_("a HEIC picture")),
)  # fmt: skip


def kind_of(content: bytes) -> str:
    """`image`, `pdf` or "" by the first bytes."""
    if content.startswith(IMAGE_STARTS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return "image"
    return "pdf" if content.startswith(b"%PDF-") else ""


def _refused(code: str, message: str, **params: object) -> list[Obstacle]:
    return [Obstacle(code, message, field="content", clause="民发〔2009〕44号 art. 6", params=params)]


def file_obstacles(content: bytes) -> list[Obstacle]:
    """Refuses an empty file, a file too large, one that is neither photo nor PDF, active content in a PDF."""
    if not content:
        return _refused("file_empty", N_("The file is empty. Choose it again."))
    kind = kind_of(content)
    largest = LARGEST_PDF if kind == "pdf" else LARGEST_IMAGE
    if kind and len(content) > largest:
        message = N_(
            "The file has %(size)s MB; at most %(largest)s MB. Take the photo again with a lower resolution."
        )
        return _refused(
            "file_size", message, size=f"{len(content) / MEGABYTE:.1f}", largest=largest // MEGABYTE
        )
    if not kind:
        return _disguise(content)
    if TEST_SIGNATURE in content:
        return [harmful()]
    return pdf_obstacles(content) if kind == "pdf" else []


def _disguise(content: bytes) -> list[Obstacle]:
    start = content[:1024]
    for shape, what in DISGUISES:
        if shape.match(start):
            message = N_(
                "By its content this file is %(what)s, whatever its name says. Send a JPEG or PNG photo, or a PDF."
            )
            return _refused("file_disguised", message, what=what)
    return _refused("file_kind", N_("This file is no photo and no PDF. Send a JPEG or PNG photo, or a PDF."))


def harmful() -> Obstacle:
    """The scanner, or the built-in test signature, says no."""
    return Obstacle(
        "file_harmful",
        N_("The virus scan refused this file. Send a photo of the paper instead."),
        field="content",
    )


def unreadable() -> Obstacle:
    """Begins like a photo but does not decode."""
    return Obstacle(
        "file_damaged", N_("The photo cannot be opened; it is damaged. Take it again."), field="content"
    )


def too_many_pixels() -> Obstacle:
    """A small file that unfolds to a huge picture."""
    message = N_("The picture has more than %(most)s million points. Take it again, smaller.")
    return Obstacle("file_pixels", message, field="content", params={"most": MOST_PIXELS // 1_000_000})


def scanner_down() -> Obstacle:
    """No answer from the scanner: nothing is stored unseen."""
    return Obstacle(
        "scan_down", N_("The virus scan does not answer. Try again in a few minutes."), field="content"
    )


def kind_obstacles(kind: str) -> list[Obstacle]:
    """The code of the material: small letters, digits, underscore."""
    if KIND_CODE.fullmatch(kind):
        return []
    return [Obstacle("paper_kind", N_("Choose one from the list."), field="kind")]


# -- PDF -------------------------------------------------------------------------------------------------------------

ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)(?=[\s/<>\[\]()%]|$)"
)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_UNFOLDED_AT_MOST = 32 * MEGABYTE


def pdf_obstacles(content: bytes) -> list[Obstacle]:
    """Refuses a PDF that is encrypted, cut off, or carries scripts, programs or other files."""
    if b"%%EOF" not in content[-2048:]:
        return _refused("pdf_damaged", N_("The PDF is incomplete. Save it again and send it anew."))
    for part in _readable(content):
        plain = _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), part)
        if re.search(rb"/Encrypt[\s/<\d]", plain):
            return _refused("pdf_locked", N_("The PDF is locked with a password. Save it without one."))
        active = ACTIVE.search(plain)
        if active:
            message = N_("The PDF carries active content (%(what)s). Print it to a new PDF, or send a photo.")
            return _refused("pdf_active", message, what=active[1].decode())
    return []


def _readable(content: bytes) -> Iterator[bytes]:
    """Everything outside streams, then what the streams of objects unfold to (within a limit)."""
    yield _STREAM.sub(b"", content)
    left = _UNFOLDED_AT_MOST
    for found in _STREAM.finditer(content):
        if b"/ObjStm" not in content[max(0, found.start() - 400) : found.start()]:
            continue
        unfolded = _unfold(found[1], left)
        left -= len(unfolded)
        yield unfolded


def _unfold(stream: bytes, most: int) -> bytes:
    if most <= 0:
        return b"/JavaScript "  # unfolds to more than anybody needs: treated as what it hides
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return stream
