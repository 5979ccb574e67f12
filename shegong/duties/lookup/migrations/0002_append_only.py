"""Enquiries are evidence: added and read, nothing else."""

from django.db import migrations

from shegong.kernel.transition import append_only_trigger


class Migration(migrations.Migration):
    dependencies = [("lookup", "0001_initial")]
    operations = [
        append_only_trigger("lookup_enquiry"),
    ]
