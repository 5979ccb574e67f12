"""Orders to change keys: proposed by one security administrator, decided by another."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import F, Q

from shegong.ground.accounts.rules import KEY_ORDERS
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_unused"), ("people", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="KeyOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("operation", models.TextField()),
                ("target", models.TextField()),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("state", models.TextField(default="proposed")),
                ("version", models.IntegerField(default=0)),
                ("decided_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")),
                ("proposed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                        name="key_order_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=~Q(state__in=["approved", "refused", "done", "reviewed"])
                        | Q(decided_by__isnull=False, decided_at__isnull=False),
                        name="key_order_decided",
                    ),
                ]
            },
        ),
        workflow_trigger("accounts_keyorder", KEY_ORDERS),
    ]
