"""Rows of a summary against the base: the person, her certificate, where she applies, and what stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shegong.duties.registry.models import Registration
from shegong.duties.registry.models.facts import open_rounds
from shegong.duties.registry.models.policies import registration_policy, route_stages
from shegong.duties.registry.rules import Facts, LateRound, Permission, Stage, bars, counter_obstacles
from shegong.duties.registry.sheets.summary.known import Known, read_known
from shegong.duties.registry.sheets.summary.places import Counties, Where
from shegong.ground.credentials.models import Certificate
from shegong.ground.credentials.rules import LEVEL_WORDS, Level
from shegong.ground.organizations.rules.names import canonical
from shegong.kernel.access import Actor
from shegong.kernel.holidays import calendar_in_force
from shegong.kernel.masking import mask
from shegong.kernel.names import comparison_key
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Offer, Row, Taking, Weight
from shegong.kernel.text import N_

COLUMN_OF = {
    "identity": "identity",
    "certificate": "management_no",
    "workplace": "employer",
    "region": "place",
}


@dataclass
class Plan:
    """What taking a row would do: an application of `known` for `certificate` at `where`."""

    known: Known
    certificate: Certificate
    where: Where
    opinion: str = ""


class Look:
    """What the checks of one part share."""

    def __init__(self, rows: Sequence[Row], taking: Taking):
        self.by, self.on = taking.by, taking.on
        self.known = read_known(rows, taking)
        self.counties = Counties(taking.by, taking.on)
        self.policy, self.calendar = registration_policy(taking.on), calendar_in_force()
        numbers = [c.pk for one in self.known.values() for c in one.certificates.values()]
        found = Registration.objects.filter(certificate__in=numbers)
        self.registered = {row.certificate_id: row.register_no for row in found}
        self._rounds: dict[int, tuple[LateRound, ...]] = {}
        self._routes: dict[tuple[int, int], tuple[Stage, ...]] = {}

    def rounds(self, region_code: int) -> tuple[LateRound, ...]:
        """Late rounds open there."""
        if region_code not in self._rounds:
            self._rounds[region_code] = tuple(open_rounds(region_code, self.on))
        return self._rounds[region_code]

    def route(self, region_code: int, employer_level: int) -> tuple[Stage, ...]:
        """The way of an application from there."""
        key = region_code, employer_level
        if key not in self._routes:
            self._routes[key] = tuple(route_stages(region_code, self.on, employer_level))
        return self._routes[key]


def check(rows: Sequence[Row], taking: Taking) -> None:
    """Find what keeps a row out; `row.values["plan"]` carries what taking it would do."""
    if not rows:
        return
    look = Look(rows, taking)
    for row in rows:
        _kind(row)
        known = _person(row, look)
        if known is None:
            continue
        certificate, where = _certificate(row, known, look), look.counties.of(row, known)
        _employer(row, known, where)
        if certificate is None or where is None:
            continue
        plan = Plan(known, certificate, where, row.values.get("opinion") or "")
        _under_way(row, plan, look.by)
        if row.outcome != "same":
            _bars(row, plan, look)
            _opinion(row, plan, look)
            row.values["plan"] = plan


def _kind(row: Row) -> None:
    if row.values.get("kind") != "first":
        message = N_(
            "This sheet takes first registrations. For anything else the holder turns to the office that registered her."
        )
        row.find("kind", Obstacle("not_first", message))
    if row.values.get("hours"):
        message = N_("A first registration asks for no hours; they are not stored.")
        row.find("hours", Obstacle("hours_unused", message), Weight.NOTE)


def _person(row: Row, look: Look) -> Known | None:
    known = look.known.get(row.values["identity"])
    if known is None:
        message = N_("Nobody in the register has this number. Take her in by the roster first.")
        row.find("identity", Obstacle("person_unknown", message))
    elif not known.may_edit:
        message = N_(
            "This number cannot be entered here. Compare it with the identity card. If it is right, the person is with "
            "another office: ask the prefecture to settle it."
        )
        row.find("identity", Obstacle("identity_elsewhere", message))
    elif comparison_key(row.values["name"]) != comparison_key(known.name):
        params = {"name": mask("name", known.name), "number": known.masked, "said": row.values["name"]}
        message = N_(
            "The number %(number)s belongs to %(name)s in the register, not to %(said)s. Compare name and number with the "
            "identity card; nobody is overwritten."
        )
        row.find("name", Obstacle("identity_other_name", message, params=params))
    else:
        return known
    return None


def _certificate(row: Row, known: Known, look: Look) -> Certificate | None:
    certificate = known.certificates.get(row.values["management_no"])
    if certificate is None:
        message = N_(
            "She has no certificate with this number in the register. Take it in by the roster first."
        )
        row.find("management_no", Obstacle("certificate_unknown", message))
        return None
    if certificate.level != row.values["level"]:
        params = {"held": LEVEL_WORDS[Level(certificate.level)]}
        message = N_("The register has %(held)s for this number. Compare both with the certificate.")
        row.find("level", Obstacle("level_differs", message, params=params))
    if certificate.pk in look.registered:
        params = {"number": look.registered[certificate.pk]}
        message = N_("This certificate is registered already: %(number)s.")
        row.find("management_no", Obstacle("registered", message, params=params))
        return None
    return certificate


def _employer(row: Row, known: Known, where: Where | None) -> None:
    held, said = known.employment, row.values.get("employer")
    if held is None and where is not None and where.ground == "workplace":
        message = N_(
            "The register has no workplace of hers. Take her in by the roster first, with where she works."
        )
        row.find("employer", Obstacle("employment_missing", message))
    elif held is not None and said and canonical(said) != held.employer.name:
        message = N_("The register says %(held)s. Keep that, or change it on the person's page first.")
        obstacle = Obstacle("employer_differs", message, params={"held": held.employer.name})
        row.find("employer", obstacle, Weight.CHOICE, Offer(held.employer.name, held.employer.name))


def _under_way(row: Row, plan: Plan, by: Actor) -> None:
    """An application that a summary brought in before is the same one; any other open one is a clash."""
    opened = next(iter(plan.known.applications), None)
    if opened is not None and opened.on_paper and opened.certificate_id == plan.certificate.pk:
        row.outcome = "same"
        return
    is_own = by.person_id == plan.known.person.pk
    for obstacle in counter_obstacles(
        is_own=is_own, open_number=None if opened is None else opened.number or ""
    ):
        row.find("identity", obstacle)


def _bars(row: Row, plan: Plan, look: Look) -> None:
    for obstacle in bars(_facts(plan, look), look.policy, look.calendar, look.on):
        row.find(COLUMN_OF.get(obstacle.field or "", ""), obstacle)


def _facts(plan: Plan, look: Look) -> Facts:
    known, certificate, code = plan.known, plan.certificate, plan.where.region_code
    employer = known.employment.employer if known.employment else None
    return Facts(
        born_on=known.person.born_on, died=known.person.died_on is not None, level=certificate.level,
        issued_on=certificate.issued_on, certificate_state=certificate.state, ground=plan.where.ground,
        region_code=code, employer_dissolved=_gone(employer.dissolved_on if employer else None, look.on),
        barred="barred" in known.restrictions, rounds=look.rounds(code), on_paper=True,
        route_found=bool(look.route(code, _level(plan))),
    )  # fmt: skip


def _gone(dissolved_on: date | None, on: date) -> bool:
    return dissolved_on is not None and dissolved_on <= on


def _level(plan: Plan) -> int:
    """Level of the employer, on which the way depends; see `models.facts.ground_of`."""
    employer = plan.known.employment.employer if plan.known.employment else None
    if plan.where.ground != "workplace" or employer is None or employer.system != "civil_affairs":
        return 4
    return int(employer.level or 4)


def _opinion(row: Row, plan: Plan, look: Look) -> None:
    """An opinion counts where the first stage is this officer's; elsewhere the case goes to whose it is."""
    if not plan.opinion:
        return
    first = next(iter(look.route(plan.where.region_code, _level(plan))), None)
    seats = look.by.with_permission(Permission.FIRST_REVIEW)
    if first is None or first.stage != "first" or first.level not in {seat.level for seat in seats}:
        plan.opinion = ""
        message = N_(
            "The first stage of this application is another office's; it waits there, without this opinion."
        )
        row.find("opinion", Obstacle("opinion_elsewhere", message), Weight.NOTE)
