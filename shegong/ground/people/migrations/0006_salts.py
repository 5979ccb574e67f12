"""A random number on each row that the digests in the journal commit to.

Rows that are there keep none until `shegong keys reseal` gives them one: a column whose default differs for each row
would rewrite the table under a lock. Digests already in the journal stay as they are; they hold without it.
"""

import django.contrib.postgres.functions
from django.db import migrations, models

TABLES = ("person", "personname", "tie")


class Migration(migrations.Migration):
    dependencies = [("people", "0005_batch")]

    operations = [
        *(migrations.AddField(name, "salt", models.UUIDField(editable=False, null=True)) for name in TABLES),
        *(
            migrations.AlterField(
                name,
                "salt",
                models.UUIDField(
                    db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, null=True
                ),
            )
            for name in TABLES
        ),
    ]
