"""The database refuses every step of a round, a return, an inspection, a notice and a case that their workflows lack."""

from django.db import migrations

from shegong.kernel.transition import workflow_trigger
from shegong.steering.oversight.rules.cases import CASE
from shegong.steering.oversight.rules.circulars import CIRCULAR
from shegong.steering.oversight.rules.dispatch import RETURN, ROUND
from shegong.steering.oversight.rules.inspection import INSPECTION


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]
    operations = [
        workflow_trigger("oversight_dispatch", ROUND),
        workflow_trigger("oversight_dispatchreturn", RETURN),
        workflow_trigger("oversight_inspection", INSPECTION),
        workflow_trigger("oversight_circular", CIRCULAR),
        workflow_trigger("oversight_modelcase", CASE),
    ]
