"""What row security costs: the same statements as the owner, whom it does not concern, and as the application in turn.

    DATABASE_URL=postgresql://application@…/bench DATABASE_OWNER_URL=postgresql://owner@…/bench \
        .venv/bin/python bench/walls.py

after `shegong migrate` with the same two addresses. Statements are the product's own, prepared on two connections.
"""

import contextlib
from datetime import date

import measure

measure.start()
import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402
from officers import UNITS, asked, officer  # noqa: E402
from psycopg.types.numeric import Int8  # noqa: E402

from shegong.duties.lookup.models import enquiry as lookup  # noqa: E402
from shegong.duties.registry.models import register_rows  # noqa: E402
from shegong.ground.people.models import tables  # noqa: E402
from shegong.kernel import listing_prepared, walls_acting  # noqa: E402
from shegong.kernel.access import SYSTEM  # noqa: E402


def connect(found) -> psycopg.Connection:
    """A connection that prepares what it is asked."""
    return psycopg.connect(
        host=found["HOST"], port=found["PORT"], user=found["USER"], password=found["PASSWORD"], dbname=found["NAME"],
        autocommit=True, options="-c timezone=UTC",
    )  # fmt: skip


def sent(module, ask) -> tuple[str, dict]:
    """The first statement that `ask` sends through this module, with its values."""
    kept = []
    found, module.fetch = module.fetch, lambda *what, **more: kept.append(what) or []
    try:
        with contextlib.suppress(Exception):
            ask()
    finally:
        module.fetch = found
    statement, values = (*kept[0], {})[:2]
    return statement, {k: Int8(v) if type(v) is int else v for k, v in values.items()}


def questions(actor, day: date):
    """(name, statement, values, prepared) of the paths with a reach of their own."""
    page = asked(actor, day, "level=social_worker&status=valid")
    keys = [row.id for row in page.rows]
    number = page.rows[0].register_no
    yield (
        "verification",
        *sent(lookup, lambda: lookup.find("number", number, day=day, at=timezone.now())),
        True,
    )
    yield (
        "list, keys",
        *sent(listing_prepared, lambda: asked(actor, day, "level=social_worker&status=valid").slice),
        True,
    )
    yield "list, 50 rows", *sent(register_rows, lambda: register_rows.register_rows(keys, day)), True
    statement = tables._search(actor.reach("people.read"), 100)
    for text in ("晓岚", "王伟"):
        yield f"search {text}", statement, {"grams": tables.search_grams(text)}, False
    yield (
        "one person's numbers",
        "SELECT masked FROM people_identity WHERE person_id = %(id)s",
        {"id": Int8(page.rows[0].person_id)},
        True,
    )


def main() -> None:
    """One line a statement and reach: medians and tenth percentiles, with and without the wall."""
    walls_acting._acting.set(walls_acting.acting_of(SYSTEM))
    day = timezone.localdate()
    owner, application = connect(settings.DATABASE_OWNER), connect(settings.DATABASES["default"])
    for unit in UNITS:
        actor = officer(unit, day)
        told = walls_acting.acting_of(actor)
        application.execute(
            walls_acting.TELL.format("false"), [told.system, told.reach, told.person, told.bodies]
        )
        for name, statement, values, keep in questions(actor, day):
            calls = {
                key: lambda c=c, s=statement, v=values, k=keep: c.execute(s, v, prepare=k).fetchall()
                for key, c in (("without", owner), ("with", application))
            }
            assert calls["with"]() == calls["without"](), name
            times = measure.alternate(calls, rounds=120)
            measure.report(
                f"{name}, {unit}", ours=measure.median_ms(times["with"]), floor=measure.median_ms(times["without"]),
                unit="ms", n=measure.population(), quiet_ms=measure.quiet_ms(times["with"]),
                floor_quiet_ms=measure.quiet_ms(times["without"]),
            )  # fmt: skip


if __name__ == "__main__":
    main()
