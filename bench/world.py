"""A world of N people for benchmarks: same seed, same rows. Loaded with COPY into a scratch database.

    DATABASE_URL=postgresql://…/bench .venv/bin/python -m shegong migrate
    DATABASE_URL=postgresql://…/bench .venv/bin/python -m shegong load jilin
    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/world.py 100000
    DATABASE_URL=postgresql://…/bench .venv/bin/python bench/world.py 1000000 2013-12-31   # days of the plan in force

Everybody is invented: identity numbers under the unassigned province code 99 with valid check digits. One current
name, one work tie, one employer, one certificate each; nine in ten stand in the register with a term and a card. Spread over
the counties that the database knows. No education records: nothing that is measured here reads them. Identity numbers
are sealed with the keys of this installation, the only bytes that differ from run to run.
"""

import os
import random
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shegong.config.settings")
import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402
from psycopg.types.range import DateRange, TimestamptzRange  # noqa: E402
from stdnum.cn.ric import calc_check_digit  # noqa: E402

from shegong.kernel.masking import mask  # noqa: E402
from shegong.kernel.names import comparison_key  # noqa: E402
from shegong.kernel.pinyin import grams, pinyin  # noqa: E402
from shegong.kernel.sealing import blind_index, seal  # noqa: E402

SEED = 19490
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文朴全南玄池严太卞"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲华红春梅海燕建国志永玉凤莲珍贞翠雅芝萍雪荣爱妹香月莺媛瑞凡佳嘉琼勤叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思"
LEVELS = ("assistant", "assistant", "assistant", "social_worker", "social_worker", "senior")
EPOCH = datetime(2013, 1, 1, tzinfo=UTC)
SINCE = TimestamptzRange(EPOCH, None, "[)")
TODAY = date.fromisoformat(sys.argv[2]) if sys.argv[2:] else localdate()  # the newest day in it


@lru_cache(maxsize=500_000)
def name_forms(name: str) -> tuple[str, str, list[str]]:
    """Comparison key, pinyin and grams: what people.actions stores with a name."""
    return comparison_key(name), " ".join(pinyin(name)), grams(name)


def identity_of(order: int, born: date) -> str:
    """An invented number: places 990000 to 999999 were never assigned."""
    body = f"99{order // 1000 % 10000:04d}{born:%Y%m%d}{order % 1000:03d}"
    return body + calc_check_digit(body + "0")


def person(
    order: int, dice: random.Random, counties: list[int], employers: dict[int, int]
) -> dict[str, tuple]:
    """All rows of one person; `order` is the key of each."""
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2, 2))))
    born = date(1955, 1, 1) + timedelta(days=dice.randrange(18_000))
    number, region, level = identity_of(order, born), dice.choice(counties), dice.choice(LEVELS)
    seal_id = uuid.UUID(int=dice.getrandbits(128), version=4)
    admitted = TODAY - timedelta(days=dice.randrange(365 * 4))
    end = admitted.replace(year=admitted.year + 3, day=min(admitted.day, 28))
    canonical, spelt, pieces = name_forms(name)
    sealed = seal(number, table="people_identity", column="number", row=seal_id)
    last4 = blind_index("identity_last4", number[-4:])
    rows = {
        "people_person": (order, str(1 + order % 2), born, "01", "13", "import", 0, EPOCH, f"p{order:021d}"),
        "people_identity": (
            order,
            "resident",
            seal_id,
            sealed,
            blind_index("identity", number),
            last4,
            mask("identity", number),
            "import",
            order,
        ),
        "people_personname": (
            order,
            DateRange(born, None),
            SINCE,
            name,
            canonical,
            spelt,
            pieces,
            "import",
            order,
        ),
        "people_tie": (
            order,
            DateRange(admitted, None),
            SINCE,
            "work",
            "employment.employment",
            order,
            order,
            region,
        ),
        "employment_employment": (
            order,
            DateRange(admitted, None),
            SINCE,
            "declared",
            True,
            "",
            "",
            "import",
            employers[region],
            order,
            region,
        ),
        "credentials_certificate": (
            order,
            level,
            f"{admitted.year}{order:014d}",
            admitted.year,
            admitted,
            False,
            "import",
            "verified",
            0,
            order,
        ),
    }
    if order % 10:
        closed = dice.random() < 0.03
        closing = (
            (min(TODAY, admitted + timedelta(days=200)), dice.choice(("cancelled", "revoked")))
            if closed
            else (None, None)
        )
        rows["registry_registration"] = (
            order,
            f"JL{admitted.year}{order:07d}",
            level,
            admitted,
            end,
            *closing,
            "",
            0,
            order,
            order,
            region,
        )
        rows["registry_term"] = (order, DateRange(admitted, end + timedelta(days=1)), SINCE, order)
        rows["registry_card"] = (order, f"{dice.getrandbits(128):032x}"[:22], EPOCH, order, order)
        if dice.random() < 0.01:
            rows["registry_restriction"] = (
                order,
                DateRange(TODAY - timedelta(days=9), TODAY + timedelta(days=90)),
                SINCE,
                "suspended",
                "conduct",
                order,
            )
    return rows


COLUMNS = {
    "people_person": "id sex born_on ethnicity political_status source version created_at token",
    "people_identity": "id kind seal_id number index last4_index masked source person_id",
    "people_personname": "id during recorded name canonical pinyin grams source person_id",
    "people_tie": "id during recorded kind origin origin_id person_id region_code",
    "employment_employment": "id during recorded entry main position service_field source employer_id person_id region_code",
    "credentials_certificate": "id level management_no exam_year issued_on local_scheme source state version person_id",
    "registry_registration": "id register_no level admitted_on valid_to closed_on closed_kind reason_code version certificate_id person_id region_code",
    "registry_term": "id during recorded registration_id",
    "registry_card": "id serial issued_at registration_id term_id",
    "registry_restriction": "id during recorded kind ground person_id",
}


def people(count: int, counties: list[int], employers: dict[int, int]) -> Iterator[dict[str, tuple]]:
    """The rows of each person in turn."""
    dice = random.Random(SEED)
    return (person(order, dice, counties, employers) for order in range(1, count + 1))


def load(count: int, chunk: int = 20_000) -> None:
    """Empty the people and the register of the scratch database and fill them with `count` people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        if not cursor.fetchone()[0].removeprefix("h_").startswith("bench"):
            sys.exit("This empties tables: it runs in a database whose name begins with bench only.")
        cursor.execute(
            "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'"
        )
        cursor.execute(f"TRUNCATE {', '.join(COLUMNS)} CASCADE")
        counties, employers = places(cursor)
        again = without_indexes(cursor)
        waiting: dict[str, list[tuple]] = {table: [] for table in COLUMNS}
        began = time.monotonic()
        for order, rows in enumerate(people(count, counties, employers), start=1):
            for table, row in rows.items():
                waiting[table].append(row)
            if order % chunk == 0 or order == count:
                store(cursor, waiting)
                print(
                    f"\r{order:,} people, {time.monotonic() - began:.0f} s",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
        for statement in again:
            cursor.execute(statement)
        for table in COLUMNS:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {count + 1})")
        cursor.execute(f"VACUUM ANALYZE {', '.join(COLUMNS)}")
    print(file=sys.stderr)


def without_indexes(cursor) -> list[str]:
    """Drop what can be built faster afterwards (all but primary keys and unique constraints); how to make it again."""
    again = []
    for table in COLUMNS:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
            " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}")
            again.append(definition)
    return again


def places(cursor) -> tuple[list[int], dict[int, int]]:
    """The counties of today, and one employer in each."""
    cursor.execute("SELECT code FROM regions_region WHERE level = 3 AND upper_inf(during) ORDER BY code")
    counties = [code for (code,) in cursor.fetchall()]
    if not counties:
        sys.exit("No divisions: run `shegong load jilin` first.")
    cursor.execute("DELETE FROM organizations_organization WHERE kind = 'service_centre'")
    employers = {}
    for code in counties:
        cursor.execute(
            "INSERT INTO organizations_organization (kind, region_code, system, name, pinyin, grams, old_registration_no, source, version)"
            " VALUES ('service_centre', %s, 'other', %s, '', '{}', '', 'import', 0) RETURNING id",
            [code, f"第{code}社会工作服务中心"],
        )
        employers[code] = cursor.fetchone()[0]
    return counties, employers


def store(cursor, waiting: dict[str, list[tuple]]) -> None:
    """COPY what waits."""
    for table, rows in waiting.items():
        with cursor.copy(f"COPY {table} ({COLUMNS[table].replace(' ', ', ')}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        rows.clear()


if __name__ == "__main__":
    load(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
