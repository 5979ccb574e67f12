"""The database refuses every step of a closing proposal that the workflow does not have."""

from django.db import migrations

from shegong.duties.registry.rules import CLOSING_WORKFLOW
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_closing_proposal")]
    operations = [workflow_trigger("registry_closingproposal", CLOSING_WORKFLOW)]
