"""A subject's contributions are read from their index alone: a thousand changed people need a thousand pages less."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0022_known_ends")]
    operations = [
        migrations.RemoveIndex("contribution", "contribution_subject"),
        migrations.AddIndex(
            "contribution",
            models.Index(
                fields=["measure", "subject"],
                include=["region_code", "on", "c1", "c2", "c3", "c4", "amount"],
                name="contribution_subject",
            ),
        ),
    ]
