"""Degrees and diplomas by the national lists."""

from datetime import date

from django.db import transaction

from shegong.ground.credentials.models import Education
from shegong.ground.credentials.rules import education_obstacles, education_text_obstacles, major_class
from shegong.ground.organizations.models import School
from shegong.ground.people import actions as people
from shegong.ground.people.models import Person
from shegong.kernel import journal
from shegong.kernel.access import Actor
from shegong.kernel.refusal import refuse_if
from shegong.kernel.temporal import close_recorded


@transaction.atomic
def state_education(
    person: Person,
    *,
    level: str,
    degree: str = "",
    school_name: str = "",
    major: str = "",
    graduated_on: date | None = None,
    by: Actor,
    on: date,
    source: str = "self",
    mode: str = "",
    replaces: Education | None = None,
) -> Education:
    """State a degree or diploma: level by GB/T 4658, degree by GB/T 6864; a known school and the class of the major follow.

    `replaces` is the row that this one corrects. Refuses codes outside the lists and impossible dates.
    """
    people.require_editor(person, by)
    held = people.hold(person)
    school_name, major = school_name.strip(), major.strip()
    refuse_if(
        education_obstacles(
            level=level, degree=degree, mode=mode, graduated_on=graduated_on, born_on=held.born_on, on=on
        )
        + education_text_obstacles(school_name, major)
    )
    stated = {"level": level, "degree": degree, "school_name": school_name, "major": major,
              "graduated_on": graduated_on, "mode": mode}  # fmt: skip
    same = Education.objects.current().filter(person=held, **stated).first()
    if same is not None:
        return same
    if replaces is not None:
        close_recorded(Education.objects.filter(pk=replaces.pk, person=held))
    row = Education.objects.create(
        person=held, major_class=major_class(major), source=people.truthful(held, by, source),
        school=School.objects.filter(organization__name=school_name).first() if school_name else None, **stated,
    )  # fmt: skip
    facts = {
        "level": level,
        "degree": degree,
        "source": row.source,
        "replaces": replaces.pk if replaces else None,
    }
    journal.write("credentials.education.state", by=by, subject=row, facts=facts)
    return row


@transaction.atomic
def drop_education(education: Education, *, by: Actor, on: date) -> None:
    """Take a degree off; the row stays as what was once recorded."""
    people.require_editor(education.person, by)
    people.hold(education.person)
    if close_recorded(Education.objects.filter(pk=education.pk)):
        journal.write("credentials.education.drop", by=by, subject=education)
