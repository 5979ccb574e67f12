"""Dirt and faults of a roster's cells. Dirt says the same in another way and must be read; a fault must be named.

Pure: each kind is a function of the row's clean values and a random source; it changes cells in place. Cells are text,
numbers or dates, as a spreadsheet holds them.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

Cells = dict[str, Any]
EPOCH = date(1899, 12, 30)
WIDE = str.maketrans("0123456789Xx.-", "０１２３４５６７８９Ｘｘ．－")
# What cannot be said of somebody without a certificate is left out for her.
CERTIFICATE = ("level", "management_no", "issued_on")


def serial(day: date) -> float:
    """A day as a spreadsheet counts it."""
    return float((day - EPOCH).days)


def _day(key: str, form: Callable[[date], Any]) -> Callable[[Cells, Random], bool]:
    def change(cells: Cells, dice: Random) -> bool:
        if not isinstance(cells.get(f"_{key}"), date):
            return False
        cells[key] = form(cells[f"_{key}"])
        return True

    return change


def _text(key: str, form: Callable[[str], Any]) -> Callable[[Cells, Random], bool]:
    def change(cells: Cells, dice: Random) -> bool:
        if not cells.get(key) or not isinstance(cells[key], str):
            return False
        cells[key] = form(cells[key])
        return True

    return change


def _swap(key: str, words: dict[str, str]) -> Callable[[Cells, Random], bool]:
    def change(cells: Cells, dice: Random) -> bool:
        if cells.get(key) not in words:
            return False
        cells[key] = words[cells[key]]
        return True

    return change


def _old_number(as_number: bool) -> Callable[[Cells, Random], bool]:
    """The number of 15 digits, for people born in the twentieth century whose order number allows it."""

    def change(cells: Cells, dice: Random) -> bool:
        number = cells["_identity"]
        if number[6:8] != "19" or number[14:17] >= "996":
            return False
        short = number[:6] + number[8:17]
        cells["identity"] = float(short) if as_number else short
        return True

    return change


def _month(form: str) -> Callable[[date], str]:
    return lambda day: form.format(y=day.year, m=day.month, mm=f"{day.month:02d}")


def _nothing(key: str, word: str) -> Callable[[Cells, Random], bool]:
    def change(cells: Cells, dice: Random) -> bool:
        if key in CERTIFICATE:
            return False
        cells[key] = word
        return True

    return change


DIRT: dict[str, Callable[[Cells, Random], bool]] = {
    "name with a blank": _text("name", lambda t: t[0] + " " + t[1:]),
    "name with a full-width blank": _text("name", lambda t: t[0] + "\u3000" + t[1:]),
    "name with a line break": _text("name", lambda t: t[:-1] + "\n" + t[-1]),
    "name with blanks around": _text("name", lambda t: f"  {t} "),
    "identity full-width": _text("identity", lambda t: t.translate(WIDE)),
    "identity with blanks": _text("identity", lambda t: f"{t[:6]} {t[6:14]} {t[14:]}"),
    "identity with small x": _text("identity", str.lower),
    "identity with a blank before": _text("identity", lambda t: " " + t),
    "identity with a line break after": _text("identity", lambda t: t + "\n"),
    "identity of 15 digits": _old_number(False),
    "identity of 15 digits as number": _old_number(True),
    "sex by code": _swap("sex", {"男": "1", "女": "2"}),
    "sex in two signs": _swap("sex", {"男": "男性", "女": "女 "}),
    "ethnicity without 族": _text("ethnicity", lambda t: t.removesuffix("族")),
    "ethnicity by code": _swap("ethnicity", {"汉族": "01", "朝鲜族": "10", "满族": "11", "蒙古族": "02", "回族": "03"}),
    "ethnicity by code as number": lambda c, d: c.update(ethnicity=1.0) is None if c.get("ethnicity") == "汉族" else False,
    "political status in short": _swap("political", {"中国共产党党员": "党员", "群众": "普通群众", "中国共产主义青年团团员": "团员"}),
    "political status of the party": _swap("political", {"中国共产党党员": "中共党员", "中国共产主义青年团团员": "共青团员"}),
    "education in short": _swap("education", {"大学本科毕业": "本科", "大学专科毕业": "大专", "中等专科毕业": "中专",
                                              "硕士研究生毕业": "硕士研究生"}),
    "education by code": _swap("education", {"大学本科毕业": "21", "大学专科毕业": "31"}),
    "education in other words": _swap("education", {"大学本科毕业": "大学本科", "大学专科毕业": "专科"}),
    "degree with 学位": _swap("degree", {"学士": "学士学位", "硕士": "硕士学位"}),
    "degree none": lambda c, d: not c.get("degree") and c.update(degree="无") is None,
    "born 1985.3": _day("born", _month("{y}.{mm}")),
    "born 1985年3月": _day("born", _month("{y}年{m}月")),
    "born 198503": _day("born", _month("{y}{mm}")),
    "born 1985/3": _day("born", _month("{y}/{m}")),
    "born as a date": _day("born", lambda d: d),
    "born as a serial number": _day("born", serial),
    "born full-width": _day("born", lambda d: f"{d.year}.{d.month:02d}".translate(WIDE)),
    "issued 2012.5.10": _day("issued_on", lambda d: f"{d.year}.{d.month}.{d.day}"),
    "issued 2012年5月10日": _day("issued_on", lambda d: f"{d.year}年{d.month}月{d.day}日"),
    "issued 20120510": _day("issued_on", lambda d: f"{d:%Y%m%d}"),
    "issued 2012/5/10": _day("issued_on", lambda d: f"{d.year}/{d.month}/{d.day}"),
    "issued as a date": _day("issued_on", lambda d: d),
    "issued as a serial number": _day("issued_on", serial),
    "since 2011年7月": _day("since", _month("{y}年{m}月")),
    "since as a date": _day("since", lambda d: d),
    "since with its day": _day("since", lambda d: f"{d:%Y-%m-%d}"),
    "county in short": _text("county", lambda t: t[:-1] if len(t) > 2 and t[-1] in "市县" and "自治" not in t else t),
    "county with its prefecture": lambda c, d: c.update(county=c["prefecture"] + c["county"]) is None,
    "prefecture left out": lambda c, d: c.update(prefecture="", county=c["prefecture"] + c["county"]) is None,
    "county by code": lambda c, d: c.update(county=c["_code"]) is None,
    "county with blanks": _text("county", lambda t: f" {t}\u3000"),
    "level in short": _swap("level", {"助理社会工作师": "助理", "社会工作师": "中级", "高级社会工作师": "高级"}),
    "level as people say": _swap("level", {"助理社会工作师": "初级", "社会工作师": "社工师"}),
    "management number with blanks": _text("management_no", lambda t: f"{t[:8]} {t[8:]} "),
    "management number full-width": _text("management_no", lambda t: t.translate(WIDE)),
    "phone with hyphens": _text("phone", lambda t: f"{t[:3]}-{t[3:7]}-{t[7:]}"),
    "phone with +86": _text("phone", lambda t: f"+86 {t}"),
    "phone as a number": _text("phone", float),
    "phone none": lambda c, d: c.update(phone="——") is None,
    "employer with blanks": _text("employer", lambda t: f"{t[:4]} {t[4:]} "),
    "employer with a line break": _text("employer", lambda t: f"{t[:6]}\n{t[6:]}"),
    "township left out": lambda c, d: c.update(township="") is None,
    "remark": lambda c, d: c.update(remark="新调入，材料后补") is None,
    "major none": lambda c, d: c.update(major="无") is None,
}  # fmt: skip


def _set(**values: Any) -> Callable[[Cells, Random], None]:
    return lambda cells, dice: cells.update(values)


def _wrong_digit(cells: Cells, dice: Random) -> None:
    number = cells["_identity"]
    cells["identity"] = number[:-1] + ("1" if number[-1] == "0" else "0")


def _other_sex(cells: Cells, dice: Random) -> None:
    cells["sex"] = "女" if int(cells["_identity"][16]) % 2 else "男"


def _other_month(cells: Cells, dice: Random) -> None:
    born = cells["_born"]
    cells["born"] = f"{born.year + 1}-{born.month:02d}"


def _certified(**values: Any) -> Callable[[Cells, Random], None]:
    """With a certificate, then the fault."""

    def change(cells: Cells, dice: Random) -> None:
        if not cells.get("management_no"):
            cells.update(level="助理社会工作师", management_no=cells["_spare"], issued_on="2013-05-10")
        cells.update(values)

    return change


# Fault → column where it must be named, code of the finding, change.
FAULTS: dict[str, tuple[str, str, Callable[[Cells, Random], None]]] = {
    "wrong check digit": ("identity", "identity_check_digit", _wrong_digit),
    "17 digits": ("identity", "identity_length", lambda c, d: c.update(identity=c["_identity"][:-1])),
    "number in scientific notation": ("identity", "digits_lost", lambda c, d: c.update(identity=float(c["_identity"][:17] + "0"))),
    "text in scientific notation": ("identity", "digits_lost", _set(identity="9.90102E+17")),
    "letter O for zero": ("identity", "identity_character", lambda c, d: c.update(identity="O" + c["_identity"][1:])),
    "born on 30 February": ("identity", "identity_birth", lambda c, d: c.update(identity=c["_identity"][:10] + "0230" + c["_identity"][14:])),
    "no identity number": ("identity", "cell_missing", _set(identity="")),
    "no name": ("name", "cell_missing", _set(name="")),
    "Latin letter in the name": ("name", "name_mixed", lambda c, d: c.update(name=c["name"][0] + "A")),
    "invisible sign in the name": ("name", "name_invisible", lambda c, d: c.update(name=c["name"][0] + "\u200b" + c["name"][1:])),
    "name of one sign": ("name", "name_length", lambda c, d: c.update(name=c["name"][0])),
    "birth differs from the number": ("born", "birth_differs", _other_month),
    "2012.1 as a number": ("born", "month_zero_lost", lambda c, d: c.update(born=c["_born"].year + 0.1)),
    "sex differs from the number": ("sex", "sex_differs", _other_sex),
    "unknown ethnicity": ("ethnicity", "choice_unknown", _set(ethnicity="甲乙")),
    "unknown political status": ("political", "choice_unknown", _set(political="甲乙丙丁")),
    "unknown education": ("education", "choice_unknown", _set(education="甲乙丙丁")),
    "any party": ("political", "choice_doubtful", _set(political="民主党派")),
    "degree without level": ("education", "education_missing", lambda c, d: c.update(education="", degree="学士")),
    "unknown county": ("county", "region_unknown", _set(county="甲乙丙县")),
    "county of another prefecture": ("county", "region_mismatch", lambda c, d: c.update(prefecture=c["_elsewhere"])),
    "unknown employer": ("employer", "employer_unknown", _set(employer="甲乙丙丁戊己庚辛")),
    "employer nearly right": ("employer", "employer_near", lambda c, d: c.update(employer=c["employer"].replace("服务中心", "中心"))),
    "certificate without number": ("management_no", "certificate_incomplete", _certified(management_no="")),
    "certificate without date": ("issued_on", "certificate_incomplete", _certified(issued_on="")),
    "unknown level": ("level", "choice_unknown", _certified(level="甲乙丙丁")),
    "date of issue without day": ("issued_on", "day_missing", _certified(issued_on="2013.5")),
    "date of issue in the future": ("issued_on", "day_future", _certified(issued_on=f"{date.today().year + 1}-05-10")),  # noqa: DTZ011
    "date no calendar has": ("issued_on", "date_day", _certified(issued_on="2013-02-30")),
    "date of two meanings": ("issued_on", "day_doubtful", _certified(issued_on="3/4/2013")),
    "certificate before the examination": ("issued_on", "issued_too_early", _certified(issued_on="2006-05-10")),
    "sign in the management number": ("management_no", "management_no_character", _certified(management_no="2013#0001")),
    "phone of ten digits": ("phone", "phone_form", _set(phone="1381234567")),
    "two phones": ("phone", "phone_several", _set(phone="13812345678/13912345678")),
    "years of work": ("since", "since_years", _set(since="5年")),
    "worked as a child": ("since", "work_as_child", lambda c, d: c.update(since=f"{c['_born'].year + 9}-05")),
    "since in the future": ("since", "day_future", lambda c, d: c.update(since=date.today() + timedelta(days=90))),  # noqa: DTZ011
    "position too long": ("position", "text_long", _set(position="很" * 80)),
}  # fmt: skip
