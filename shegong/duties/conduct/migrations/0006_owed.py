"""A word to who complained goes out with the others of the morning, so that its time says nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conduct", "0005_tell")]
    operations = [
        migrations.AddField("complainantvault", "moved_on", models.DateField(null=True)),
    ]
