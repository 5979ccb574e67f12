"""What both rules say of each open registration, in the order of expiry: for a county, a prefecture and the province;
those short under either rule have an index of their own (see 0004)."""

import django.db.models.deletion
from django.db import migrations, models

import shegong.ground.regions.models

BLOCKS = {"county": "(region_code / 1000), ", "prefecture": "(region_code / 100000), ", "all": ""}
SIDES = {"every": "", "short": " WHERE short", "year": " WHERE year_short"}


def statements():
    for name, block in BLOCKS.items():
        for side, condition in SIDES.items():
            index = f"hours_{side}_{name}"
            yield migrations.RunSQL(
                f"CREATE INDEX {index} ON registry_hoursstanding ({block}ends_on, registration_id){condition}",
                f"DROP INDEX {index}",
            )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_privacy"),
        ("regions", "0002_tree_stamp"),
        ("registry", "0018_changes_and_inquiries"),
        ("education", "0006_statement_steps"),
    ]

    operations = [
        migrations.CreateModel(
            name="HoursStanding",
            fields=[
                (
                    "registration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="hours",
                        serialize=False, to="registry.registration",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
                ("level", models.TextField()),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("required", models.IntegerField()),
                ("counted", models.IntegerField()),
                ("short", models.BooleanField()),
                ("year", models.SmallIntegerField()),
                ("year_required", models.IntegerField()),
                ("year_counted", models.IntegerField()),
                ("year_short", models.BooleanField()),
                (
                    "region",
                    shegong.ground.regions.models.RegionField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regions.region"
                    ),
                ),
            ],
        ),
        *statements(),
    ]  # fmt: skip
