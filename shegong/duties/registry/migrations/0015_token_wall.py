import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A token says which registration it belongs to, so that row security sees whose it is. The job signs anew."""

    dependencies = [("registry", "0014_signing_key")]
    operations = [
        migrations.RunSQL("DELETE FROM registry_cardtoken", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="cardtoken",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.registration"
            ),
        ),
    ]
