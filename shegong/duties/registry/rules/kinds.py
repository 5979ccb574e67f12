"""One application, five kinds: what each asks, what stands against it, what is checked (民发〔2009〕44号 art. 4–7); pure.

The table `KINDS` is the only place that tells the kinds apart for pages, actions, desk and API. A kind is added by a
line here and by its effect in `actions/effects.py`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from shegong.duties.registry.policy_types import RegistrationPolicy
from shegong.duties.registry.rules import changes, first, renewal
from shegong.duties.registry.rules import checks as looks
from shegong.duties.registry.rules.checks import CaseFacts, Check
from shegong.duties.registry.rules.facts import (
    ART_6,
    STEP_NAMES,
    Facts,
    LateRound,
    Step,
    changed_bars,
    item_name,
)
from shegong.duties.registry.rules.states import Kind
from shegong.kernel.calendar import Calendar
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

Done = Callable[[Facts, RegistrationPolicy], dict[Step, bool]]
Bars = Callable[[Facts, RegistrationPolicy, Calendar, date], list[Obstacle]]
Look = Callable[[CaseFacts, RegistrationPolicy, date], Check | None]


def _no_round(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> LateRound | None:
    return None


@dataclass(frozen=True)
class KindRule:
    """One kind. `done` gives its steps in their order; `bars` stand against handing it in, `granting` against letting
    it pass at any office, `admitting` against the last one; `explain` says of a missing step more than its name."""

    name: str
    folder: str  # the title of its folder of papers, for the file
    groups: tuple[tuple[str, tuple[Step, ...]], ...]
    done: Done
    bars: Bars
    checks: tuple[Look, ...]
    round_used: Callable[[Facts, RegistrationPolicy, Calendar, date], LateRound | None] = _no_round
    granting: Callable[[Facts], list[Obstacle]] = lambda facts: []
    admitting: Callable[[Facts], list[Obstacle]] = lambda facts: []
    explain: Mapping[Step, Callable[[Facts], Obstacle]] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in the order of the list."""
        asked = {step for _, steps in self.groups for step in steps}
        return tuple(step for step in Step if step in asked)


KINDS: dict[Kind, KindRule] = {
    Kind.FIRST: KindRule(
        name=N_("First registration"),
        folder="first registration",
        groups=(
            (N_("Your situation"), (Step.IDENTITY, Step.EDUCATION, Step.WORKPLACE)),
            (N_("Certificate and papers"), (Step.CERTIFICATE, Step.PAPERS)),
            (N_("Confirm"), (Step.COMMITMENT,)),
        ),
        done=first.done,
        bars=first.bars,
        checks=(
            looks.identity, looks.place, looks.pass_list, looks.number, looks.papers, looks.duplicates, looks.age,
            looks.late,
        ),
        round_used=first.round_used,
    ),
    Kind.RENEWAL: KindRule(
        name=N_("Re-registration"),
        folder="renewal",
        groups=(
            (N_("Continuing education"), (Step.HOURS,)),
            (N_("Your situation"), (Step.WORKPLACE, Step.PAPERS)),
            (N_("Confirm"), (Step.COMMITMENT,)),
        ),
        done=renewal.done,
        bars=renewal.bars,
        checks=(looks.identity, looks.hours, looks.in_time, looks.sanctions, looks.papers, looks.age),
        round_used=renewal.round_used,
        granting=renewal.granting,
        admitting=renewal.suspended,
        explain={Step.HOURS: renewal.hours_missing},
    ),
    Kind.CHANGE: KindRule(
        name=N_("Change of registration"),
        folder="change of registration",
        groups=((N_("What changes, and its papers"), (Step.CHANGE, Step.PAPERS)),),
        done=changes.done,
        bars=changes.bars,
        checks=(changes.look, looks.identity, looks.pass_list, changes.number, looks.papers, looks.age),
        round_used=changes.round_used,
        granting=changes.granting,
    ),
    Kind.CANCEL: KindRule(
        name=N_("Cancellation"),
        folder="cancellation",
        groups=((N_("What you ask for, and its papers"), (Step.CHANGE, Step.PAPERS)),),
        done=changes.done,
        bars=changes.bars,
        checks=(looks.inquiry, looks.identity, looks.papers),
        admitting=changes.looked_into,
    ),
    Kind.REISSUE: KindRule(
        name=N_("Reissue"),
        folder="reissue",
        groups=((N_("What you ask for, and its papers"), (Step.CHANGE, Step.PAPERS)),),
        done=changes.done,
        bars=changes.bars,
        checks=(looks.identity, looks.papers),
    ),
}  # fmt: skip


def steps_done(facts: Facts, policy: RegistrationPolicy) -> dict[Step, bool]:
    """The task list: which steps of its kind are complete."""
    return KINDS[facts.kind].done(facts, policy)


def missing_steps(facts: Facts, policy: RegistrationPolicy) -> list[Step]:
    """The steps still to do."""
    return [step for step, is_done in steps_done(facts, policy).items() if not is_done]


def steps_left(facts: Facts, policy: RegistrationPolicy) -> int:
    """The number of “还差 N 步” on every page, in messages and in the API: steps to do and items to put right."""
    return len(missing_steps(facts, policy)) + len(facts.returned)


def bars(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Obstacle]:
    """What stands against an application of this kind, however complete the form is (art. 4, 5)."""
    return KINDS[facts.kind].bars(facts, policy, calendar, on)


def registration_obstacles(
    facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date
) -> list[Obstacle]:
    """Every reason why this application cannot be submitted now, in the order of the task list."""
    todo = [_to_do(step, facts) for step in missing_steps(facts, policy)]
    back = [
        Obstacle("still_returned", N_("%(item)s was returned and has not been put right yet."), item, ART_6,
                 {"item": item_name(item, policy)})
        for item in facts.returned
    ]  # fmt: skip
    return [*todo, *back, *bars(facts, policy, calendar, on)]


def granting_obstacles(facts: Facts, *, is_last: bool) -> list[Obstacle]:
    """What an office must have settled before its positive opinion; `is_last` at the office that decides."""
    rule = KINDS[facts.kind]
    since = changed_bars(facts) if facts.kind != Kind.CANCEL else []
    return [*since, *rule.granting(facts), *(rule.admitting(facts) if is_last else [])]


def round_used(facts: Facts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> LateRound | None:
    """The special round under which an application handed in on `on` is taken, or None."""
    return KINDS[facts.kind].round_used(facts, policy, calendar, on)


def checks(case: CaseFacts, policy: RegistrationPolicy, calendar: Calendar, on: date) -> list[Check]:
    """All automatic checks of the kind, the failed ones first; what stands against the application is one of them."""
    found = [look(case, policy, on) for look in KINDS[case.facts.kind].checks]
    found += [Check(o.code, False, o.message, o.params) for o in bars(case.facts, policy, calendar, on)]
    return sorted((check for check in found if check), key=lambda check: check.passed)


def returnable_items(papers: Collection[str], kind: Kind = Kind.FIRST) -> list[str]:
    """What an officer may return: the steps of the kind with typed answers, and each paper handed in."""
    typed = (Step.CHANGE, Step.IDENTITY, Step.EDUCATION, Step.CERTIFICATE, Step.WORKPLACE)
    steps = [str(step) for step in typed if step in KINDS[kind].steps]
    return [*steps, *(f"paper:{code}" for code in papers)]


def _to_do(step: Step, facts: Facts) -> Obstacle:
    explained = KINDS[facts.kind].explain.get(step)
    if explained is not None:
        return explained(facts)
    params = {"step": STEP_NAMES[step]}
    return Obstacle("step_missing", N_("%(step)s is not complete."), str(step), ART_6, params)
