"""Ordered exports of lists."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.kernel.listing_orders import EXPORTS
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_batches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField(null=True)),
                ("region_code", models.IntegerField(null=True)),
                ("listing", models.TextField()),
                ("title", models.TextField()),
                ("path", models.TextField()),
                ("query", models.TextField(blank=True)),
                ("filters", models.TextField(blank=True)),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("permission", models.TextField()),
                ("form", models.TextField()),
                ("full", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True)),
                ("count", models.IntegerField()),
                ("state", models.TextField(default="proposed")),
                ("version", models.IntegerField(default=0)),
                ("ordered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_by_id", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("written", models.IntegerField(default=0)),
                ("beat_at", models.DateTimeField(null=True)),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("sha256", models.TextField(blank=True)),
                ("size", models.BigIntegerField(default=0)),
                ("reach", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user_id", "-id"], name="export_own"),
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["region_code"],
                        name="export_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["proposed", "queued", "ready", "refused", "withdrawn", "failed", "expired"],
                            )
                        ),
                        name="export_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["xlsx", "csv", "json"])), name="export_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by_id__isnull", True),
                            ("person_id__isnull", True),
                            models.Q(("decided_by_id", models.F("person_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="export_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("full", False),
                            models.Q(("state__in", ["queued", "ready"]), _negated=True),
                            ("decided_by_id__isnull", False),
                            _connector="OR",
                        ),
                        name="export_full_was_agreed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(models.Q(("sha256", ""), _negated=True), ("expires_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="export_ready_has_a_file",
                    ),
                ],
            },
        ),
        workflow_trigger("kernel_export", EXPORTS),
    ]
