"""In which township a centre of a ledger lies: said in columns of its own, or read off its address or name."""

from datetime import date

from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Row
from shegong.kernel.text import N_
from shegong.work.centres.rules import TOWNSHIP, Permission

LONGEST = 30
SHORTEST = 3


class Townships:
    """Answers for the rows of one part; a text is looked up once."""

    def __init__(self, by: Actor, day: date):
        self.day, self.tree = day, tree()
        self.reach = by.reach(Permission.EDIT)
        self._kept: dict[str, list[int]] = {}

    def reaches(self, code: int) -> bool:
        """Whether the actor may enter centres there."""
        return any(code in one for one in self.reach)

    def county(self, code: int) -> int:
        """The county that a township belongs to: numbers of certificates are given there."""
        return self.tree.ancestor(code, 3, self.day) or code

    def of(self, row: Row) -> int | None:
        """The code of the township; None with a finding on the row when there is not exactly one in reach."""
        v = row.values
        said = (v.get("county") or "") + (v.get("township") or "")
        for column, text in (("township", said), ("address", v.get("address")), ("name", v.get("name"))):
            found = self._leading(text or "")
            if found:
                return self._one(row, column, found)
        message = N_(
            "Neither address nor name begins with a township. Fill in the columns 县(市、区) and 乡镇(街道)."
        )
        row.find("township", Obstacle("township_missing", message))
        return None

    def _leading(self, text: str) -> list[int]:
        """Townships that the longest beginning of the text names."""
        if text not in self._kept:
            ends = range(min(len(text), LONGEST), SHORTEST - 1, -1)
            found = (self.tree.resolve(text[:end], self.day, level=TOWNSHIP) for end in ends)
            self._kept[text] = next(filter(None, found), [])
        return self._kept[text]

    def _one(self, row: Row, column: str, found: list[int]) -> int | None:
        inside = [code for code in found if self.reaches(code)]
        if len(inside) == 1:
            return inside[0]
        if not inside:
            params = {"place": self.tree.full_name(found[0], self.day)}
            message = N_("%(place)s is outside your area; its own office enters this row.")
            row.find(column, Obstacle("region_out_of_reach", message, params=params))
            return None
        params = {"places": "、".join(self.tree.full_name(code, self.day) for code in inside[:5])}
        message = N_("This may be %(places)s. Fill in the columns 县(市、区) and 乡镇(街道).")
        row.find(column, Obstacle("township_doubtful", message, params=params))
        return None
