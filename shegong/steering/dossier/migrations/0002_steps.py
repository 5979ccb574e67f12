"""The database refuses every step of a case that the workflow does not have."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.steering.dossier.rules import WORKFLOW


class Migration(migrations.Migration):
    dependencies = [("dossier", "0001_initial")]
    operations = [workflow_trigger("dossier_duplicatecase", WORKFLOW)]
