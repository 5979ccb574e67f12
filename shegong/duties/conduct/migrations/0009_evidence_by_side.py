"""The same photo from both sides is two pieces: who hands one in does not learn that the office has it already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conduct", "0008_sides_and_repair")]
    operations = [
        migrations.RemoveConstraint("evidence", "evidence_once"),
        migrations.AddConstraint(
            "evidence",
            models.UniqueConstraint(fields=["complaint", "side", "sha256"], name="evidence_once"),
        ),
    ]
