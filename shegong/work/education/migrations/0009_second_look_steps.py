"""The database refuses other steps of disputes and findings; candidates of a draw are only added."""

from django.db import migrations

from shegong.kernel.transition import append_only_trigger, workflow_trigger
from shegong.work.education.rules.integrity import DISPUTE_FLOW, FINDING_FLOW


class Migration(migrations.Migration):
    dependencies = [("education", "0008_second_looks")]
    operations = [
        workflow_trigger("education_dispute", DISPUTE_FLOW),
        workflow_trigger("education_finding", FINDING_FLOW),
        append_only_trigger("education_drawcandidate"),
        append_only_trigger("education_draw"),
    ]
