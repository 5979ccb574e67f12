"""A check is kept though the roster that brought its certificate is undone: evidence is never deleted."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0005_pass_list_places"),
    ]

    operations = [
        migrations.AlterField(
            model_name="certificatecheck",
            name="certificate",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="checks",
                to="credentials.certificate",
            ),
        ),
    ]
