"""Lines of pass lists; a check says which list it was; a list that is taken back leaves certificates declared."""

import django.db.models.functions.datetime
from django.db import migrations, models

from shegong.ground.credentials.rules import CERTIFICATE_WORKFLOW
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0003_batch"),
        ("documents", "0001_initial"),
        ("people", "0005_batch"),
    ]

    operations = [
        workflow_trigger("credentials_certificate", CERTIFICATE_WORKFLOW),
        migrations.CreateModel(
            name="PassListEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch_id", models.BigIntegerField(editable=False, null=True)),
                ("exam_year", models.SmallIntegerField()),
                ("level", models.TextField()),
                ("management_no", models.TextField()),
                ("seal_id", models.UUIDField(unique=True)),
                ("number", models.BinaryField()),
                ("index", models.BinaryField()),
                ("masked", models.TextField()),
                ("name", models.TextField()),
                ("canonical", models.TextField()),
                ("approved_on", models.DateField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="certificatecheck",
            name="certificate_check_result",
        ),
        migrations.AddField(
            model_name="certificatecheck",
            name="batch_id",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="certificatecheck",
            index=models.Index(
                condition=models.Q(("batch_id__isnull", False)),
                fields=["batch_id"],
                name="certificate_check_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificatecheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["matches", "differs", "not_found", "withdrawn"])),
                name="certificate_check_result",
            ),
        ),
        migrations.AddIndex(
            model_name="passlistentry",
            index=models.Index(fields=["exam_year", "level"], name="pass_list_year"),
        ),
        migrations.AddIndex(
            model_name="passlistentry",
            index=models.Index(fields=["index"], name="pass_list_identity"),
        ),
        migrations.AddIndex(
            model_name="passlistentry",
            index=models.Index(fields=["batch_id"], name="pass_list_batch"),
        ),
        migrations.AddConstraint(
            model_name="passlistentry",
            constraint=models.UniqueConstraint(fields=("management_no",), name="pass_list_number_once"),
        ),
        migrations.AddConstraint(
            model_name="passlistentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["assistant", "social_worker", "senior"])),
                name="pass_list_level",
            ),
        ),
    ]
