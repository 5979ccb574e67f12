"""Officers find people by a whole phone or mail address: through the blind index that every contact has had since it was made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0007_privacy")]
    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("during__upper_inf", True)), fields=["index"], name="contact_found"
            ),
        ),
    ]
