"""Indexes that keep the queue of each stage by remaining time, for a county, a prefecture and the province.

Only what waits for somebody stands in them, so they stay small however large the register grows.
"""

from django.db import migrations

WHERE = "WHERE waiting_for <> ''"


def index(name: str, block: str) -> migrations.RunSQL:
    columns = ", ".join(filter(None, ["waiting_for", block, "due_on", "id"]))
    return migrations.RunSQL(
        f"CREATE INDEX {name} ON registry_application ({columns}) INCLUDE (region_code, route) {WHERE}",
        f"DROP INDEX {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_case_list")]
    operations = [
        index("application_due_in_county", "(region_code / 1000)"),
        index("application_due_in_prefecture", "(region_code / 100000)"),
        index("application_due", ""),
    ]
