"""Degrees and certificates on a person's pages."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shegong.ground.credentials.models import Certificate, CertificateCheck, Education
from shegong.ground.credentials.rules import (
    CHECK_SOURCES,
    LEVEL_NAMES,
    MAJOR_CLASSES,
    STATE_NAMES,
    CertificateState,
    Level,
    Permission,
)
from shegong.ground.people import panels
from shegong.ground.people.models import Person
from shegong.ground.people.panels import Panel, source_word
from shegong.kernel.access import Actor
from shegong.kernel.code_lists import codes

ROWS = "people/panel_rows.html"


def register_panels() -> None:
    """Put this context's panels on the person's pages."""
    panels.person_panels += [office_educations, office_certificates]
    panels.my_panels += [my_educations, my_certificates]


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _educations(person: Person, link: Any) -> list[dict[str, Any]]:
    rows = Education.objects.current().filter(person=person).order_by("-graduated_on", "-pk")
    return [
        {
            "label": codes("education").get(row.level, row.level),
            "value": _joined(row.school_name, row.major, codes("degree").get(row.degree, "")),
            "note": _joined(
                row.graduated_on.isoformat() if row.graduated_on else "", _(MAJOR_CLASSES[row.major_class]),
                source_word(row.source), date_format(timezone.localtime(row.recorded.lower), "Y-m-d"),
            ),
            **link(row),
        }
        for row in rows
    ]  # fmt: skip


def _certificates(person: Person, link: Any) -> list[dict[str, Any]]:
    rows = Certificate.objects.filter(person=person).exclude(state="replaced").order_by("-issued_on", "-pk")
    checked = _checked_against(person)
    return [
        {
            "label": _(LEVEL_NAMES[Level(row.level)]),
            "value": row.management_no,
            "css": "id",
            "note": _joined(
                row.issued_on.isoformat(),
                _(STATE_NAMES[CertificateState(row.state)]),
                _(CHECK_SOURCES[checked[row.pk]]) if row.state == "verified" and row.pk in checked else "",
                source_word(row.source),
            ),
            **link(row),
        }
        for row in rows
    ]


def _checked_against(person: Person) -> dict[int, str]:
    """Certificate → the source that the last check agreed with."""
    checks = CertificateCheck.objects.filter(certificate__person=person, result="matches").order_by("pk")
    return dict(checks.values_list("certificate_id", "source"))


def _nothing(row: Any) -> dict[str, Any]:
    return {}


def _may(actor: Actor, person: Person, permission: str) -> bool:
    return (
        actor.person_id != person.pk
        and Person.objects.visible_to(actor, permission).filter(pk=person.pk).exists()
    )


def office_educations(actor: Actor, person: Person) -> Panel:
    """Degrees on the officer's card."""
    if not _may(actor, person, "people.edit"):
        return Panel(_("Education"), ROWS, {"rows": _educations(person, _nothing)})

    def link(row: Education) -> dict[str, Any]:
        return {
            "url": reverse("credentials:office_education", args=(person.token, row.pk)),
            "word": _("Change"),
        }

    add = reverse("credentials:office_education_new", args=(person.token,))
    return Panel(_("Education"), ROWS, {"rows": _educations(person, link)}, add, _("Add"))


def office_certificates(actor: Actor, person: Person) -> Panel:
    """Certificates on the officer's card, a declared one with the way to its check."""
    title = _("Professional-level certificates")
    may_check, may_edit = _may(actor, person, Permission.VERIFY), _may(actor, person, "people.edit")

    def link(row: Certificate) -> dict[str, Any]:
        if row.state == "declared" and may_check:
            return {"url": reverse("credentials:check", args=(person.token, row.pk)), "word": _("Check")}
        return {}

    add = reverse("credentials:office_certificate_new", args=(person.token,)) if may_edit else ""
    return Panel(title, ROWS, {"rows": _certificates(person, link)}, add, _("Add"))


def my_educations(actor: Actor, person: Person) -> Panel:
    """One's own degrees."""

    def link(row: Education) -> dict[str, Any]:
        return {"url": reverse("credentials:my_education", args=(row.pk,)), "word": _("Change")}

    add = reverse("credentials:my_education_new")
    return Panel(_("Education"), ROWS, {"rows": _educations(person, link)}, add, _("Add"))


def my_certificates(actor: Actor, person: Person) -> Panel:
    """One's own certificates; a declared one can still be corrected."""

    def link(row: Certificate) -> dict[str, Any]:
        if row.state != "declared":
            return {}
        return {"url": reverse("credentials:my_certificate", args=(row.pk,)), "word": _("Correct")}

    add = reverse("credentials:my_certificate_new")
    return Panel(
        _("Professional-level certificates"), ROWS, {"rows": _certificates(person, link)}, add, _("Add")
    )
