"""Erasures are looked up beside every checkpoint."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0014_batch_row_other")]

    operations = [
        migrations.AddIndex(
            model_name="personkey",
            index=models.Index(
                condition=models.Q(("destroyed_at__isnull", False)),
                fields=["destroyed_at"],
                name="person_key_destroyed",
            ),
        ),
    ]
