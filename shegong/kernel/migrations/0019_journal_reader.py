"""One table of how far each reader of the journal has come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0018_outages")]
    operations = [
        migrations.CreateModel(
            name="JournalReader",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("done", models.IntegerField(default=0)),
            ],
        ),
    ]
