"""A holder's application beside what the register holds of her: term, hours, sanctions, name and workplace before and now."""

from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import Ground
from shegong.duties.registry.rules import Held, is_in_time
from shegong.duties.registry.rules.renewal import PROOF, is_restoring, is_waived_by_round
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.ground.people.models import PersonName, main_identity
from shegong.work.education.rules import in_hours
from shegong.work.employment.models import Employment

Row = dict[str, Any]
SAME, DIFFERS, LOOK = "same", "differs", "look"


def row_of(label: str, stated: object, record: str, mark: str, paper: str = "") -> Row:
    """One line of the comparison; `paper` names the material that a `look` must be taken at."""
    return {
        "label": label,
        "stated": stated or gettext("Not given"),
        "record": record,
        "mark": mark,
        "paper": paper,
    }


def compared_with_register(application: Application, ground: Ground, day: date) -> list[Row]:
    """Rows of label, what holds now, what the register held in the last term, and a mark."""
    held = ground.facts.held
    if held is None:
        return []
    rows = [_name(application, ground, held), _identity(application, ground), _certificate(application)]
    rows.append(_term(application, held))
    if held.hours is not None:
        rows.append(_hours(ground, held))
    return [*rows, _sanctions(held), *_workplace(application, ground, held)]


def _name(application: Application, ground: Ground, held: Held) -> Row:
    rows = PersonName.objects.current().on(held.term_from).filter(person=application.person_id)
    before = rows.first()
    if before is None or before.name == ground.facts.name:
        return row_of(gettext("Name"), ground.facts.name, gettext("As registered"), SAME)
    record = gettext("Registered as %(name)s") % {"name": before.name}
    return row_of(gettext("Name"), ground.facts.name, record, DIFFERS, "identity")


def _identity(application: Application, ground: Ground) -> Row:
    identity = main_identity(application.person_id)
    label, masked = gettext("Identity number"), ground.facts.identity_masked
    if identity and identity.verified_on:
        record = gettext("Compared with the card on %(day)s") % {"day": identity.verified_on}
        return row_of(label, masked, record, SAME) | {"identity": True}
    seen = gettext("See the photo of the identity card")
    return row_of(label, masked, seen, LOOK, "identity") | {"identity": True}


def _certificate(application: Application) -> Row:
    held = application.certificate
    stated = f"{gettext(LEVEL_NAMES[held.level])} · {held.management_no}"
    if held.state == "verified":
        return row_of(gettext("Certificate"), stated, gettext("As registered"), SAME)
    record = (
        gettext("See the photo of the certificate") if held.state == "declared" else gettext("Found invalid")
    )
    mark = LOOK if held.state == "declared" else DIFFERS
    return row_of(gettext("Certificate"), stated, record, mark, "certificate")


def _term(application: Application, held: Held) -> Row:
    label, stated = gettext("Term"), f"{held.register_no} · {held.term_from} – {held.valid_to}"
    handed_in = application.handed_in_on
    if is_in_time(held, handed_in):
        record = gettext("Handed in on %(day)s, in time: %(first)s to %(last)s")
        days = {"day": handed_in, "first": held.opens_on, "last": held.last_day}
        return row_of(label, stated, record % days, SAME)
    if application.round_id:
        record = gettext("Handed in on %(day)s, late; admitted by the round “%(title)s”")
        if handed_in < held.opens_on:
            record = gettext("Handed in on %(day)s, before the window; admitted by the round “%(title)s”")
        return row_of(label, stated, record % {"day": handed_in, "title": application.round.title}, SAME)
    if is_restoring(held, handed_in):
        record = gettext("Handed in on %(day)s, after the window; a return is open to %(last)s")
        return row_of(label, stated, record % {"day": handed_in, "last": held.restorable_to}, SAME)
    record = gettext("Handed in on %(day)s, outside the window %(first)s to %(last)s")
    days = {"day": handed_in, "first": held.opens_on, "last": held.last_day}
    return row_of(label, stated, record % days, DIFFERS)


def _hours(ground: Ground, held: Held) -> Row:
    label, hours = gettext("Continuing education"), held.hours
    if hours is None:
        return row_of(label, "", gettext("The hours of continuing education are not counted yet."), DIFFERS)
    stated = gettext("%(n)s hours in the ledger") % {"n": in_hours(hours.counted)}
    if not hours.missing:
        record = gettext("%(n)s required by the national rule") % {"n": in_hours(hours.required)}
        return row_of(label, stated, record, SAME)
    if is_waived_by_round(ground.facts):
        return row_of(
            label, stated, gettext("The special round asks for no proof of continuing education"), SAME
        )
    record = gettext("%(n)s required by the national rule; %(missing)s missing")
    said = {"n": in_hours(hours.required), "missing": in_hours(hours.missing)}
    return row_of(label, stated, record % said, DIFFERS, PROOF)


def _sanctions(held: Held) -> Row:
    label = gettext("Law and ethics")
    if not held.sanctions:
        return row_of(label, gettext("None"), gettext("No warning, suspension or ban in the last term"), SAME)
    said = ngettext("%(n)s decision in the last term", "%(n)s decisions in the last term", held.sanctions)
    until = (
        gettext("suspended until %(day)s") % {"day": held.suspended_to}
        if held.suspended_to
        else gettext("See the registration")
    )
    return row_of(label, said % {"n": held.sanctions}, until, DIFFERS)


def _workplace(application: Application, ground: Ground, held: Held) -> list[Row]:
    now = application.workplace
    rows = Employment.objects.current().on(held.term_from).filter(person=application.person_id, main=True)
    before = rows.select_related("employer").first()
    word = gettext("Domicile") if application.ground == "domicile" else gettext("Workplace")
    place = gettext("Registered in the same area"), SAME
    if application.region_code != held.region_code:
        place = gettext("Registered in another area"), DIFFERS
    found = [row_of(gettext("Apply at"), f"{word} · {ground.facts.region_name}", *place)]
    if now is None:
        return found
    if before is None or before.employer_id == now.employer_id:
        record = (
            gettext("As at the beginning of the term")
            if before
            else gettext("Chosen from the register of organizations")
        )
        return [*found, row_of(gettext("Employer"), now.employer.name, record, SAME)]
    record = gettext("At the beginning of the term: %(name)s") % {"name": before.employer.name}
    return [*found, row_of(gettext("Employer"), now.employer.name, record, "")]
