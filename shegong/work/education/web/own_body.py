"""Whose clerk the reader is: the body and the class in an address of an organisation's pages."""

from typing import Any

from django.http import Http404
from django.urls import reverse

from shegong.ground.organizations.models import Organization
from shegong.kernel.access import Actor
from shegong.work.education.models import Course, HalfDay, Provider
from shegong.work.education.rules import Permission


def bodies_of(actor: Actor) -> list[Organization]:
    """The bodies whose classes the actor looks after."""
    ids = {
        a.organization_id
        for a in actor.with_permission(Permission.TEACH)
        if a.organization_id and not a.ranges
    }
    return list(Organization.objects.filter(pk__in=ids)) if ids else []


def code_of(body: Organization) -> str:
    """What stands for a body in addresses: its credit code, else its number here."""
    return body.uscc or str(body.pk)


def own_body(actor: Actor, code: str) -> Organization:
    """The body whose clerk the actor is; 404 for every other one."""
    found = next((one for one in bodies_of(actor) if code_of(one) == code), None)
    if found is None:
        raise Http404
    return found


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
    return reverse(f"education:{name}", args=[code_of(course.organization), course.number, *more])
