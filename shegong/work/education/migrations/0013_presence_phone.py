"""What else a phone signed in is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("education", "0012_step_guards")]

    operations = [
        migrations.AddIndex(
            model_name="attendance",
            index=models.Index(
                fields=["device"], condition=models.Q(("device__isnull", False)), name="presence_phone"
            ),
        ),
    ]
