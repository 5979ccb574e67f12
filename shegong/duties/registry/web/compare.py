"""What the applicant stated beside what certificates and registers say: for the officer's comparison."""

from datetime import date

from django.utils.translation import gettext

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import Ground
from shegong.duties.registry.rules import CaseFacts, Kind, first_deadline, late_round
from shegong.duties.registry.rules.changes import What
from shegong.duties.registry.web.compare_change import compared_change
from shegong.duties.registry.web.compare_renewal import (
    DIFFERS,
    LOOK,
    SAME,
    Row,
    compared_with_register,
    row_of,
)
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.credentials.models import Education
from shegong.ground.organizations.models import Organization
from shegong.ground.regions.models import tree
from shegong.kernel.code_lists import codes
from shegong.work.employment.rules import SERVICE_FIELDS


def compared(application: Application, ground: Ground, facts: CaseFacts, day: date) -> list[Row]:
    """Rows of label, stated, record and mark; `paper` names the material that a `look` must be taken at."""
    if application.kind not in (Kind.FIRST, Kind.RENEWAL):
        rows = compared_change(application, ground)
        change = ground.facts.change
        is_higher = change is not None and change.what == What.LEVEL
        return [*rows, *_certificate(application, ground, facts, day)] if is_higher else rows
    if application.kind != Kind.FIRST:
        return compared_with_register(application, ground, day)
    found = [*_identity(application, ground, facts), *_certificate(application, ground, facts, day)]
    return [*found, *_place(application, ground, day), *_education(application)]


def differences(rows: list[Row]) -> int:
    """How many rows do not agree."""
    return sum(row["mark"] == DIFFERS for row in rows)


def _identity(application: Application, ground: Ground, facts: CaseFacts) -> list[Row]:
    card = _seen_at(
        application, gettext("See the photo of the identity card"), gettext("See the identity card on paper")
    )
    listed = {None: (card, LOOK), True: (gettext("On the pass list"), SAME),
              False: (gettext("Not on the pass list"), DIFFERS)}[facts.in_pass_list]  # fmt: skip
    number = (
        (gettext("Check digit right"), SAME)
        if facts.identity_valid
        else (gettext("No resident card"), DIFFERS)
    )
    ethnic = codes("ethnicity").get(application.person.ethnicity, "")
    return [
        row_of(gettext("Name"), ground.facts.name, *listed, paper="identity"),
        row_of(gettext("Identity number"), ground.facts.identity_masked, *number) | {"identity": True},
        row_of(gettext("Ethnic group"), ethnic, card, LOOK, "identity"),
    ]


def _seen_at(application: Application, photo: str, paper: str) -> str:
    """Where to look: what was taken in at the counter lies there on paper, and has no photo."""
    return paper if application.on_paper else photo


def _certificate(application: Application, ground: Ground, facts: CaseFacts, day: date) -> list[Row]:
    held = application.certificate
    if held is None:
        return []
    certificate = _seen_at(
        application, gettext("See the photo of the certificate"), gettext("See the certificate on paper")
    )
    record = {
        "declared": (certificate, LOOK),
        "verified": (gettext("Compared with the original"), SAME),
    }.get(held.state, (gettext("Found invalid"), DIFFERS))
    if held.state == "verified" and facts.in_pass_list:
        record = gettext("Checked automatically: as on the pass list"), SAME
    number = record
    if facts.management_no_length != 18 and not facts.in_pass_list:
        number = gettext("%(n)s characters, not 18") % {"n": facts.management_no_length}, DIFFERS
    return [
        row_of(gettext("Certificate level"), gettext(LEVEL_NAMES[held.level]), *record, paper="certificate"),
        row_of(gettext("Management number"), held.management_no, *number, paper="certificate"),
        row_of(gettext("Issue date"), held.issued_on.isoformat(), *_in_time(application, ground, day)),
    ]


def _in_time(application: Application, ground: Ground, day: date) -> tuple[str, str]:
    held = application.certificate
    handed_in = ground.facts.handed_in or day
    deadline = first_deadline(held.issued_on, ground.policy, ground.calendar).on
    if handed_in <= deadline:
        return gettext("Applied within the year, by %(day)s") % {"day": deadline}, SAME
    if application.round_id or late_round(ground.facts):
        return gettext("Late, admitted by a special round"), SAME
    return gettext("Was to be applied for by %(day)s") % {"day": deadline}, DIFFERS


def _place(application: Application, ground: Ground, day: date) -> list[Row]:
    held = application.workplace
    word = gettext("Domicile") if application.ground == "domicile" else gettext("Workplace")
    rows = []
    if application.ground == "domicile":
        seen = _seen_at(
            application, gettext("See the photo of the household register"),
            gettext("See the household register on paper"),
        )  # fmt: skip
        rows.append(
            row_of(gettext("Apply at"), f"{word} · {ground.facts.region_name}", seen, LOOK, "domicile")
        )
    elif held:
        seat = _seat(held.employer, application.region_code, day)
        rows.append(row_of(gettext("Apply at"), f"{word} · {ground.facts.region_name}", *seat))
    if held:
        rows.append(row_of(gettext("Employer"), held.employer.name, *_registered(held.employer, day)))
        field = gettext(SERVICE_FIELDS.get(held.service_field, "")) if held.service_field else ""
        since = held.during.lower.isoformat() if held.during.lower else ""
        post = " · ".join(filter(None, [held.position, field, since]))
        rows.append(
            row_of(
                gettext("Position and since"),
                post,
                gettext("See the proof of employment"),
                LOOK,
                "employment",
            )
        )
    return rows


def _seat(employer: Organization, region_code: int | None, day: date) -> tuple[str, str]:
    regions = tree()
    seat = regions.full_name(employer.region_code, day)
    county = regions.ancestor(employer.region_code, 3, day) or employer.region_code
    here = county == region_code or region_code in (
        employer.region_code,
        regions.ancestor(employer.region_code, 2, day),
    )
    words = gettext("Seat of the employer: %(place)s") % {"place": seat}
    return words, SAME if here else DIFFERS


def _registered(employer: Organization, day: date) -> tuple[str, str]:
    if employer.dissolved_on and employer.dissolved_on <= day:
        return gettext("Dissolved on %(day)s") % {"day": employer.dissolved_on}, DIFFERS
    return gettext("Chosen from the register of organizations"), SAME


def _education(application: Application) -> list[Row]:
    held = Education.objects.current().filter(person=application.person_id).order_by("-id").first()
    parts = [codes("education").get(held.level, ""), held.school_name, held.major] if held else []
    record = (
        (gettext("Verified"), SAME) if held and held.verified_on else (gettext("Stated by the applicant"), "")
    )
    return [row_of(gettext("Education"), " · ".join(filter(None, parts)), *record)]
