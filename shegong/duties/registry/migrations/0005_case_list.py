"""Indexes that keep the list of applications newest first for a county and a prefecture; the province's is the key."""

from django.db import migrations

WHERE = "WHERE submitted_at IS NOT NULL"


def index(name: str, block: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE INDEX {name} ON registry_application (({block}), id) INCLUDE (region_code, state) {WHERE}",
        f"DROP INDEX {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_register_list")]
    operations = [
        index("application_in_county", "region_code / 1000"),
        index("application_in_prefecture", "region_code / 100000"),
    ]
