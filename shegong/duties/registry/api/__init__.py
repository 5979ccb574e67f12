"""The register over HTTP: the same actions as the desk, for offices that automate."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from shegong.duties.registry import actions
from shegong.duties.registry.api import own, own_hours
from shegong.duties.registry.api.shapes import REFUSALS, ApplicationOut, application_out
from shegong.duties.registry.models import Application, Registration, status_of
from shegong.duties.registry.rules import Permission
from shegong.ground.people.models import names_of
from shegong.kernel.endpoints import endpoint
from shegong.kernel.http import today, visible_or_404

router = Router(tags=["registry"])
router.add_router("", own.router)
router.add_router("", own_hours.router)
PAGE = 50
LONGEST = 500  # characters of an opinion or a sentence, as on the pages


class RegistrationOut(Schema):
    """One registration with its status of today."""

    register_no: str
    name: str
    level: str
    region: int
    admitted_on: date
    valid_to: date
    status: str


class DecisionIn(Schema):
    """A decision on the version that was looked at."""

    version: int
    opinion: str = Field("", max_length=LONGEST)
    reason_code: str = Field("", max_length=40)


class ReturnIn(Schema):
    """What must be put right: item code to sentence."""

    version: int
    items: dict[str, Annotated[str, Field(max_length=LONGEST)]] = Field(max_length=60)


def _cases(request: HttpRequest) -> Any:
    """A draft is the applicant's own matter; offices see it once it is submitted."""
    return Application.objects.visible_to(request.actor, Permission.READ).filter(submitted_at__isnull=False)


def _case(request: HttpRequest, token: str) -> Application:
    return visible_or_404(
        Application.objects.filter(submitted_at__isnull=False), request.actor, Permission.READ, token=token
    )


@router.get("applications", response=list[ApplicationOut], summary="Cases within reach, fifty a page by id")
@endpoint(Permission.READ, about="application", clause="T4.2.a")
def list_applications(request: HttpRequest, state: str = "", after: str = "") -> Any:
    """Cases in the order they were made; `after` is the last token of the page before."""
    rows = _cases(request)
    if state:
        rows = rows.filter(state=state)
    if after:
        last = rows.filter(token=after).values_list("id", flat=True).first()
        rows = rows.filter(id__gt=last) if last else rows.none()
    return [application_out(row) for row in rows.order_by("id")[:PAGE]]


@router.get("applications/{token}", response=ApplicationOut, summary="One case")
@endpoint(Permission.READ, about="application", clause="T4.2.a")
def get_application(request: HttpRequest, token: str) -> Any:
    """A case inside the reader's reach; any other does not exist."""
    return application_out(_case(request, token))


@router.post(
    "applications/{token}/accept", response={200: ApplicationOut, **REFUSALS}, summary="Accept the papers"
)
@endpoint(Permission.READ, about="application", clause="T4.2.a")
def accept(request: HttpRequest, token: str, body: DecisionIn) -> Any:
    """受理; the clock of 30 working days starts."""
    row = _case(request, token)
    return application_out(actions.accept_application(row, by=request.actor, on=today(), seen=body.version))


@router.post(
    "applications/{token}/pass", response={200: ApplicationOut, **REFUSALS}, summary="Positive opinion"
)
@endpoint(Permission.READ, about="application", clause="T4.2.a")
def pass_stage(request: HttpRequest, token: str, body: DecisionIn) -> Any:
    """The stage where the case is passes it on; the last admits."""
    row = _case(request, token)
    return application_out(
        actions.pass_stage(row, opinion=body.opinion, by=request.actor, on=today(), seen=body.version)
    )


@router.post(
    "applications/{token}/fail", response={200: ApplicationOut, **REFUSALS}, summary="Negative opinion"
)
@endpoint(Permission.READ, about="application", clause="T4.2.a")
def fail_stage(request: HttpRequest, token: str, body: DecisionIn) -> Any:
    """Not passed, with a reason code of the policy and a sentence."""
    row = _case(request, token)
    return application_out(
        actions.fail_stage(
            row,
            opinion=body.opinion,
            reason_code=body.reason_code,
            by=request.actor,
            on=today(),
            seen=body.version,
        )
    )


@router.post(
    "applications/{token}/return", response={200: ApplicationOut, **REFUSALS}, summary="Return for completion"
)
@endpoint(Permission.READ, about="application", clause="T4.2.a")
def return_for_completion(request: HttpRequest, token: str, body: ReturnIn) -> Any:
    """补正, field by field."""
    row = _case(request, token)
    return application_out(
        actions.return_for_completion(row, body.items, by=request.actor, on=today(), seen=body.version)
    )


@router.get("registrations/{register_no}", response=RegistrationOut, summary="One registration")
@endpoint(Permission.READ, about="registration", clause="T4.2.e")
def get_registration(request: HttpRequest, register_no: str) -> Any:
    """A registration inside the reader's reach, with its status of today."""
    row: Registration = visible_or_404(
        Registration.objects.all(), request.actor, Permission.READ, register_no=register_no
    )
    name = names_of([row.person_id]).get(row.person_id, "")
    values = {n: getattr(row, n) for n in ("register_no", "level", "admitted_on", "valid_to")}
    return values | {"name": name, "region": row.region_code, "status": str(status_of(row, today()))}
