"""Phone numbers and mail addresses in one canonical form (pure)."""

import re

from shegong.kernel.characters import plain, without_blanks
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

_PUNCTUATION = re.compile(r"[-‐-―−.()]")
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


def canonical_phone(raw: str, *, field: str = "phone") -> str | list[Obstacle]:
    """A mainland mobile number as ``+86`` and 11 digits, however it was typed or pasted; or the obstacle.

    Full-width digits, spaces, hyphens, brackets, direction marks of address books and 86, +86 or 0086 in front are
    put right. Refuses anything else: a message must reach exactly one phone.
    """
    found = _MOBILE.fullmatch(_PUNCTUATION.sub("", plain(raw)))
    if found:
        return f"+86{found[1]}"
    message = N_("Enter a mobile number of 11 digits that starts with 13 to 19.")
    return [Obstacle("phone_form", message, field=field)]


def canonical_email(raw: str, *, field: str = "email") -> str | list[Obstacle]:
    """A mail address with its domain in small letters, or the obstacle; the part before the @ stays as typed.

    Compare addresses case-folded: servers that tell ``A@`` from ``a@`` are rarer than people who mix them up.
    """
    local, at, domain = without_blanks(raw).replace("＠", "@").rpartition("@")
    domain = domain.lower()
    if (
        at
        and len(local) <= 64
        and len(domain) <= 253
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
    ):
        return f"{local}@{domain}"
    return [Obstacle("email_form", N_("Enter a mail address such as name@example.cn."), field=field)]
