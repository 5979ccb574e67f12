"""A document as PDF: size, type area, lines and characters as GB/T 9704-2012 has them (from memory), and its text read back."""

from datetime import date
from itertools import pairwise

import pypdfium2
import pytest

from shegong.ground.documents import actions
from shegong.ground.documents.printing import in_one_line, official_pdf, page_data
from shegong.ground.documents.rules.body import blocks, title_lines

from .conftest import BAICHENG, DAY, JILIN, YANBIAN

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N0"), pytest.mark.clause("N14")]
MM = 72 / 25.4
LONG = "社会工作人才队伍建设事关和谐吉林建设大局各地各部门要高度重视认真组织狠抓落实" * 30
RARE = "请与䶮、𬱖、㛃、𠮷四位同志联系。"


def made(offices, drafter, **more):
    given = {
        "kind": "notice", "title": "关于印发《吉林省万名社会工作人员培养计划2013年度工作计划》的通知", "issuer": offices.by_place[JILIN],
        "region_code": JILIN, "to": [offices.by_place[YANBIAN], offices.by_place[BAICHENG]], "cc": [offices.education],
        "body": f"{LONG}。\n一、总体要求\n{RARE}\n表1 分解\n|单位|人数|\n|延边州|160|",
    }  # fmt: skip
    return actions.draft_document(**{**given, **more}, by=drafter, on=DAY)


def pages_of(document):
    return list(pypdfium2.PdfDocument(official_pdf(document)))


def text_of(pages):
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def lines_of(page):
    """The characters of each line inside the type area, from the top: (left, right, sign)."""
    words, signs, found = page.get_textpage(), [], []
    for n in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(n, loose=True)
        if words.get_text_range(n, 1).strip() and bottom > 34 * MM and top < 261 * MM:
            signs.append(((top + bottom) / 2, left, right, words.get_text_range(n, 1)))
    for middle, *sign in sorted(signs, reverse=True):
        if not found or found[-1][0] - middle > 6:
            found.append((middle, []))
        found[-1][1].append(tuple(sign))
    return [sorted(line) for _, line in found]


def test_a_page_is_a4_with_22_lines_of_28_characters_inside_the_type_area(offices, drafter, leader):
    document = actions.sign(made(offices, drafter, body=f"{LONG * 3}。"), by=leader, on=DAY)
    pages = pages_of(actions.issue(document, by=drafter, on=DAY))
    assert all((round(p.get_width() / MM), round(p.get_height() / MM)) == (210, 297) for p in pages)
    full = lines_of(pages[1])
    assert [len(line) for line in full] == [28] * 22
    edges = [(line[0][0] / MM, line[-1][1] / MM) for line in full]
    assert min(left for left, _ in edges) == pytest.approx(28, abs=0.6)
    assert max(right for _, right in edges) == pytest.approx(184, abs=0.8)


def test_everything_that_the_paper_must_say_reads_back(offices, drafter, leader):
    document = actions.issue(
        actions.sign(made(offices, drafter), by=leader, on=DAY), by=drafter, on=date(2013, 3, 5)
    )
    text = text_of(pages_of(document))
    for part in (
        "吉林省民政厅文件", "吉民发〔2013〕1号", "延边州民政局、白城市民政局：", "一、总体要求", "2013年3月4日", "抄送：吉林省教育厅。",
        "吉林省民政厅办公室2013年3月5日印发", "—1—", "—2—", "延边州", "160",
    ):  # fmt: skip
        assert part in text, part
    for sign in "䶮𬱖㛃𠮷":
        assert sign in text, sign
    assert "草稿" not in text and "未签发" not in text


def test_drafts_and_recalled_documents_say_what_they_are(offices, drafter, leader):
    draft = made(offices, drafter)
    assert "草稿" in text_of(pages_of(draft))
    signed = actions.sign(draft, by=leader, on=DAY)
    assert "未印发" in text_of(pages_of(signed))
    document = actions.issue(signed, by=drafter, on=DAY)
    document = actions.recall(document, reason="数字有误，另行印发", by=leader, on=DAY)
    text = text_of(pages_of(document))
    assert "已撤回" in text and "数字有误" in text


@pytest.mark.clause("N7")
def test_a_joint_document_shows_all_issuers_and_the_day_of_the_last_signature(offices, drafter, leader):
    document = actions.circulate(
        made(offices, drafter, cosigners=[offices.finance], is_joint=True), by=drafter, on=DAY
    )
    clerk = offices.actor(offices.finance, "documents.cosign", reach=False)
    actions.cosign(document.cosigns.get(), result="agreed", by=clerk, on=date(2013, 3, 6))
    document = actions.sign(document, by=leader, on=DAY)
    shown = page_data(document)
    assert shown["marks"] == ["吉林省民政厅", "吉林省财政厅"] == shown["signatures"]
    assert shown["date"] == "2013年3月6日"
    text = text_of(pages_of(document))
    assert text.count("吉林省财政厅") == 2


def test_a_report_to_above_names_its_signer(offices, drafter, leader):
    document = actions.sign(made(offices, drafter, kind="report"), by=leader, on=DAY)
    assert "签发人：赵国强" in text_of(pages_of(document))


def red_lines(page):
    """Left edge, width and distance from the upper edge of what is drawn across the paper, in mm, from the top."""
    found = []
    for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = one.get_bounds()
        if right - left > 100 * MM:
            found.append((round(left / MM), round((right - left) / MM), round(297 - (top + bottom) / 2 / MM)))
    return sorted(found, key=lambda line: line[2])


def test_a_letter_has_its_own_layout(offices, drafter, leader):
    draft = made(
        offices, drafter, kind="letter", title="关于商请支持岗位经费的函", body=f"{LONG}。", urgency="urgent"
    )
    document = actions.issue(actions.sign(draft, by=leader, on=DAY), by=drafter, on=DAY)
    first, second = pages_of(document)[:2]
    lines = red_lines(first)
    middles = [left + width / 2 for left, width, _ in lines]
    assert middles == pytest.approx([105] * 4, abs=0.6), "two double lines in the middle of the paper"
    assert {width for _, width, _ in lines} <= {170, 171, 172}, "of 170 mm and the ends of the stroke"
    assert [line[2] for line in lines[2:]] == pytest.approx([276, 277], abs=2), "20 mm above the lower edge"
    assert red_lines(second) == []
    text = text_of([first])
    assert "吉林省民政厅加急吉民函〔2013〕1号" in text, "the body alone, without the word for document"
    assert "—1—" not in text
    assert "—2—" in text_of([second])
    assert "印发" not in text_of(pages_of(document)) and "抄送：吉林省教育厅。" in text_of(pages_of(document))
    notice = actions.issue(actions.sign(made(offices, drafter), by=leader, on=DAY), by=drafter, on=DAY)
    assert len(red_lines(pages_of(notice)[0])) == 1, "a notice keeps its one line"


def test_minutes_name_who_was_there_beneath_each_other(offices, drafter):
    body = "现将会议议定事项纪要如下。\n出席：延边州民政局赵国强，延边州财政局李明\n请假：延边州教育局"
    shown = page_data(made(offices, drafter, kind="minutes", body=body, title="第一次会议纪要"))
    assert (shown["layout"], shown["suffix"]) == ("minutes", "会议纪要")
    assert [(one["kind"], one["word"], one["text"][:6]) for one in shown["blocks"][1:]] == [
        ("present", "出席", "延边州民政局"), ("present", "请假", "延边州教育局"),
    ]  # fmt: skip
    plain = page_data(made(offices, drafter, body=body))
    assert {one["kind"] for one in plain["blocks"]} == {"p"}, "in a notice they are paragraphs"


def test_the_same_document_gives_the_same_bytes(offices, drafter):
    document = made(offices, drafter)
    assert official_pdf(document) == official_pdf(document)


def test_text_becomes_paragraphs_headings_and_tables():
    found = blocks(
        "导语。\n一、要求\n（一）任务\n（二）这是一句话。\n# 标题\n表1 名称\n|甲|乙|\n|---|---|\n|1|\n尾"
    )
    assert [one.kind for one in found] == ["p", "h1", "h2", "p", "h1", "table", "p"]
    assert found[5].text == "表1 名称" and found[5].rows == (("甲", "乙"), ("1", ""))


@pytest.mark.parametrize("title", [
    "关于印发《吉林省万名社会工作人员培养计划2013年度工作计划》的通知", "通知", "关于召开2013年第一次社会工作人才队伍建设联席会议的通知",
])  # fmt: skip
def test_a_long_title_breaks_into_even_lines_and_never_inside_a_number_or_word(title):
    lines = title_lines(title)
    assert "".join(lines) == title and all(len(line) <= 20 for line in lines)
    assert not any(line[-1] in "《（" or line[0] in "》）的" for line in lines)
    assert all(not (a[-1].isdigit() and b[0] in "0123456789年") for a, b in pairwise(lines))


def test_bodies_of_one_level_stand_together():
    bodies = [(2, "延边州民政局"), (2, "白城市民政局"), (1, "吉林省财政厅"), (1, "吉林省教育厅")]
    assert in_one_line(bodies) == "延边州民政局、白城市民政局，吉林省财政厅、吉林省教育厅"
    assert in_one_line([]) == ""
