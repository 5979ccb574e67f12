"""Contributions that were recorded before their day, found without looking at everybody's: what forecasts read."""

from django.db import migrations, models
from django.db.models.functions import Cast


class Migration(migrations.Migration):
    dependencies = [("kernel", "0021_batch_rows")]
    operations = [
        migrations.AddIndex(
            "contribution",
            models.Index(
                fields=["measure", "on"],
                name="contribution_ahead",
                condition=models.Q(
                    on__gt=Cast(
                        models.Func(
                            models.Value("UTC"),
                            models.F("recorded_at"),
                            function="timezone",
                            output_field=models.DateTimeField(),
                        ),
                        models.DateField(),
                    )
                ),
            ),
        )
    ]
