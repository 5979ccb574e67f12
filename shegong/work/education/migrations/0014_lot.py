"""What decides a draw that was announced: a signed head of the journal; only added."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [("education", "0013_presence_phone")]
    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.TextField()),
                ("size", models.BigIntegerField()),
                ("root", models.TextField()),
                ("signed_at", models.DateTimeField()),
                ("fell_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "draw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lot", to="education.draw"
                    ),
                ),
            ],
        ),
        append_only_trigger("education_lot"),
    ]
