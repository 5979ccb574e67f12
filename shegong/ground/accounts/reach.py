"""Whose account an administrator may touch: by the rights she holds and by her home, never by a passing case."""

from datetime import date

from django.conf import settings
from django.db.models import Q

from shegong.ground.accounts.models import Grant, GrantQuerySet
from shegong.ground.people.models import Tie
from shegong.ground.people.rules import STANDING_KINDS
from shegong.kernel.access import Actor


def reaches(by: Actor, person_id: int | None, permission: str, day: date) -> bool:
    """Whether the account of this person lies where `by` holds `permission`.

    An officer is reached by whoever reaches every place she holds or will hold rights in: nobody reaches one above
    himself. A person without rights is reached at home: where she works, lives or is registered, else where she held
    her last role. Who has neither is the province's.
    """
    if by.is_system:
        return True
    granted = list(_to_come(person_id, day).values_list("region_code", flat=True))
    if granted:
        return all(by.may(permission, code) for code in granted)
    homes = Tie.objects.holding().filter(person=person_id, kind__in=STANDING_KINDS)
    last = Grant.objects.filter(person=person_id).order_by("-id")
    codes = list(homes.values_list("region_code", flat=True)) or list(
        last.values_list("region_code", flat=True)[:1]
    )
    return any(by.may(permission, code) for code in codes or [settings.PROVINCE])


def _to_come(person_id: int | None, day: date) -> GrantQuerySet:
    ahead = Q(during__upper_inf=True) | Q(during__endswith__gt=day)
    return Grant.objects.filter(ahead, person=person_id, during__isempty=False)
