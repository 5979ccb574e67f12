"""Search of people by two characters and by the beginning of pinyin, within reach, against the bare index.

`ours` is `Person.objects.search` as pages call it, ORM included. `floor` is the raw statement that takes 50 rows from the
index, without reach. Reach: 5 ms.
"""

import measure

measure.start()
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402
from officers import UNITS, officer  # noqa: E402

from shegong.ground.people.models import Person, PersonName  # noqa: E402

TYPED = {
    "two characters of a given name": "晓岚",
    "two characters, frequent": "王伟",
    "pinyin prefix": "linxi",
    "initials": "lxl",
}


def main() -> None:
    """One line for each way of typing and each reach."""
    day = timezone.localdate()
    cursor = connection.cursor()
    for unit in UNITS:
        actor = officer(unit, day)
        for what, text in TYPED.items():
            pieces = PersonName.objects.like(text)
            statement, values = pieces.values("person")[:50].query.sql_with_params()
            calls = {
                "ours": lambda actor=actor, text=text: Person.objects.search(text, actor),
                "floor": lambda statement=statement, values=values: (
                    cursor.execute(statement, values),
                    cursor.fetchall(),
                ),
            }
            times = measure.alternate(calls, rounds=60, warm=5)
            measure.report(
                f"search, {what}, {unit}", ours=measure.median_ms(times["ours"]), floor=measure.median_ms(times["floor"]),
                unit="ms", n=measure.population(), reach="<= 5 ms", quiet_ms=measure.quiet_ms(times["ours"]),
                found=len(Person.objects.search(text, actor)),
            )  # fmt: skip


if __name__ == "__main__":
    main()
