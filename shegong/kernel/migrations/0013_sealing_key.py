"""A name for sealing keys in the journal; no table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0012_checkpoints")]

    operations = [
        migrations.CreateModel(
            name="SealingKey",
            fields=[("number", models.IntegerField(primary_key=True, serialize=False))],
            options={"managed": False},
        ),
    ]
