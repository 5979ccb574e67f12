"""Steps of a certificate, and checks that are never changed."""

from django.db import migrations

from shegong.ground.credentials.rules import CERTIFICATE_WORKFLOW
from shegong.kernel.transition import append_only_trigger, workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("credentials", "0001_initial")]
    operations = [
        workflow_trigger("credentials_certificate", CERTIFICATE_WORKFLOW),
        append_only_trigger("credentials_certificatecheck"),
    ]
