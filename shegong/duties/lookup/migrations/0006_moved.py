"""The county that a registration leaves is told too."""

from django.db import migrations, models

WHAT = [
    "admitted", "renewed", "expiring", "grace", "lapsed", "suspended", "lifted", "over", "cancelled", "revoked", "reinstated",
    "left", "changed", "moved",
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("lookup", "0005_journal_reader")]
    operations = [
        migrations.RemoveConstraint(model_name="alert", name="alert_what"),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(name="alert_what", condition=models.Q(what__in=WHAT)),
        ),
    ]
