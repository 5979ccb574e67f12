"""The database refuses every step of a meeting that the workflow does not have."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.steering.council.rules import WORKFLOW


class Migration(migrations.Migration):
    dependencies = [("council", "0001_initial")]
    operations = [workflow_trigger("council_meeting", WORKFLOW)]
