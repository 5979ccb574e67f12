"""Finding divisions by the names people write: full, short, local, former, one after another; pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from shegong.ground.regions.rules.rows import NameRow, Place, holds

SUFFIXES = (
    "街道办事处",
    "自治州",
    "自治县",
    "自治旗",
    "自治区",
    "特别行政区",
    "地区",
    "街道",
    "省",
    "市",
    "州",
    "盟",
    "县",
    "区",
    "旗",
    "镇",
    "乡",
)
# The peoples after whom autonomous areas are named, as written in those names; longest first.
PEOPLES = (
    "朝鲜族", "蒙古族", "满族", "回族", "维吾尔", "维吾尔族", "壮族", "藏族", "彝族", "苗族", "侗族", "布依族", "白族", "傣族", "景颇族",
    "傈僳族", "哈尼族", "哈萨克", "哈萨克族", "柯尔克孜", "蒙古", "土家族", "羌族", "瑶族", "黎族", "畲族", "土族", "撒拉族", "保安族",
    "东乡族", "裕固族", "锡伯", "达斡尔族", "鄂伦春", "鄂温克族", "仫佬族", "毛南族", "水族", "仡佬族", "佤族", "拉祜族", "布朗族",
    "纳西族", "独龙族", "怒族", "普米族", "塔吉克", "各族",
)  # fmt: skip


def short_name(name: str) -> str:
    """What people say: 延吉市 → 延吉, 延边朝鲜族自治州 → 延边; a name of two characters stays (东区)."""
    for suffix in SUFFIXES:
        stem = name.removesuffix(suffix)
        if stem != name and len(stem) >= 2:
            return _without_peoples(stem) if suffix.startswith("自治") else stem
    return name


def local_name(name: str) -> str:
    """The usual middle form of an autonomous area: 延边朝鲜族自治州 → 延边州; '' for all others."""
    for suffix in ("自治州", "自治县", "自治旗"):
        stem = name.removesuffix(suffix)
        if stem != name:
            return _without_peoples(stem) + suffix[-1]
    return ""


def _without_peoples(stem: str) -> str:
    for people in sorted(PEOPLES, key=len, reverse=True):
        cut = stem.removesuffix(people)
        if cut != stem and len(cut) >= 2:
            return _without_peoples(cut)
    return stem


class NameIndex:
    """All names of all times; finds what a run of names means."""

    def __init__(self, places: Iterable[Place]):
        self.places = {place.code: place for place in places}
        self.rows: dict[str, list[tuple[int, NameRow]]] = defaultdict(list)
        for place in self.places.values():
            for row in place.names or (NameRow(place.code, place.name, start=place.start, end=place.end),):
                self.rows[row.name].append((place.code, row))

    def find(self, text: str, day: date) -> list[tuple[int, bool]]:
        """(code, whether the name or code is of former times) for a name, a run of names, or a code of 6 or 9 digits."""
        wanted = "".join(text.split())
        if wanted.isascii() and wanted.isdigit():
            code = int(wanted.ljust(9, "0")) if len(wanted) in (6, 9) else 0
            return [(code, not self.places[code].alive(day))] if code in self.places else []
        return list(self._read(wanted, day))

    def _read(self, text: str, day: date) -> Iterator[tuple[int, bool]]:
        for cut in range(len(text) - 1):
            rows = self.rows.get(text[cut:], ())
            above = dict(self._read(text[:cut], day)) if cut and rows else {}
            for code, row in rows:
                parents = [c for c in self._above(code) if c in above]
                if cut and not parents:
                    continue
                old = not holds(row.start, row.end, day) or not self.places[code].alive(day)
                yield code, old or any(above[c] for c in parents)

    def _above(self, code: int) -> Iterator[int]:
        """Every unit above `code` in its own time."""
        parent = self.places[code].parent
        while parent is not None and parent in self.places:
            yield parent
            parent = self.places[parent].parent
