"""Every spelling of a cell: read without doubt, read with a note, put before the clerk, or refused with what to write."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.kernel.identity import IdentityNumber, canonical_identity
from shegong.kernel.sheets.cell_text import as_text, shown
from shegong.kernel.sheets.cells import (
    CertificateNumber,
    Choice,
    CreditCode,
    Day,
    Identity,
    Month,
    Name,
    Number,
    Phone,
    Text,
    YesNo,
    money,
    national,
)
from shegong.kernel.sheets.layout import Column, Weight
from shegong.kernel.sheets.rows import kept_text

TODAY = date(2026, 11, 23)
LEVEL = Choice(
    "level", {"a": "助理社会工作师", "s": "社会工作师"}, {"社工师": "s"}, {"初级": "a", "中级": "s"}
)


def moment(*parts):
    """A moment as spreadsheets have it: of no time zone."""
    return datetime(*parts)  # noqa: DTZ001


def read(kind, cell):
    """Value, codes of what blocks, codes of notes."""
    value, found = kind.read(cell, today=TODAY)
    blocking = [f.obstacle.code for f in found if f.blocks]
    return value, blocking, [f.obstacle.code for f in found if not f.blocks]


def offers(kind, cell):
    return [offer.text for finding in kind.read(cell, today=TODAY)[1] for offer in finding.offers]


WITHOUT_DOUBT = [
    (Text(), " 延吉市公园街道\r\n社会工作站 ", "延吉市公园街道社会工作站"),
    (Text(), "Yanji  \u200b office", "Yanji office"),
    (Text(), 12.0, "12"),
    (Text(), "——", None),
    (Name(), "金美玉", "金美玉"),
    (Name(), "阿卜杜拉·买买提", "阿卜杜拉·买买提"),
    (Name(), "", None),
    (Identity(), "990000198503010012", "990000198503010012"),
    (Identity(), "无", None),
    (CertificateNumber(), "201106220100001274", "201106220100001274"),
    (CertificateNumber(usual_length=False), "吉登字2012-15号", "吉登字2012-15号"),
    (CreditCode(), "91350100m000100y43", "91350100M000100Y43"),
    (Phone(), "13800138000", "+8613800138000"),
    (Phone(), 13800138000.0, "+8613800138000"),
    (Phone(), "138 0013 8000", "+8613800138000"),
    (Day(), date(2012, 5, 1), date(2012, 5, 1)),
    (Day(), moment(2012, 5, 1, 8, 30), date(2012, 5, 1)),
    (Day(), "2012-5-1", date(2012, 5, 1)),
    (Day(), "2012年5月1日", date(2012, 5, 1)),
    (Day(), "２０１２．５．１", date(2012, 5, 1)),
    (Day(), "20120501", date(2012, 5, 1)),
    (Day(), 20120501.0, date(2012, 5, 1)),
    (Day(), "2012-05-01 00:00:00", date(2012, 5, 1)),
    (Day(), "2012/5/1 8:30", date(2012, 5, 1)),
    (Day(), "无", None),
    (Month(), "2012年5月", date(2012, 5, 1)),
    (Month(), "2012.5", date(2012, 5, 1)),
    (Month(), "2012.1", date(2012, 1, 1)),
    (Month(), "2012.10", date(2012, 10, 1)),
    (Month(), "201205", date(2012, 5, 1)),
    (Month(), "2012-5-17", date(2012, 5, 1)),
    (Month(), date(2012, 5, 17), date(2012, 5, 1)),
    (Number(), "1,204", 1204),
    (Number(), "72学时", 72),
    (Number(), 88.0, 88),
    (money(), "¥1,500.50元", Decimal("1500.50")),
    (money(), "1.2万元", Decimal("12000.00")),
    (money(), 0.1 + 0.2, Decimal("0.30")),
    (YesNo(), "√", True),
    (YesNo(), "无", False),
    (YesNo(), True, True),
    (YesNo(), "", None),
    (LEVEL, "社会工作师", "s"),
    (LEVEL, "社 工 师", "s"),
    (LEVEL, "s", "s"),
    (national("sex"), "男", "1"),
    (national("sex"), 2.0, "2"),
    (national("ethnicity"), "朝鲜族", "10"),
    (national("ethnicity"), "朝鲜", "10"),
    (national("ethnicity"), 1.0, "01"),
    (national("political_status"), "中共党员", "01"),
    (national("education"), "本科", "21"),
    (national("education"), "大专", "31"),
    (national("degree"), "学士学位", "4"),
    (national("degree"), "无", None),
]


@pytest.mark.parametrize(("kind", "cell", "value"), WITHOUT_DOUBT)
def test_a_cell_with_one_meaning_is_read(kind, cell, value):
    assert read(kind, cell) == (value, [], [])


WITH_NOTE = [
    (Name(), "高 宇", "高宇", "cell_read_as"),
    (Name(), "张\n三", "张三", "cell_read_as"),
    (Identity(), "99000019850301001２", "990000198503010012", "cell_tidied"),
    (Identity(), " 990000 19850301 0012", "990000198503010012", "cell_tidied"),
    (Identity(), "990000850301001", "990000198503010012", "identity_15"),
    (Identity(), 990000850301001.0, "990000198503010012", "identity_15"),
    (CertificateNumber(), "2011-0622", "2011-0622", "management_no_unusual"),
    (Phone(), "１３８００１３８０００", "+8613800138000", "cell_tidied"),
    (Day(), 41030.0, date(2012, 5, 1), "day_serial"),
    (Day(), "41030", date(2012, 5, 1), "day_serial"),
    (Month(), 2012.5, date(2012, 5, 1), "cell_read_as"),
    (Month(), 201205.0, date(2012, 5, 1), "cell_read_as"),
    (Month(), 41030.0, date(2012, 5, 1), "day_serial"),
    (LEVEL, "中级", "s", "cell_read_as"),
]


@pytest.mark.parametrize(("kind", "cell", "value", "note"), WITH_NOTE)
def test_an_unusual_cell_with_one_meaning_is_read_with_a_note(kind, cell, value, note):
    assert read(kind, cell) == (value, [], [note])


REFUSED = [
    (Text(5), "超过五个字的文字", "text_long"),
    (Name(), "张三1", "name_mixed"),
    (Identity(), 2.22426198501010016e17, "digits_lost"),
    (Identity(), "2.22E+17", "digits_lost"),
    (Identity(), "2.22426E+17", "digits_lost"),
    (Identity(), "２.22426Ｅ+17", "digits_lost"),
    (Identity(), "990000198503010013", "identity_check_digit"),
    (Identity(), "9900001985030100", "identity_length"),
    (Identity(), "990000198513010012", "identity_birth"),
    (Identity(), "99000019850301001Х", "identity_character"),
    (CertificateNumber(), 201106220100001274.0, "digits_lost"),
    (CreditCode(), 5.1220000e17, "digits_lost"),
    (CreditCode(), "91350100M000100Y44", "uscc_check_digit"),
    (Phone(), "0433-2512345", "phone_form"),
    (Phone(), 1.38e17, "digits_lost"),
    (Day(), 2012.5, "day_missing"),
    (Day(), "2012年5月", "day_missing"),
    (Day(), "201205", "day_missing"),
    (Day(), "2012", "day_missing"),
    (Day(), "2012-2-30", "date_day"),
    (Day(), "去年春天", "date_form"),
    (Day(past=True), "2099-1-1", "day_future"),
    (Day(past=True), 72000.0, "day_future"),
    (Day(), "1850-1-1", "day_early"),
    (Month(), "2012", "month_form"),
    (Month(), "2012.13", "date_month"),
    (Month(), "2099-01", "day_future"),
    (Number(), "十二", "number_form"),
    (Number(), 1.5, "number_whole"),
    (Number(most=Decimal(100)), 101.0, "number_bounds"),
    (Number(), -1.0, "number_bounds"),
    (money(), "1.234", "number_places"),
    (YesNo(), "也许", "yes_no_form"),
    (LEVEL, "教授", "choice_unknown"),
    (national("sex"), "其他人", "choice_unknown"),
]


@pytest.mark.parametrize(("kind", "cell", "code"), REFUSED)
def test_a_cell_without_a_meaning_is_refused_with_its_reason(kind, cell, code):
    assert read(kind, cell) == (None, [code], [])


TO_CHOOSE = [
    (Month(), 2012.1, "month_zero_lost", ["2012-01", "2012-10"]),
    (Month(), "2012.1(0)", "month_zero_lost", ["2012-01", "2012-10"]),
    (Day(), "3/4/2012", "day_doubtful", ["2012-03-04", "2012-04-03"]),
    (Day(), "13/4/2012", "day_doubtful", ["2012-04-13"]),
    (Day(past=True), "85.3.2", "day_doubtful", ["1985-03-02"]),
    (Day(), "12-5-1", "day_doubtful", ["1912-05-01", "2012-05-01"]),
    (Phone(), "13800138000/13900139000", "phone_several", ["13800138000", "13900139000"]),
    (LEVEL, "高级助理社会工作师", "choice_near", ["助理社会工作师", "社会工作师"]),
    (national("education"), "研究生毕业", "choice_doubtful", ["博士研究生毕业", "硕士研究生毕业"]),
]


@pytest.mark.parametrize(("kind", "cell", "code", "texts"), TO_CHOOSE)
def test_a_cell_with_two_meanings_is_put_before_the_clerk(kind, cell, code, texts):
    assert read(kind, cell) == (None, [code], [])
    assert offers(kind, cell) == texts


@pytest.mark.parametrize(("kind", "cell", "code", "texts"), TO_CHOOSE)
def test_each_offer_settles_what_it_was_offered_for(kind, cell, code, texts):
    for text in texts:
        value, blocking, _ = read(kind, text)
        assert value is not None and not blocking


@pytest.mark.parametrize(
    ("cell", "text"),
    [(41030.0, "41030"), (2012.5, "2012.5"), (2.22426198501010016e17, "2.22426E+17"), (990000850301001.0, "990000850301001"),
     (0.1 + 0.2, "0.3"), (True, "TRUE"), (None, ""), (date(2012, 5, 1), "2012-05-01"), (moment(2012, 5, 1), "2012-05-01"),
     (moment(2012, 5, 1, 8), "2012-05-01 08:00:00"), (float("nan"), "")],
)  # fmt: skip
def test_a_cell_shows_as_the_spreadsheet_shows_it(cell, text):
    assert as_text(cell) == text


def test_messages_never_repeat_a_whole_number_of_a_person():
    assert shown("990000198503010012") == "990***************"
    assert shown("电话13800138000") == "电话138********"
    for kind in (LEVEL, national("sex"), Day(), Month(), Name(), Phone(), Number(), YesNo()):
        for cell in ("990000198503010013", "13800138000张三", "990000198503010012x"):
            for found in kind.read(cell, today=TODAY)[1]:
                said = " ".join(map(str, found.obstacle.params.values()))
                assert "1985030100" not in said and "13800138000" not in said


def test_personal_cells_are_masked_in_a_preview():
    assert Identity().mask("990000198503010012") == "990000********0012"
    assert Identity().mask("9900") == "****"
    assert Phone().mask("13800138000") == "138****8000"
    assert Name().mask("张三") == "张三"


KINDS = [Text(), Name(), Identity(), CertificateNumber(), CertificateNumber(usual_length=False), CreditCode(), Phone(),
         Day(), Day(past=True), Month(), Number(), money(), YesNo(), LEVEL, national("sex"), national("ethnicity"),
         national("education"), national("political_status"), national("degree")]  # fmt: skip
CELLS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.-/年月日Ee+ xX０１２", max_size=22),
    st.floats(),
    st.integers(-(10**20), 10**20).map(float),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)


@given(st.sampled_from(KINDS), CELLS)
def test_any_cell_gives_a_value_or_a_reason_or_nothing(kind, cell):
    value, found = kind.read(cell, today=TODAY)
    blocking = [finding for finding in found if finding.blocks]
    assert value is None or not blocking
    for finding in found:
        assert str(finding.obstacle)
        assert finding.weight is not Weight.CHOICE or finding.offers


@given(st.sampled_from(KINDS), CELLS)
def test_a_cell_kept_as_text_says_later_what_it_said_at_first(kind, cell):
    """What is stored is text; a choice or a second check reads it anew and must not find another meaning."""
    column = Column("x", "X", kind)
    text = kept_text(cell, column)
    if cell == "" or text == "":
        return
    at_first, later = kind.read(cell, today=TODAY), kind.read(text, today=TODAY)
    if isinstance(kind, Number | type(money())) and isinstance(cell, float):
        return  # rounded to what the spreadsheet shows
    assert at_first[0] == later[0]


@given(st.from_regex(r"99[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-9])([0-3][0-9])[0-9]{3}[0-9X]", fullmatch=True))
def test_the_quick_way_for_identity_numbers_says_what_the_careful_one_says(number):
    careful = canonical_identity(number, today=TODAY)
    value, found = Identity().read(number, today=TODAY)
    if isinstance(careful, IdentityNumber):
        assert value == careful.value
        assert [f.obstacle.code for f in found] == [w.code for w in careful.warnings]
    else:
        assert value is None and [f.obstacle.code for f in found] == [o.code for o in careful]


@given(
    st.dates(date(1950, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
    st.sampled_from(["11", "22", "81", "99", "91", "77"]),
)
def test_sound_numbers_of_every_kind_of_place_are_read_the_same_both_ways(born, serial, province):
    body = f"{province}0102{born:%Y%m%d}{serial:03d}"
    number = (
        body
        + "10X98765432"[
            sum(
                int(d) * w
                for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
            )
            % 11
        ]
    )
    careful = canonical_identity(number, today=TODAY)
    value, found = Identity().read(number, today=TODAY)
    assert isinstance(careful, IdentityNumber) and value == careful.value
    assert [f.obstacle for f in found] == list(careful.warnings)
