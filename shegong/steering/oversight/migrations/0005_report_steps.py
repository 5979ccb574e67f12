"""The database refuses every step of a report and of an acceptance that their workflows do not have."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.steering.oversight.rules.acceptance import ACCEPTANCE
from shegong.steering.oversight.rules.reports import REPORT


class Migration(migrations.Migration):
    dependencies = [("oversight", "0004_reports_and_acceptance")]
    operations = [
        workflow_trigger("oversight_report", REPORT),
        workflow_trigger("oversight_acceptance", ACCEPTANCE),
    ]
