"""The divisions of any day: which codes a unit covers, what a code became, what stands above and below; pure.

Facts keep the code of their own day for ever. A tree therefore maps every code, of any time, to the division that
stands for it on the day asked: forward along successions for codes that ended, backward for codes not yet given. So on
every day the units of one level share out all codes, none twice. Two trees: `legal` is the ministry's; `reporting` takes
the members of managed areas (Changbaishan) out of their counties. A report names the one it uses, and never adds both.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from shegong.ground.regions.rules.names import NameIndex
from shegong.ground.regions.rules.rows import Match, MemberRow, NameRow, Place, SuccessionRow, holds
from shegong.kernel.access import Range

LEGAL, REPORTING = "legal", "reporting"
WIDEST_HOLE = 4  # this many single codes at most become holes of one range; a longer gap makes two ranges


class Tree:
    """All divisions that were loaded, of all times. Answers depend only on the rows; they are kept once computed."""

    def __init__(
        self,
        places: Iterable[Place],
        successions: Iterable[SuccessionRow] = (),
        members: Iterable[MemberRow] = (),
    ):
        self.places = {place.code: place for place in sorted(places, key=lambda p: (p.code, p.level))}
        self.successions = tuple(sorted(successions, key=lambda row: (row.on, row.origin, row.target)))
        self.members = tuple(members)
        known = [
            row for row in self.successions if row.main and {row.origin, row.target} <= self.places.keys()
        ]
        self._became = {row.origin: row.target for row in known}
        self._came = {row.target: row.origin for row in reversed(known)}
        self._breaks = sorted(self._days_of_change())
        self._names = NameIndex(self.places.values())
        self._kept: dict[tuple[object, ...], object] = {}

    def _days_of_change(self) -> set[date]:
        rows: list[Place | MemberRow | NameRow] = [*self.places.values(), *self.members]
        rows += [name for place in self.places.values() for name in place.names]
        days = {day for row in rows for day in (row.start, row.end)}
        return {day for day in days if day is not None}

    def _epoch(self, day: date) -> int:
        """Between two changes all days have the same tree."""
        return bisect_right(self._breaks, day)

    # What a code is on a day

    def at(self, code: int, day: date) -> Place | None:
        """The division that stands for `code` on `day`, successions followed; None when the tree knows nothing of it.

        A code that was never loaded (a former township) counts to the division whose code it begins with.
        """
        key = ("at", code, self._epoch(day))
        if key not in self._kept:
            self._kept[key] = self._find(code, day)
        return self._kept[key]  # type: ignore[return-value]

    def _find(self, code: int, day: date) -> Place | None:
        place = self.places.get(code) or self._enclosing(code)
        seen: set[int] = set()
        while place is not None and not place.alive(day) and place.code not in seen:
            seen.add(place.code)
            ended = place.end is not None and place.end <= day
            following = (self._became if ended else self._came).get(place.code)
            if following is None:
                break
            place = self.places[following]
        return place

    def _enclosing(self, code: int) -> Place | None:
        prefixes = (code // span * span for span in (1_000, 100_000, 10_000_000))
        return next((self.places[prefix] for prefix in prefixes if prefix in self.places), None)

    def parent(self, code: int, day: date, tree: str = LEGAL) -> int | None:
        """The unit directly above `code` on `day`; None above a province. What an area itself has counts to its province."""
        place = self.at(code, day)
        if place is None:
            return None
        area = self.area_of(place.code, day) if tree == REPORTING else None
        return place.parent if area is None else area

    def area_of(self, code: int, day: date) -> int | None:
        """The managed area that takes `code` out of its county on `day`."""
        rows = (m.area for m in self.members if m.region == code and holds(m.start, m.end, day))
        return next(rows, None)

    def chain(self, code: int, day: date, tree: str = LEGAL) -> tuple[int, ...]:
        """The division itself and all units above it on `day`, from below; () for an unknown code."""
        key = ("chain", code, tree, self._epoch(day))
        if key not in self._kept:
            self._kept[key] = self._chain(code, day, tree)
        return self._kept[key]  # type: ignore[return-value]

    def _chain(self, code: int, day: date, tree: str) -> tuple[int, ...]:
        place = self.at(code, day)
        found: list[int] = []
        while place is not None and place.code not in found:
            found.append(place.code)
            above = self.parent(place.code, day, tree)
            place = None if above is None else self.at(above, day)
        return tuple(found)

    def ancestor(self, code: int, level: int, day: date, tree: str = LEGAL) -> int | None:
        """The unit of `level` that `code` belongs to on `day` (itself, if of that level); None where there is none.

        A member of a managed area has no county in the reporting tree.
        """
        return next((c for c in self.chain(code, day, tree) if self.places[c].level == level), None)

    def children(self, code: int, day: date, tree: str = LEGAL) -> list[int]:
        """Codes of the divisions directly under `code` on `day`, in order; areas only in the reporting tree."""
        place = self.at(code, day)
        return list(self._below(day, tree).get(place.code, ())) if place else []

    def _below(self, day: date, tree: str) -> dict[int | None, list[int]]:
        key = ("below", tree, self._epoch(day))
        if key not in self._kept:
            below: dict[int | None, list[int]] = defaultdict(list)
            for place in self.alive(day):
                if tree == REPORTING or not place.is_area:
                    below[self.parent(place.code, day, tree)].append(place.code)
            self._kept[key] = below
        return self._kept[key]  # type: ignore[return-value]

    def siblings(self, code: int, day: date, tree: str = LEGAL) -> list[int]:
        """The other divisions under the same unit on `day`."""
        place = self.at(code, day)
        above = self.parent(code, day, tree)
        below = self._below(day, tree).get(above, ()) if place else ()
        return [c for c in below if place and c != place.code]

    def alive(self, day: date, level: int | None = None) -> Iterator[Place]:
        """Divisions that exist on `day`, in order of code; managed areas among them."""
        return (p for p in self.places.values() if p.alive(day) and level in (None, p.level))

    def units(self, level: int, day: date, tree: str = LEGAL) -> list[int]:
        """All units of a level on `day` in a tree: ten and sixty of Jilin when reporting, nine and sixty by law."""
        return [p.code for p in self.alive(day, level) if tree == REPORTING or not p.is_area]

    # Names

    def name(self, code: int, day: date) -> str:
        """Official name on `day` of what stands for `code` then; '' when unknown."""
        place = self.at(code, day)
        return place.name_on(day) if place else ""

    def full_name(self, code: int, day: date, tree: str = LEGAL) -> str:
        """Names from the province down: 吉林省延边朝鲜族自治州延吉市."""
        return "".join(self.name(c, day) for c in reversed(self.chain(code, day, tree)))

    def matches(self, text: str, day: date, *, level: int | None = None) -> list[Match]:
        """Divisions that a text of one or more names (延吉, 延边州延吉市, 九台市) or a code means, as of `day`."""
        found: dict[int, Match] = {}
        for code, old in self._names.find(text, day):
            place = self.at(code, day)
            if place is None or level not in (None, place.level):
                continue
            match = Match(place.code, text.strip(), old or place.code != code)
            if place.code not in found or found[place.code].old:
                found[place.code] = match
        return sorted(found.values(), key=lambda m: (self.places[m.code].level, m.code))

    def resolve(self, text: str, day: date, *, level: int | None = None) -> list[int]:
        """Codes on `day` that a text means: one when it is clear, several when it is not, [] when unknown."""
        return [match.code for match in self.matches(text, day, level=level)]

    # Which codes a unit covers

    def ranges(self, code: int, day: date, tree: str = LEGAL) -> tuple[Range, ...]:
        """The disjoint code ranges of the unit on `day`: predecessors included, areas taken out or put in.

        In the legal tree a managed area covers only its own code. () for an unknown code.
        """
        place = self.at(code, day)
        if place is None:
            return ()
        key = ("ranges", place.code, self._epoch(day), tree)
        if key not in self._kept:
            self._kept[key] = self._ranges(place, day, tree)
        return self._kept[key]  # type: ignore[return-value]

    def _ranges(self, unit: Place, day: date, tree: str) -> tuple[Range, ...]:
        inside = {c: unit.code in self.chain(c, day, tree) for c in self.places}
        return _as_ranges(_merged(self._pieces(inside)))

    def _pieces(self, inside: dict[int, bool]) -> Iterator[tuple[int, int]]:
        """Stretches of codes inside, in order: each code belongs to the narrowest division it lies under."""
        open_: list[Place] = []
        position = 0
        for place in [*self.places.values(), None]:
            while open_ and (place is None or open_[-1].hi <= place.code):
                last = open_.pop()
                if inside[last.code] and position < last.hi:
                    yield position, last.hi
                position = max(position, last.hi)
            if place is None:
                return
            if open_ and inside[open_[-1].code] and position < place.code:
                yield position, place.code
            position = place.code
            open_.append(place)


def _merged(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for lo, hi in pieces:
        if found and found[-1][1] == lo:
            found[-1] = (found[-1][0], hi)
        else:
            found.append((lo, hi))
    return found


def _as_ranges(pieces: Sequence[tuple[int, int]]) -> tuple[Range, ...]:
    """Short gaps become holes, so that a prefecture without three townships is still one range."""
    found: list[Range] = []
    for lo, hi in pieces:
        if found and lo - found[-1].hi <= WIDEST_HOLE:
            last = found.pop()
            found.append(Range(last.lo, hi, (*last.holes, *range(last.hi, lo))))
        else:
            found.append(Range(lo, hi))
    return tuple(found)
