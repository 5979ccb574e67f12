"""The day on which an application was first handed in, which goes on counting while it is put right; a certificate whose
registration was cancelled may be registered anew."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0001_initial"),
        ("registry", "0020_journal_reader"),
    ]

    operations = [
        migrations.AddField(
            model_name="application", name="handed_in_on", field=models.DateField(null=True)
        ),
        migrations.AddField(model_name="application", name="complete_by", field=models.DateField(null=True)),
        migrations.RunSQL(
            "UPDATE registry_application SET handed_in_on = (submitted_at AT TIME ZONE 'Asia/Shanghai')::date"
            " WHERE submitted_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="registration",
            name="certificate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="registrations", to="credentials.certificate"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                fields=["certificate"], condition=models.Q(closed_on__isnull=True), name="registration_one_live_a_certificate"
            ),
        ),
    ]
