"""Who may give rights to whom, and what a code or a sign-in name looks like; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shegong.ground.accounts.journal_words import (
    VERBS as VERBS,
)  # the journal's verbs in words, for pages above
from shegong.kernel.contact import canonical_email, canonical_phone
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
JOIN_LIFE = timedelta(minutes=30)  # after the code, to choose a password
IDLE = timedelta(
    minutes=30
)  # without a request an officer's sign-in ends (ASVS 7.3.1, level-3 protection 8.1.4.1)
STEP_UP = timedelta(minutes=10)  # a second factor this fresh is asked for four-eyes decisions (D20)


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    READ = "accounts.read"
    PROPOSE_GRANT = "accounts.propose_grant"
    APPROVE_GRANT = "accounts.approve_grant"
    DISABLE_USER = "accounts.disable_user"
    READ_JOURNAL = "accounts.read_journal"
    APPROVE_EXPORT = "accounts.approve_export"
    SEE_HEALTH = "accounts.see_health"
    DECLARE_OUTAGE = "accounts.declare_outage"
    ORDER_KEYS = "accounts.order_keys"


class RequestState(StrEnum):
    """States of a proposed grant."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


REQUESTS = Workflow(
    RequestState,
    RequestState.PROPOSED,
    [
        step("approve", "proposed", "approved", "D19"),
        step("refuse", "proposed", "refused", "D19"),
        step("withdraw", "proposed", "withdrawn"),
    ],
)


class KeyOrderState(StrEnum):
    """States of an order to change keys."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    BEGUN = "begun"  # keys are being changed, or were when the process died
    DONE = "done"
    EMERGENCY = "emergency"
    REVIEWED = "reviewed"


KEY_ORDERS = Workflow(
    KeyOrderState,
    KeyOrderState.PROPOSED,
    [
        step("approve", "proposed", "approved", "D19"),
        step("refuse", "proposed", "refused", "D19"),
        step("withdraw", ["proposed", "approved"], "withdrawn"),
        step("begin", "approved", "begun"),
        step("give_back", "begun", "approved"),
        step("run", "begun", "done"),
        step("force", "proposed", "emergency"),
        step("review", ["emergency", "begun"], "reviewed", "D19"),
    ],
)
KEY_OPERATIONS = {
    "seal.rotate": N_("A new sealing key"),
    "seal.retire": N_("Let a sealing key go"),
    "index.rotate": N_("A new search key"),
    "index.retire": N_("Let a search key go"),
    "sign.rotate": N_("A new signing key"),
    "sign.strike": N_("Strike a signing key off"),
}
ORDER_GOOD_FOR = timedelta(days=7)  # from the agreement until the operator must have acted
LEAST_REASON = 2  # characters


def read_address(text: str) -> tuple[str, str] | list[Obstacle]:
    """("phone" or "email", canonical form) of what was typed into the one field, or the obstacles."""
    if "@" in text or "＠" in text:
        read = canonical_email(text, field="address")
        return read if isinstance(read, list) else ("email", read)
    read = canonical_phone(text, field="address")
    if isinstance(read, list):
        return [Obstacle("address_form", N_("Enter a mobile number or a mail address."), field="address")]
    return "phone", read


@dataclass(frozen=True)
class Role:
    """One role of policy/roles.toml. `reach` is "region" or "organization"; `group` marks the three administrators."""

    code: str
    zh: str
    en: str
    levels: tuple[int, ...]
    permissions: frozenset[str]
    group: str = ""
    reach: str = "region"

    def name(self, language: str) -> str:
        """Its name for people."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Wish:
    """A proposed grant as the rules see it."""

    person_id: int
    role: Role
    level: int
    starts_on: date
    ends_on: date | None
    reason: str


def proposal_obstacles(
    wish: Wish, *, proposer_id: int | None, held: Sequence[Role], today: date
) -> list[Obstacle]:
    """Why a grant may not be proposed. `held` are the roles the person holds in that time."""
    found = []
    if proposer_id is None or wish.person_id == proposer_id:
        found.append(
            Obstacle("own_grant", N_("Nobody asks for rights for herself or himself."), field="person")
        )
    if wish.level not in wish.role.levels:
        found.append(
            Obstacle(
                "role_level", N_("This role does not exist at the level of that region."), field="region"
            )
        )
    if wish.starts_on < today:
        found.append(Obstacle("grant_past", N_("Rights begin today or later."), field="starts_on"))
    if wish.ends_on and wish.ends_on <= wish.starts_on:
        found.append(Obstacle("grant_dates", N_("The end must come after the beginning."), field="ends_on"))
    if wish.role.group and any(role.group not in ("", wish.role.group) for role in held):
        message = N_("The system, security and audit administrators must be three different people.")
        found.append(Obstacle("three_administrators", message, field="role"))
    if not wish.reason.strip():
        found.append(Obstacle("grant_reason", N_("Say why this person needs the role."), field="reason"))
    return found


def decision_obstacles(*, decider_id: int | None, proposer_id: int, person_id: int) -> list[Obstacle]:
    """Why this person may not decide the proposal: another than the proposer, never for oneself (D19)."""
    if decider_id is None or decider_id == proposer_id:
        return [Obstacle("four_eyes", N_("Another person than the one who proposed it must decide."))]
    if decider_id == person_id:
        return [Obstacle("own_grant", N_("Nobody decides on her or his own rights."))]
    return []


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("QQBrowser", "QQ"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """Browser and system in two words (Chrome · Android), "" when neither is known; no more of it is kept."""
    found = (
        next((name for mark, name in names if mark in user_agent), "") for names in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(part for part in found if part)
