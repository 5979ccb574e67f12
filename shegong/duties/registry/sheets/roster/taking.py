"""Good rows of a roster become people, workplaces, certificates and degrees: four set-based actions, one part at a time."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from shegong.duties.registry.sheets.roster.checking import check
from shegong.duties.registry.sheets.roster.plan import Plan
from shegong.duties.registry.sheets.roster.studies import said, school_of
from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.kernel import journal
from shegong.kernel.sheets.layout import Row, Taking
from shegong.work.employment import actions as employment

Planned = tuple[int, Row, Plan]


def take(rows: Sequence[Row], taking: Taking) -> None:
    """Write good rows, in the mechanism's transaction. What the base says already is not written again."""
    if rest := [row for row in rows if "plan" not in row.values]:
        check(rest, taking)
    useful = [row for row in rows if row.values["plan"].outcome != "same"]
    if not useful:
        return
    with journal.together(taking.by), people.making(taking.by):
        _write(useful, taking)


def prepare(row: Row, on: date) -> None:
    """The stored forms of number, name and phone."""
    v = row.values
    row.values["forms"] = people.forms_of(v["identity"], v["name"], v.get("phone") or "", on)


def _write(rows: Sequence[Row], taking: Taking) -> None:
    batch, by, on = taking.batch_id, taking.by, taking.on
    keys = people.take_in([_entrant(row) for row in rows], batch_id=batch, by=by, on=on)
    planned = [(key, row, row.values["plan"]) for key, row in zip(keys, rows, strict=True)]
    work = [_employment(*one) for one in planned if "employment" in one[2].adds]
    if work:
        employment.take_in(work, batch_id=batch, by=by, on=on)
    certificates = [_certificate(*one) for one in planned if "certificate" in one[2].adds]
    educations = [_education(*one) for one in planned if "education" in one[2].adds]
    if certificates or educations:
        credentials.take_in(certificates, educations, batch_id=batch, by=by, on=on)
    with connection.cursor() as cursor:  # before the journal's lock is taken, not while it is held
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _entrant(row: Row) -> people.Entrant:
    v, plan = row.values, row.values["plan"]
    return people.Entrant(
        number=v["identity"],
        name=v["name"],
        ethnicity=v.get("ethnicity") or "",
        political_status=v.get("political") or "",
        phone=v.get("phone") or "",
        region_code=None if plan.employer_id else plan.region_code,
        person_id=plan.known.pk if plan.known else None,
        forms=v.get("forms"),
    )


def _employment(key: int, row: Row, plan: Plan) -> employment.StatedEmployment:
    return employment.StatedEmployment(
        key, plan.employer_id, plan.region_code, plan.start, said(row, "position")
    )


def _certificate(key: int, row: Row, plan: Plan) -> credentials.StatedCertificate:
    v = row.values
    return credentials.StatedCertificate(key, v["level"], v["management_no"], v["issued_on"])


def _education(key: int, row: Row, plan: Plan) -> credentials.StatedEducation:
    degree = row.values.get("degree") or ""
    return credentials.StatedEducation(
        key, row.values["education"], degree, school_of(row), said(row, "major"), school_id=plan.school_id
    )
