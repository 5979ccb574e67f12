"""What a pass list covers, and the prefecture of each of its lines."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

import shegong.ground.regions.models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0004_pass_list"),
        ("kernel", "0010_batch_said"),
        ("regions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch_id", models.BigIntegerField(editable=False, unique=True)),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "region",
                    shegong.ground.regions.models.RegionField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="regions.region",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="passlistentry",
            name="region",
            field=shegong.ground.regions.models.RegionField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
            ),
        ),
    ]
