"""Page k of the register against page 1, keys and rows, at the same address. Reach: 1.2 times page 1."""

import measure

measure.start()
from django.utils import timezone  # noqa: E402
from officers import asked, officer  # noqa: E402

QUERY = "status=valid"


def main() -> None:
    """Walk to page 20 and page 200 of the province's list, then measure them in turn with page 1."""
    day = timezone.localdate()
    actor = officer("province", day)
    query, places = QUERY, {1: QUERY}
    for number in range(2, 201):
        query = f"{QUERY}&after={asked(actor, day, query).cursor('last')}"
        places[number] = query
    for number in (20, 200):
        calls = {
            "ours": lambda number=number: asked(actor, day, places[number]).rows,
            "floor": lambda: asked(actor, day, places[1]).rows,
        }
        times = measure.alternate(calls, rounds=150)
        measure.report(
            f"page {number} against page 1", ours=measure.median_ms(times["ours"]),
            floor=measure.median_ms(times["floor"]), unit="ms", n=measure.population(), reach="<= 1.2",
            quiet_ms=measure.quiet_ms(times["ours"]), floor_quiet_ms=measure.quiet_ms(times["floor"]),
        )  # fmt: skip


if __name__ == "__main__":
    main()
