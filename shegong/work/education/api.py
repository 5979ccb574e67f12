"""Classes over HTTP: a provider's own system hands marks of presence in, up to 10,000 in one request, and its class lists."""

from datetime import date
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from shegong.kernel.access import Actor
from shegong.kernel.endpoints import RefusalOut, endpoint
from shegong.kernel.http import obstacle_text, today
from shegong.work.education import actions
from shegong.work.education.actions.recording import MOST, Stated
from shegong.work.education.models import Course
from shegong.work.education.rules import Permission
from shegong.work.education.rules.courses import CLAUSE

router = Router(tags=["education"])
REFUSALS = {422: RefusalOut, 409: RefusalOut}
PAGE = 100
Half = Annotated[str, Field(pattern="^(am|pm|evening)$")]


class CourseOut(Schema):
    """One class of the provider; `version` goes back with the hand-in."""

    number: int
    title: str
    state: str
    first_on: date
    last_on: date
    minutes: int
    capacity: int
    taken: int
    version: int


class MarkIn(Schema):
    """One person in one half-day of a class, by identity number and name together."""

    course: int = Field(ge=1, le=999_999_999)
    on: date
    half: Half
    identity: str = Field(max_length=30)
    name: str = Field(max_length=60)


class MarksIn(Schema):
    """Marks of one request."""

    organization: int = Field(ge=1, le=2**53)
    marks: list[MarkIn] = Field(max_length=MOST)


class RefusedOut(Schema):
    """A mark that was not taken: its place in the request, and why."""

    place: int
    code: str
    text: str


class MarksOut(Schema):
    """What became of the marks: `made` are new, `there` were on record before."""

    made: int
    there: int
    refused: list[RefusedOut]


class HandInIn(Schema):
    """The version of the class that was looked at."""

    version: int = Field(ge=0, le=2**31 - 1)


class ListOut(Schema):
    """A class list as it was taken: waiting for the office's check, or accepted."""

    state: str
    people: int
    passed: int
    minutes: int
    why_checked: str


def _own(actor: Actor, number: int) -> Course:
    found = Course.objects.of_clerk(actor, Permission.TEACH).filter(number=number).first()
    if found is None:
        raise Http404
    return found


@router.get("education/classes", response=list[CourseOut], summary="The provider's classes, newest first")
@endpoint(Permission.TEACH, clause=CLAUSE)
def list_classes(request: HttpRequest) -> Any:
    """The latest hundred classes of the bodies that the caller looks after."""
    actor: Actor = request.actor
    return list(Course.objects.of_clerk(actor, Permission.TEACH).order_by("-id")[:PAGE])


@router.post(
    "education/attendance", response={200: MarksOut, **REFUSALS}, summary="Marks of presence, at most 10,000"
)
@endpoint(Permission.TEACH, clause=CLAUSE)
def take_marks(request: HttpRequest, body: MarksIn) -> Any:
    """Good marks are taken, each person once a half-day; refused ones are named by their place. The same request again
    (header Idempotency-Key) gives the same answer."""
    stated = [Stated(one.course, one.on, one.half, one.identity, one.name) for one in body.marks]
    out = actions.record(body.organization, stated, by=request.actor, on=today(), now=timezone.now())
    refused = [
        {"place": place, "code": one.code, "text": obstacle_text(one)}
        for place, one in sorted(out.refused.items())
    ]
    return {"made": out.made, "there": out.there, "refused": refused}


@router.post(
    "education/classes/{number}/hand-in", response={200: ListOut, **REFUSALS}, summary="Hand a class list in"
)
@endpoint(Permission.TEACH, about="training_class", clause=CLAUSE)
def hand_in(request: HttpRequest, number: int, body: HandInIn) -> Any:
    """As on the page: half-days co-signed, a frozen line for everybody."""
    course = _own(request.actor, number)
    return actions.hand_in(course, how="api", by=request.actor, on=today(), seen=body.version)
