from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0016_restriction_origin")]

    operations = [
        migrations.AddField(
            model_name="registrationround",
            name="may_be_after_expiry",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="registrationround",
            name="requires_ce",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
