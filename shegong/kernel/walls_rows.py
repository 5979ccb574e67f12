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
class Wall:
    """Columns that say whose a row is. Any of them opens it.

    region: places, inside the reader's reach. person: the reader, or one who belongs to a place in the reach.
    body: an organization that the reader acts for. through: a row of another table that must be seen (key column).
    held: the same the other way round: some row that is seen names what this column names.
    places: a condition; rows of this table that meet it say where their `person` belongs. own: `person` opens it to
    herself alone, for tables that are read by place. public: columns that everybody may ask for, by a view beside the
    table (`public_view`), for the paths without a reader.
    """

    region: str | tuple[str, ...] = ()
    person: str | tuple[str, ...] = ()
    body: str = ""
    through: str = ""
    held: str = ""
    places: str = ""
    own: bool = False
    public: tuple[str, ...] = ()

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
        return (*self.regions, *self.persons, *self.public, *filter(None, single))


def wall_of(model: type[Model]) -> Wall | Open | None:
    """What the model itself declares."""
    return vars(model).get("wall")


def public_view(model: type[Model]) -> str:
    """The view that shows every row, and of it what everybody may ask for."""
    return f"{model._meta.db_table}_public"


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
        other = model._meta.get_field(wall.through.removesuffix("_id")).related_model._meta  # type: ignore[union-attr]
        asked.append(
            f'EXISTS (SELECT 1 FROM "{other.db_table}" o WHERE o."{other.pk.column}" = "{table}"."{wall.through}")'  # noqa: S608 - names from models
        )
    if wall.held:
        asked += _held(model, wall.held)
    return " OR ".join(asked)


def _held(model: type[Model], column: str) -> Iterator[str]:
    what = model._meta.get_field(column.removesuffix("_id")).related_model
    for other, _wall in walled():
        for field in other._meta.concrete_fields:
            if field.related_model is what and other is not model:
                names = f'o."{field.column}" = "{model._meta.db_table}"."{column}"'
                yield f'EXISTS (SELECT 1 FROM "{other._meta.db_table}" o WHERE {names})'  # noqa: S608 - names from models


def _of_person(column: str, own: bool) -> Iterator[str]:
    yield f"{column} = (SELECT wall_person())"
    yield f"{column} = ANY ((SELECT wall_made())::bigint[])"
    if not own:
        place = f"w.person_id = {column} AND w.region_code <@ (SELECT wall_reach())"
        yield f"EXISTS (SELECT 1 FROM wall_place w WHERE {place})"  # noqa: S608
    # A record that became hers.
    yield (
        f"EXISTS (SELECT 1 FROM {_people()} m WHERE m.id = {column} AND m.{People.became} = (SELECT wall_person()))"  # noqa: S608
    )


def places() -> str:
    """The view of who belongs where; it belongs to the owner, so that a policy may ask it about its own table."""
    rows = [
        (model._meta.db_table, wall.persons[0], region, wall.places)
        for model, wall in walled()
        if wall.places
        for region in wall.regions
    ]
    straight = [
        f'SELECT "{person}" AS person_id, "{region}" AS region_code FROM "{table}" WHERE {which}'  # noqa: S608
        for table, person, region, which in rows
    ]
    merged = [  # what never moves is read under the record that was merged
        f'SELECT m.id, t."{region}" FROM {_people()} m JOIN "{table}" t ON t."{person}" = m.{People.became} WHERE {which}'  # noqa: S608
        for table, person, region, which in rows
    ]
    return " UNION ALL ".join(straight + merged)


def statements(known: dict[str, str]) -> Iterator[str]:
    """What makes the walls. `known`: table → mark of the policy it has; one that is as it should be is left alone, for
    making it anew would stop everybody at that table."""
    for name, (kind, body) in FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS {kind} LANGUAGE sql STABLE PARALLEL SAFE AS $body$ SELECT {body} $body$"
    yield f"CREATE OR REPLACE VIEW wall_place AS {places()}"
    for model, wall in walled():
        if wall.public:
            shown = ", ".join(f'"{column}"' for column in wall.public)
            yield f'CREATE OR REPLACE VIEW {public_view(model)} AS SELECT {shown} FROM "{model._meta.db_table}"'  # noqa: S608
    wanted = {model._meta.db_table: condition(model, wall) for model, wall in walled()}
    for table, who in wanted.items():
        mark = mark_of(who)
        if known.get(table) != mark:
            yield f'DROP POLICY IF EXISTS {POLICY} ON "{table}"'
            yield f'CREATE POLICY {POLICY} ON "{table}" USING ({who}) WITH CHECK ({who})'
            yield f"COMMENT ON POLICY {POLICY} ON \"{table}\" IS '{mark}'"
            yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    for table in known.keys() - wanted:
        yield f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY'
        yield f'DROP POLICY {POLICY} ON "{table}"'


def mark_of(who: str) -> str:
    """A short mark that changes with the policy."""
    return hashlib.sha256(who.encode()).hexdigest()[:16]


KNOWN = f"""
SELECT c.relname, coalesce(obj_description(p.oid, 'pg_policy'), '') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = '{POLICY}' AND c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
"""  # noqa: S608


def build(cursor: Any) -> None:
    """Make what is not yet as declared."""
    cursor.execute(KNOWN)
    for statement in statements(dict(cursor.fetchall())):
        cursor.execute(statement)
