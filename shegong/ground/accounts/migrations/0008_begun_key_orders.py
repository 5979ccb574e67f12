"""A change of keys is noted before the first key is touched, so that one that died in between is seen."""

from django.db import migrations, models
from django.db.models import Q

from shegong.ground.accounts.rules import KEY_ORDERS
from shegong.kernel.transition import workflow_trigger


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_key_orders")]
    operations = [
        migrations.AddField("keyorder", "begun_at", models.DateTimeField(null=True)),
        migrations.AddField("keyorder", "key", models.TextField(blank=True, default="", db_default="")),
        migrations.RemoveConstraint("keyorder", "key_order_decided"),
        migrations.AddConstraint(
            "keyorder",
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused", "begun", "done", "reviewed"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="key_order_decided",
            ),
        ),
        workflow_trigger("accounts_keyorder", KEY_ORDERS),
    ]
