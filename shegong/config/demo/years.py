"""Who came in 2011 to 2013: an invented but plausible course of the plan, dealt unit by unit; pure.

The yearly amounts are the plan's own (S2011 to S2013.d). How the ten units share them, who is late and by how much is
invented, except that the first batch of 2012 had 897 township and 964 community posts, whose ratio the hires follow.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from shegong.config.demo.cast import Cast, Member

YEARS = (2011, 2012, 2013)
# Each unit's part of ten thousand; invented.
SHARES = {
    220100000: 2350, 220200000: 1500, 220300000: 1150, 220400000: 560, 220500000: 1050,
    220600000: 680, 220700000: 1020, 220800000: 830, 222400000: 760, 229900000: 100,
}  # fmt: skip
# How much of its year's share a unit brings about; units that are not named are on time.
PACE = {
    220800000: (0.72, 0.55, 0.86), 220700000: (0.85, 0.71, 0.93), 220600000: (0.95, 0.84, 0.97),
    220300000: (0.98, 0.88, 1.02), 220400000: (1.0, 0.96, 1.04), 220100000: (1.06, 1.08, 1.1),
    220200000: (1.04, 1.02, 1.06), 222400000: (1.02, 1.0, 1.04), 229900000: (1.1, 1.1, 1.1),
}  # fmt: skip
ON_TIME = (1.0, 1.0, 1.0)
HOLDERS_BEFORE = 520
# Those hired come from college; those in post have worked for years.
GRADUATES = date(1986, 1, 1), date(1990, 6, 1)
STAFF_BORN = date(1961, 1, 1), date(1980, 1, 1)
# What the plan asks of all units together, by year.
HIRED = {2011: 1000, 2012: 1000, 2013: 1000}
PASSED = {2012: 500, 2013: 1000}
MANAGERS = {2011: 260, 2012: 370, 2013: 370}
STAFF = {2012: 3000}
TIMES = {2013: 3000}
EDUCATORS = {2011: 30, 2012: 35, 2013: 33}
TOWNSHIP_POSTS = 897 / (897 + 964)
LEVELS = {"assistant": 0.74, "social_worker": 0.26}


@dataclass
class Someone:
    """One invented person: where she works since when, her certificate, and what of the plan she took part in."""

    member: Member
    unit: int
    county: int
    since: date
    level: str = ""
    passed_on: date | None = None
    done: dict[str, list[date]] = field(default_factory=dict)

    def did(self, what: str, on: date) -> None:
        """She took part in something on that day."""
        self.done.setdefault(what, []).append(on)


def parts(total: int, weights: Mapping[int, float]) -> dict[int, int]:
    """`total` dealt by weights in whole numbers that add up to it (largest remainder)."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    dealt = {key: int(value) for key, value in exact.items()}
    rest = sorted(exact, key=lambda key: (dealt[key] - exact[key], key))
    for key in rest[: total - sum(dealt.values())]:
        dealt[key] += 1
    return dealt


def reached(total: int, year: int) -> dict[int, int]:
    """What each unit brings about of a year's amount: its share times its pace."""
    return {
        unit: round(share * PACE.get(unit, ON_TIME)[year - YEARS[0]])
        for unit, share in parts(total, SHARES).items()
    }


class Years:
    """Deals everybody of the three years; `scale` makes the same course with fewer people."""

    def __init__(self, seed: int, counties: Mapping[int, Sequence[int]], scale: float = 1.0):
        self.cast, self.counties, self.scale = Cast(seed), counties, scale
        self.dice = random.Random(seed * 7 + 1)  # noqa: S311  invented people need no secrecy
        self.people: list[Someone] = []

    def make(self) -> list[Someone]:
        """Everybody, in the order of time."""
        self._before()
        for year in YEARS:
            self._hires(year)
            self._managers(year)
            self._educators(year)
            self._staff(year)
            self._passes(year)
        return self.people

    # -- the year ----------------------------------------------------------------------------------------------------

    def _before(self) -> None:
        """Those who held the certificate when the plan began."""
        for unit, count in self._amounts(parts(HOLDERS_BEFORE, SHARES)):
            for _ in range(count):
                year = self.dice.choice((2008, 2009, 2009, 2010, 2010, 2010))
                someone = self._new(unit, self._day(year - 2, 1, 300))
                self._certify(someone, year)

    def _hires(self, year: int) -> None:
        for unit, count in self._amounts(reached(HIRED[year], year)):
            late = PACE.get(unit, ON_TIME)[year - YEARS[0]] < 0.9
            for _ in range(count):
                start = self._day(year, 9 if late else 7, 75)
                someone = self._new(unit, start, young=True)
                someone.did("hired", start)
                if self.dice.random() < 0.97:
                    someone.did(
                        "inducted",
                        min(start + timedelta(days=self.dice.randrange(10, 70)), date(year, 12, 28)),
                    )

    def _managers(self, year: int) -> None:
        for unit, count in self._amounts(reached(MANAGERS[year], year)):
            for _ in range(count):
                self._new(unit, self._day(1998 + self.dice.randrange(12), 1, 300)).did(
                    "managed", self._day(year, 4, 220)
                )

    def _educators(self, year: int) -> None:
        seats = {unit: SHARES[unit] for unit in (220100000, 220200000, 222400000)}
        for unit, count in self._amounts(parts(EDUCATORS[year], seats)):
            for _ in range(count):
                self._new(unit, self._day(2002 + self.dice.randrange(8), 1, 300)).did(
                    "taught", self._day(year, 5, 200)
                )

    def _staff(self, year: int) -> None:
        """Service staff trained: persons in 2012, person-times in 2013, when many come again."""
        wanted = STAFF.get(year) or TIMES.get(year)
        if not wanted:
            return
        word, again = ("trained", 0.05) if year in STAFF else ("attended", 0.19)
        for unit, count in self._amounts(reached(wanted, year)):
            known = [
                one
                for one in self.people
                if one.unit == unit and "managed" not in one.done and "taught" not in one.done
            ]
            back = self.dice.sample(known, min(len(known), round(count * again)))
            fresh = [
                self._new(unit, self._day(2005 + self.dice.randrange(6), 1, 300))
                for _ in range(count - len(back))
            ]
            for someone in [*back, *fresh]:
                someone.did(word, max(self._day(year, 3, 270), someone.since))

    def _passes(self, year: int) -> None:
        """Those whose certificate is of this year's examination: from among the people, and some whom nobody trained."""
        for unit, count in self._amounts(reached(PASSED.get(year, 0), year)):
            known = [
                one for one in self.people if one.unit == unit and not one.level and one.since.year <= year
            ]
            from_known = self.dice.sample(known, min(len(known), round(count * 0.45)))
            fresh = [
                self._new(unit, self._day(2004 + self.dice.randrange(7), 1, 300))
                for _ in range(count - len(from_known))
            ]
            for someone in [*from_known, *fresh]:
                self._certify(someone, year)

    # -- one person --------------------------------------------------------------------------------------------------

    def _amounts(self, whole: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        for unit, count in whole.items():
            yield unit, max(1, round(count * self.scale)) if count and self.scale < 1 else count

    def _new(self, unit: int, since: date, young: bool = False) -> Someone:
        member = self.cast.member(
            korean=unit in (222400000, 229900000), born=GRADUATES if young else STAFF_BORN
        )
        counties = self.counties[unit]
        county = self.dice.choices(counties, [1 + code % 7 for code in counties])[0]
        someone = Someone(member, unit, county, since)
        self.people.append(someone)
        return someone

    def _certify(self, someone: Someone, year: int) -> None:
        someone.level = self.dice.choices(list(LEVELS), list(LEVELS.values()))[0]
        someone.passed_on = date(year, 6, 22) + timedelta(days=75 + self.dice.randrange(20))

    def _day(self, year: int, month: int, spread: int) -> date:
        return date(year, month, 1) + timedelta(days=self.dice.randrange(spread))


def tally(people: Iterable[Someone]) -> dict[str, int]:
    """How many did what: to see at a glance whether a change of the numbers above is still plausible."""
    found: dict[str, int] = {"people": 0, "counted": 0, "holders": 0}
    for one in people:
        found["people"] += 1
        found["holders"] += bool(one.level)
        gained = one.passed_on is not None and one.passed_on.year >= YEARS[0]
        found["counted"] += bool(one.done) or gained
        for what, days in one.done.items():
            found[what] = found.get(what, 0) + len(days)
    return found
