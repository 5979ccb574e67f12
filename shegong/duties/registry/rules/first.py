"""First registration: what is still missing and what stands against it (民发〔2009〕44号 art. 4–6; T4.2.a); pure.

The person's page, the submission, the officer's desk and the API all read the same answers from here.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shegong.duties.registry.policy_types import Material, RegistrationPolicy
from shegong.kernel.calendar import Calendar, Due
from shegong.kernel.policy import Wording
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

ART_4 = "民发〔2009〕44号 art. 4"
ART_5 = "民发〔2009〕44号 art. 5"
ART_6 = "民发〔2009〕44号 art. 6"
WORK_AGE = 16  # 民法典 art. 18: from 16 a person living on own labour has full capacity
FULL_AGE = 18


class Step(StrEnum):
    """The tasks of the applicant's list, in their order."""

    IDENTITY = "identity"
    EDUCATION = "education"
    CERTIFICATE = "certificate"
    WORKPLACE = "workplace"
    PAPERS = "papers"
    COMMITMENT = "commitment"


STEP_NAMES = {
    Step.IDENTITY: N_("Name and identity number"),
    Step.EDUCATION: N_("Education"),
    Step.CERTIFICATE: N_("Certificate"),
    Step.WORKPLACE: N_("Where you work or live"),
    Step.PAPERS: N_("Photos of your papers"),
    Step.COMMITMENT: N_("Ethics commitment"),
}


@dataclass(frozen=True)
class LateRound:
    """A special window of an area that is open on the day (regulations section 2)."""

    id: int
    levels: tuple[str, ...]
    issued_from: date | None
    issued_to: date | None

    def admits(self, level: str, issued_on: date) -> bool:
        """True when certificates of this level and issue date may come late."""
        return (
            (not self.levels or level in self.levels)
            and (self.issued_from is None or self.issued_from <= issued_on)
            and (self.issued_to is None or issued_on <= self.issued_to)
        )


@dataclass(frozen=True)
class FirstFacts:
    """Everything that the rules of a first registration look at, gathered by `models.facts`."""

    name: str = ""
    identity_masked: str = ""
    born_on: date | None = None
    died: bool = False
    education: bool = False
    level: str = ""
    issued_on: date | None = None
    certificate_state: str = ""
    on_pass_list: bool | None = None  # None: no pass list of that examination has been taken in
    ground: str = ""
    region_code: int | None = None
    region_name: str = ""
    employer: str = ""
    employer_dissolved: bool = False
    papers: frozenset[str] = frozenset()
    committed: bool = False
    on_paper: bool = False  # taken in at a counter: form, papers and signature are with the office
    registered_at_level: bool = False
    live_level: str = ""
    barred: bool = False
    suspended: bool = False
    rounds: tuple[LateRound, ...] = ()
    returned: tuple[str, ...] = ()  # items returned and not yet put right
    route_found: bool = True
    extra: dict[str, str] = field(default_factory=dict)


def first_deadline(issued_on: date, policy: RegistrationPolicy, calendar: Calendar) -> Due:
    """Last day to apply: one year from the issue date on the certificate, rolled over a holiday (art. 4; 民法典 203)."""
    return calendar.add_months(issued_on, policy.window_months)


def is_waived(material: Material, facts: FirstFacts) -> bool:
    """True when something stands in the paper's place: the pass list verified the certificate and still agrees."""
    confirmed = facts.certificate_state == "verified" and facts.on_pass_list is True
    return material.waived_by == "exam_list" and confirmed


def papers_missing(facts: FirstFacts, policy: RegistrationPolicy) -> list[str]:
    """Codes of the required materials that are not there yet (art. 6); employment proof only for the workplace ground."""
    if facts.on_paper:
        return []
    required = policy.materials_for("first", facts.ground or "workplace")
    asked = [material for material in required if material.required and not is_waived(material, facts)]
    return [material.code for material in asked if material.code not in facts.papers]


def steps_done(facts: FirstFacts, policy: RegistrationPolicy) -> dict[Step, bool]:
    """The task list: which steps are complete."""
    return {
        Step.IDENTITY: bool(facts.name and facts.identity_masked),
        Step.EDUCATION: facts.education or facts.on_paper,
        Step.CERTIFICATE: bool(facts.level and facts.issued_on),
        Step.WORKPLACE: bool(facts.region_code and (facts.ground == "domicile" or facts.employer)),
        Step.PAPERS: not papers_missing(facts, policy),
        Step.COMMITMENT: facts.committed or facts.on_paper,
    }


def missing_steps(facts: FirstFacts, policy: RegistrationPolicy) -> list[Step]:
    """The steps still to do: their number is the “还差 N 步” on every page."""
    return [step for step, done in steps_done(facts, policy).items() if not done]


def bars(facts: FirstFacts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    """What stands against a first registration, however complete the form is (art. 4, 5)."""
    found = [*_capacity(facts, on), *_standing(facts), *_window(facts, policy, calendar, on)]
    if facts.region_code and not facts.route_found:
        found.append(
            Obstacle("no_route", N_("No office is responsible for this area yet. Choose the county you work or live in."),
                     "region")
        )  # fmt: skip
    return found


def registration_obstacles(
    facts: FirstFacts, policy: RegistrationPolicy, calendar: Calendar, on: date
) -> list[Obstacle]:
    """Every reason why this application cannot be submitted now, in the order of the task list."""
    todo = [
        Obstacle(
            "step_missing", N_("%(step)s is not complete."), str(step), ART_6, {"step": STEP_NAMES[step]}
        )
        for step in missing_steps(facts, policy)
    ]
    back = [
        Obstacle("still_returned", N_("%(item)s was returned and has not been put right yet."), item, ART_6,
                 {"item": item_name(item, policy)})
        for item in facts.returned
    ]  # fmt: skip
    return [*todo, *back, *bars(facts, policy, calendar, on)]


def counter_obstacles(*, is_own: bool, open_number: str | None) -> list[Obstacle]:
    """Why an officer cannot enter a paper application: it is her own, or there is one already ('' for a draft)."""
    if is_own:
        return [
            Obstacle(
                "own_case", N_("Nobody enters his own application. Apply on your own page."), clause=ART_6
            )
        ]
    if open_number == "":
        message = N_(
            "She has begun an application herself. She submits or withdraws it; then it can be entered."
        )
        return [Obstacle("open_draft", message, clause=ART_6)]
    if open_number:
        message = N_("Application %(number)s is under way already.")
        return [Obstacle("open_case", message, clause=ART_6, params={"number": open_number})]
    return []


def material_of(policy: RegistrationPolicy, code: str) -> Material | None:
    """The material with this code, or None."""
    return next((material for material in policy.materials if material.code == code), None)


def item_name(item: str, policy: RegistrationPolicy) -> str | Wording:
    """What a returned item is called: a step, or a paper `paper:<code>`."""
    if item.startswith("paper:"):
        material = material_of(policy, item.removeprefix("paper:"))
        return material.title if material else item
    return STEP_NAMES[Step(item)]


def returnable_items(papers: Collection[str]) -> list[str]:
    """What an officer may return: the steps with typed answers, and each paper handed in."""
    steps = [Step.IDENTITY, Step.EDUCATION, Step.CERTIFICATE, Step.WORKPLACE]
    return [*map(str, steps), *(f"paper:{code}" for code in papers)]


def age_on(born_on: date, day: date) -> int:
    """Completed years of age."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _capacity(facts: FirstFacts, on: date) -> list[Obstacle]:
    if facts.died:
        return [
            Obstacle(
                "deceased",
                N_("The register holds this person as deceased. Call the county office."),
                "identity",
                ART_5,
            )
        ]
    if facts.born_on and age_on(facts.born_on, on) < WORK_AGE:
        return [Obstacle("too_young", N_("Registration needs full civil capacity."), "identity", ART_5)]
    return []


def _standing(facts: FirstFacts) -> list[Obstacle]:
    found = []
    if facts.registered_at_level:
        found.append(
            Obstacle(
                "registered",
                N_("This certificate is already registered. You need not apply again."),
                "certificate",
                ART_4,
            )
        )
    if facts.barred:
        found.append(
            Obstacle(
                "barred",
                N_("A decision bars you from registering. Its document says until when and how to appeal."),
                None,
                ART_5,
            )
        )
    if facts.certificate_state in ("refuted", "annulled"):
        found.append(
            Obstacle(
                "certificate_invalid",
                N_("This certificate was found invalid. Correct its number, or call the county office."),
                "certificate",
                ART_5,
            )
        )
    if facts.certificate_state == "replaced":
        message = N_("You corrected this certificate after choosing it. Choose the corrected one.")
        found.append(Obstacle("certificate_replaced", message, "certificate", ART_5))
    if facts.employer_dissolved:
        found.append(
            Obstacle(
                "employer_dissolved",
                N_("This employer has been dissolved. Choose where you work now."),
                "workplace",
                ART_6,
            )
        )
    return found


def _window(facts: FirstFacts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    if facts.issued_on is None:
        return []
    if facts.issued_on > on:
        return [
            Obstacle(
                "issued_in_future",
                N_("The issue date lies in the future. Copy it from the certificate."),
                "certificate",
                ART_4,
            )
        ]
    deadline = first_deadline(facts.issued_on, policy, calendar)
    if on <= deadline.on or late_round(facts):
        return []
    return [
        Obstacle(
            "window_closed",
            N_("A first registration had to be applied for by %(deadline)s. Wait for a special round of the province; it is announced here and sent to you."),
            "certificate", ART_4, {"deadline": deadline.on.isoformat()},
        )
    ]  # fmt: skip


def late_round(facts: FirstFacts) -> LateRound | None:
    """The open special round that admits this certificate although its year is over."""
    if facts.issued_on is None:
        return None
    return next((r for r in facts.rounds if r.admits(facts.level, facts.issued_on)), None)
