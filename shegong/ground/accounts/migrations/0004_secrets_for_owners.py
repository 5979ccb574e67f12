"""Secrets of second factors, sealed alike for all users so far, are sealed again for their owner alone."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from shegong.ground.accounts.factors import PLACE, seal_secret
from shegong.kernel.sealing import open_sealed


def seal_for_owners(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Each secret, seed and code in its new form; what the library keeps in plain stays as it is."""
    authenticators = apps.get_model("mfa", "Authenticator")
    for row in authenticators.objects.filter(type__in=["totp", "recovery_codes"]):
        row.data = {name: _sealed_anew(name, value, row.user_id) for name, value in row.data.items()}
        row.save(update_fields=["data"])


def _sealed_anew(name: str, value: Any, user_id: int) -> Any:
    if name in ("secret", "seed"):
        return seal_secret(open_sealed(bytes.fromhex(value), row="secret", **PLACE), user_id)
    if name == "migrated_codes":
        return [_sealed_anew("secret", one, user_id) for one in value]
    return value


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_grant_steps"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(seal_for_owners, migrations.RunPython.noop)]
