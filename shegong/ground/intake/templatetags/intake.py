"""Figures as people read them: 2,941."""

from django import template

register = template.Library()


@register.filter
def figure(count: object) -> str:
    """A whole number with its thousands set apart; anything else as it is."""
    return f"{count:,}" if isinstance(count, int) else str(count or "")
