"""Invented people: names of the province's peoples, rare characters among them, and numbers nobody has."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn.ric import calc_check_digit

SURNAMES = "王李张刘陈杨赵孙周徐朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "一丽伟佳俊倩健光军凤凯利刚勇华南卫国和国强圆佩婷婧子宁宇安宏家富小少山岩峰川平广建彤彦志思慧成文新方旭春晓晨晴智月朋杰林桂梅梓楠欣正永江泽洋洁海涛清源溪玉玲珊琪瑞璐瑶生白秀秋立竹红芳若英莉菲萍蓉薇蕾诗诚语辉远迪通雅雨雪雯霞霖静颖飞馨骏鸣鹏"
KOREAN_SURNAMES, KOREAN_GIVEN = (
    "金朴李崔郑姜尹张韩吴",
    ["美玉", "正男", "明哲", "英子", "春姬", "成日", "香兰", "哲浩", "银珠", "东赫"],
)
RARE = [
    ("王㛃", "02"),
    ("刘䶮", "01"),
    ("陈𬱖", "01"),
    ("古丽·阿不都", "05"),
    ("单曾怡", "01"),
    ("尉迟恭宁", "01"),
    ("乌日娜", "02"),
]
BORN = date(1968, 1, 1), date(2000, 11, 8)


@dataclass(frozen=True)
class Member:
    """One invented person."""

    name: str
    ethnicity: str
    number: str
    born_on: date


class Cast:
    """Deals people; the same seed deals the same people."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)  # noqa: S311  invented people need no secrecy
        self.seed, self.count = seed, 0

    def member(self, korean: bool = False, born: tuple[date, date] = BORN) -> Member:
        """The next person, born between these days; `korean` takes names of the Korean people of Yanbian, every twelfth has a
        rare name."""
        self.count += 1
        born_on = born[0] + timedelta(days=self.random.randrange(0, (born[1] - born[0]).days))
        name, ethnicity = self._name(korean)
        return Member(name, ethnicity, self._number(born_on), born_on)

    def _name(self, korean: bool) -> tuple[str, str]:
        if self.count % 12 == 7:
            return RARE[self.count // 12 % len(RARE)]
        if korean and self.random.random() < 0.6:
            return self.random.choice(KOREAN_SURNAMES) + self.random.choice(KOREAN_GIVEN), "10"
        given = "".join(self.random.choice(GIVEN) for _ in range(self.random.choice((1, 2, 2, 2))))
        return self.random.choice(SURNAMES) + given, "01"

    def _number(self, born_on: date) -> str:
        place = 990_000 + self.seed % 100 * 100 + self.count // 1000 % 100
        body = f"{place}{born_on:%Y%m%d}{self.count % 1000:03d}"
        return body + calc_check_digit(body + "0")

    def management_no(self, year: int, once_more: bool = False) -> str:
        """An invented management number of 18 digits; `once_more` for the second certificate of the same person."""
        return (
            f"{year}0623{990_000 + self.seed % 10_000:06d}{self.count:04d}"
            if once_more
            else (f"{year}0622{990_000 + self.seed % 10_000:06d}{self.count:04d}")
        )
