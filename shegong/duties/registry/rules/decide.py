"""Who may decide on a case, and what may be taken back; pure."""

from collections.abc import Collection
from dataclasses import dataclass

from shegong.duties.registry.rules.states import Kind, State
from shegong.kernel.refusal import Obstacle, reason_obstacles
from shegong.kernel.text import N_


@dataclass(frozen=True)
class Chair:
    """The officer and the case: who applied, who checked before, who would decide now."""

    officer_id: int | None
    applicant_id: int
    earlier_officers: Collection[int]
    may_at_stage: bool
    someone_must_act: bool = True


def decision_obstacles(chair: Chair) -> list[Obstacle]:
    """Nobody decides on himself, nor checks what he made; and each stage belongs to its office."""
    if not chair.someone_must_act:
        return [Obstacle("nothing_to_decide", N_("Nobody has to decide on this case now."))]
    if not chair.may_at_stage:
        return [Obstacle("not_your_stage", N_("This case is now with another office."))]
    if chair.officer_id == chair.applicant_id:
        return [Obstacle("own_case", N_("This is your own application. A colleague must decide on it."))]
    if chair.officer_id in chair.earlier_officers:
        return [
            Obstacle(
                "checked_before",
                N_("You decided on this case at an earlier stage. A colleague must do this one."),
            )
        ]
    return []


def handing_obstacles(
    *, kind: str, state: str, is_county: bool, is_same: bool, route_found: bool, reason: str
) -> list[Obstacle]:
    """A case goes to another county before anybody has given an opinion; a move of a registration is a change of its own."""
    if kind not in (Kind.FIRST, Kind.RENEWAL):
        return [Obstacle("not_handed_over", N_("Only registrations and renewals are handed over."))]
    if state not in (State.SUBMITTED, State.ACCEPTED):
        return [
            Obstacle("not_handed_over", N_("An opinion has been given. The case is decided where it is."))
        ]
    found = reason_obstacles(reason)
    if not is_county:
        found.append(Obstacle("not_a_county", N_("Choose a county, city or district."), "region"))
    elif is_same:
        found.append(Obstacle("same_county", N_("The case lies in this county already."), "region"))
    elif not route_found:
        found.append(Obstacle("no_route", N_("No office is responsible for this area yet."), "region"))
    return found


def recall_obstacles(
    *, is_own: bool, seconds_since: float, recall_minutes: int, already_recalled: bool
) -> list[Obstacle]:
    """A decision may be taken back by the one who took it, once, within the minutes of the policy."""
    if already_recalled:
        return [Obstacle("recalled_before", N_("This decision has already been taken back."))]
    if not is_own:
        return [Obstacle("not_own_decision", N_("Only the officer who decided may take it back."))]
    if seconds_since > recall_minutes * 60:
        params = {"minutes": recall_minutes}
        return [
            Obstacle(
                "recall_over",
                N_("A decision can be taken back for %(minutes)s minutes; that time is over."),
                params=params,
            )
        ]
    return []


def opinion_obstacles(step: str, opinion: str, reason_code: str) -> list[Obstacle]:
    """A refusal is notified with its reasons (art. 7), so it needs a reason and a sentence."""
    if step not in ("refuse", "fail"):
        return []
    found = []
    if not reason_code:
        found.append(
            Obstacle("reason_needed", N_("Choose the reason."), "reason_code", "民发〔2009〕44号 art. 7")
        )
    if len(opinion.strip()) < 5:
        found.append(
            Obstacle(
                "opinion_needed",
                N_("Say in a sentence why; the applicant reads it."),
                "opinion",
                "民发〔2009〕44号 art. 7",
            )
        )
    return found
