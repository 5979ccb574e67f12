"""A roster of social workers as people really send them: the same count and seed give the same rows, always.

Everybody is invented (identity numbers under 99…). `rows` yields the rows with what was planted in them; `write` makes a
workbook of them, with titles, two header rows, other names of columns, remarks and totals when `is_dirty`.

    from dirty_roster import Where, write
    made = write("roster.xlsx", 3000, places=[Where("延边州", "延吉市", "222401", ("延吉市北山社会工作服务中心",))])
    made.planted   # {(row, column): code}
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from dirty_cells import DIRT, FAULTS, Cells
from stdnum.cn.ric import calc_check_digit

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文朴全南玄池严"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲华红春梅海燕建国志永玉凤莲珍贞翠雅芝萍雪荣爱妹香月莺媛瑞凡佳嘉琼勤叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨"
TITLES = {
    "prefecture": "市州", "county": "县(市、区)", "township": "乡镇(街道)", "name": "姓名", "sex": "性别", "ethnicity": "民族",
    "born": "出生年月", "identity": "身份证号", "political": "政治面貌", "education": "学历", "degree": "学位",
    "school": "毕业院校", "major": "所学专业", "employer": "工作单位", "employer_kind": "单位性质", "position": "岗位",
    "since": "从事社会工作时间", "level": "证书级别", "management_no": "管理号", "issued_on": "发证日期",
    "register_no": "登记证号", "valid_to": "登记有效期", "phone": "联系电话", "remark": "备注",
}  # fmt: skip
OTHER_NAMES = {
    "name": "姓  名", "born": "出生日期", "identity": "身份证号码", "education": "文化程度", "school": "毕业学校",
    "employer": "单位名称", "position": "职务", "phone": "手机号码", "county": "县（市、区）", "issued_on": "发证时间",
}  # fmt: skip
GROUPED = {"level": "证书情况", "management_no": "证书情况", "issued_on": "证书情况"}
POLITICAL = ("群众", "群众", "群众", "中国共产党党员", "中国共产主义青年团团员")
EDUCATION = (
    ("大学本科毕业", "学士"),
    ("大学本科毕业", ""),
    ("大学专科毕业", ""),
    ("中等专科毕业", ""),
    ("硕士研究生毕业", "硕士"),
)
SCHOOLS = ("延边大学", "吉林大学", "东北师范大学", "长春工业大学", "辽宁大学", "北京师范大学")
MAJORS = ("社会工作", "社会学", "汉语言文学", "会计", "法学", "行政管理")
LEVELS = ("", "助理社会工作师", "助理社会工作师", "社会工作师")


@dataclass(frozen=True)
class Where:
    """A county that people of the roster work in, with the names of its bodies."""

    prefecture: str
    county: str
    code: str
    employers: tuple[str, ...]


@dataclass
class Made:
    """What a workbook holds: `planted` (row, column) → code; rows without an entry are good, however dirty."""

    path: str
    count: int
    planted: dict[tuple[int, str], str] = field(default_factory=dict)
    dirt: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    first: int = 2


def clean(order: int, dice: Random, places: Sequence[Where]) -> Cells:
    """One person, cleanly written. Keys with _ are for the dirt, not for the sheet."""
    born = date(1960, 1, 1) + timedelta(days=dice.randrange(10_800))
    body = f"99{order // 1000 % 10000:04d}{born:%Y%m%d}{order % 1000:03d}"
    number = body + calc_check_digit(body + "0")
    where = dice.choice(places)
    elsewhere = next((p.prefecture for p in places if p.prefecture != where.prefecture), "")
    education, degree = dice.choice(EDUCATION)
    level, since = dice.choice(LEVELS), date(2009 + order % 12, 1 + order % 9, 1)
    issued = date(2010 + order % 14, 3 + order % 7, 13 + order % 15) if level else None
    spare = f"{issued.year if issued else 2013}{order:014d}"
    return {
        "prefecture": where.prefecture, "county": where.county, "township": "",
        "name": dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2)))),
        "sex": "男" if int(number[16]) % 2 else "女", "ethnicity": dice.choice(("汉族", "汉族", "汉族", "朝鲜族", "满族")),
        "born": f"{born:%Y-%m}", "identity": number, "political": dice.choice(POLITICAL), "education": education,
        "degree": degree, "school": dice.choice(SCHOOLS), "major": dice.choice(MAJORS),
        "employer": dice.choice(where.employers), "employer_kind": "社会服务机构", "position": dice.choice(("社工", "督导", "主任")),
        "since": f"{since:%Y-%m}", "level": level, "management_no": spare if level else "",
        "issued_on": f"{issued:%Y-%m-%d}" if issued else "", "register_no": "", "valid_to": "",
        "phone": f"13{order % 10}{order:08d}", "remark": "", "_identity": number, "_born": born, "_issued_on": issued,
        "_since": since, "_code": where.code, "_spare": spare, "_elsewhere": elsewhere,
    }  # fmt: skip


def rows(
    count: int,
    places: Sequence[Where],
    *,
    seed: int = 2013,
    faulty: float = 0.01,
    dirty: float = 0.3,
    start: int = 1,
) -> Iterator[tuple[Cells, str, list[str]]]:
    """(cells, fault or "", kinds of dirt) of each row in turn; all kinds come round in order."""
    dice = Random(seed)
    kinds, faults = list(DIRT), list(FAULTS)
    turn, planted = 0, 0
    every = round(1 / faulty) if faulty else 0
    for order in range(start, start + count):
        cells = clean(order, dice, places)
        if every and order % every == every - 1:
            fault = faults[planted % len(faults)]
            planted += 1
            FAULTS[fault][2](cells, dice)
            yield cells, fault, []
            continue
        done = []
        if dice.random() < dirty:
            for _ in range(dice.choice((1, 1, 2))):
                kind, turn = kinds[turn % len(kinds)], turn + 1
                if _untouched(cells, kind, done) and DIRT[kind](cells, dice):
                    done.append(kind)
        yield cells, "", done


def _untouched(cells: Cells, kind: str, done: Sequence[str]) -> bool:
    """Whether no other dirt lies on the same cell: two at once would be another kind."""
    return all(kind.split()[0] != other.split()[0] for other in done) and not (
        kind.startswith(("prefecture", "county"))
        and any(o.startswith(("prefecture", "county")) for o in done)
    )


def write(
    path: str | Path,
    count: int,
    places: Sequence[Where],
    *,
    is_dirty: bool = False,
    in_order: bool = True,
    **how: Any,
) -> Made:
    """Make the workbook. `is_dirty` adds titles, a second header row, other names, remarks, totals, a page of notes."""
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": not is_dirty, "default_date_format": "yyyy-mm-dd"}
    )
    sheet = book.add_worksheet("花名册")
    keys = list(TITLES)
    if not in_order:
        Random(7).shuffle(keys)
    at = _head(sheet, keys, is_dirty)
    made = Made(str(path), count, first=at + 1)
    for cells, fault, dirt in rows(count, places, **how):
        sheet.write(at, 0, at)
        for place, key in enumerate(keys, start=1):
            _put(sheet, at, place, cells[key])
        at += 1
        if fault:
            column, code, _ = FAULTS[fault]
            made.planted[at, column] = code
            made.faults[fault] = made.faults.get(fault, 0) + 1
        for kind in dirt:
            made.dirt[kind] = made.dirt.get(kind, 0) + 1
    if is_dirty:
        _foot(book, sheet, at, count)
    book.close()
    return made


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    if value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, value)


def _head(sheet: Any, keys: Sequence[str], is_dirty: bool) -> int:
    """The header; where the first row of people stands."""
    if not is_dirty:
        sheet.write(0, 0, "序号")
        for place, key in enumerate(keys, start=1):
            sheet.write(0, place, TITLES[key])
        return 1
    sheet.merge_range(0, 0, 0, len(keys), "某州社会工作者花名册（最终版2改）")
    sheet.write(1, 0, "填报单位（盖章）：")
    sheet.merge_range(2, 0, 3, 0, "序号")
    for place, key in enumerate(keys, start=1):
        title = OTHER_NAMES.get(key, TITLES[key])
        if key not in GROUPED:
            sheet.merge_range(2, place, 3, place, title)
        else:
            sheet.write(2, place, GROUPED[key])
            sheet.write(3, place, title)
    return 4


def _foot(book: Any, sheet: Any, at: int, count: int) -> None:
    sheet.write(at, 0, "合计")
    sheet.write(at, 4, f"{count}人")
    sheet.write(at + 2, 0, "备注：1. 本表由各县（市、区）填报。")
    sheet.write(at + 3, 0, "填表人：某某")
    sheet.set_row(at + 3, None, None, {"hidden": True})
    notes = book.add_worksheet("填表说明")
    notes.write(0, 0, "请于月底前报送，一式两份。")
