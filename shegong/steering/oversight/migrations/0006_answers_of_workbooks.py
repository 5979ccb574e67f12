"""Which workbook filled in a line of a return, so that it can be taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0005_report_steps")]
    operations = [
        migrations.AddField("answer", "batch_id", models.BigIntegerField(null=True)),
        migrations.AddField("dispatchreturn", "batch_id", models.BigIntegerField(null=True)),
    ]
