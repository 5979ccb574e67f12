"""Rings of keys that are kept apart (complaints, evidence, who complained): can they be read, are they old?

While one is away the rest of the house works, so this process stays ready; what needs that ring refuses.
"""

from datetime import timedelta

from django.conf import settings

from shegong.kernel.health import BAD, OFF, OK, WARN, Fact, check
from shegong.kernel.health_checks import KEY_OLD
from shegong.kernel.key_files import KINDS, KeyFault
from shegong.kernel.key_providers import FileKeys
from shegong.kernel.sealing import key_provider
from shegong.kernel.text import N_


@check("keys_apart", N_("Keys of complaints"), "days")
def keys_apart() -> Fact:
    """The worst of the rings: one that cannot be read, then one that is due for its successor."""
    ages: dict[str, int] = {}
    away = [ring for ring in settings.KEYS_APART if not _readable(ring, ages)]
    if away:
        todo = N_(
            "Put the keys back from that ring's own backup or start its key service. Never had any: shegong keys make"
        )
        text = N_("Keys kept apart cannot be read: %(rings)s.")
        return Fact(BAD, -1, text, {"rings": ", ".join(away)}, todo)
    if not ages:
        return Fact(OFF, -1, N_("No complaint has needed keys yet; a demo makes them then."))
    oldest = max(ages, key=lambda ring: ages[ring])
    params = {"days": ages[oldest], "ring": oldest}
    text = N_("Keys kept apart can be read; the oldest (%(ring)s) is %(days)s days old.")
    if timedelta(days=ages[oldest]) > KEY_OLD:
        todo = N_("Make the next one: shegong keys rotate --of %(ring)s, then shegong keys reseal")
        return Fact(WARN, ages[oldest], text, params, todo)
    return Fact(OK, ages[oldest], text, params)


def _readable(ring: str, ages: dict[str, int]) -> bool:
    """Whether a ring has both kinds of keys; its age is noted. A demo's may be still to come."""
    try:
        keys = key_provider(ring)
        held = keys.load()
        if not settings.PRODUCTION and not held and isinstance(keys, FileKeys):
            return True
        if not all(any(name.startswith(kind) for name in held) for kind in KINDS):
            return False
        ages[ring] = timedelta(seconds=max(0.0, keys.age())).days
    except (KeyFault, OSError):
        return False
    return True
