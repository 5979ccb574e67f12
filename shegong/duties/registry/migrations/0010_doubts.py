"""How many automatic checks did not pass when the case was submitted; the queue shows the number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_list_covers")]
    operations = [
        migrations.AddField("application", "doubts", models.SmallIntegerField(default=0, db_default=0)),
        migrations.RunSQL(
            "UPDATE registry_application SET doubts = 1 WHERE NOT clean AND submitted_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
