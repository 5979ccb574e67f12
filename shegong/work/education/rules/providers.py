"""Who may hold classes that count: recognition by the province, with its kinds, days and what ended it; pure.

民发〔2009〕123号 leaves the choice of bodies to the province; the plan asks for recognised ones (T3.3, T3.4).
"""

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CLAUSE = "T3.3"
LAW = "民发〔2009〕123号"
LONGEST_YEARS = 10


class ProviderKind(StrEnum):
    """What a provider is recognised for."""

    FACE_TO_FACE = "face_to_face"
    ONLINE = "online"
    PRACTICE = "practice"
    DEGREE = "degree"


PROVIDER_KINDS: Mapping[str, str] = {
    ProviderKind.FACE_TO_FACE: N_("Classes in a room"),
    ProviderKind.ONLINE: N_("Classes on line"),
    ProviderKind.PRACTICE: N_("Practice under supervision"),
    ProviderKind.DEGREE: N_("Degree courses"),
}


class ProviderState(StrEnum):
    """How a body stands as a provider."""

    APPLIED = "applied"
    RECOGNISED = "recognised"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


PROVIDER_FLOW = Workflow(
    ProviderState,
    ProviderState.APPLIED,
    [
        step("recognise", ProviderState.APPLIED, ProviderState.RECOGNISED, LAW),
        step("refuse", ProviderState.APPLIED, ProviderState.REFUSED, LAW),
        step("suspend", ProviderState.RECOGNISED, ProviderState.SUSPENDED, LAW),
        step("resume", ProviderState.SUSPENDED, ProviderState.RECOGNISED, LAW),
        step("withdraw", (ProviderState.RECOGNISED, ProviderState.SUSPENDED), ProviderState.WITHDRAWN, LAW),
    ],
)
PROVIDER_STATES: Mapping[str, str] = {
    ProviderState.APPLIED: N_("Recognition applied for"),
    ProviderState.RECOGNISED: N_("Recognised"),
    ProviderState.SUSPENDED: N_("Recognition suspended"),
    ProviderState.WITHDRAWN: N_("Recognition withdrawn"),
    ProviderState.REFUSED: N_("Recognition refused"),
}
PROVIDER_STEPS: Mapping[str, str] = {
    "recognise": N_("Recognise the provider"),
    "refuse": N_("Refuse the recognition"),
    "suspend": N_("Suspend the recognition"),
    "resume": N_("Lift the suspension"),
    "withdraw": N_("Withdraw the recognition"),
}
LIVE = (ProviderState.APPLIED, ProviderState.RECOGNISED, ProviderState.SUSPENDED)


def recognition_obstacles(*, kinds: Collection[str], start: date | None, end: date | None) -> list[Obstacle]:
    """What speaks against a recognition from `start` up to and with `end`."""
    found = []
    if not kinds or not set(kinds) <= set(ProviderKind):
        message = N_("Choose at least one kind of teaching.")
        found.append(Obstacle("provider_kinds", message, "kinds", CLAUSE))
    if start is not None and end is not None and end < start:
        found.append(Obstacle("provider_days", N_("The last day lies before the first."), "end"))
    elif start is not None and end is not None and end.year - start.year > LONGEST_YEARS:
        message = N_("A recognition holds at most %(years)s years; then it is looked at anew.")
        found.append(Obstacle("provider_years", message, "end", params={"years": LONGEST_YEARS}))
    return found


def may_teach(state: str, during: tuple[date | None, date | None], day: date) -> bool:
    """Whether a class of this provider may be held on `day`; `during` is [first day, first day no longer)."""
    begins, ends = during
    return (
        state == ProviderState.RECOGNISED
        and (begins is None or begins <= day)
        and (ends is None or day < ends)
    )


def not_recognised() -> Obstacle:
    """The sentence for whoever holds classes without a recognition of the days."""
    message = N_("On these days the provider is not recognised; classes of others do not count.")
    return Obstacle("provider_not_recognised", message, "", CLAUSE)
