"""A secret of each person's own, mixed into the keys of what is sealed about her."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0010_batch_said")]

    operations = [
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("person_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("secret", models.BinaryField(null=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("destroyed_at__isnull", True), ("secret__isnull", False)),
                            models.Q(("destroyed_at__isnull", False), ("secret__isnull", True)),
                            _connector="OR",
                        ),
                        name="person_key_held_or_destroyed",
                    )
                ],
            },
        ),
    ]
