"""The plan as its offices steered it, 2011 to 2013: yearly work plans split over the units, and the figures that no register
holds, entered by each county half a year at a time with the names behind them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import connection

from shegong.config.demo.offices import Offices
from shegong.config.demo.years import SHARES, YEARS, Someone, parts
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor
from shegong.steering.programme import actions as programme
from shegong.steering.programme.models import AnnualPlan, SubPlan, Target

PLACES = {  # what somebody took part in → the indicator it is entered for
    "hired": "K-T1", "inducted": "K-T2.2a", "trained": "K-S2012.3", "attended": "K-S2013.3", "taught": "K-T2.3",
}  # fmt: skip
# Managers by tier: their indicator and how many in a hundred.
TIERS = {"K-T2.1b": 5, "K-T2.1c": 10, "K-T2.1d": 35, "K-T2.1e": 50}
# What the yearly plans want of figures that the plan states for the whole term only.
WANTED = {
    2011: {"K-G3": 2200, "K-T2.1b": 15, "K-T2.1c": 30, "K-T2.1d": 90, "K-T2.1e": 125, "K-T2.3": 30, "K-G4": 520},
    2012: {"K-G3": 4300, "K-T2.1b": 18, "K-T2.1c": 35, "K-T2.1d": 130, "K-T2.1e": 187, "K-T2.3": 35, "K-G4": 1020},
    2013: {"K-G3": 3500, "K-T2.1b": 17, "K-T2.1c": 35, "K-T2.1d": 130, "K-T2.1e": 188, "K-T2.3": 35, "K-G4": 2000},
}  # fmt: skip
# What the other five sub-plans report by year; invented.
OTHERS = {"K-PROG.1": (28, 39, 35), "K-PROG.2": (22, 30, 41), "K-PROG.3": (290, 345, 371), "K-PROG.4": (260, 352, 402),
          "K-PROG.5": (2900, 3410, 3805)}  # fmt: skip
SPLIT = (
    "K-G3",
    "K-G4",
    "K-T1",
    "K-T2.2a",
    "K-S2012.2",
    "K-S2013.2",
    "K-S2012.3",
    "K-S2013.3",
    "K-T2.1c",
    "K-T2.1d",
    "K-T2.1e",
)
# Percent due by the end of the first three quarters: graduates come in summer, certificates in September.
QUARTERS = {"K-T1": (0, 5, 75), "K-T2.2a": (0, 0, 60), "K-S2012.2": (0, 0, 90), "K-S2013.2": (0, 0, 90), "K-G4": (0, 0, 90),
            "K-G3": (8, 30, 75)}  # fmt: skip
WORK = (
    ("T1.1.c", "会同财政、人社部门公开招聘高校毕业生，年内签订合同并上岗", "吉林省民政厅", (9, 30)),
    ("T2.2.a", "分批举办入职培训班", "吉林省民政厅", (11, 30)),
    ("T4.1.a", "组织考前辅导，动员在岗人员参加职业水平考试", "吉林省民政厅", (6, 10)),
    ("M3.b", "将所需资金列入年度预算", "吉林省财政厅", (3, 31)),
)
PAPER = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 77>>stream
BT /F 16 Tf 72 760 Td (Demonstration: signed list of this period, stamped) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


class Steering:
    """Seats the plan's offices, issues the three yearly plans and enters what the years brought."""

    def __init__(self, offices: Offices, on: date, say: Callable[[str], object]):
        self.offices, self.on, self.say = offices, on, say

    def make(self, province: int, people: Sequence[Someone], keys: Mapping[int, int]) -> None:
        """`keys` names the record of each person by id()."""
        self._seat(province)
        sixth = SubPlan.objects.get(number=6)
        lead, coordinator = (
            self.offices.actor("subplan_lead", province),
            self.offices.actor("programme_coordinator", province),
        )
        self._sheet(sixth, lead)
        for year in YEARS:
            self._plan(sixth, year, lead, coordinator)
            self.say(f"work plan of {year}")
        with without_statistics(), journal.together(SYSTEM):
            self._enter(province, people, keys)
        self.say("entered figures of three years")

    # -- who ---------------------------------------------------------------------------------------------------------

    def _seat(self, province: int) -> None:
        office = Organization.objects.get(name="吉林省人才工作领导小组办公室")
        for n in (1, 2):
            self.offices.seat(f"coordinator{n}", "programme_coordinator", province, office)
            self.offices.seat(f"lead{n}", "subplan_lead", province)
        self.offices.seat(
            "finance", "department_clerk", province, Organization.objects.get(name="吉林省财政厅")
        )
        units = tree()
        for unit in units.units(2, self.on, "reporting"):
            self.offices.seat(f"{self.offices.short(unit)}plan", "plan_officer", unit)
        for county in (
            *units.children(220800000, self.on, "reporting"),
            *units.children(222400000, self.on, "reporting"),
        ):
            self.offices.seat(f"{self.offices.short(county)}plan", "plan_officer", county)

    def _sheet(self, subplan: SubPlan, lead: Actor) -> None:
        body = Organization.objects.get(name="吉林省民政厅")
        programme.fill_sheet(
            subplan, body, leader="林致远", leader_post="副厅长", section="社会工作处", contact="周雅文",
            phone="13900000001", by=SYSTEM, on=date(YEARS[0], 5, 10),
        )  # fmt: skip

    # -- the yearly plan ---------------------------------------------------------------------------------------------

    def _plan(self, subplan: SubPlan, year: int, lead: Actor, coordinator: Actor) -> None:
        plan = programme.draft_plan(subplan, year=year, by=lead, on=self.on)
        programme.write_note(
            plan, note="坚持培养与使用并重，重点抓好基层岗位选聘和持证人员培养。", by=lead, on=self.on
        )
        programme.set_targets(plan, amounts=WANTED[year], by=lead, on=self.on)
        for target in Target.objects.filter(plan=plan, parent=None, indicator__in=SPLIT):
            whole = parts(target.amount, SHARES)
            programme.split_target(
                target, amounts=whole, by=lead, on=self.on, quarters=QUARTERS.get(target.indicator)
            )
        for clause, what, body, (month, day) in WORK:
            bodies = [Organization.objects.get(name=body)]
            programme.add_item(
                plan,
                what=what,
                clause=clause,
                bodies=bodies,
                due_on=date(year, month, day),
                by=lead,
                on=self.on,
            )
        plan = programme.review_plan(plan, by=lead, on=self.on)
        plan = programme.submit_plan(plan, by=lead, on=self.on)
        plan = programme.endorse_plan(plan, by=coordinator, on=self.on)
        issued = date(year, 5, 12) if year == YEARS[0] else date(year, 1, 20)
        plan = programme.issue_plan(
            plan, number=f"吉民发〔{year}〕{8 + year % 5}号", issued_on=issued, by=lead, on=self.on
        )
        self._counties(plan)

    def _counties(self, plan: AnnualPlan) -> None:
        """白城 and 延边 split their parts over their counties."""
        for unit in (220800000, 222400000):
            officer = self.offices.actor("plan_officer", unit)
            for target in Target.objects.filter(plan=plan, region=unit):
                counties = tree().children(unit, date(plan.year, 12, 31), "reporting")
                dealt = parts(target.amount, {code: 1 + code % 7 for code in counties})
                programme.split_target(target, amounts=dealt, by=officer, on=self.on)

    # -- what no register holds --------------------------------------------------------------------------------------

    def _enter(self, province: int, people: Sequence[Someone], keys: Mapping[int, int]) -> None:
        rows: dict[tuple[str, int, date, date], list[int]] = defaultdict(list)
        for place, someone in enumerate(people):
            for what, code, day in self._did(place, someone, province):
                rows[(what, code, *half(day))].append(keys[id(someone)])
        for (indicator, code, start, end), named in sorted(rows.items()):
            programme.enter_value(
                indicator=indicator, region_code=code, start=start, end=end, amount=len(named), papers=[("名单（盖章）.pdf", PAPER)],
                by=SYSTEM, on=end, persons=dict.fromkeys(named),
            )  # fmt: skip
        for indicator, amounts in OTHERS.items():
            for year, amount in zip(YEARS, amounts, strict=True):
                programme.enter_value(
                    indicator=indicator, region_code=province, start=date(year, 1, 1), end=date(year, 12, 31), amount=amount,
                    papers=[("年度完成情况（盖章）.pdf", PAPER)], by=SYSTEM, on=date(year, 12, 31),
                )  # fmt: skip
        for year in YEARS:
            for end in (date(year, 6, 30), date(year, 12, 31)):
                programme.enter_value(
                    indicator="K-T3.1", region_code=province, start=half(end)[0], end=end, amount=int(end.month == 12 or year > 2011),
                    papers=[("培训班通知.pdf", PAPER)], by=SYSTEM, on=end, note="省委党校专题辅导班",
                )  # fmt: skip

    def _did(self, place: int, someone: Someone, province: int) -> Iterator[tuple[str, int, date]]:
        """(indicator, unit of the entry, day) of everything that somebody took part in."""
        for what, days in someone.done.items():
            for day in days:
                if what == "managed":
                    tier = _tier(place)
                    code = {"K-T2.1b": province, "K-T2.1c": someone.unit}.get(tier, someone.county)
                    yield tier, code, day
                elif what == "taught":
                    yield PLACES[what], someone.unit, day
                else:
                    yield PLACES[what], someone.county, day


@contextmanager
def without_statistics() -> Iterator[None]:
    """The database has no statistics of what this transaction has written: left to guess, it would compare ten thousand
    names with every row, one after the other, for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def half(day: date) -> tuple[date, date]:
    """The half year that holds a day."""
    return (
        (date(day.year, 1, 1), date(day.year, 6, 30))
        if day.month <= 6
        else (date(day.year, 7, 1), date(day.year, 12, 31))
    )


def _tier(place: int) -> str:
    """Deals managers over the tiers by their share."""
    turn = place % 100
    for tier, share in TIERS.items():
        if turn < share:
            return tier
        turn -= share
    raise AssertionError("the shares make a hundred")
