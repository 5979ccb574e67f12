"""Addresses of pages that another module of the registry may or may not have yet."""

from django.urls import NoReverseMatch, reverse


def link(name: str, *args: object) -> str:
    """The address of a named page; '' when there is none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
