"""Rings of keys that are kept apart are worth it only where they lie apart."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Warned

from shegong.kernel.key_files import KeyFault
from shegong.kernel.key_providers import FileKeys
from shegong.kernel.sealing import key_provider, keys_setting

HINT = "See docs/operations.md, Sealing keys."


@register(Tags.security, deploy=True)
def rings_lie_apart(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Deployment check: two rings in one place are taken by one theft; a setting that cannot be read names no place."""
    found: list[CheckMessage] = []
    places: dict[str, list[str]] = defaultdict(list)
    for ring in ("", *settings.KEYS_APART):
        name = f"SHEGONG_KEYS_{ring.upper()}" if ring else "SHEGONG_KEYS"
        try:
            places[_place(ring)].append(name)
        except KeyFault as error:
            found.append(Warned(f"{name} cannot be understood: {error}", hint=HINT, id="shegong.W063"))
    for names in places.values():
        if len(names) > 1:
            text = f"{' and '.join(names)} name one place: these keys must lie apart."
            found.append(Warned(text, hint=HINT, id="shegong.W062"))
    return found


def _place(ring: str) -> str:
    keys = key_provider(ring)
    return str(keys.folder.resolve()) if isinstance(keys, FileKeys) else keys_setting(ring)
