"""The status words people see, translated in the context "status": eight for cases and registrations, and two for measures. Word, shape and colour."""

from dataclasses import dataclass

from shegong.kernel.text import N_


@dataclass(frozen=True)
class State:
    """`tone` chooses shape and colour: ok ● solid, warn ◆, err ■, info and none ○ hollow."""

    word: str
    tone: str


STATES: dict[str, State] = {
    "draft": State(N_("Not submitted"), ""),
    "pending": State(N_("In progress"), "info"),
    "returned": State(N_("To be completed"), "warn"),
    "approved": State(N_("Approved"), "ok"),
    "refused": State(N_("Not approved"), "err"),
    "valid": State(N_("Valid"), "ok"),
    "expired": State(N_("Expired"), "err"),
    "cancelled": State(N_("Cancelled"), ""),
    "suspended": State(N_("Suspended"), "warn"),
    "revoked": State(N_("Revoked"), "err"),
}


def state_of(code: str) -> State:
    """The state of that code; an unknown code is shown as it stands, without colour."""
    return STATES.get(code.lower(), State(code, ""))
