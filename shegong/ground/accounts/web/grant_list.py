"""现有权限: who holds which role where, as a list with filters, pages and files."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts.models import Grant
from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.rules import Permission
from shegong.ground.people.models import PersonName, names_of
from shegong.ground.regions.models import tree
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import today
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_query import Order


def role_name(code: str) -> str:
    """A role in the reader's language; its code when the policy no longer names it."""
    role = roles().get(code)
    return role.name(get_language() or "zh") if role else code


def _rows(ids: Sequence[int], scene: Scene) -> list[Any]:
    rows = list(Grant.objects.filter(pk__in=ids).select_related("organization"))
    names = names_of([row.person_id for row in rows])
    for row in rows:
        row.who = names.get(row.person_id, "")  # type: ignore[attr-defined]
    return rows


def _named(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person_id__in=named.values("person")),)


def _standing(value: str, scene: Scene) -> Forks:
    """In force: today or from a later day on; or over."""
    over = Q(during__endswith__lte=scene.day)
    return (over,) if value == "over" else (Q(during__upper_inf=True), Q(during__endswith__gt=scene.day))


def _roles(scene: Scene) -> list[tuple[str, str]]:
    return [(code, role_name(code)) for code in roles()]


LIST = Listing(
    key="accounts.grants",
    title=_("People and rights"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Grant.objects.all(),
    load=_rows,
    columns=(
        Column("who", _("Person"), lambda g: g.who or "—", fixed=True, address=lambda g: reverse("accounts:grant", args=[g.pk])),
        Column("role", _("Role"), lambda g: g.role, words=role_name),
        Column("body", _("Office or organization"), lambda g: g.organization.name),
        Column("place", _("Region"), lambda g: tree().full_name(g.region_code, today()), phone=False),
        Column("from", pgettext_lazy("journal", "From"), lambda g: g.during.lower, kind="date"),
        Column("until", _("Until (not included)"), lambda g: g.during.upper, kind="date", phone=False),
    ),
    filters=(
        text("q", _("Name"), _named),
        Filter("role", _("Role"), lambda value, scene: (Q(role=value),), _roles),
        Filter("standing", _("Standing of rights"), _standing, lambda scene: [("held", _("In force or to come")), ("over", _("Rights ended"))],
               default="held"),
    ),
    region=place_filter(_("Region")),
    orders=(Order("place", _("By region"), ("region_code", "role", "id")),),
)  # fmt: skip
