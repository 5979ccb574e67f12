"""Whoever complained may ask to be told that something moved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conduct", "0004_inquiry_guards")]
    operations = [
        migrations.AddField("complainantvault", "tell", models.BooleanField(default=False)),
    ]
