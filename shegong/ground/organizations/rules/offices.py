"""Which civil affairs office stands for a division, under which name, on which days; pure."""

from dataclasses import dataclass
from datetime import date

from shegong.ground.regions.rules import Place, Tree

PROVINCE, PREFECTURE, COUNTY = 1, 2, 3


@dataclass(frozen=True)
class NamePeriod:
    """A name during [start, end) under the division's code of those days."""

    name: str
    code: int
    start: date | None = None
    end: date | None = None


def office_name(name: str, level: int, above: str = "") -> str:
    """吉林省 → 吉林省民政厅, 北京市 → 北京市民政局, 延吉市 → 延吉市民政局, 朝阳区 → 长春市朝阳区民政局.

    Many prefectures have a district of the same name, so districts carry the name of their city.
    """
    if level == PROVINCE:
        return f"{name}{'民政局' if name.endswith('市') else '民政厅'}"
    if level == COUNTY and name.endswith("区") and above:
        return f"{above}{name}民政局"
    return f"{name}民政局"


def office_names(tree: Tree, place: Place, today: date) -> list[NamePeriod]:
    """The office of a division with the names and codes it had, from the oldest: 九台市民政局, then 长春市九台区民政局."""
    found = []
    for code in [*_before(tree, place.code), place.code]:
        one = tree.places[code]
        rows = [row for row in one.names if row.kind == "official"]
        for row in sorted(rows, key=lambda row: row.start or date.min):
            above = tree.name(one.parent, row.start or today) if one.parent and one.level == COUNTY else ""
            name = f"{row.name}管理委员会" if one.is_area else row.name
            found.append(NamePeriod(office_name(name, one.level, above), code, row.start, row.end))
    return found


def merged(periods: list[NamePeriod]) -> list[NamePeriod]:
    """Names only: a period whose name goes on under another code is one."""
    found: list[NamePeriod] = []
    for period in periods:
        if found and found[-1].name == period.name:
            found[-1] = NamePeriod(period.name, period.code, found[-1].start, period.end)
        else:
            found.append(period)
    return found


def _before(tree: Tree, code: int) -> list[int]:
    origins = [row.origin for row in tree.successions if row.main and row.target == code]
    return [*_before(tree, origins[0]), origins[0]] if origins and origins[0] in tree.places else []
