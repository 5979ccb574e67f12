"""Whose clerk the reader is: the body and the class in an address of an organisation's pages."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from shegong.ground.organizations import panels
from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor
from shegong.work.education.models import Course, HalfDay, Provider
from shegong.work.education.rules import Permission


def own_body(actor: Actor, code: str) -> Organization:
    """The body whose clerk the actor is; 404 for every other one."""
    return panels.own_body(actor, code, Permission.TEACH, clerk=True)


def own_course(actor: Actor, code: str, number: int) -> Course:
    """A class of the clerk's own body; 404 for every other one."""
    body = own_body(actor, code)
    rows = Course.objects.of_clerk(actor, Permission.TEACH).select_related("provider", "organization")
    course = rows.filter(organization=body, number=number).first()
    if course is None:
        raise Http404
    return course


def own_half(actor: Actor, code: str, number: int, half: int) -> HalfDay:
    """A half-day of such a class, with the class."""
    course = own_course(actor, code, number)
    found = course.half_days.filter(pk=half).first()
    if found is None:
        raise Http404
    found.course = course
    return found


def recognition_of(actor: Actor, body: Organization) -> Provider | None:
    """The newest recognition of the clerk's body."""
    rows = Provider.objects.of_clerk(actor, Permission.TEACH).filter(organization=body)
    return rows.order_by("-pk").first()


def address(course: Course, name: str = "course", *more: Any) -> str:
    """The address of a page of a class for its clerk."""
    return reverse(f"education:{name}", args=[course.organization.code, course.number, *more])
