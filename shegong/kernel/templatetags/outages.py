"""The banner of an outage whose hours are being given back."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from shegong.kernel.outages import banner, notice_in

register = template.Library()


@register.inclusion_tag("kernel/outage.html")
def outage() -> dict[str, Any]:
    """`{% outage %}`: what was down, how long, and until when deadlines that fell then now run; nothing otherwise."""
    found = banner(timezone.now())
    return {"outage": found, "notice": notice_in(found, get_language()) if found else ""}
