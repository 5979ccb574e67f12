"""Places of a roster: names, old names, short names or codes in up to three columns, which must agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from shegong.ground.people.rules import Permission
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import LEGAL, REPORTING, Match
from shegong.ground.regions.rules.names import short_name
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Offer, Weight
from shegong.kernel.text import N_

COLUMNS = ("prefecture", "county", "township")
_LEVELS = {"prefecture": (2, 3, 1), "county": (3, 2), "township": (4,)}
Names = tuple[str, str, str]


@dataclass(frozen=True)
class Placed:
    """What the three cells of a row mean: a code inside the actor's reach, or findings that block."""

    code: int | None
    findings: tuple[Finding, ...] = ()


@dataclass
class Places:
    """Answers for one batch of rows; each combination of names is looked up once."""

    by: Actor
    day: date
    _kept: dict[Names, Placed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tree = tree()
        self.reach = self.by.reach(Permission.EDIT)

    def of(self, names: Names) -> Placed:
        """The place that prefecture, county and township (each may be "") name together."""
        if names not in self._kept:
            self._kept[names] = self._placed({c: n for c, n in zip(COLUMNS, names, strict=True) if n})
        return self._kept[names]

    def _placed(self, given: dict[str, str]) -> Placed:
        if not given:
            return Placed(None)
        found = {column: self._matches(column, text, given) for column, text in given.items()}
        missing = tuple(self._unknown(c, given[c]) for c, matches in found.items() if not matches)
        if missing:
            return Placed(None, missing)
        deepest = list(found)[-1]
        fitting = [m for m in found[deepest] if self._lies_in_all(m.code, found)]
        if not fitting:
            return Placed(None, (self._disagree(found, given),))
        if len(fitting) > 1:
            fitting = [m for m in fitting if self._reaches(m.code)] or fitting
        if len(fitting) > 1:
            return Placed(None, (self._doubtful(deepest, given[deepest], fitting),))
        if not self._reaches(fitting[0].code):
            return Placed(None, (self._outside(deepest, fitting[0].code),))
        return Placed(fitting[0].code, tuple(self._former(c, given[c], found[c], fitting[0].code) for c in given
                                             if self._is_former(found[c], fitting[0].code)))  # fmt: skip

    def _matches(self, column: str, text: str, given: dict[str, str]) -> list[Match]:
        """Divisions of the first fitting level; a township is looked for under its county, for names repeat."""
        matches = self.tree.matches(text, self.day)
        if column == "township" and not matches and given.get("county"):
            matches = self.tree.matches(given["county"] + text, self.day)
        for level in _LEVELS[column]:
            here = [m for m in matches if self.tree.places[m.code].level == level]
            if here:
                return here
        return []

    def _above(self, code: int) -> set[int]:
        return {*self.tree.chain(code, self.day, LEGAL), *self.tree.chain(code, self.day, REPORTING)}

    def _lies_in_all(self, code: int, found: dict[str, list[Match]]) -> bool:
        above = self._above(code)
        return all(any(m.code in above for m in matches) for matches in found.values())

    def _reaches(self, code: int) -> bool:
        return any(code in one for one in self.reach)

    def _full(self, code: int) -> str:
        """Names from the prefecture down: the province is everybody's."""
        chain = [c for c in self.tree.chain(code, self.day) if self.tree.places[c].level > 1] or [code]
        return "".join(self.tree.name(c, self.day) for c in reversed(chain))

    # What is wrong

    def _unknown(self, column: str, text: str) -> Finding:
        near = self._near(column, text)
        params = {"text": text}
        if near:
            message = N_("There is no “%(text)s”. Choose the place that is meant.")
            return Finding(column, Obstacle("region_unknown", message, params=params), Weight.CHOICE, near)
        message = N_("There is no “%(text)s”. Write the official name or the code of the place.")
        return Finding(column, Obstacle("region_unknown", message, params=params))

    def _near(self, column: str, text: str) -> tuple[Offer, ...]:
        """Places of the level with the same short name inside the reach: 延吉县 → 延吉市."""
        level, short = _LEVELS[column][0], short_name("".join(text.split()))
        alive = self.tree.alive(self.day, level)
        same = [p.code for p in alive if short_name(p.name_on(self.day)) == short and self._reaches(p.code)]
        return tuple(Offer(self.tree.name(code, self.day), self._full(code)) for code in same[:5])

    def _disagree(self, found: dict[str, list[Match]], given: dict[str, str]) -> Finding:
        """The first column, from above, that does not lie in the one before it."""
        columns = list(found)
        for upper, lower in pairwise(columns):
            if not any(self._lies_in_all(m.code, {upper: found[upper]}) for m in found[lower]):
                break
        params = {"inner": given[lower], "outer": given[upper], "full": self._full(found[lower][0].code)}
        message = N_("%(inner)s does not lie in %(outer)s: it is %(full)s. Put right whichever is wrong.")
        return Finding(lower, Obstacle("region_mismatch", message, params=params))

    def _doubtful(self, column: str, text: str, fitting: Sequence[Match]) -> Finding:
        offers = tuple(Offer(self._full(m.code), self._full(m.code)) for m in fitting[:8])
        message = N_("“%(text)s” may be several places. Choose one.")
        return Finding(
            column, Obstacle("region_doubtful", message, params={"text": text}), Weight.CHOICE, offers
        )

    def _outside(self, column: str, code: int) -> Finding:
        message = N_("%(place)s is outside your area; its own office enters this row.")
        return Finding(column, Obstacle("region_out_of_reach", message, params={"place": self._full(code)}))

    def _is_former(self, matches: Sequence[Match], code: int) -> bool:
        above = self._above(code)
        return any(m.old and m.code in above for m in matches)

    def _former(self, column: str, text: str, matches: Sequence[Match], code: int) -> Finding:
        above = self._above(code)
        now = next(m.code for m in matches if m.code in above)
        params = {"text": text, "now": self.tree.name(now, self.day)}
        message = N_("%(text)s is a former name; read as %(now)s.")
        return Finding(column, Obstacle("region_former", message, params=params), Weight.NOTE)
