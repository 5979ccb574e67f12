"""In whose name the work on a batch goes on, and how often it was tried in vain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_exports")]
    operations = [
        migrations.AddField("batch", "ordered_by_id", models.BigIntegerField(null=True)),
        migrations.AddField("batch", "tries", models.SmallIntegerField(default=0)),
    ]
