"""A person in an address is a token that cannot be counted."""

from django.db import migrations, models

import shegong.ground.people.models

FILL = """
UPDATE people_person SET token = rtrim(translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/', '-_'), '=')
WHERE token IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.AddField("person", "token", models.TextField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            "person",
            "token",
            models.TextField(unique=True, default=shegong.ground.people.models.new_token),
        ),
    ]
