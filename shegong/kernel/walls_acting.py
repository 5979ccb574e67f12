"""Who acts, said to the database: what its row security (kernel.walls_rows) decides by.

One place says it for requests (`kernel.http`, the middleware of accounts), one for jobs, one for commands. It is
remembered here and told to a connection before its next statement, so that nothing is asked of the database for pages
that ask it nothing. Outside a transaction it holds for the connection, inside for the transaction. Where the application
works under the owner's role there are no walls, and nothing is told.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

from shegong.kernel.access import Actor
from shegong.kernel.walls import application_role

TELL = """SELECT set_config('shegong.system', %s, {0}), set_config('shegong.reach', %s, {0}),
    set_config('shegong.person', %s, {0}), set_config('shegong.bodies', %s, {0})"""


@dataclass(frozen=True)
class Acting:
    """What the database is told, as it is written there."""

    system: str = ""
    reach: str = ""
    person: str = ""
    bodies: str = ""


NOBODY = Acting()
THE_SYSTEM = Acting(system="on")
_acting: ContextVar[Acting] = ContextVar("who acts, for the database", default=NOBODY)


def acting_of(actor: Actor) -> Acting:
    """Everything within the reach of any authority, what is her own, and the bodies that she acts for."""
    if actor.is_system:
        return THE_SYSTEM
    spans: set[str] = set()
    for authority in actor.authorities:
        for one in authority.ranges:
            edges = [one.lo, *(edge for hole in sorted(one.holes) for edge in (hole, hole + 1)), one.hi]
            spans |= {f"[{lo},{hi})" for lo, hi in zip(edges[::2], edges[1::2], strict=True) if lo < hi}
    bodies = {a.organization_id for a in actor.authorities if a.organization_id and not a.ranges}
    return Acting(
        reach="{" + ",".join(sorted(spans)) + "}" if spans else "",
        person=str(actor.person_id or ""),
        bodies="{" + ",".join(map(str, sorted(bodies))) + "}" if bodies else "",
    )


def act_as(actor: Actor) -> None:
    """From now on, in this thread, this one acts; a request says so as soon as it knows."""
    _acting.set(acting_of(actor))


def nobody() -> None:
    """A new request: nobody acts yet."""
    _acting.set(NOBODY)


def the_system() -> None:
    """A command of an operator: the system acts, in this whole process."""
    _acting.set(THE_SYSTEM)


@contextlib.contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """In this block this one acts: jobs, in the name of the system or of a person."""
    with _said(acting_of(actor)):
        yield


@contextlib.contextmanager
def lifted(why: str) -> Iterator[None]:
    """In this block the wall is up for nobody. For questions that need the whole province to answer a reader who may not
    see it: whether a number is taken, whether a name is borne twice. `why` is for who reads the code."""
    assert why
    with _said(replace(_acting.get(), system="on")):
        yield


@contextlib.contextmanager
def _said(wanted: Acting) -> Iterator[None]:
    mark = _acting.set(wanted)
    try:
        yield
    finally:
        _acting.reset(mark)


class Told:
    """Stands among a transaction's hooks as long as what was told in it holds: a rollback forgets both."""

    def __init__(self, what: Acting):
        self.what = what

    def __call__(self) -> None:
        """Nothing to do at commit: the database forgets by itself."""


def tell(database: Any) -> None:
    """Tell the connection who acts, unless it knows."""
    wanted = _acting.get()
    if _known(database) == wanted:
        return
    inside = database.in_atomic_block
    with database.wrap_database_errors, database.connection.cursor() as cursor:
        values = [wanted.system, wanted.reach, wanted.person, wanted.bodies]
        cursor.execute(TELL.format("true" if inside else "false"), values)
    if inside:
        database.on_commit(Told(wanted))
    else:
        database.wall_told = wanted


def _known(database: Any) -> Acting:
    if database.in_atomic_block:
        for _points, hook, _robust in reversed(database.run_on_commit):
            if isinstance(hook, Told):
                return hook.what
    return database.wall_told  # type: ignore[no-any-return]


def tell_first(execute: Any, statement: Any, values: Any, many: Any, context: dict[str, Any]) -> Any:
    """Around every statement of Django's."""
    tell(context["connection"])
    return execute(statement, values, many, context)


def tell_where_asked(database: Any) -> None:
    """The same for statements that go past Django's cursors."""
    if tell_first in database.execute_wrappers:
        tell(database)


def made(person_id: int) -> None:
    """A person made in this transaction is seen until its end by who made her, before she belongs anywhere."""
    if tell_first in connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('shegong.made', (wall_made() || %s::bigint)::text, true)", [person_id]
            )


def put_up(database: Any) -> None:
    """From now on this connection is told who acts."""
    database.wall_told = NOBODY
    if tell_first not in database.execute_wrappers:
        database.execute_wrappers.append(tell_first)


def on_connection(sender: Any, connection: Any, **kwargs: Any) -> None:
    """A new connection knows nothing yet."""
    if application_role() and connection.settings_dict["USER"] == application_role():
        put_up(connection)


connection_created.connect(on_connection, dispatch_uid="walls")
