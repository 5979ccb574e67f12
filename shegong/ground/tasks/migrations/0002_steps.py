"""The database refuses every step that the workflow does not have, and changes of what was said."""

from django.db import migrations

from shegong.ground.tasks.rules import WORKFLOW
from shegong.kernel.transition import append_only_trigger, workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]
    operations = [
        workflow_trigger("tasks_task", WORKFLOW),
        append_only_trigger("tasks_taskevent"),
        append_only_trigger("tasks_taskreply"),
        append_only_trigger("tasks_replysignature"),
    ]
