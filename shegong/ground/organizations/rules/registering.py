"""Kinds of bodies, who may change them, and what speaks against a new one; pure."""

from collections.abc import Mapping
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


class Permission(StrEnum):
    """What roles may be given in this context."""

    READ = "organizations.read"
    EDIT = "organizations.edit"
    TRANSFER_DUTY = "organizations.transfer_duty"


class Kind(StrEnum):
    """Addressees of the plan (N0), employers, providers, schools and associations."""

    PARTY_COMMITTEE = "party_committee"
    GOVERNMENT = "government"
    MANAGEMENT_COMMITTEE = "management_committee"
    PARTY_DEPARTMENT = "party_department"
    GOVERNMENT_DEPARTMENT = "government_department"
    MASS_ORGANIZATION = "mass_organization"
    UNIVERSITY = "university"
    PARTY_SCHOOL = "party_school"
    CENTRAL_UNIT = "central_unit"
    TOWNSHIP = "township"
    RESIDENTS_COMMITTEE = "residents_committee"
    SERVICE_CENTRE = "service_centre"
    SOCIAL_SERVICE = "social_service"
    PUBLIC_INSTITUTION = "public_institution"
    ENTERPRISE = "enterprise"
    ASSOCIATION = "association"
    OTHER = "other"


KINDS: Mapping[str, str] = {
    Kind.PARTY_COMMITTEE: N_("Party committee"),
    Kind.GOVERNMENT: N_("Government"),
    Kind.MANAGEMENT_COMMITTEE: N_("Management committee"),
    Kind.PARTY_DEPARTMENT: N_("Party department"),
    Kind.GOVERNMENT_DEPARTMENT: N_("Government department"),
    Kind.MASS_ORGANIZATION: N_("Mass organisation"),
    Kind.UNIVERSITY: N_("College or university"),
    Kind.PARTY_SCHOOL: N_("Party school"),
    Kind.CENTRAL_UNIT: N_("Central unit in the province"),
    Kind.TOWNSHIP: N_("Township or subdistrict office"),
    Kind.RESIDENTS_COMMITTEE: N_("Residents' or villagers' committee"),
    Kind.SERVICE_CENTRE: N_("Social assistance service centre"),
    Kind.SOCIAL_SERVICE: N_("Social service organisation"),
    Kind.PUBLIC_INSTITUTION: N_("Public institution"),
    Kind.ENTERPRISE: N_("Enterprise"),
    Kind.ASSOCIATION: N_("Association"),
    Kind.OTHER: N_("Other body"),
}
SYSTEMS: Mapping[str, str] = {"civil_affairs": N_("Civil affairs system"), "other": N_("Other system")}


SOURCES: Mapping[str, str] = {
    "office": N_("Entered by an office"),
    "divisions": N_("Derived from the list of divisions"),
    "school list": N_("List of colleges"),
    "plan": N_("Named by the plan"),
}


def register_obstacles(
    *,
    kind: str,
    region_known: bool,
    uscc_taken: str = "",
    similar: tuple[str, ...] = (),
    accepted: bool = False,
) -> list[Obstacle]:
    """What speaks against a new body. Similar names only warn: `accepted` says that the clerk looked and goes on."""
    found = []
    if kind not in set(Kind):
        found.append(Obstacle("organization_kind", N_("Choose a kind of organisation."), "kind"))
    if not region_known:
        found.append(
            Obstacle(
                "organization_region", N_("Choose the place of the organisation from the list."), "region"
            )
        )
    if uscc_taken:
        message = N_("%(name)s already has this unified social credit code.")
        found.append(Obstacle("uscc_taken", message, "uscc", params={"name": uscc_taken}))
    if similar and not accepted:
        message = N_("There is a similar name already: %(names)s. If it is another body, confirm below.")
        found.append(
            Obstacle("organization_similar", message, "accept_similar", params={"names": "、".join(similar)})
        )
    return found
