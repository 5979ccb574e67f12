"""What whoever uploads a workbook says about it as a whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0009_journal_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="said",
            field=models.JSONField(default=dict),
        ),
    ]
