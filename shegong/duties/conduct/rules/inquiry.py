"""Looking into a complaint: plan, disclosure, the right of reply, the interim measure, hearing; pure (T4.2.f)."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


class Side(StrEnum):
    """Whose statement it is."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    WITNESS = "witness"
    EXPERT = "expert"


SIDE_NAMES = {
    Side.COMPLAINANT: N_("Complaining side"),
    Side.RESPONDENT: N_("Respondent's side"),
    Side.WITNESS: N_("Witness"),
    Side.EXPERT: N_("Expert or office"),
}

LEAST_TEXT = 6


def text_obstacles(text: str, field: str = "text") -> list[Obstacle]:
    """What goes into the file says something."""
    if len(text.strip()) >= LEAST_TEXT:
        return []
    return [
        Obstacle(
            "text_short", N_("Write at least %(least)s characters."), field, params={"least": LEAST_TEXT}
        )
    ]


def disclosure_obstacles(text: str, investigators: int) -> list[Obstacle]:
    """What the respondent is told of the allegation is written for her, by somebody who investigates."""
    found = text_obstacles(text)
    if investigators == 0:
        found.append(
            Obstacle("nobody_investigates", N_("Name an investigator before the allegation is disclosed."))
        )
    return found


PHONE = re.compile(r"(?<!\d)1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
GIVES_AWAY = N_(
    "Something in this text could lead to who complained: a telephone number, a mail address or a name. Describe the"
    " matter without it."
)


def contact_obstacles(text: str, field: str = "text") -> list[Obstacle]:
    """No telephone number and no mail address stands in what the other side reads, whosever it is."""
    plain = unicodedata.normalize("NFKC", text)
    return [Obstacle("gives_away", GIVES_AWAY, field)] if PHONE.search(plain) or MAIL.search(plain) else []


def secret_obstacles(text: str, secrets: Sequence[str], field: str = "text") -> list[Obstacle]:
    """Nothing that the respondent reads names who complained. `secrets`: name and contact, which must not stand in it."""
    plain = _bare(text)
    if any(len(_bare(one)) > 1 and _bare(one) in plain for one in secrets):
        return [Obstacle("gives_away", GIVES_AWAY, field)]
    return []


def _bare(text: str) -> str:
    """As one compares: without spaces, dashes and dots, width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or sign == "@")


def reply_obstacles(text: str, *, disclosed: bool, heard: bool, over: bool = False) -> list[Obstacle]:
    """A reply comes after the disclosure and before the panel has heard the case; late is still before the hearing."""
    if over:
        return [
            Obstacle("inquiry_over", N_("This inquiry ended without a decision: nothing is asked of you."))
        ]
    if not disclosed:
        return [Obstacle("not_disclosed", N_("There is nothing to answer yet."))]
    if heard:
        return [Obstacle("heard_before", N_("The panel has heard the case. A review is the way now."))]
    return text_obstacles(text)


def days_left(due: date | None, on: date) -> int:
    """Days to answer, the last one counted; 0 when there are none."""
    return max((due - on).days + 1, 0) if due else 0


def hearing_obstacles(
    *, disclosed: bool, due: date | None, replied: bool, on: date, seats: int, least: int
) -> list[Obstacle]:
    """A panel hears a case after both sides could speak: the reply is there, or its time is over."""
    found = []
    if not disclosed:
        found.append(Obstacle("not_disclosed_yet", N_("The respondent has not been told of the allegation.")))
    elif not replied and due is not None and on <= due:
        message = N_("The respondent may still answer, until %(due)s.")
        found.append(Obstacle("reply_runs", message, params={"due": due.isoformat()}))
    if seats < least:
        message = N_("The panel needs at least %(least)s members who are not recused.")
        found.append(Obstacle("panel_small", message, params={"least": least}))
    return found


@dataclass(frozen=True)
class Interim:
    """A suspension for the time of the inquiry."""

    start: date
    end: date  # first day after it
    review_due: date


def interim_obstacles(*, start: date, end: date, on: date, most_days: int) -> list[Obstacle]:
    """An interim measure begins today at the earliest, and ends by itself within the days set."""
    found = []
    if start < on:
        found.append(
            Obstacle("starts_before_today", N_("An interim measure cannot begin before today."), "start")
        )
    if end <= start:
        found.append(
            Obstacle("ends_before_start", N_("The interim measure must end after it begins."), "end")
        )
    elif (end - start).days > most_days:
        message = N_("An interim measure lasts at most %(most)s days.")
        found.append(Obstacle("interim_long", message, "end", params={"most": most_days}))
    return found


def review_due(start: date, end: date, review_days: int) -> date:
    """When an interim measure must have been reviewed: before it ends, and within the days set."""
    return min(start + timedelta(days=review_days), end - timedelta(days=1))


@dataclass(frozen=True)
class Tally:
    """How a panel voted: the measure that more than half of all seats chose, or None."""

    votes: Counter[str]
    seats: int
    majority: str | None

    @property
    def missing(self) -> int:
        """Members who have not voted."""
        return self.seats - self.votes.total()


def tally(votes: Sequence[str], seats: int) -> Tally:
    """More than half of the members who are not recused, not of those who voted."""
    counted = Counter(votes)
    best, most = next(iter(counted.most_common(1)), (None, 0))
    return Tally(counted, seats, best if most * 2 > seats else None)
