"""Bodies that a workbook brought in, taken out again."""

from datetime import date

from django.db import transaction

from shegong.ground.organizations.models import Organization, OrganizationName
from shegong.ground.organizations.rules import Permission
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.copying import batch_named


@transaction.atomic
def withdraw_batch(batch_id: int, *, by: Actor, on: date) -> int:
    """Remove the bodies that a batch entered, with their names; how many. The database refuses while one is used.

    Refuses bodies outside the reach of `by`.
    """
    bodies = list(Organization.objects.filter(batch_id=batch_id))
    for body in bodies:
        require(by, Permission.EDIT, body.region_code)
    names = list(OrganizationName.objects.filter(organization__in=bodies))
    if bodies:
        OrganizationName.objects.filter(organization__in=bodies)._raw_delete(OrganizationName.objects.db)
        Organization.objects.filter(batch_id=batch_id)._raw_delete(Organization.objects.db)
        journal.write(
            "organizations.batch.withdraw", by=by, subject=batch_named(batch_id), gone=[*names, *bodies],
            facts={"gone": len(bodies)},
        )  # fmt: skip
    return len(bodies)
