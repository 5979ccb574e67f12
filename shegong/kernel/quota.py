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


def hold(by: Actor) -> None:
    """Be the only one who counts this account's rows until the transaction in hand ends: what `taken` says then stands."""
    if by.user_id:
        throttle.hit(_rows(by), 0, DAY, 0)


class Spent(Exception):
    """More rows than are left of the day: another file was handed out since this one was asked for."""


def take(by: Actor, rows: int, most: int | None = None) -> None:
    """Count rows that are handed out. With `most` in a day raises `Spent` past it: the counter is held from here until
    the transaction in hand ends, so of two files at once the second counts the first."""
    if by.user_id and rows:
        throttle.hit(_rows(by), 0, DAY, rows)
        if most is not None and taken(by) > most:
            raise Spent


def bring(by: Actor, size: int) -> None:
    """Count bytes that are handed in. Refuses past what one account may bring within a day."""
    if by.user_id and not throttle.hit(f"bytes brought {by.user_id}", UPLOADS, DAY, size).allowed:
        message = N_("You have uploaded %(most)s MB within a day. Go on tomorrow, or ask the administrator.")
        raise Refused(Obstacle("upload_quota", message, params={"most": UPLOADS // 2**20}))


def _rows(by: Actor) -> str:
    return f"rows taken {by.user_id}"
