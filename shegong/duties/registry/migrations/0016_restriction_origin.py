from django.db import migrations, models


class Migration(migrations.Migration):
    """A restriction says which decision it rests on."""

    dependencies = [("registry", "0015_token_wall")]
    operations = [
        migrations.AddField("restriction", "origin", models.TextField(blank=True, db_default="")),
        migrations.AddField("restriction", "origin_id", models.BigIntegerField(null=True)),
    ]
