"""Every check of a roster's rows against the base, in the order in which a clerk would make them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from shegong.duties.registry.sheets.roster.certificates import certificate_findings, register_findings
from shegong.duties.registry.sheets.roster.employers import Employers
from shegong.duties.registry.sheets.roster.known import Base, Known, born_by, read_base
from shegong.duties.registry.sheets.roster.places import Places
from shegong.duties.registry.sheets.roster.plan import Plan
from shegong.duties.registry.sheets.roster.studies import education_findings
from shegong.duties.registry.sheets.roster.work import employment_findings
from shegong.kernel.access import Actor
from shegong.kernel.code_lists import codes
from shegong.kernel.masking import mask
from shegong.kernel.names import comparison_key
from shegong.kernel.refusal import Obstacle
from shegong.kernel.search_keys import is_hash_of
from shegong.kernel.sheets.layout import Offer, Row, Taking, Weight
from shegong.kernel.text import N_


@dataclass
class Look:
    """What the checks of one part share."""

    base: Base
    places: Places
    employers: Employers
    by: Actor
    day: date
    twice: dict[str, list[Row]] = field(default_factory=dict)


Check = Callable[[Row, Plan, "Look"], None]


def check(rows: Sequence[Row], taking: Taking) -> None:
    """Find everything that keeps a row out, and what taking it would do; `row.values["plan"]` carries it to `take`."""
    base = read_base(rows, taking)
    names = {row.values["employer"] for row in rows if row.values.get("employer")}
    look = Look(base, Places(taking.by, taking.on), Employers(names, taking.on), taking.by, taking.on)
    for row in rows:
        if row.values.get("management_no"):
            look.twice.setdefault(row.values["management_no"], []).append(row)
    for row in rows:
        plan = Plan(base.by_number.get(row.values.get("identity", "")))
        for one in CHECKS:
            one(row, plan, look)
        row.values["plan"] = plan
        row.outcome, row.ready = plan.outcome, plan.kept(row.values)


def _place(row: Row, plan: Plan, look: Look) -> None:
    v = row.values
    placed = look.places.of((v.get("prefecture") or "", v.get("county") or "", v.get("township") or ""))
    plan.region_code = placed.code
    row.findings.extend(placed.findings)
    named = v.get("prefecture") or v.get("county") or v.get("township")
    if not named and not v.get("employer") and plan.known is None:
        message = N_("Say in which county she works or lives: nobody would see her otherwise.")
        row.find("county", Obstacle("region_missing", message))


def _identity(row: Row, plan: Plan, look: Look) -> None:
    """Birth and sex must be what the number says (GB 11643); the clerk may take the number's."""
    number = row.values.get("identity")
    if not number:
        return
    born, sex = born_by(number), "1" if int(number[16]) % 2 else "2"
    said = row.values.get("born")
    if said and (said.year, said.month) != (born.year, born.month):
        params = {"number": f"{born:%Y-%m}", "said": f"{said:%Y-%m}"}
        message = N_(
            "Born in %(number)s by the identity number, in %(said)s by this cell. One of them is wrong."
        )
        offer = Offer(params["number"], params["number"])
        row.find("born", Obstacle("birth_differs", message, params=params), Weight.CHOICE, offer)
    if row.values.get("sex") not in (None, "0", "9", sex):
        words = codes("sex")
        params = {"number": words[sex], "said": words[row.values["sex"]]}
        message = N_("By the identity number %(number)s, by this cell %(said)s. One of them is wrong.")
        row.find(
            "sex",
            Obstacle("sex_differs", message, params=params),
            Weight.CHOICE,
            Offer(words[sex], words[sex]),
        )


def _person(row: Row, plan: Plan, look: Look) -> None:
    name = row.values.get("name")
    if plan.known is None:
        _note_namesakes(row, look)
    elif not plan.known.may_edit:
        message = N_(
            "This number cannot be entered here. Compare it with the identity card. If it is right, the person is with "
            "another office: ask the prefecture to settle it."
        )
        row.find("identity", Obstacle("identity_elsewhere", message))
    elif name and plan.known.names and comparison_key(name) not in plan.known.names:
        params = {"name": mask("name", plan.known.name), "number": plan.known.masked, "said": name}
        message = N_(
            "The number %(number)s belongs to %(name)s in the register, not to %(said)s. Compare name and number with the "
            "identity card; nobody is overwritten."
        )
        row.find("name", Obstacle("identity_other_name", message, params=params))
    else:
        if name and plan.known.name and comparison_key(name) != comparison_key(plan.known.name):
            message = N_("%(said)s is a former name; the register has %(held)s, which stays.")
            params = {"said": name, "held": plan.known.name}
            row.find("name", Obstacle("name_former", message, params=params), Weight.NOTE)
        _particulars(row, plan, plan.known)
        _phone(row, plan, plan.known)


def _note_namesakes(row: Row, look: Look) -> None:
    number, name = row.values.get("identity"), row.values.get("name")
    if not number or not name:
        return
    for other in look.base.namesakes.get((comparison_key(name), born_by(number)), ()):
        if other.may_edit:
            params = {
                "name": mask("name", other.name),
                "number": other.masked,
                "said": mask("identity", number),
            }
            message = N_(
                "%(name)s with the same date of birth is in the register under %(number)s. If both are one person, take "
                "the row in; minutes later both stand under Likely duplicates, to be compared and merged."
            )
            row.find("name", Obstacle("likely_duplicate", message, params=params), Weight.NOTE)


def _particulars(row: Row, plan: Plan, known: Known) -> None:
    """What the base says stands: a roster fills blanks."""
    for column, attribute in (("ethnicity", "ethnicity"), ("political", "political_status")):
        said, held = row.values.get(column), getattr(known, attribute)
        if said and not held:
            plan.adds.add(attribute)
        elif said and said != held:
            words = codes(attribute)
            params = {"held": words.get(held, held), "said": words[said]}
            message = N_(
                "The register says %(held)s, this cell %(said)s. Keep the register's, or change it on the person's page first."
            )
            offer = Offer(params["held"], params["held"])
            row.find(column, Obstacle("fact_differs", message, params=params), Weight.CHOICE, offer)


def _phone(row: Row, plan: Plan, known: Known) -> None:
    if row.values.get("phone") and not known.phone:
        plan.adds.add("phone")
    elif row.values.get("phone") and not is_hash_of(known.phone_index, plan.phone_index(row.values["phone"])):
        message = N_("The register has the phone %(held)s, which stays; the person states a new one herself.")
        row.find("phone", Obstacle("phone_kept", message, params={"held": known.phone}), Weight.NOTE)


def _certificate(row: Row, plan: Plan, look: Look) -> None:
    others = [r for r in look.twice.get(row.values.get("management_no", ""), ()) if r is not row]
    row.findings.extend(certificate_findings(row, plan, look.base, others, look.day))
    row.findings.extend(register_findings(row, plan, look.base))


def _studies(row: Row, plan: Plan, look: Look) -> None:
    row.findings.extend(education_findings(row, plan, look.base, look.day))


def _work(row: Row, plan: Plan, look: Look) -> None:
    row.findings.extend(employment_findings(row, plan, look.employers, look.by, look.day))


CHECKS: tuple[Check, ...] = (_place, _identity, _person, _certificate, _studies, _work)
