"""The database refuses every step of an application that the workflow does not have."""

from django.db import migrations

from shegong.duties.registry.rules import WORKFLOW
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [
        workflow_trigger("registry_application", WORKFLOW),
    ]
