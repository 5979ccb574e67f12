"""How much one account takes out in files and brings in as uploads within a day, so that slices do not add up to the whole."""

from datetime import timedelta

from shegong.kernel import throttle
from shegong.kernel.access import Actor
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

DAY = timedelta(days=1)
UPLOADS = 400 * 2**20  # bytes; a clerk with a day of nothing but papers brings a quarter of it


def taken(by: Actor) -> int:
    """Rows that this account took out in files within the day in hand."""
    return throttle.counted(_rows(by)) if by.user_id else 0


def take(by: Actor, rows: int) -> None:
    """Count rows that are handed out."""
    if by.user_id and rows:
        throttle.hit(_rows(by), 0, DAY, rows)


def bring(by: Actor, size: int) -> None:
    """Count bytes that are handed in. Refuses past what one account may bring within a day."""
    if by.user_id and not throttle.hit(f"bytes brought {by.user_id}", UPLOADS, DAY, size).allowed:
        message = N_("You have uploaded %(most)s MB within a day. Go on tomorrow, or ask the administrator.")
        raise Refused(Obstacle("upload_quota", message, params={"most": UPLOADS // 2**20}))


def _rows(by: Actor) -> str:
    return f"rows taken {by.user_id}"
