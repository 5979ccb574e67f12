"""The database refuses other steps of study statements and of places on waiting lists, and lists that skip the second officer."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.work.education.rules.courses import LIST_FLOW
from shegong.work.education.rules.stating import STUDY_STATEMENT_FLOW
from shegong.work.education.rules.waiting import WAITING_FLOW


class Migration(migrations.Migration):
    dependencies = [("education", "0011_waiting_and_studies")]
    operations = [
        workflow_trigger("education_classlist", LIST_FLOW),
        workflow_trigger("education_studystatement", STUDY_STATEMENT_FLOW),
        workflow_trigger("education_waitingplace", WAITING_FLOW),
    ]
