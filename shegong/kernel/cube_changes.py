"""Changes of what is counted: the difference between a subject's facts now and those it has contributed is added.

Whoever refreshes holds the journal's lock until the end of the transaction, as whoever writes an entry does: so two
transactions never compare the same subject at the same time, contributions are numbered in the order in which they
become visible, and there is one lock and no order of locks to get wrong.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection
from django.db.models import Model

from shegong.kernel import jobs, journal, walls_acting
from shegong.kernel.copying import Keyed, among
from shegong.kernel.cube_cells import MANY, fold, folded_to, move, roomy
from shegong.kernel.cube_measures import MOST_DIMENSIONS, Fact, Measure, SqlFacts, measure, measures
from shegong.kernel.prepared import plans_kept
from shegong.kernel.walls_acting import tell_where_asked

GROUP = 'subject, region_code, "on", c1, c2, c3, c4'
ADD = f"""
INSERT INTO kernel_contribution ({{id}}measure, rule, {GROUP}, amount)
SELECT {{number}}%s, %s, {GROUP}, sum(amount) FROM (
    {{facts}}
    UNION ALL
    SELECT {GROUP}, -amount FROM kernel_contribution WHERE measure = %s {{stored}}
) d GROUP BY {GROUP} HAVING sum(amount) <> 0
"""  # noqa: S608 - fixed names
# Numbers of one change that go into the cells at once lie below all others, so that they are in nobody's way while it is not
# committed: whoever reads passes over every row that is newer than the cells.
BLOCK = 1 << 32
FREE = f"SELECT least(coalesce(min(id), 0), 0) - {BLOCK} FROM kernel_contribution"  # noqa: S608 - a number
WHY = "figures count everybody, whoever made the change"
FEW = 1500  # subjects at once for which a plan is kept
# Until the end of the transaction: compiling takes longer than counting a few; a plan that is kept is one for few subjects,
# whose rows are found one by one.
QUICKLY = "set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)"


def hold() -> None:
    """Be the only one who changes contributions, until the end of the transaction in hand."""
    if not connection.in_atomic_block:
        raise RuntimeError("figures change in the transaction of the change")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock(%s), {QUICKLY}", [journal.LOCK])


def refresh(name: str, subjects: Collection[int]) -> int:
    """Count these subjects of a measure again, in the transaction of the change; how many contributions that added.

    Doing it twice adds nothing the second time.
    """
    if not subjects:
        return 0
    hold()
    with walls_acting.lifted(WHY):
        count = added(measure(name), subjects)
    _fold_after(count)
    return count


def changed(label: str, subjects: Collection[int]) -> None:
    """Rows of this model that were about these subjects are gone, and nobody can look up any more whose they were:
    refresh each measure that follows it, behind the entries that are written together. Everything else is seen by
    `follow`."""

    def count() -> None:
        for one in measures().values():
            if label in one.follows:
                refresh(one.name, subjects)

    journal.behind(count)


def _fold_after(count: int) -> None:
    if count > MANY:  # else whoever reads adds them up
        fold()


def added(one: Measure, subjects: Collection[int] | None) -> int:
    """The same for whoever holds the lock; None: all subjects there are or were."""
    facts, values = facts_sql(one, subjects)
    stored, asked = "", [one.number, one.rule, *values, one.number]
    if subjects is not None:
        stored = "AND subject = ANY (%s::bigint[])"
        asked.append(array(subjects))
    if subjects is None or len(subjects) > MANY:
        return _added_at_once(
            one,
            ADD.format(facts=facts, stored=stored, id="id, ", number="%s + row_number() OVER (), "),
            asked,
        )
    statement = ADD.format(facts=facts, stored=stored, id="", number="")
    return (_run_planned if len(subjects) <= FEW else _run)(statement, asked)


def _added_at_once(one: Measure, statement: str, values: Sequence[Any]) -> int:
    """Contributions that are in the cells when they become visible."""
    roomy()
    folded_to(lock=True)
    with connection.cursor() as cursor:
        cursor.execute(FREE)
        (free,) = cursor.fetchone()
    count = _run(statement, [free, *values])
    move(one, f"id > {free} AND id <= {free + count}")
    return count


def _run(statement: str, values: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _run_planned(statement: str, values: Sequence[Any]) -> int:
    """The same with a plan that the connection keeps: making it takes as long as counting hundreds."""
    tell_where_asked(connection)
    raw = connection.connection
    with connection.wrap_database_errors, plans_kept(raw), psycopg.Cursor(raw) as cursor:
        return int(cursor.execute(statement, values, prepare=True).rowcount)


def array(numbers: Iterable[int]) -> str:
    """Whole numbers as one parameter."""
    return "{" + ",".join(map(str, numbers)) + "}"


def facts_sql(one: Measure, subjects: Collection[int] | None) -> tuple[str, list[Any]]:
    """The facts as rows of `GROUP` and amount: the owner's statement, or what its function says."""
    if isinstance(one.facts, SqlFacts):
        text, values = one.facts.narrowed(subjects)
        zeros = [f"0 AS c{n}" for n in range(len(one.dims) + 1, MOST_DIMENSIONS + 1)]
        codes = ", ".join([*one.codes, *zeros])
        return f'SELECT subject, region_code, "on", {codes}, amount FROM ({text}) f', values  # noqa: S608
    return _given(one, one.facts(subjects))


def _given(one: Measure, facts: Iterable[Fact]) -> tuple[str, list[Any]]:
    short = (0,) * (MOST_DIMENSIONS - len(one.dims))
    rows = [(f.subject, f.region, f.on, *f.codes, *short, f.amount) for f in facts]
    if any(len(row) != MOST_DIMENSIONS + 4 for row in rows):
        raise ValueError(f"{one.name}: a fact needs {len(one.dims)} codes")
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * (MOST_DIMENSIONS + 4)
    kinds = ("bigint", "integer", "date", *["smallint"] * MOST_DIMENSIONS, "smallint")
    given = ", ".join(f"%s::{kind}[]" for kind in kinds)
    return f"SELECT * FROM unnest({given}) f ({GROUP}, amount)", [_array(column) for column in columns]  # noqa: S608 - fixed kinds


def _array(column: list[Any]) -> str:
    return "{" + ",".join(v.isoformat() if isinstance(v, date) else str(v) for v in column) + "}"


# -- what a journal entry says was changed --------------------------------------------------------------------------

Way = tuple[type[Model], str]  # from the row of a model to its subject, by a column
Followed = Mapping[type[Model], Mapping[Way, Sequence[Measure]]]


def follow(lines: Iterable[journal.Line]) -> None:
    """Refresh whoever the rows of these entries are about; called by the journal, which holds the lock."""
    found = _about(lines)
    for name in [name for name, those in found.items() if 0 < measure(name).many < len(those)]:
        _later(name, found.pop(name))
    if found:
        with walls_acting.lifted(WHY):
            _quickly()
            _fold_after(sum(added(measure(name), those) for name, those in sorted(found.items()) if those))


def _about(lines: Iterable[journal.Line]) -> dict[str, set[int]]:
    """Subjects by measure: what a column of the row says, what a query finds of all such rows together, what the entry names."""
    followed, found = _followed(), defaultdict[str, set[int]](set)
    said, asked = defaultdict[Way, set[int]](set), defaultdict[Way, set[int]](set)
    for line in lines:
        moved: dict[str, Measure] = {}
        for row in (*line.rows, *line.gone):
            for way, those in followed.get(row.model if isinstance(row, Keyed) else type(row), {}).items():
                if not _says(row, way, said[way]):
                    asked[way].update(row.keys if isinstance(row, Keyed) else (row.pk,))
                moved |= {one.name: one for one in those}
        for one in moved.values():
            found[one.name] |= _named(line, one)
    for way, keys in asked.items():
        said[way] |= _looked_up(way, keys)
    for way, subjects in said.items():
        for one in followed[way[0]][way]:
            found[one.name] |= subjects
    return found


def _quickly() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {QUICKLY}")


def _later(name: str, subjects: Collection[int]) -> None:
    """Leave many subjects of a measure to a job of this transaction."""
    from shegong.kernel import cube_jobs  # noqa: PLC0415 - it imports this

    jobs.later(cube_jobs.count_some, name=name, subjects=sorted(subjects))


_by_model: tuple[tuple[str, ...], Followed] = ((), {})


def _followed() -> Followed:
    global _by_model
    declared = measures()
    if _by_model[0] != tuple(declared):
        found: dict[type[Model], dict[Way, list[Measure]]] = defaultdict(dict)
        for one in declared.values():
            for label, column in one.follows.items():
                model = apps.get_model(label)
                found[model].setdefault((model, column), []).append(one)
        _by_model = (tuple(declared), dict(found))
    return _by_model[1]


def _says(row: Model | Keyed, way: Way, said: set[int]) -> bool:
    """Whether the row itself tells its subject, which is added then."""
    model, column = way
    if isinstance(row, Keyed):
        if column == model._meta.pk.attname:
            said.update(row.keys)
        return column == model._meta.pk.attname
    if "__" not in column and (value := getattr(row, column)) is not None:
        said.add(value)
    return "__" not in column


def _looked_up(way: Way, keys: Collection[int]) -> set[int]:
    model, column = way
    rows = model._base_manager.filter(pk__in=among(list(keys)), **{f"{column}__isnull": False})
    return set(rows.values_list(column, flat=True).distinct())


def _named(line: journal.Line, one: Measure) -> set[int]:
    """Records that the entry itself names: a row that moved says whose it is now, the entry whose it was."""
    found = {line.subject.pk} if line.subject._meta.label == one.subject else set()
    if one.subject == "people.Person" and line.about_person_id is not None:
        found.add(line.about_person_id)
    return found


journal.follow(follow)
