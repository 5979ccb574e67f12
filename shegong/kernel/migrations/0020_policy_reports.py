"""How often browsers reported a break of the content policy."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0019_journal_reader")]
    operations = [
        migrations.CreateModel(
            name="PolicyReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("directive", models.TextField()),
                ("blocked", models.TextField()),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "directive", "blocked"), name="policy_report_once")
                ],
            },
        ),
    ]
