"""The database refuses steps of a proposed grant that the workflow does not have."""

from django.db import migrations

from shegong.ground.accounts.rules import REQUESTS
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_in")]
    operations = [workflow_trigger("accounts_grantrequest", REQUESTS)]
