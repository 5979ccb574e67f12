"""The registry's policy as types: what policy/registration.toml and policy/routes.toml must hold; pure.

Values and their articles live in the files; here stand only shapes and what no province may break.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from shegong.kernel.patterns import pattern_faults
from shegong.kernel.policy import Policy, Wording, load, load_keyed

StageName = Literal["first", "second", "final"]
ApplicationKind = Literal["first", "renewal", "change", "cancel", "reissue"]
Ground = Literal["domicile", "workplace"]


@dataclass(frozen=True)
class Material:
    """A paper to hand in: for which kinds of application, on which ground, and how it is called."""

    code: str
    kinds: tuple[ApplicationKind, ...]
    title: Wording
    hint: Wording
    required: bool = True
    grounds: tuple[Ground, ...] = ()
    most: int = 1  # files handed in for it
    waived_by: Literal["", "exam_list"] = (
        ""  # what stands in its place: a pass list that verified the certificate
    )
    asked_once: bool = False  # not again by a later application once an office has confirmed it
    changes: tuple[str, ...] = ()  # of kinds after the first day: for which of them (rules.changes.What)
    basis: str = ""
    certainty: Literal["V", "V2", "D", "M"] = "V"

    def is_asked(self, kind: str, ground: str) -> bool:
        """True when an application of this kind and ground may carry the paper."""
        return kind in self.kinds and (not self.grounds or ground in self.grounds)


@dataclass(frozen=True)
class ReturnReason:
    """A ready sentence for a return; `item` is the part to put right: identity, certificate, workplace, paper:<code>."""

    code: str
    item: str
    text: Wording


@dataclass(frozen=True)
class RefusalReason:
    """A ground for refusing a registration, with its ready sentence."""

    code: str
    text: Wording
    basis: str = ""
    certainty: Literal["V", "V2", "D", "M"] = "V"


@dataclass(frozen=True)
class ClosingReason:
    """A ground for ending a registration; the decision date makes it invalid from that day."""

    code: str
    closed_kind: Literal["cancelled", "revoked"]
    title: Wording
    investigated: bool = False  # proposed only after an investigation found it
    basis: str = ""
    certainty: Literal["V", "V2", "D", "M"] = "V"


@dataclass(frozen=True)
class Opinion:
    """A ready opinion of an officer who lets a case pass; with a `kind`, of applications of that kind alone."""

    code: str
    text: Wording
    kind: str = ""


@dataclass(frozen=True)
class EthicsCommitment:
    """The declaration an applicant signs; `version` is kept with the application."""

    version: str
    title: Wording
    points: tuple[Wording, ...]


@dataclass(frozen=True)
class ReminderStage:
    """One step of the reminders before a term ends; `is_notice`: its arrival counts as told before a lapse."""

    code: str
    title: Wording
    months: int = 0
    days: int = 0
    is_notice: bool = True


@dataclass(frozen=True)
class RegistrationPolicy:
    """Terms of registration (民发〔2009〕44号); periods in the unit their name says."""

    window_months: int  # first registration after the certificate's issue date (art. 4)
    validity_years: int  # art. 4
    renewal_window_months: int  # before expiry (art. 4)
    decision_working_days: int  # from acceptance (art. 7)
    completeness_working_days: int  # incomplete papers told once within
    completion_days: int  # in which the holder puts right what was returned and keeps the day of handing in
    is_deemed_accepted: bool  # when nobody told within that time
    recall_minutes: int  # in which an officer may take back his own decision
    withdraw_until_accepted: bool  # applicant may withdraw only before acceptance
    # While something about the holder is looked into, the office that decides waits with the cancellation asked for.
    cancel_under_inquiry: Literal["waits", "allowed"]
    expiring_days: int  # shown as expiring, holder reminded
    grace_days: int  # after expiry, status still counts
    restoration_days: int  # after a lapse, in which it is restored in one step
    late_term: Literal[
        "old_end", "decision"
    ]  # from where the years of a term run that is taken up again in that time
    lapse_needs_proof: bool  # nobody lapses without a reminder proven to have arrived
    gate_days: int  # before an end, in which each night asks what keeps the status
    hold_days: int  # how far a status is carried on while something is waited for
    notice_days: int  # a notice must have arrived so long before the end
    mass_lapse_number: int  # more lapses on one day wait for two people
    mass_lapse_permille: int  # so do more than this share of all in force …
    mass_lapse_floor: int  # … from this number on
    opening: Literal["same_day", "birth_month", "certificate_day"]  # when a renewal window opens for whom
    opening_spread_days: int  # over how many days of the window openings are spread
    reminders: tuple[ReminderStage, ...]
    review_within_days: int  # printed on refusals: where and until when to ask for review
    fee_fen: int
    application_number: str
    register_number: str
    materials: tuple[Material, ...]
    return_reasons: tuple[ReturnReason, ...]
    refusal_reasons: tuple[RefusalReason, ...]
    closing_reasons: tuple[ClosingReason, ...]
    opinions: tuple[Opinion, ...]
    ethics: EthicsCommitment

    def __post_init__(self) -> None:
        for name in (
            "window_months",
            "validity_years",
            "decision_working_days",
            "completeness_working_days",
            "completion_days",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1")
        for name, known in (
            ("application_number", ("region", "year")),
            ("register_number", ("region", "year", "level")),
        ):
            faults = pattern_faults(getattr(self, name), (*known, "seq"))
            if faults:
                raise ValueError(f"{name}: {'; '.join(faults)}")
        for name in (
            "materials", "return_reasons", "refusal_reasons", "closing_reasons", "opinions", "reminders",
        ):  # fmt: skip
            _refuse_repeated(name, [entry.code for entry in getattr(self, name)])

    def material(self, code: str) -> Material | None:
        """The paper of this code, or None when no application asks for it."""
        return next((material for material in self.materials if material.code == code), None)

    def material_name(self, code: str) -> Wording:
        """What a paper is called; its code when the policy no longer knows it."""
        material = self.material(code)
        return material.title if material else Wording(code, code)

    def materials_for(self, kind: str, ground: str) -> tuple[Material, ...]:
        """The papers that an application of this kind on this ground asks for, in the order of the file."""
        return tuple(material for material in self.materials if material.is_asked(kind, ground))


def _refuse_repeated(name: str, codes: list[str]) -> None:
    repeated = {code for code in codes if codes.count(code) > 1}
    if repeated:
        raise ValueError(f"{name}: the code {sorted(repeated)[0]!r} stands twice")


@dataclass(frozen=True)
class Stage:
    """One office on the way: `level` 1 province, 2 prefecture, 3 county; `duty` says which body there holds it.

    The stage that `accepts` starts the clock of 30 working days and returns incomplete papers.
    """

    stage: StageName
    level: Literal[1, 2, 3]
    duty: str
    accepts: bool = False


@dataclass(frozen=True)
class Route:
    """The way of an application in one region; `code` is kept with the case, which ends on the way it began.

    Applicants employed above the first level start higher (`stages_from`). `direct` is the way of people whose
    employer is a provincial unit; empty: they start at the province's own stage of `stages`.
    """

    region: str
    code: str
    stages: tuple[Stage, ...]
    direct: tuple[Stage, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        for stages in filter(None, (self.stages, self.direct)):
            _check_stages(stages)

    def stages_from(self, level: int) -> tuple[Stage, ...]:
        """The stages for an applicant whose employer belongs to `level`; whoever comes first then accepts."""
        if level == 1 and self.direct:
            return self.direct
        kept = tuple(stage for stage in self.stages if stage.level <= level) or self.stages[-1:]
        if any(stage.accepts for stage in kept):
            return kept
        return (Stage(kept[0].stage, kept[0].level, kept[0].duty, accepts=True), *kept[1:])


def _check_stages(stages: tuple[Stage, ...]) -> None:
    names = [stage.stage for stage in stages]
    if names not in (["first", "second", "final"], ["first", "final"], ["final"]):
        raise ValueError(
            f"stages run first, second, final (one or two may be missing), not {', '.join(names)}"
        )
    if [stage.accepts for stage in stages] != [n == 0 for n in range(len(stages))]:
        raise ValueError("the first stage accepts, and only the first")
    levels = [stage.level for stage in stages]
    if levels != sorted(levels, reverse=True):
        raise ValueError("a case goes up: county (3), prefecture (2), province (1)")


Routes = Mapping[str, Policy[Route]]
EVERYWHERE = "000000"


def load_registration(folder: Path) -> Policy[RegistrationPolicy]:
    """policy/registration.toml. Raises `PolicyFault`."""
    return load(folder / "registration.toml", RegistrationPolicy)


def load_routes(folder: Path) -> Routes:
    """policy/routes.toml, by six-digit region code. Raises `PolicyFault`."""
    return load_keyed(folder / "routes.toml", Route, table="route", key="region")


def route_called(routes: Routes, code: str) -> Route | None:
    """The route that a case was sent on, by its code, in whatever version."""
    every = (version.value for policy in routes.values() for version in policy.versions)
    return next((route for route in every if route.code == code), None)


def route_for(routes: Routes, region: str, day: date) -> Route:
    """The route in force on `day` for a six-digit code: its own, its prefecture's, its province's, the national one."""
    for code in (region, f"{region[:4]}00", f"{region[:2]}0000", EVERYWHERE):
        policy = routes.get(code)
        if policy is not None and policy.versions[0].since <= day:
            return policy.on(day)
    raise LookupError(f"no route for {region} on {day}")
