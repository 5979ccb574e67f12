"""The planner knows how many registrations a county or a prefecture holds.

It takes no statistics from partial indexes, so for it every block held one registration in two hundred: counting a
prefecture of 30,000 it joined all of them with the suspensions before it stopped at 10,000 (bench/RESULTS.md).
"""

from django.db import migrations

BLOCKS = {"registration_county": "(region_code / 1000)", "registration_prefecture": "(region_code / 100000)"}


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_doubts")]
    operations = [
        *(
            migrations.RunSQL(
                f"CREATE STATISTICS {name} ON {block} FROM registry_registration", f"DROP STATISTICS {name}"
            )
            for name, block in BLOCKS.items()
        ),
        migrations.RunSQL("ANALYZE registry_registration", migrations.RunSQL.noop),
    ]
