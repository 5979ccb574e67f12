"""The years 2011 to 2013 in the registers: people, workplaces, pass lists and certificates, at their own dates.

They come in as rosters and pass lists do, by the set-based actions behind the workbooks, each year's on its last day:
so the codes of places are those of that time (公主岭 lies in 四平, 九台 and 扶余 have their old codes).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from django.db import transaction

from shegong.config.demo.years import YEARS, Someone, Years
from shegong.ground.credentials import actions as credentials
from shegong.ground.credentials.actions.intake import StatedCertificate, StatedEducation
from shegong.ground.credentials.actions.pass_list import Passed
from shegong.ground.organizations import actions as organizations
from shegong.ground.organizations.models import Organization, School
from shegong.ground.people import actions as people
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM
from shegong.kernel.copying import reserve
from shegong.kernel.sheets.tables import Batch
from shegong.work.employment import actions as employment
from shegong.work.employment.actions.intake import StatedEmployment

CHUNK = 2000
BEFORE = YEARS[0] - 1


class History:
    """Brings the people of the three years into the registers; `keys` names each one's record afterwards."""

    def __init__(self, seed: int, say: Callable[[str], object], scale: float = 1.0):
        self.seed, self.say, self.scale = seed, say, scale
        self.keys: dict[int, int] = {}  # id() of Someone → key of the person
        self.employers: dict[int, list[Organization]] = {}

    def make(self) -> list[Someone]:
        """Everybody, with keys."""
        day = date(YEARS[-1], 12, 31)
        counties = {
            unit: tree().children(unit, day, "reporting") for unit in tree().units(2, day, "reporting")
        }
        self.everybody = Years(self.seed + 50, counties, self.scale).make()
        for county in sorted({one.county for one in self.everybody}):
            self.employers[county] = self._bodies(county, day)
        self.schools = dict(
            School.objects.order_by("pk").values_list("organization__name", "organization_id")[:12]
        )
        came = defaultdict(list)
        for someone in self.everybody:
            came[max(someone.since.year, BEFORE)].append(someone)
        for year in (BEFORE, *YEARS):
            self._year(year, came[year])
            self.say(f"{year}: {len(came[year])} people came")
        return self.everybody

    # -- one year ----------------------------------------------------------------------------------------------------

    def _year(self, year: int, new: Sequence[Someone]) -> None:
        last = date(year, 12, 31)
        passed = [one for one in self.everybody if one.passed_on and max(one.passed_on.year, BEFORE) == year]
        with transaction.atomic(), journal.together(SYSTEM), people.making(SYSTEM):
            if passed:
                self._pass_list(passed, last)
            for start in range(0, len(new), CHUNK):
                self._people(new[start : start + CHUNK], last)
            self._certificates(passed, last)

    def _pass_list(self, passed: Sequence[Someone], last: date) -> None:
        rows = [
            Passed(
                one.member.number,
                one.member.name,
                one.level,
                _number(one),
                one.passed_on,
                one.passed_on.year,
                one.unit,
            )
            for one in passed
            if one.passed_on
        ]
        credentials.take_pass_list(rows, batch_id=_batch(), by=SYSTEM, on=last)

    def _people(self, new: Sequence[Someone], last: date) -> None:
        batch = _batch()
        entrants = [
            people.Entrant(one.member.number, one.member.name, one.member.ethnicity, "", _phone(n))
            for n, one in enumerate(new, len(self.keys))
        ]
        keys = people.take_in(entrants, batch_id=batch, by=SYSTEM, on=last)
        self.keys |= {id(one): key for one, key in zip(new, keys, strict=True)}
        work = [
            StatedEmployment(key, self._employer(one).pk, self._employer(one).region_code, one.since, "社工",
                             "relief")
            for key, one in zip(keys, new, strict=True)
        ]  # fmt: skip
        employment.take_in(work, batch_id=batch, by=SYSTEM, on=last)
        studies = [self._study(key, one) for key, one in zip(keys, new, strict=True) if "hired" in one.done]
        if studies:
            credentials.take_in([], studies, batch_id=batch, by=SYSTEM, on=last)

    def _certificates(self, passed: Sequence[Someone], last: date) -> None:
        stated = [
            StatedCertificate(self.keys[id(one)], one.level, _number(one), one.passed_on, one.passed_on.year)
            for one in passed
            if one.passed_on
        ]
        if stated:
            credentials.take_in(stated, [], batch_id=_batch(), by=SYSTEM, on=last)

    # -- who and where -----------------------------------------------------------------------------------------------

    def _bodies(self, county: int, day: date) -> list[Organization]:
        """Service centres of two townships, where graduates go, and the county's own centre."""
        name = _plain(county, day)
        towns = [code for code in tree().children(county, day) if tree().at(code, day).level == 4][:2]
        seats = [(code, f"{_plain(code, day)}社会救助服务中心") for code in towns]
        return [
            organizations.register_organization(
                name=text, kind="service_centre", region_code=code, by=SYSTEM, on=day, accept_similar=True
            )
            for code, text in [(county, f"{name}社会工作服务中心"), *seats]
        ]

    def _employer(self, one: Someone) -> Organization:
        bodies = self.employers[one.county]
        towns = bodies[1:] or bodies
        return towns[int(one.member.number[-4:-1]) % len(towns)] if "hired" in one.done else bodies[0]

    def _study(self, key: int, one: Someone) -> StatedEducation:
        names = list(self.schools)
        school = names[int(one.member.number[-4:-1]) % len(names)]
        major = "社会工作" if int(one.member.number[-3]) < 6 else "社会学"
        return StatedEducation(key, "21", "", school, major, date(one.since.year, 6, 30))


def _batch() -> int:
    return int(reserve(Batch, 1)[0])


def _number(one: Someone) -> str:
    """An invented management number: year, then what no examination office gives."""
    return f"{one.passed_on.year if one.passed_on else 0}0622{one.member.number[:6]}{one.member.number[-4:-1]}{one.member.born_on.day % 10}"


def _phone(n: int) -> str:
    return f"190{n:08d}"


def _plain(code: int, day: date) -> str:
    """The name of a place as bodies bear it: without the province."""
    return tree().full_name(code, day).removeprefix(tree().name(code // 10_000_000 * 10_000_000, day))
