"""A value of a row that belongs to one subject of its file, hashed: the second row with it is told so at the check."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0013_sealing_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="batchrow",
            name="other",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="batchrow",
            index=models.Index(
                condition=models.Q(("other__isnull", False)),
                fields=["batch", "other"],
                name="batch_row_other",
            ),
        ),
    ]
