"""An application whose registration has ended is closed, whatever it had come to."""

from django.db import migrations, models
from django.db.models import Q

from shegong.duties.registry.rules import WORKFLOW
from shegong.kernel.transition import workflow_trigger

STATES = (
    "drafted", "submitted", "returned", "accepted", "first_passed", "second_passed", "failed", "admitted", "refused",
    "issued", "withdrawn", "ended",
)  # fmt: skip
COMPLETE = Q(
    certificate__isnull=False, region__isnull=False, number__isnull=False, submitted_at__isnull=False
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0021_handed_in")]
    operations = [
        migrations.RemoveConstraint("application", "application_state"),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(name="application_state", condition=Q(state__in=list(STATES))),
        ),
        migrations.RemoveConstraint("application", "application_complete_when_submitted"),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                name="application_complete_when_submitted",
                condition=Q(state__in=["drafted", "withdrawn", "ended"]) | COMPLETE,
            ),
        ),
        workflow_trigger("registry_application", WORKFLOW),
    ]
