"""What the rules of every kind of application look at, and the words of its steps and papers; pure."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shegong.duties.registry.policy_types import Material, RegistrationPolicy
from shegong.duties.registry.rules.states import Kind, Status
from shegong.kernel.policy import Wording
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

ART_4 = "民发〔2009〕44号 art. 4"
ART_5 = "民发〔2009〕44号 art. 5"
ART_6 = "民发〔2009〕44号 art. 6"
WORK_AGE = 16  # 民法典 art. 18: from 16 a person living on own labour has full capacity
FULL_AGE = 18
LEVELS = ("assistant", "social_worker", "senior")  # rising


class Step(StrEnum):
    """The tasks that an applicant's list may have; `kinds` says which, in their order."""

    CHANGE = "change"
    IDENTITY = "identity"
    EDUCATION = "education"
    HOURS = "hours"
    CERTIFICATE = "certificate"
    WORKPLACE = "workplace"
    PAPERS = "papers"
    COMMITMENT = "commitment"


STEP_NAMES = {
    Step.CHANGE: N_("What you ask for"),
    Step.IDENTITY: N_("Name and identity number"),
    Step.EDUCATION: N_("Education"),
    Step.HOURS: N_("Continuing education"),
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
    may_be_after_expiry: bool = False  # renewal: also of those whose term is over
    requires_ce: bool = True  # renewal: hours are asked as always

    def admits(self, level: str, issued_on: date) -> bool:
        """True when certificates of this level and issue date may come late."""
        return (
            (not self.levels or level in self.levels)
            and (self.issued_from is None or self.issued_from <= issued_on)
            and (self.issued_to is None or issued_on <= self.issued_to)
        )


@dataclass(frozen=True)
class Hours:
    """Minutes of continuing education in the term: asked for, and counted by the national rule."""

    required: int
    counted: int

    @property
    def missing(self) -> int:
        """Minutes still to earn."""
        return max(0, self.required - self.counted)


@dataclass(frozen=True)
class Held:
    """The registration that a renewal, change, cancellation or reissue is about."""

    register_no: str
    status: Status
    is_closed: bool
    term_from: date  # of the last full term
    valid_to: date  # its last day
    # To apply for renewal in time: the last day rolls over a day off, moves by hours lost, and as far as the status is kept
    # for another reason; validity ends never.
    opens_on: date
    last_day: date
    restorable_to: date  # after that, until when a lapse is undone by a renewal
    region_code: int | None = None
    has_card: bool = False
    sanctions: int = 0  # warnings, suspensions and bans that touched the last full term
    suspended_to: date | None = None  # last day of a suspension that runs now
    hours: Hours | None = None  # None: not asked by this kind


@dataclass(frozen=True)
class Change:
    """What a change, cancellation or reissue asks for (`changes.What`), and how it compares with the register."""

    what: str
    is_stated: bool = False  # the holder said what it is to be
    differs: bool = False  # and the register has something else
    other_county: bool = False  # of a new employer: it lies in another county
    is_waiting: bool = False  # of a new employer: it was asked and has not answered
    is_disputed: bool = False  # of a new employer: it denies
    is_unasked: bool = False  # of a new employer: the holder states it, and nobody answers for it here


@dataclass(frozen=True)
class Facts:
    """Everything that the rules of an application look at, gathered by `models.facts`."""

    kind: Kind = Kind.FIRST
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
    revoked_before: bool = False  # the certificate's last registration was revoked
    live_level: str = ""
    handed_in: date | None = None  # of one that was handed in: the day that counts for its window
    barred: bool = False
    looked_into: bool = False  # of a cancellation: something about the holder is being looked into …
    waits_for_inquiry: bool = False  # … and the policy lets the decision wait for its end
    suspended: bool = False
    rounds: tuple[LateRound, ...] = ()
    returned: tuple[str, ...] = ()  # items returned and not yet put right
    route_found: bool = True
    on_record: frozenset[str] = (
        frozenset()
    )  # papers that an office of this register has seen before and confirmed
    held: Held | None = None  # unless it is a first registration
    round: LateRound | None = None  # the special round that it was handed in under
    change: Change | None = None  # of a change, cancellation or reissue
    extra: dict[str, str] = field(default_factory=dict)


def concerns(material: Material, facts: Facts) -> bool:
    """Whether a change of this sort asks for the paper at all; every other kind asks for its own."""
    return not material.changes or facts.change is None or facts.change.what in material.changes


def is_waived(material: Material, facts: Facts) -> bool:
    """True when something stands in the paper's place: the pass list verified the certificate and still agrees, or an
    office of this register saw the same paper at an earlier application."""
    if not concerns(material, facts):
        return True
    confirmed = facts.certificate_state == "verified" and facts.on_pass_list is True
    seen_before = facts.kind != Kind.FIRST and material.asked_once and material.code in facts.on_record
    return seen_before or (material.waived_by == "exam_list" and confirmed)


def papers_missing(facts: Facts, policy: RegistrationPolicy) -> list[str]:
    """Codes of the required materials that are not there yet (art. 6); employment proof only for the workplace ground."""
    if facts.on_paper:
        return []
    required = policy.materials_for(facts.kind, facts.ground or "workplace")
    asked = [material for material in required if material.required and not is_waived(material, facts)]
    return [material.code for material in asked if material.code not in facts.papers]


def material_of(policy: RegistrationPolicy, code: str) -> Material | None:
    """The material with this code, or None."""
    return next((material for material in policy.materials if material.code == code), None)


def item_name(item: str, policy: RegistrationPolicy) -> str | Wording:
    """What a returned item is called: a step, or a paper `paper:<code>`."""
    if item.startswith("paper:"):
        material = material_of(policy, item.removeprefix("paper:"))
        return material.title if material else item
    return STEP_NAMES[Step(item)]


def age_on(born_on: date, day: date) -> int:
    """Completed years of age."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def changed_bars(facts: Facts) -> list[Obstacle]:
    """What may have come since it was handed in, and lets no office say yes (art. 5): a death, a ban."""
    found = []
    if facts.died:
        message = N_("The register holds this person as deceased. Call the county office.")
        found.append(Obstacle("deceased", message, "identity", ART_5))
    if facts.barred:
        message = N_("A decision bars you from registering. Its document says until when and how to appeal.")
        found.append(Obstacle("barred", message, None, ART_5))
    return found


def capacity_bars(facts: Facts, on: date) -> list[Obstacle]:
    """Full civil capacity, which every registration needs (art. 5)."""
    if facts.died:
        return [one for one in changed_bars(facts) if one.code == "deceased"]
    if facts.born_on and age_on(facts.born_on, on) < WORK_AGE:
        return [Obstacle("too_young", N_("Registration needs full civil capacity."), "identity", ART_5)]
    return []


def standing_bars(facts: Facts) -> list[Obstacle]:
    """What stands against anybody's application: a ban, a certificate that does not count, a dissolved employer."""
    found = [one for one in changed_bars(facts) if one.code == "barred"]
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


def route_bars(facts: Facts) -> list[Obstacle]:
    """No office is responsible for the place."""
    if not facts.region_code or facts.route_found:
        return []
    message = N_("No office is responsible for this area yet. Choose the county you work or live in.")
    return [Obstacle("no_route", message, "region")]
