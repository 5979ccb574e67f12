"""The database as the second wall: two roles, so that what the application may not do, it cannot do (docs/adr/0023).

The owner's role makes tables and migrates. The application's role, under which web server, worker and commands work,
reads and writes rows; it makes no tables, empties none, and changes nothing that is append-only. `build` says so to
the database after every migration; saying it twice does no harm.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import Warning as Warned
from django.core.checks import register
from django.db import connection, transaction
from psycopg import sql

from shegong.kernel import walls_rows

LOCK = 0x57414C4C  # one builder at a time

# Written by migrations alone; and a view would let rows be changed past the walls of its table.
READ_ONLY = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND (relkind IN ('v', 'm') OR relname = 'django_migrations') ORDER BY 1
"""
APPEND_ONLY = r"""
SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE t.tgname = c.relname || '_append_only' AND NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
ORDER BY 1
"""
POWERS = """
SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,
    EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid AND relnamespace = 'public'::regnamespace),
    EXISTS (SELECT 1 FROM pg_class c WHERE c.relname = 'django_migrations' AND pg_has_role(r.oid, c.relowner, 'MEMBER')),
    has_schema_privilege(r.oid, 'public', 'CREATE')
FROM pg_roles r WHERE r.rolname = %s
"""
WORDS = (
    "is a superuser", "passes row security by (BYPASSRLS)", "makes roles (CREATEROLE)", "makes databases (CREATEDB)",
    "owns tables", "is a member of the owner's role", "makes tables (CREATE on the schema public)",
)  # fmt: skip

ONE_ROLE = (
    "The application works under the role that owns the tables: the database would let it change what is append-only. "
    "Name the application's role in DATABASE_URL and the owner's in DATABASE_OWNER_URL (docs/operations.md)."
)


def application_role() -> str:
    """The role that the application works under; "" where owner and application are one."""
    role = str(settings.DATABASES["default"]["USER"])
    return "" if role == settings.DATABASE_OWNER["USER"] else role


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Be the owner of the tables in this block: for migrations. Nothing changes where there is one role."""
    if not application_role():
        yield
        return
    mine = connection.settings_dict
    owner = {key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    _sign_in({**mine, **owner})  # a dictionary of its own: Django's is the settings' own
    try:
        yield
    finally:
        _sign_in(mine)


def _sign_in(found: dict[str, Any]) -> None:
    connection.close()
    connection.settings_dict = found


def build(role: str | None = None) -> None:
    """(Re)make everything that `role` (the application's) may do; the owner says it. All of it or nothing."""
    role = application_role() if role is None else role
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        walls_rows.build(cursor)
        for statement in grants(role) if role else ():
            cursor.execute(statement)


def append_only_tables() -> list[str]:
    """Tables whose trigger refuses changes."""
    return _names(APPEND_ONLY)


def read_only_tables() -> list[str]:
    """Tables and views that the application only reads."""
    return _names(READ_ONLY)


def _names(question: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return [name for (name,) in cursor.fetchall()]


def grants(role: str) -> Iterator[sql.Composed]:
    """The statements: rows of all tables, additions alone where a trigger says so, nothing else."""
    who = sql.Identifier(role)
    database = sql.Identifier(connection.settings_dict["NAME"])
    yield sql.SQL("REVOKE CREATE, TEMPORARY ON DATABASE {1} FROM {0}, PUBLIC").format(who, database)
    yield sql.SQL("GRANT CONNECT ON DATABASE {1} TO {0}").format(who, database)
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {0}, PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM {0}, PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {0}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {0}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {0}",
        # A table that is made before the next `build` can be read and added to.
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO {0}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {0}",
    ):
        yield sql.SQL(statement).format(who)
    for table in append_only_tables():
        yield sql.SQL("REVOKE UPDATE, DELETE ON {1} FROM {0}").format(who, sql.Identifier(table))
    for table in read_only_tables():
        yield sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {1} FROM {0}").format(who, sql.Identifier(table))


def gaps() -> list[str]:
    """What the application's role could do and must not, in plain words; asked of the database."""
    role = application_role()
    return gaps_of(role) if role else [ONE_ROLE]


def gaps_of(role: str) -> list[str]:
    """The same of any role."""
    with connection.cursor() as cursor:
        cursor.execute(POWERS, [role])
        row = cursor.fetchone()
    if row is None:
        return [f"There is no role {role}."]
    return [f"The application's role {role} {words}." for held, words in zip(row, WORDS, strict=True) if held]


@register("shegong", deploy=True)
def two_roles(app_configs: Any, **kwargs: Any) -> list[Warned]:
    """System check of a deployment: owner and application are two."""
    return [] if application_role() else [Warned(ONE_ROLE, id="shegong.W020")]
