"""What the database needs before any table: GiST over scalars, for exclusion constraints."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    run_before = [("regions", "0001_initial")]
    operations = [BtreeGistExtension()]
