from django.db import migrations, models


class Migration(migrations.Migration):
    """A name for signing keys in the journal; no table."""

    dependencies = [("registry", "0013_proof")]
    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[("number", models.IntegerField(primary_key=True, serialize=False))],
            options={"managed": False},
        ),
    ]
