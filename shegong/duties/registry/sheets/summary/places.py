"""Where an application of a summary is handed in: at the domicile or the workplace, and in which county (art. 6)."""

import re
from dataclasses import dataclass
from datetime import date

from shegong.duties.registry.rules import Permission
from shegong.duties.registry.sheets.summary.known import Known
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Offer, Row, Weight
from shegong.kernel.text import N_

_DOMICILE, _WORKPLACE = (
    re.compile(r"户籍(?:所在)?地?|户口(?:所在)?地?"),
    re.compile(r"工作(?:所在|单位)?地?|单位所在地"),
)
_SIGNS = re.compile(r"[\s:：()（）/、,，;；-]+")
COUNTY = 3
WORDS = {"workplace": "工作地", "domicile": "户籍地"}


@dataclass(frozen=True)
class Where:
    """The ground and the county; None where the row did not say."""

    ground: str
    region_code: int


class Counties:
    """Answers for the rows of one part."""

    def __init__(self, by: Actor, day: date):
        self.day, self.tree = day, tree()
        self.reach = by.reach(Permission.FIRST_REVIEW)

    def of(self, row: Row, known: Known) -> Where | None:
        """Ground and county of a row; None with a finding."""
        text = row.values.get("place") or ""
        grounds = [g for g, word in (("domicile", _DOMICILE), ("workplace", _WORKPLACE)) if word.search(text)]
        bare = _SIGNS.sub("", _WORKPLACE.sub("", _DOMICILE.sub("", text)))
        code = self._county(row, bare) if bare else None
        if bare and code is None:
            return None
        if len(grounds) != 1:
            self._which(row, bare)
            return None
        code = code or self._held(grounds[0], known)
        if code is None:
            message = N_("Write the county as well, such as 工作地：延吉市.")
            row.find("place", Obstacle("county_missing", message))
            return None
        if not any(code in one for one in self.reach):
            message = N_("%(place)s is outside your area; its own office enters this row.")
            params = {"place": self.tree.full_name(code, self.day)}
            row.find("place", Obstacle("region_out_of_reach", message, params=params))
            return None
        return Where(grounds[0], code)

    def _held(self, ground: str, known: Known) -> int | None:
        """The county that the register has for this ground."""
        work = known.employment.region_code if known.employment else None
        code = work if ground == "workplace" else known.domicile
        return (self.tree.ancestor(code, COUNTY, self.day) or code) if code else None

    def _county(self, row: Row, text: str) -> int | None:
        found = self.tree.resolve(text, self.day)
        counties = list(dict.fromkeys(self.tree.ancestor(code, COUNTY, self.day) for code in found))
        inside = [code for code in counties if code and any(code in one for one in self.reach)]
        fitting = inside or [code for code in counties if code]
        if len(fitting) == 1:
            return fitting[0]
        message = N_("“%(text)s” names no county, or more than one. Write it as 工作地：延吉市.")
        row.find("place", Obstacle("county_unknown", message, params={"text": text}))
        return None

    def _which(self, row: Row, bare: str) -> None:
        offers = [
            Offer(f"{word}：{bare}" if bare else word, f"{word} {bare}".strip()) for word in WORDS.values()
        ]
        message = N_("Is this where she works or where her household is registered? Choose one.")
        row.find("place", Obstacle("ground_doubtful", message), Weight.CHOICE, *offers)
