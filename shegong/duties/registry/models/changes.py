"""What a change, cancellation or reissue asks for, and where it stands against the register."""

from datetime import date

from django.db import models
from django.db.models import Q

from shegong.duties.registry.models.application import Application
from shegong.duties.registry.models.register import Card, Registration
from shegong.duties.registry.rules.changes import What, is_higher
from shegong.duties.registry.rules.facts import Change
from shegong.duties.registry.rules.states import Kind
from shegong.ground.credentials.models import Certificate
from shegong.ground.organizations.models import Organization
from shegong.ground.people.models import PersonName
from shegong.ground.regions.models import RegionField, tree
from shegong.kernel.walls_rows import Wall
from shegong.work.employment.models import Confirmation, Employment
from shegong.work.employment.rules import Answer

MOVES_EMPLOYER = [str(one) for one in (What.EMPLOYER, What.REGION, What.LEVEL)]


class ChangeDetail(models.Model):
    """What one application changes, from what to what; a new name becomes a fact of the person when it is decided."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="change")
    what = models.TextField()
    from_employer = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    to_employer = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    from_certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    to_certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    from_region = RegionField(null=True)
    to_region = RegionField(null=True)
    name_on = models.DateField(null=True)  # the day whose name the present certificate bears
    to_name = models.TextField(blank=True)
    note = models.TextField(blank=True)
    stated_at = models.DateTimeField(null=True)
    escalated_on = models.DateField(null=True)  # the receiving county was silent; the office above has it

    journalled = (
        "application_id", "what", "from_employer_id", "to_employer_id", "from_certificate_id", "to_certificate_id",
        "from_region_code", "to_region_code", "escalated_on",
    )  # fmt: skip
    wall = Wall(through="application_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="change_what", condition=Q(what__in=[str(one) for one in What]))
        ]


def detail_of(application: Application) -> ChangeDetail | None:
    """What the application asks for; None of other kinds, and of one that nobody has begun."""
    if application.pk is None or application.kind in (Kind.FIRST, Kind.RENEWAL):
        return None
    return ChangeDetail.objects.filter(application=application).first()


def change_of(application: Application, on: date) -> Change | None:
    """The same as the rules look at it."""
    detail, registration = detail_of(application), application.registration
    if detail is None or registration is None:
        return None
    what = What(detail.what)
    stated = detail.stated_at is not None
    if what == What.EMPLOYER:
        return _employer(detail, application, registration, stated, on)
    differs = {
        What.NAME: lambda: (
            bool(detail.to_name) and detail.to_name != name_on(registration.person_id, detail.name_on or on)
        ),
        What.LEVEL: lambda: bool(
            detail.to_certificate and is_higher(detail.to_certificate.level, registration.level)
        ),
        What.REGION: lambda: county_of(detail.to_region_code, on) != county_of(registration.region_code, on),
    }.get(what, lambda: True)
    return Change(str(what), is_stated=stated, differs=differs())


def _employer(
    detail: ChangeDetail, application: Application, registration: Registration, stated: bool, on: date
) -> Change:
    work = application.workplace
    if work is None:
        return Change(str(What.EMPLOYER), is_stated=stated)
    asked = Confirmation.objects.filter(
        person=work.person_id, employer=work.employer_id, since=work.during.lower, what="begin"
    )
    answer = asked.order_by("-id").values_list("state", flat=True).first()
    return Change(
        str(What.EMPLOYER), is_stated=stated, differs=work.employer_id != detail.from_employer_id,
        other_county=county_of(work.region_code, on) != county_of(registration.region_code, on),
        is_waiting=answer in (Answer.ASKED, Answer.SILENT), is_disputed=answer in (Answer.DISPUTED, Answer.DISMISSED),
        is_unasked=answer is None and work.source == "self",
    )  # fmt: skip


def county_of(region_code: int | None, on: date) -> int | None:
    """The county that a place belongs to; a managed area's member stands for itself."""
    if region_code is None:
        return None
    return tree().ancestor(region_code, 3, on, tree="reporting") or region_code


def main_job(person_id: int, on: date) -> Employment | None:
    """The main employment of a day."""
    rows = Employment.objects.current().on(on).filter(person=person_id, main=True)
    return rows.select_related("employer").first()


def employer_on_record(registration: Registration) -> int | None:
    """The employer with which the registration was last registered, renewed or changed; a reissue or a new name, whose
    form holds the job of that day too, changes no employer."""
    states_it = Q(kind__in=[str(Kind.FIRST), str(Kind.RENEWAL)]) | Q(change__what__in=MOVES_EMPLOYER)
    decided = Application.objects.filter(states_it, certificate=registration.certificate_id, state="issued")
    return (
        decided.exclude(workplace=None)
        .order_by("-id")
        .values_list("workplace__employer_id", flat=True)
        .first()
    )


def name_on(person_id: int, day: date) -> str:
    """The name that a person bore on a day; '' when nobody says."""
    row = PersonName.objects.current().on(day).filter(person=person_id).first()
    return row.name if row else ""


def card_day(registration: Registration) -> date:
    """The day on which the present certificate was made: its name is that day's."""
    card = Card.objects.filter(registration=registration, replaced_at=None).order_by("-id").first()
    return card.issued_at.date() if card else registration.admitted_on


def changes_of(registration: Registration) -> list[ChangeDetail]:
    """Every change of a registration that an office decided, oldest first."""
    rows = ChangeDetail.objects.filter(
        application__registration=registration, application__state="issued"
    ).select_related("application", "from_employer", "to_employer")
    return list(rows.order_by("id"))
