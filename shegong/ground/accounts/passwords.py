"""Passwords that are little more than names of the place (policy/passwords.toml; ASVS 5.0.0, 6.1.2 and 6.2.11)."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from shegong.kernel.characters import plain
from shegong.kernel.policy import Policy, load


@dataclass(frozen=True)
class PasswordPolicy:
    """Words that make no password, and how many other signs must stand beside them."""

    words: tuple[str, ...]
    least_beside: int


@cache
def _versions() -> Policy[PasswordPolicy]:
    return load(settings.POLICY_DIR / "passwords.toml", PasswordPolicy)


def password_policy(on: date) -> PasswordPolicy:
    """The version in force on `on`."""
    return _versions().on(on)


class PlaceWords:
    """Refuses a password of which too little is left once the words of the place and one's own name are taken out."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises `ValidationError`; the page says it in its own words."""
        policy, rest = password_policy(timezone.localdate()), plain(password).lower()
        own = (getattr(user, "username", "") or "").lower()
        for word in sorted({*policy.words, own} - {""}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < policy.least_beside:
            raise ValidationError("place_words", code="place_words")

    def get_help_text(self) -> str:
        """None of its own: the form says what a password is."""
        return ""
