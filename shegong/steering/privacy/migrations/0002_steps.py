"""The database refuses every step of a request and of a hold that their workflows do not have."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.steering.privacy.rules import HOLD_WORKFLOW, WORKFLOW


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [
        workflow_trigger("privacy_request", WORKFLOW),
        workflow_trigger("privacy_legalhold", HOLD_WORKFLOW),
    ]
