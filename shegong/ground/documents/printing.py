"""An official document as PDF in the layout of GB/T 9704-2012; drafts and recalled ones say what they are.

The standard's figures come from memory and secondary pages (certainty M, see policy/library.toml): nobody has attached
its text. Licensed faces (方正小标宋, 仿宋_GB2312) are used where a machine has them and never shipped; else Noto CJK.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from shegong.ground.documents.models import OfficialDocument
from shegong.ground.documents.rules.body import Block, blocks, is_number, title_lines, with_presence
from shegong.ground.documents.rules.official import DocumentKind, Result, Role, State, Urgency
from shegong.ground.organizations.models import Organization
from shegong.kernel import printing
from shegong.kernel.walls_acting import lifted

TEMPLATE = Path(__file__).parent / "typst" / "official.typ"
TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong")
BODY = ("FangSong_GB2312", "FangSong", "STFangsong")
KAI = ("KaiTi_GB2312", "KaiTi", "STKaiti")
_ENDING = re.compile(r"\.(?:pdf|jpe?g|png|webp)$", re.I)
# The paper is a Chinese document in every language of the site.
SUFFIX = {
    DocumentKind.LETTER: "",
    DocumentKind.MINUTES: "会议纪要",
    DocumentKind.BULLETIN: "公报",
    DocumentKind.ANNOUNCEMENT: "公告",
}
URGENCY = {Urgency.NONE: "", Urgency.URGENT: "加急", Urgency.MOST_URGENT: "特急"}
# Which layout of the standard a kind has; a joint letter bears the mark of the body that leads.
LAYOUTS = {DocumentKind.LETTER: "letter", DocumentKind.MINUTES: "minutes"}
TO_ABOVE = (DocumentKind.REPORT, DocumentKind.REQUEST)
MARKS = {
    State.DRAFTED: ("草稿 未签发", "#E6E9EE"), State.COSIGNING: ("会签稿 未签发", "#E6E9EE"),
    State.SIGNED: ("已签发 未印发", "#E6E9EE"), State.RECALLED: ("已撤回", "#F6D9D7"), State.DROPPED: ("已放弃", "#E6E9EE"),
}  # fmt: skip


def official_pdf(document: OfficialDocument) -> bytes:
    """The document as PDF, A4, as it stands: the same bytes as long as nothing changes."""
    at = datetime.combine(document.day, time(1), UTC)  # nine in the morning here
    return printing.pdf(TEMPLATE, page_data(document), at)


@cache
def _faces() -> dict[str, list[str]]:
    there, own = set(printing.fonts().families()), printing.families()["serif"]
    wanted = {"title_font": TITLE, "body_font": BODY, "kai_font": KAI}
    return {key: [*(name for name in names if name in there), *own] for key, names in wanted.items()}


def page_data(document: OfficialDocument) -> dict[str, Any]:
    """What the paper says."""
    watermark, colour = MARKS.get(State(document.state), ("", "#FFFFFF"))
    bodies = issuers(document)
    names = [body.name_on(document.day) for body in bodies]
    above = document.kind in TO_ABOVE
    return {
        **_faces(), "layout": LAYOUTS.get(DocumentKind(document.kind), "document"), "site": settings.SITE["name_zh"], "title": document.title, "title_lines": title_lines(document.title),
        "marks": names, "suffix": SUFFIX.get(DocumentKind(document.kind), "文件"), "number": document.number or "（未编号）",
        "signer": document.signer if above else "", "urgency": URGENCY[Urgency(document.urgency)],
        "to": document.to_words or addressed(document, Role.TO), "cc": document.cc_words or addressed(document, Role.CC),
        "blocks": [_block(block) for block in _blocks(document)], "attachments": attachments(document),
        "signatures": names, "date": chinese_day(_signed(document)), "remark": "",
        "printed_by": f"{names[0]}办公室" if names[0].endswith(("厅", "局", "部", "会")) else names[0],
        "printed_on": f"{chinese_day(document.issued_on)}印发" if document.issued_on else "未印发",
        "watermark": watermark, "watermark_colour": colour, "note": _note(document),
    }  # fmt: skip


def issuers(document: OfficialDocument) -> list[Organization]:
    """Who stands on the paper: the issuer, and of a joint document the co-signers in their order."""
    if not document.is_joint:
        return [document.issuer]
    return [
        document.issuer,
        *(one.organization for one in document.cosigns.select_related("organization").order_by("position")),
    ]


def addressed(document: OfficialDocument, role: str) -> str:
    """The names of the addressees of one role, by their official names of the day."""
    rows = document.addressees.filter(role=role).select_related("organization")
    with lifted("whoever reads a document reads on it whom it goes to; who received it is another matter"):
        found = list(rows.prefetch_related("organization__names").order_by("position"))
    return in_one_line([(one.organization.level, _name(one.organization, document.day)) for one in found])


def in_one_line(bodies: Sequence[tuple[int | None, str]]) -> str:
    """Names of (level, name): a pause mark between bodies of one level, a comma before those of another."""
    parts = [
        name if n == 0 else f"{'、' if level == bodies[n - 1][0] else '，'}{name}"
        for n, (level, name) in enumerate(bodies)
    ]
    return "".join(parts)


def _name(body: Organization, day: date) -> str:
    found = (row.name for row in body.names.all() if day in row.during)
    return next(found, body.name)


def attachments(document: OfficialDocument) -> list[str]:
    """Titles of the papers in its folder, without the ending of the file's name."""
    return [
        item.title.rpartition(".")[0] or item.title or item.kind for item in document.folder.items.present()
    ]


def _signed(document: OfficialDocument) -> date:
    """The day it bears: of the signature; of a joint document of the last signature."""
    signed = [document.signed_on or document.drafted_on]
    if document.is_joint:
        signed += [one.signed_on for one in document.cosigns.filter(result=Result.AGREED) if one.signed_on]
    return max(signed)


def chinese_day(day: date | None) -> str:
    """2013年3月4日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _blocks(document: OfficialDocument) -> tuple[Block, ...]:
    found = blocks(document.body)
    return with_presence(found) if document.kind == DocumentKind.MINUTES else found


def _block(block: Block) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": block.kind, "text": block.text, "word": block.word}
    if block.rows:
        columns = list(zip(*block.rows, strict=True))
        shown["rows"] = [list(row) for row in block.rows]
        shown["right"] = [
            len(column) > 1 and all(is_number(cell) or not cell for cell in column[1:]) for column in columns
        ]
        shown["widths"] = [min(24, max(4, *(len(cell) for cell in column))) for column in columns]
    return shown


def _note(document: OfficialDocument) -> str:
    notes = ["样张 · 演示数据"] if settings.DEMO else []
    if document.state == State.RECALLED:
        notes.append(f"{chinese_day(document.recalled_on)}撤回：{document.recall_reason}")
    elif document.state not in (State.ISSUED, State.RECALLED):
        notes.append("草稿，未签发" if document.state != State.SIGNED else "已签发，未印发")
    return "　".join(notes)
