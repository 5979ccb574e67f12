"""Frozen rows can be added and read, nothing else."""

from django.db import migrations

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_snapshots")]
    operations = [
        append_only_trigger("statistics_snapshot"),
        append_only_trigger("statistics_snapshotfigure"),
        append_only_trigger("statistics_snapshotrow"),
    ]
