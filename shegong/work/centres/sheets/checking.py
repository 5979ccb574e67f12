"""Rows of the ledger against the base: the place, the body, the centre and its checks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from shegong.ground.organizations.models import Organization
from shegong.ground.organizations.rules import name_obstacles, similar_names
from shegong.ground.organizations.rules.names import canonical
from shegong.kernel.access import Actor
from shegong.kernel.codes import canonical_uscc
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Offer, Row, Taking, Weight
from shegong.kernel.text import N_
from shegong.work.centres.models import AnnualCheck, Centre
from shegong.work.centres.rules import check_obstacles, entry_obstacles
from shegong.work.centres.sheets.kinds import RESULT_WORDS
from shegong.work.centres.sheets.places import Townships

# Put before a name by the clerk who compared it with similar ones and says that it is another body.
ANOTHER = "新增："
MOST = 5
USCC = 18
MAY_BE_CENTRE = ("service_centre", "social_service", "other")
HELD = ("legal_representative", "address", "supervisor", "registered_on")


@dataclass
class Plan:
    """What taking a row would do."""

    name: str
    uscc: str = ""
    registration_no: str = ""
    region_code: int | None = None
    body: Organization | None = None
    centre: Centre | None = None
    checks: dict[int, str] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """new, change or same."""
        if self.centre is None:
            return "new"
        return "change" if self.checks else "same"


class Base:
    """What the base says about the bodies that some rows name, read together."""

    def __init__(self, rows: Sequence[Row], day: date):
        self.day = day
        names = {canonical(_bare(row)) for row in rows}
        codes = {code for row in rows if (code := _code(row))}
        bodies = [
            *Organization.objects.filter(name__in=names),
            *Organization.objects.filter(uscc__in=codes),
        ]
        self.by_name: dict[str, list[Organization]] = defaultdict(list)
        for body in {body.pk: body for body in bodies}.values():
            self.by_name[body.name].append(body)
        self.by_code = {body.uscc: body for body in bodies if body.uscc}
        centres = Centre.objects.filter(organization__in=bodies)
        self.centres = {centre.organization_id: centre for centre in centres}
        self.checks: dict[int, dict[int, str]] = defaultdict(dict)
        for check in AnnualCheck.objects.filter(centre__in=centres):
            self.checks[check.centre_id][check.year] = check.result
        said = {row.values.get("number") for row in rows} - {None}
        numbered = Centre.objects.filter(registration_no__in=said).select_related("organization")
        self.numbered = {(c.county_code, c.registration_no): c.organization.name for c in numbered}
        # Two rows of one part with one number: the second would be refused by the first.
        self.rows: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.rows[row.values.get("number") or ""].append(row)


def _bare(row: Row) -> str:
    return (row.values.get("name") or "").removeprefix(ANOTHER)


def _code(row: Row) -> str | None:
    code = canonical_uscc(row.values.get("number") or "")
    return code if isinstance(code, str) else None


def check(rows: Sequence[Row], taking: Taking) -> None:
    """Find what keeps a row out, and what taking it would do; `row.values["plan"]` carries it to `take`."""
    base, places = Base(rows, taking.on), Townships(taking.by, taking.on)
    for row in rows:
        plan = Plan(canonical(_bare(row)))
        _number(row, plan)
        _body(row, plan, base)
        if plan.centre is None:
            _new(row, plan, places, taking.on)
            _number_of_another(row, plan, base, places)
        else:
            _held(row, plan.centre, taking.by, places)
        _checks(row, plan, base, taking.on)
        row.values["plan"] = plan
        row.outcome = plan.outcome


def _number(row: Row, plan: Plan) -> None:
    """A credit code, or the number of a certificate from before there were codes."""
    text = row.values.get("number") or ""
    code = canonical_uscc(text)
    if isinstance(code, str):
        plan.uscc = code
    elif len("".join(text.split())) == USCC and text.isascii() and text.isalnum():
        for obstacle in code:
            row.find("number", obstacle)
    else:
        plan.registration_no = text


def _body(row: Row, plan: Plan, base: Base) -> None:
    by_code = base.by_code.get(plan.uscc) if plan.uscc else None
    if by_code and by_code.name != plan.name:
        params = {"name": by_code.name, "said": plan.name}
        message = N_(
            "This code belongs to %(name)s, not to %(said)s. Compare name and code with the certificate."
        )
        row.find("number", Obstacle("uscc_of_another", message, params=params))
        return
    same = base.by_name.get(plan.name, [])
    plan.body = by_code or (same[0] if same else None)
    if plan.body is None:
        return
    if plan.uscc and plan.body.uscc and plan.body.uscc != plan.uscc:
        params = {"name": plan.name, "held": plan.body.uscc}
        message = N_("%(name)s has the code %(held)s in the register. Compare it with the certificate.")
        row.find("number", Obstacle("uscc_differs", message, params=params))
    plan.centre = base.centres.get(plan.body.pk)
    if plan.centre is None and plan.body.kind not in MAY_BE_CENTRE:
        message = N_("%(name)s is in the register of organisations as another kind of body.")
        row.find("name", Obstacle("centre_kind", message, params={"name": plan.name}))


def _new(row: Row, plan: Plan, places: Townships, on: date) -> None:
    v = row.values
    plan.region_code = places.of(row)
    wrong = entry_obstacles(
        level=4, has_code=bool(plan.uscc), registration_no=plan.registration_no or "-",
        legal_representative=v.get("legal_representative") or "-", fund_fen=v.get("fund"),
        registered_on=v.get("registered_on"), on=on,
    )  # fmt: skip
    for obstacle in wrong:
        row.find(obstacle.field or "", obstacle)
    if plan.body is None:
        for obstacle in name_obstacles(plan.name):
            row.find("name", obstacle)
        if not (v.get("name") or "").startswith(ANOTHER):
            _similar(row, plan)


def _number_of_another(row: Row, plan: Plan, base: Base, places: Townships) -> None:
    county = places.county(plan.region_code) if plan.region_code else None
    holder = base.numbered.get((county, plan.registration_no)) if county else None
    if holder:
        message = N_("%(name)s has this registration number. Compare both certificates.")
        row.find("number", Obstacle("centre_number_taken", message, params={"name": holder}))
    others = [
        r for r in base.rows[row.values.get("number") or "-"] if r is not row and _bare(r) != _bare(row)
    ]
    if others:
        params = {"row": others[0].number, "name": _bare(others[0])}
        message = N_("Row %(row)s, %(name)s, has the same number. Compare both certificates.")
        row.find("number", Obstacle("centre_number_twice", message, params=params))


def _similar(row: Row, plan: Plan) -> None:
    alike = similar_names(plan.name, Organization.objects.near(plan.name))[:MOST]
    if alike:
        offers = [Offer(name, name) for name in alike]
        offers.append(Offer(f"{ANOTHER}{plan.name}", f"{plan.name}（新单位）"))
        message = N_("There is a similar name already: %(names)s. Choose which body is meant.")
        obstacle = Obstacle("organization_similar", message, params={"names": "、".join(alike)})
        row.find("name", obstacle, Weight.CHOICE, *offers)


def _held(row: Row, centre: Centre, by: Actor, places: Townships) -> None:
    """What the register says stands; a ledger adds checks and changes nothing else."""
    if not places.reaches(centre.region_code):
        message = N_("This centre belongs to another office's area; that office enters its row.")
        row.find("name", Obstacle("region_out_of_reach", message))
        return
    for column in HELD:
        held, said = getattr(centre, column), row.values.get(column)
        if said and said != held:
            _differs(row, column, str(held or ""))
    said_fund = row.values.get("fund")
    if said_fund is not None and said_fund != centre.fund_fen:
        held_fund = "" if centre.fund_fen is None else f"{centre.fund_fen / 100:.2f}元"
        _differs(row, "fund", held_fund)


def _differs(row: Row, column: str, held: str) -> None:
    if held:
        message = N_("The register says %(held)s. Keep that, or correct it on the page of the centre first.")
        obstacle = Obstacle("centre_differs", message, params={"held": held})
        row.find(column, obstacle, Weight.CHOICE, Offer(held, held))
        return
    message = N_("The register has nothing here and a ledger fills no blanks: enter it on the centre's page.")
    row.find(column, Obstacle("centre_blank", message), Weight.NOTE)


def _checks(row: Row, plan: Plan, base: Base, on: date) -> None:
    said: dict[int, str] = row.values.get("check") or {}
    held = base.checks.get(plan.centre.pk, {}) if plan.centre else {}
    staff, certified = row.values.get("staff"), row.values.get("certified")
    registered = plan.centre.registered_on if plan.centre else row.values.get("registered_on")
    for year, result in said.items():
        if year in held and held[year] != result:
            text = f"{year}年{RESULT_WORDS[held[year]]}"  # type: ignore[index]
            message = N_("The register has another result for %(year)s. Keep the register's.")
            obstacle = Obstacle("check_differs", message, params={"year": year})
            row.find("check", obstacle, Weight.CHOICE, Offer(text, text))
        elif year not in held:
            plan.checks[year] = result
    newest = max(plan.checks, default=None)
    for year, result in plan.checks.items():
        counts = (staff, certified) if year == newest else (None, None)
        wrong = check_obstacles(
            year=year,
            result=result,
            registered_on=registered,
            staff=counts[0],
            certified=counts[1],
            on=on,
        )
        for obstacle in wrong:
            row.find("certified" if obstacle.field == "certified" else "check", obstacle)
    if newest is None and plan.centre is None and (staff is not None or certified is not None):
        message = N_("Staff and certificate holders are kept with a year's check; this row has none.")
        row.find("staff", Obstacle("counts_undated", message), Weight.NOTE)
