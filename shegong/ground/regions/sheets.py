"""Reading the files of divisions: the list of a day, the counties by year, successions and managed areas."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from shegong.ground.regions.rules import Divisions, MemberRow, NameRow, Place, SuccessionRow
from shegong.ground.regions.rules.names import local_name, short_name

Row = Mapping[str, str]
KINDS = (
    "特别行政区", "自治区", "自治州", "自治县", "自治旗", "民族乡", "街道", "地区", "苏木", "林区", "特区", "省", "市", "盟", "县",
    "区", "旗", "镇", "乡",
)  # fmt: skip


def read_rows(path: Path) -> list[Row]:
    """Rows of a CSV in UTF-8, packed (.gz) or not; [] when there is no such file."""
    if not path.exists():
        return []
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def read_province(folder: Path, code: int) -> Divisions:
    """What the shipped files in `folder` say about the province of this nine-digit code."""
    prefix = str(code // 10_000_000)
    years = [row for path in sorted(folder.glob("*_counties_by_year_*.csv")) for row in read_rows(path)]
    own = {
        name: _of(prefix, read_rows(folder / f"{name}.csv")) for name in ("successions", "areas", "reporting")
    }
    listed = _of(prefix, read_rows(folder / "china_divisions_all_levels_2025.csv.gz"))
    return divisions_of(
        listed, [row for row in years if row["county_code"].startswith(prefix)], own["successions"], own["areas"],
        own["reporting"],
    )  # fmt: skip


def _of(prefix: str, rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if next(iter(row.values())).startswith(prefix)]


def divisions_of(
    listed: Iterable[Row], years: Iterable[Row] = (), successions: Iterable[Row] = (), areas: Iterable[Row] = (),
    reporting: Iterable[Row] = (),
) -> Divisions:  # fmt: skip
    """Divisions with the days on which they hold; what no file says stays open (see the data's PROVENANCE)."""
    became = tuple(
        SuccessionRow(
            nine(r["origin"]), nine(r["target"]), date.fromisoformat(r["on"]), r["kind"], basis=r["basis"]
        )
        for r in successions
    )
    since = {nine(row["code"]): date.fromisoformat(row["since"]) for row in reporting}
    lives = _lives(years, became)
    places = [_listed(row, lives, since) for row in listed]
    known = {place.code for place in places}
    former = [_former(code, life) for code, life in lives.items() if code not in known]
    areas = list(areas)
    return Divisions(
        tuple(sorted([*places, *former, *map(_area, areas)], key=lambda place: (place.level, place.code))),
        became,
        tuple(
            MemberRow(nine(row["member_of"]), nine(row["code"]), date.fromisoformat(row["since"]))
            for row in areas
            if row["member_of"]
        ),
    )


def nine(code: str) -> int:
    """A code of the files (six digits to the county, nine for townships) as the nine digits we key by."""
    return int(code.ljust(9, "0"))


def _lives(years: Iterable[Row], became: Iterable[SuccessionRow]) -> dict[int, list[NameRow]]:
    """For each county code, its official names in order of time; open where the list begins and ends."""
    seen: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in years:
        seen[nine(row["county_code"])][row["county"]].append(int(row["year"]))
    spans = [year for names in seen.values() for found in names.values() for year in found]
    first, last = (min(spans), max(spans)) if spans else (0, 0)
    begins = {row.target: row.on for row in became}
    ends = {row.origin: row.on for row in became}
    return {
        code: _names(code, names, (first, last), begins.get(code), ends.get(code))
        for code, names in seen.items()
    }


def _names(
    code: int, names: Mapping[str, list[int]], span: tuple[int, int], begins: date | None, ends: date | None
) -> list[NameRow]:
    found, ordered = [], sorted(names.items(), key=lambda item: min(item[1]))
    for place, (name, years) in enumerate(ordered):
        start = None if min(years) == span[0] else (begins if place == 0 else None) or date(min(years), 1, 1)
        end = None if max(years) == span[1] else date(max(years) + 1, 1, 1)
        if place == len(ordered) - 1 and ends:
            end = ends
        found.append(NameRow(code, name, "official", start, end))
    return found


def _listed(row: Row, lives: Mapping[int, list[NameRow]], since: Mapping[int, date]) -> Place:
    code, level = nine(row["code"]), int(row["level"])
    parent = nine(row["parent_code"]) if row["parent_code"] else None
    life = lives.get(code) or [NameRow(code, row["name"])]
    county = lives.get(parent or 0) if level == 4 else None
    if county:
        life = [replace(name, start=county[0].start) for name in life]
    return Place(
        code, level, row["name"], parent, kind_of(row["name"]), start=life[0].start, end=life[-1].end,
        province_since=since.get(code), names=_all_names(life),
    )  # fmt: skip


def _former(code: int, life: list[NameRow]) -> Place:
    last = life[-1]
    return Place(
        code, 3, last.name, code // 100_000 * 100_000, kind_of(last.name), start=life[0].start, end=last.end,
        names=_all_names(life),
    )  # fmt: skip


def _area(row: Row) -> Place:
    code, start = nine(row["code"]), date.fromisoformat(row["since"])
    others = [pair.split("=", 1) for pair in row["names"].split("|") if pair]
    names = [NameRow(code, row["name"], "official", start), *(NameRow(code, n, k, start) for k, n in others)]
    return Place(
        code, int(row["level"]), row["name"], nine(row["parent"]), row["kind"], row["authority"], start,
        names=tuple(names),
    )  # fmt: skip


def _all_names(life: Iterable[NameRow]) -> tuple[NameRow, ...]:
    return tuple(name for official in life for name in _with_others(official))


def _with_others(official: NameRow) -> Iterator[NameRow]:
    """The official name, the short one people say, and 延边州 for an autonomous area."""
    yield official
    short, local = short_name(official.name), local_name(official.name)
    if short != official.name:
        yield replace(official, name=short, kind="short")
    if local and local != official.name:
        yield replace(official, name=local, kind="alias")


def kind_of(name: str) -> str:
    """县, 区, 镇 … by the end of the name; '' for others (development zones)."""
    return next((kind for kind in KINDS if name.endswith(kind)), "")
