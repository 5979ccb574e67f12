"""Whose data are only stored, and which notice on personal information a person had before her."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("people", "0006_salts")]
    operations = [
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("person_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField(db_default=Now())),
                ("basis", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="NoticeSeen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("form", models.TextField()),
                ("version", models.TextField()),
                ("basis", models.TextField()),
                ("is_optional", models.BooleanField(default=False)),
                ("seen_at", models.DateTimeField(db_default=Now())),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["person_id", "form"], name="notice_of_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["person_id", "form", "version"],
                        condition=Q(withdrawn_at=None),
                        name="notice_once",
                    ),
                    models.CheckConstraint(
                        name="notice_only_optional_withdrawn",
                        condition=Q(withdrawn_at=None) | Q(is_optional=True),
                    ),
                ],
            },
        ),
    ]
