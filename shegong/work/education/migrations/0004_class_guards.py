"""The database refuses steps that the workflows lack; marks, list lines and standings are only added."""

from django.db import migrations

from shegong.kernel.transition import append_only_trigger, workflow_trigger
from shegong.work.education.rules.courses import COURSE_FLOW, LIST_FLOW
from shegong.work.education.rules.providers import PROVIDER_FLOW


class Migration(migrations.Migration):
    dependencies = [("education", "0003_classes")]
    operations = [
        workflow_trigger("education_provider", PROVIDER_FLOW),
        workflow_trigger("education_course", COURSE_FLOW),
        workflow_trigger("education_classlist", LIST_FLOW),
        append_only_trigger("education_attendance"),
        append_only_trigger("education_struckattendance"),
        append_only_trigger("education_listline"),
        append_only_trigger("education_providerstanding"),
    ]
