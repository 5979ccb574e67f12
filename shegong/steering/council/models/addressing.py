"""The members of the joint conference as addressees of official documents (N0, M1)."""

from datetime import date

from shegong.ground.documents.models.groups import AddressGroup, register_group
from shegong.ground.organizations.models import Organization
from shegong.kernel.text import N_
from shegong.steering.council.models.conferences import Member, conference_of


def members_of(issuer: Organization, day: date) -> list[Organization]:
    """The bodies with a seat in the conference of the issuer's division on `day`; none where there is no conference."""
    conference = conference_of(issuer.region_code, day)
    if conference is None:
        return []
    return [
        one.organization
        for one in Member.objects.sitting(conference, day)
        if one.organization_id != issuer.pk
    ]


register_group(
    AddressGroup("members", N_("Members of the joint conference"), members_of, "联席会议各成员单位")
)
