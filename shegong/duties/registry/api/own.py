"""The holder's own cases over HTTP: how a renewal stands, begin, sign, submit; the same numbers as on her pages."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from shegong.duties.registry import actions
from shegong.duties.registry.api.shapes import REFUSALS, ApplicationOut, application_out
from shegong.duties.registry.models import Application, Registration
from shegong.duties.registry.models.facts import ground_of
from shegong.duties.registry.models.outlook import renewal_of
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.rules import Kind, State, missing_steps, steps_left
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.endpoints import endpoint
from shegong.kernel.http import actor_of, today
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

router = Router(tags=["registry"])


class MyApplicationOut(ApplicationOut):
    """One's own case: `steps_left` is the number that every page says; it is over when `state` is issued, not before."""

    steps_left: int
    missing: list[str]


class RenewalOut(Schema):
    """How the renewal of one's registration stands; minutes of continuing education by the national rule."""

    register_no: str
    term_from: date
    valid_to: date
    opens_on: date
    last_day: date
    is_open: bool
    is_with_office: bool
    steps_left: int
    missing: list[str]
    required_minutes: int
    counted_minutes: int
    against: list[str]
    application: str | None


class CommitmentIn(Schema):
    """The version of the ethics commitment that was read."""

    version: str = Field(max_length=40)


class SubmitIn(Schema):
    """The version of the draft that was looked at."""

    version: int


def _own_out(row: Application) -> dict[str, Any]:
    is_ours = row.state in (State.DRAFTED, State.RETURNED)
    ground = ground_of(row, today()) if is_ours else None
    left = steps_left(ground.facts, ground.policy) if ground else 0
    missing = [str(step) for step in missing_steps(ground.facts, ground.policy)] if ground else []
    return application_out(row) | {"steps_left": left, "missing": missing}


def _own(request: HttpRequest, token: str) -> Application:
    found = Application.objects.own(actor_of(request)).filter(token=token).first()
    if found is None:
        raise Http404
    return found


def _own_registration(request: HttpRequest) -> Registration:
    found = Registration.objects.live_own(actor_of(request))
    if found is None:
        raise Http404
    return found


@router.get("my/applications", response=list[MyApplicationOut], summary="My own applications")
@endpoint(SIGNED_IN, about="application", clause="T4.2.a")
def my_applications(request: HttpRequest) -> Any:
    """The signed-in person's own cases, newest first."""
    return [_own_out(row) for row in Application.objects.own(actor_of(request)).order_by("-id")]


@router.get("my/renewal", response=RenewalOut, summary="How my renewal stands")
@endpoint(SIGNED_IN, about="application", clause="T4.2.a")
def my_renewal(request: HttpRequest) -> Any:
    """The window, the hours, the steps left and what stands against it, of the signed-in holder's registration."""
    outlook = renewal_of(_own_registration(request), today())
    held, hours = outlook.held, outlook.held.hours
    names = ("register_no", "term_from", "valid_to", "opens_on", "last_day")
    return {name: getattr(held, name) for name in names} | {
        "is_open": outlook.is_open, "is_with_office": outlook.is_with_office, "steps_left": outlook.left,
        "missing": outlook.missing, "required_minutes": hours.required if hours else 0,
        "counted_minutes": hours.counted if hours else 0, "against": [o.code for o in outlook.against],
        "application": outlook.application.token if outlook.is_begun else None,
    }  # fmt: skip


@router.post("my/renewal", response={200: MyApplicationOut, **REFUSALS}, summary="Begin my renewal")
@endpoint(SIGNED_IN, about="application", clause="T4.2.a")
def begin_renewal(request: HttpRequest) -> Any:
    """The open renewal, or a draft filled in from the register."""
    held = _own_registration(request)
    begun = actions.begin(held.person, Kind.RENEWAL, registration=held, by=actor_of(request), on=today())
    return _own_out(begun)


@router.post(
    "my/applications/{token}/commitment", response={200: MyApplicationOut, **REFUSALS},
    summary="Sign the ethics commitment",
)  # fmt: skip
@endpoint(SIGNED_IN, about="application", clause="T4.2.f")
def sign_commitment(request: HttpRequest, token: str, body: CommitmentIn) -> Any:
    """Sign the commitment in the version that is in force."""
    row = _own(request, token)
    if body.version != registration_policy(today()).ethics.version:
        raise Refused(
            Obstacle("other_version", N_("Another version of the commitment is in force."), "version")
        )
    actions.commit_to_ethics(row, version=body.version, by=actor_of(request), on=today())
    return _own_out(row)


@router.post(
    "my/applications/{token}/submit",
    response={200: MyApplicationOut, **REFUSALS},
    summary="Submit my application",
)
@endpoint(SIGNED_IN, about="application", clause="T4.2.a")
def submit(request: HttpRequest, token: str, body: SubmitIn) -> Any:
    """Hand it to the first office; refused with everything that is missing."""
    row = _own(request, token)
    return _own_out(actions.submit_application(row, by=actor_of(request), on=today(), seen=body.version))
