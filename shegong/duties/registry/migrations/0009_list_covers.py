"""The indexes of the register's list carry the holder too, and suspensions have one that answers by itself.

A page of the list then reads no row of the register at all: "not suspended" is asked of each holder, whose number stood
only in the row. `upper(recorded) IS NULL` says the same as `upper_inf(recorded)`, but not to the planner: otherwise it
takes the GiST index of the constraint, a probe of which is three times dearer (bench/RESULTS.md). The statistics tell it
how many rows these words leave; its own guess is one in two hundred, and it then joins where it should probe.
"""

from django.db import migrations

BLOCKS = {"county": "(region_code / 1000), ", "prefecture": "(region_code / 100000), ", "all": ""}
SIDES = {"open": "IS NULL", "closed": "IS NOT NULL"}


def rebuilt(name: str, block: str, side: str, carried: str) -> str:
    index = f"registration_{side}_{name}"
    return (
        f"DROP INDEX {index}; CREATE INDEX {index} ON registry_registration ({block}valid_to, id)"
        f" INCLUDE ({carried}) WHERE closed_on {SIDES[side]}"
    )


def suspensions(columns: str, current: str) -> str:
    return (
        f"DROP INDEX restriction_suspended; CREATE INDEX restriction_suspended ON registry_restriction {columns}"
        f" WHERE kind = 'suspended' AND {current}"
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_closing_steps")]
    operations = [
        *(
            migrations.RunSQL(
                rebuilt(name, block, side, "region_code, level, admitted_on, person_id"),
                rebuilt(name, block, side, "region_code, level, admitted_on"),
            )
            for name, block in BLOCKS.items()
            for side in SIDES
        ),
        migrations.RunSQL(
            suspensions("(person_id) INCLUDE (during)", "upper(recorded) IS NULL"),
            suspensions("(person_id)", "upper_inf(recorded)"),
        ),
        migrations.RunSQL(
            "CREATE STATISTICS restriction_current ON (upper(recorded)) FROM registry_restriction",
            "DROP STATISTICS restriction_current",
        ),
    ]
