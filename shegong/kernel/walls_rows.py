"""Whose rows they are, said once at each model and kept by PostgreSQL's row security (docs/adr/0023).

`wall = Wall(region="region_code", person="person_id")`: a row is seen and written by who reaches its place, by the
person herself, and by the system where it says that it acts. `wall = Open("why")`: the table has no second wall.
What is read of somebody is decided by `visible_to` and `own`; this is what remains when one of them is forgotten, and
so it asks less: every place that the reader reaches with any right, not with this one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

POLICY = "wall"
# What a request said of who acts; nothing said, nothing seen. Read once a statement: policies ask (SELECT wall_…()).
FUNCTIONS = {
    "wall_open": ("boolean", "coalesce(current_setting('shegong.system', true) = 'on', false)"),
    "wall_reach": (
        "int4multirange",
        "coalesce(nullif(current_setting('shegong.reach', true), ''), '{}')::int4multirange",
    ),
    "wall_person": ("bigint", "nullif(current_setting('shegong.person', true), '')::bigint"),
    "wall_bodies": (
        "bigint[]",
        "coalesce(nullif(current_setting('shegong.bodies', true), ''), '{}')::bigint[]",
    ),
    "wall_made": ("bigint[]", "coalesce(nullif(current_setting('shegong.made', true), ''), '{}')::bigint[]"),
}


class Open(str):
    """No second wall: the reason, for the reader of the list of walls."""


class People(Open):
    """The table of people themselves, whose columns are few and joined everywhere; `became` names the record that a
    merged one is read under."""

    became = "merged_into_id"


@dataclass(frozen=True)
class Places:
    """`wall_places = Places(…)`: rows of this table say where their person belongs, where `where` holds of them; with
    `body`, also for whoever acts for that organization."""

    region: str | tuple[str, ...] = "region_code"
    person: str = "person_id"
    body: str = ""
    where: str = "true"

    @property
    def regions(self) -> tuple[str, ...]:
        """The columns of places."""
        return (self.region,) if isinstance(self.region, str) else self.region

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.regions, self.person, *filter(None, (self.body,)))


@dataclass(frozen=True)
class Wall:
    """Columns that say whose a row is. Any of them opens it.

    region: places, inside the reader's reach. person: the reader, or one who belongs to a place in the reach.
    body: an organization that the reader acts for. through: a row of another table that must be seen (key column).
    held: the same the other way round: some row that is seen names what this column names.
    own: `person` opens it to herself alone, not to who reaches her. also: rows of other tables (FROM and WHERE, in SQL) of
    which there must be one.
    """

    region: str | tuple[str, ...] = ()
    person: str | tuple[str, ...] = ()
    body: str = ""
    through: str = ""
    held: str = ""
    own: bool = False
    also: str = ""

    @property
    def regions(self) -> tuple[str, ...]:
        """The columns of places."""
        return (self.region,) if isinstance(self.region, str) else self.region

    @property
    def persons(self) -> tuple[str, ...]:
        """The columns of people."""
        return (self.person,) if isinstance(self.person, str) else self.person

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        single = (self.body, self.through, self.held)
        return (*self.regions, *self.persons, *filter(None, single))


def wall_of(model: type[Model]) -> Wall | Open | None:
    """What the model itself declares."""
    return vars(model).get("wall")


def _people() -> str:
    found = [m._meta.db_table for m in apps.get_models() if isinstance(wall_of(m), People)]
    return found[0]


def walled() -> Iterator[tuple[type[Model], Wall]]:
    """Every model with a wall."""
    for model in apps.get_models():
        wall = wall_of(model)
        if isinstance(wall, Wall):
            yield model, wall


def condition(model: type[Model], wall: Wall) -> str:
    """Who sees a row, in SQL. Cheap questions first; the database asks them in this order."""
    table = model._meta.db_table
    asked = ["(SELECT wall_open())"]
    asked += [f'"{table}"."{c}" <@ (SELECT wall_reach())' for c in wall.regions]
    for column in wall.persons:
        asked += _of_person(f'"{table}"."{column}"', wall.own)
    if wall.body:
        asked.append(f'"{table}"."{wall.body}" = ANY ((SELECT wall_bodies())::bigint[])')
    if wall.through:
        asked.append(_through(model, wall.through))
    if wall.also:
        asked.append(_some(wall.also))
    if wall.held:
        asked += _held(model, wall.held)
    return " OR ".join(asked)


def _through(model: type[Model], column: str) -> str:
    other: Any = model._meta.get_field(column.removesuffix("_id")).related_model
    same = f'o."{other._meta.pk.column}" = "{model._meta.db_table}"."{column}"'
    places = vars(other).get("wall_places")
    if places and not isinstance(wall_of(other), Wall):  # open itself: asked by its place and person
        hers = [f'o."{region}" <@ (SELECT wall_reach())' for region in places.regions]
        same += f""" AND ({" OR ".join(hers)} OR o."{places.person}" = (SELECT wall_person()))"""
    return _some(f'"{other._meta.db_table}" o WHERE {same}')


def _held(model: type[Model], column: str) -> Iterator[str]:
    what = model._meta.get_field(column.removesuffix("_id")).related_model
    for other, _wall in walled():
        for field in other._meta.concrete_fields:
            if field.related_model is what and other is not model:
                names = f'o."{field.column}" = "{model._meta.db_table}"."{column}"'
                yield _some(f'"{other._meta.db_table}" o WHERE {names}')


def _of_person(column: str, own: bool) -> Iterator[str]:
    yield f"{column} = (SELECT wall_person())"
    yield f"{column} = ANY ((SELECT wall_made())::bigint[])"
    if not own:
        reached = "w.region_code <@ (SELECT wall_reach()) OR w.body = ANY ((SELECT wall_bodies())::bigint[])"
        yield _some(f"wall_place w WHERE w.person_id = {column} AND ({reached})")
    # A record that became hers.
    yield _some(f"{_people()} m WHERE m.id = {column} AND m.{People.became} = (SELECT wall_person())")


def _some(rows: str) -> str:
    """Whether there is such a row, asked only for a row that nothing before has opened. No EXISTS: of that the planner
    may make a table of everybody in reach, first, for every statement."""
    return f"(SELECT true FROM {rows} LIMIT 1)"  # noqa: S608 - names from models


def places(have: set[tuple[str, str]]) -> str:
    """The view of who belongs where; it belongs to the owner, so that a policy may ask it about its own table."""
    straight, merged = [], []
    for model in apps.get_models():
        said = vars(model).get("wall_places")
        if said is None or not {(model._meta.db_table, column) for column in said.columns} <= have:
            continue
        table, person = model._meta.db_table, said.person
        for region in said.regions:
            body = f't."{said.body}"' if said.body else "NULL::bigint"
            shown = f't."{region}" AS region_code, {body} AS body'
            rows = f'SELECT t."{person}" AS person_id, {shown} FROM "{table}" t WHERE {said.where}'  # noqa: S608
            straight.append(rows)
            # What never moves is read under the record that was merged.
            became = f'{_people()} m JOIN "{table}" t ON t."{person}" = m.{People.became}'
            merged.append(f"SELECT m.id, {shown} FROM {became} WHERE {said.where}")  # noqa: S608
    return " UNION ALL ".join(straight + merged)


COLUMNS = (
    "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
)
KNOWN = f"""
SELECT c.relname, coalesce(obj_description(p.oid, 'pg_policy'), '') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = '{POLICY}' AND c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
"""  # noqa: S608


def build(cursor: Any) -> None:
    """Make what is not yet as declared. A policy that is as it should be is left alone, for making it anew would stop
    everybody at its table. What names a column that an older migration does not have is left out."""
    cursor.execute(COLUMNS)
    have = set(cursor.fetchall())
    for statement in helpers(have):
        cursor.execute(statement)
    cursor.execute(KNOWN)
    for statement in policies(have, dict(cursor.fetchall())):
        cursor.execute(statement)


def helpers(have: set[tuple[str, str]]) -> Iterator[str]:
    """The functions and views that policies and public paths ask."""
    for name, (kind, body) in FUNCTIONS.items():
        made = f"CREATE OR REPLACE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE"
        yield f"{made} AS $body$ SELECT {body} $body$"
    if view := places(have):
        yield f"CREATE OR REPLACE VIEW wall_place AS {view}"


def policies(have: set[tuple[str, str]], known: dict[str, str]) -> Iterator[str]:
    """What makes the walls; `known`: table → mark of the policy it has."""
    wanted = {
        model._meta.db_table: condition(model, wall)
        for model, wall in walled()
        if {(model._meta.db_table, column) for column in wall.columns} <= have
    }
    for table, who in wanted.items():
        mark = hashlib.sha256(who.encode()).hexdigest()[:16]
        if known.get(table) != mark:
            yield f'DROP POLICY IF EXISTS {POLICY} ON "{table}"'
            yield f'CREATE POLICY {POLICY} ON "{table}" USING ({who}) WITH CHECK ({who})'
            yield f"COMMENT ON POLICY {POLICY} ON \"{table}\" IS '{mark}'"
            yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    for table in known.keys() - wanted:
        yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
        yield f'DROP POLICY {POLICY} ON "{table}"'
