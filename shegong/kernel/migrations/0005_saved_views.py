"""Lists kept under a name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_messages_and_throttle")]
    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_id", models.BigIntegerField()),
                ("listing", models.TextField()),
                ("title", models.TextField()),
                ("query", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                fields=("user_id", "listing", "title"), name="saved_view_title_once"
            ),
        ),
    ]
