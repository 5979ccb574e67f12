"""The whole database at one moment: for what must be read together, past whoever's walls, and changed by nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from shegong.kernel.walls_acting import lifted


@contextmanager
def one_moment(why: str, *, read_only: bool = True) -> Iterator[None]:
    """Inside, every question sees the same moment and every row. Refuses to begin inside a transaction: that has its own.

    `why` is for who reads the code.
    """
    with lifted(why):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1"
            )  # the connection is told who acts before the transaction takes its moment
        with transaction.atomic():
            with connection.cursor() as cursor:
                mode = ", READ ONLY" if read_only else ""
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ{mode}")
            yield
