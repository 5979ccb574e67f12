"""What is told of a registration that somebody watches, when and in which words; pure (T4.2.e, T4.2.f).

Nothing but what the public page answers about number and name: what changed, from which day, until when. Never why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

Digest = Literal["now", "daily", "weekly", "off"]
KINDS = ("staff", "region", "list")
DIGESTS: dict[str, str] = {
    "now": N_("At once"),
    "daily": N_("Once a day"),
    "weekly": N_("Once a week"),
    "off": N_("Not at all"),
}
KIND_NAMES = {
    "staff": N_("Staff of the organisation"),
    "region": N_("Area of the office"),
    "list": N_("List of people"),
}


class What(StrEnum):
    """What may happen to a registration, as watchers are told of it."""

    ADMITTED = "admitted"
    RENEWED = "renewed"
    EXPIRING = "expiring"
    GRACE = "grace"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    OVER = "over"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    REINSTATED = "reinstated"
    LEFT = "left"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Told:
    """Words of one kind of news: a tag with its tone, and the sentence of the message."""

    tag: str
    tone: str
    sentence: str


WORDS = {
    What.ADMITTED: Told(N_("Newly registered"), "ok", N_("%(name)s (%(number)s): registered from %(on)s, valid to %(until)s.")),
    What.RENEWED: Told(N_("Renewed"), "ok", N_("%(name)s (%(number)s): renewed, valid to %(until)s.")),
    What.EXPIRING: Told(N_("Expires soon"), "warn", N_("%(name)s (%(number)s): valid only to %(until)s, renewal is due.")),
    What.GRACE: Told(N_("Expired, may be renewed"), "warn", N_("%(name)s (%(number)s): expired after %(until)s; may still be renewed.")),
    What.LAPSED: Told(N_("Registration lapsed"), "err", N_("%(name)s (%(number)s): expired after %(until)s and was not renewed.")),
    What.SUSPENDED: Told(N_("Registration suspended"), "err", N_("%(name)s (%(number)s): suspended from %(on)s to %(until)s.")),
    What.LIFTED: Told(N_("Suspension lifted"), "ok", N_("%(name)s (%(number)s): the suspension was lifted on %(on)s.")),
    What.OVER: Told(N_("Suspension over"), "ok", N_("%(name)s (%(number)s): the suspension ended; in force again from %(on)s.")),
    What.CANCELLED: Told(N_("Registration cancelled"), "err", N_("%(name)s (%(number)s): cancelled from %(on)s.")),
    What.REVOKED: Told(N_("Registration revoked"), "err", N_("%(name)s (%(number)s): revoked from %(on)s.")),
    What.REINSTATED: Told(N_("Registration reinstated"), "ok", N_("%(name)s (%(number)s): the registration stands again from %(on)s, valid to %(until)s.")),
    What.LEFT: Told(N_("Left the organisation"), "info", N_("%(name)s (%(number)s): no longer your staff from %(on)s; you are not told of this person any more.")),
    What.CHANGED: Told(N_("Register entry changed"), "info", N_("%(name)s (%(number)s): the entry in the register changed; valid to %(until)s.")),
    What.MOVED: Told(N_("Moved to another county"), "info", N_("%(name)s (%(number)s): kept by another county from %(on)s; your office is not told of this person any more.")),
}  # fmt: skip

# The journal's verbs that are news by themselves..
NEWS = {
    "registry.registration.admit": What.ADMITTED,
    "registry.registration.renew": What.RENEWED,
    "registry.registration.restore": What.RENEWED,
    "registry.registration.cancel": What.CANCELLED,
    "registry.registration.revoke": What.REVOKED,
    "registry.registration.reinstate": What.REINSTATED,
    "registry.registration.change": What.CHANGED,
    "registry.restriction.impose": What.SUSPENDED,
    "registry.restriction.lift": What.LIFTED,
}


@dataclass(frozen=True)
class AlertPolicy:
    """policy/alerts.toml."""

    staff: Digest
    region: Digest
    list: Digest
    at_once: tuple[What, ...]
    digest_hour: int
    digest_weekday: int
    sms_at_once: bool
    most_on_a_list: int
    misses_a_day: int
    shown_to_the_person: tuple[Literal["staff", "region", "list"], ...]

    def __post_init__(self) -> None:
        if not (0 <= self.digest_hour <= 23 and 1 <= self.digest_weekday <= 7):
            raise ValueError("digest_hour is 0 to 23, digest_weekday 1 to 7")

    def default(self, kind: str) -> str:
        """How somebody is told who has set nothing."""
        return str({"staff": self.staff, "region": self.region, "list": self.list}[kind])


def due_at(digest: str, what: str, at: datetime, policy: AlertPolicy) -> datetime | None:
    """When news of the moment `at` (local time) is told; None: never, for whoever wants to hear nothing."""
    if digest == "off":
        return None
    if digest == "now" or what in policy.at_once:
        return at
    digest_of_day = at.replace(hour=policy.digest_hour, minute=0, second=0, microsecond=0)
    if digest_of_day <= at:
        digest_of_day += timedelta(days=1)
    if digest == "weekly":
        digest_of_day += timedelta(days=(policy.digest_weekday - digest_of_day.isoweekday()) % 7)
    return digest_of_day


def channels_of(what: str, *, sms: bool | None, email: bool | None, policy: AlertPolicy) -> list[str]:
    """Inbox always, as that proves reading; None: whoever has set nothing gets mail, and SMS of what is told at once."""
    by_sms = (policy.sms_at_once and what in policy.at_once) if sms is None else sms
    return ["inbox", *(["sms"] if by_sms else []), *(["email"] if email is None or email else [])]


def settings_obstacles(digest: str, kind: str) -> list[Obstacle]:
    """Why this cannot be set."""
    if digest not in DIGESTS:
        return [Obstacle("digest_unknown", N_("Choose when you are told."), field="digest")]
    return []


def purpose_obstacles(purpose: str) -> list[Obstacle]:
    """A list of people who are nobody's staff needs its ground, which they read."""
    if len(purpose.strip()) < 4:
        message = N_("Say what you watch these people for: they read it.")
        return [Obstacle("purpose_missing", message, field="purpose")]
    return []


def pairs_in(text: str) -> Sequence[tuple[str, str]]:
    """Number and name of each line of typed text, with blanks, commas or tabs between."""
    found = []
    for line in text.splitlines():
        words = line.replace(",", " ").replace("，", " ").replace("\t", " ").split()
        if len(words) >= 2:
            found.append((words[0], " ".join(words[1:])))
        elif words:
            found.append((words[0], ""))
    return found
