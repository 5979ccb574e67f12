"""When an account was opened again, and when its holder was told that nobody uses it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_bound_identities")]
    operations = [
        migrations.AddField("user", "enabled_at", models.DateTimeField(null=True)),
        migrations.AddField("user", "warned_at", models.DateTimeField(null=True)),
    ]
