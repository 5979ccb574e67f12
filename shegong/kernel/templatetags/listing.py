"""Numbers as lists show them."""

from django import template

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """1204 → 1,204 in both languages: tables are read across them."""
    return f"{number:,}"
