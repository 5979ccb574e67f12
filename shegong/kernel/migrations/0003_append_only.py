"""The journal can be added to and read, nothing else."""

from django.db import migrations

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_initial")]
    operations = [
        append_only_trigger("kernel_journalentry"),
    ]
