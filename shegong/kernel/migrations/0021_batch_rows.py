"""What the rows of a workbook say, as a keyed hash: the same rows saved by another program are recognised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0020_policy_reports")]
    operations = [migrations.AddField("batch", "rows_index", models.BinaryField(null=True))]
