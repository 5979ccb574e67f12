"""Indexes that keep the register's list in order of expiry, for a county, a prefecture and the province.

A page then reads fifty entries of one index, whatever the size of the register: the region is an equality on the code
divided by 1,000 or 100,000 (kernel/listing_query.py), level and dates ride along so that counts need no row. Open and
closed registrations have an index each, because closed ones pile up at the old end of the order. Plain SQL: they serve
one query shape and are no part of the model.
"""

from django.db import migrations

BLOCKS = {"county": "(region_code / 1000), ", "prefecture": "(region_code / 100000), ", "all": ""}
CARRIED = "INCLUDE (region_code, level, admitted_on)"


def statements():
    for name, block in BLOCKS.items():
        for side, condition in (("open", "IS NULL"), ("closed", "IS NOT NULL")):
            index = f"registration_{side}_{name}"
            yield migrations.RunSQL(
                f"CREATE INDEX {index} ON registry_registration ({block}valid_to, id) {CARRIED}"
                f" WHERE closed_on {condition}",
                f"DROP INDEX {index}",
            )


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_route")]
    operations = [
        *statements(),
        migrations.RunSQL(
            "CREATE INDEX registration_closed_on ON registry_registration (closed_on) WHERE closed_on IS NOT NULL",
            "DROP INDEX registration_closed_on",
        ),
        migrations.RunSQL(
            "CREATE INDEX restriction_suspended ON registry_restriction (person_id) WHERE kind = 'suspended'"
            " AND upper_inf(recorded)",
            "DROP INDEX restriction_suspended",
        ),
    ]
