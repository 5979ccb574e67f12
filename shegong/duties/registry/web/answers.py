"""The answers of an application as rows: for the applicant's check page and the officer's comparison."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import Ground, papers_of
from shegong.duties.registry.rules import KINDS, Kind, State, Step, papers_missing
from shegong.duties.registry.web.my_changes import change_rows
from shegong.duties.registry.web.task_lists import hours_words
from shegong.ground.credentials.models import Education
from shegong.ground.credentials.rules import LEVEL_NAMES
from shegong.kernel.code_lists import codes
from shegong.work.employment.rules import SERVICE_FIELDS

Row = dict[str, Any]


def answers_of(application: Application, ground: Ground, *, editable: bool) -> list[Row]:
    """label, value and, where the holder may still change it, a link back to the question."""
    steps = KINDS[Kind(application.kind)].steps
    rows = [*_identity(application, ground)]
    rows += _education(application) if Step.EDUCATION in steps else []
    rows += change_rows(application) if Step.CHANGE in steps else []
    rows += [*_certificate(application), *_hours(ground), *_workplace(application, ground)]
    rows += _papers(application, ground)
    if not editable:
        return [{k: v for k, v in row.items() if k != "step"} for row in rows]
    return [_with_link(application, ground, row) for row in rows]


def _row(label: str, value: object, step: str) -> Row:
    return {"label": label, "value": value or gettext("Not given"), "step": step}


def _with_link(application: Application, ground: Ground, row: Row) -> Row:
    step = row.pop("step")
    asked = {*KINDS[Kind(application.kind)].steps, "employer"}
    locked = step not in asked or (
        application.state == State.RETURNED and step not in _returned_steps(ground)
    )
    name = "employer" if step == "employer" else step
    return (
        row
        if locked
        else row | {"change_url": reverse(f"registry:{name}", args=[application.token]) + "?from=check"}
    )


def _returned_steps(ground: Ground) -> set[str]:
    steps = {"papers" if item.startswith("paper:") else item for item in ground.facts.returned}
    return steps | ({"employer"} if Step.WORKPLACE in steps else set())


def _identity(application: Application, ground: Ground) -> list[Row]:
    ethnicity = codes("ethnicity").get(application.person.ethnicity, "")
    return [
        _row(gettext("Name"), ground.facts.name, "identity"),
        _row(gettext("Identity number"), ground.facts.identity_masked, "identity"),
        _row(gettext("Ethnic group"), ethnicity, "identity"),
    ]


def _education(application: Application) -> list[Row]:
    held = Education.objects.current().filter(person=application.person_id).order_by("-id").first()
    parts = [codes("education").get(held.level, ""), held.school_name, held.major] if held else []
    return [_row(gettext("Education"), " · ".join(filter(None, parts)), "education")]


def _certificate(application: Application) -> list[Row]:
    held = application.certificate
    return [
        _row(gettext("Certificate level"), gettext(LEVEL_NAMES[held.level]) if held else "", "certificate"),
        _row(gettext("Management number"), held.management_no if held else "", "certificate"),
        _row(gettext("Issue date"), held.issued_on.isoformat() if held else "", "certificate"),
    ]


def _hours(ground: Ground) -> list[Row]:
    held = ground.facts.held
    if held is None or held.hours is None:
        return []
    return [_row(gettext("Continuing education"), hours_words(held.hours), "hours")]


def _workplace(application: Application, ground: Ground) -> list[Row]:
    held = application.workplace
    where = {"workplace": gettext("Workplace"), "domicile": gettext("Domicile")}.get(application.ground, "")
    rows = [_row(gettext("Apply at"), f"{where} · {ground.facts.region_name}" if where else "", "workplace")]
    if application.ground != "domicile" or held:
        field = gettext(SERVICE_FIELDS.get(held.service_field, "")) if held and held.service_field else ""
        parts = [held.employer.name, held.position, field] if held else []
        rows.append(_row(gettext("Employer"), " · ".join(filter(None, parts)), "employer"))
    return rows


def _papers(application: Application, ground: Ground) -> list[Row]:
    titles = {material.code: material.title.says(get_language()) for material in ground.policy.materials}
    counts: dict[str, int] = {}
    for kind in papers_of(application).values_list("kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    none = gettext("None needed") if not papers_missing(ground.facts, ground.policy) else ""
    text = (
        none
        if not counts
        else "，".join(f"{titles.get(kind, kind)} {count}" for kind, count in counts.items())
    )
    signed = (
        gettext("Signed, version %(v)s") % {"v": application.ethics_version}
        if application.committed_at
        else ""
    )
    rows = [_row(gettext("Papers"), text, "papers")]
    if Step.COMMITMENT in KINDS[Kind(application.kind)].steps:
        rows.append(_row(gettext("Ethics commitment"), signed, "commitment"))
    return rows
