"""Secrets of authenticator apps and recovery codes, sealed for their owner: in another user's row they do not open."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from shegong.kernel.sealing import open_sealed, seal

PLACE = {"table": "mfa_authenticator", "column": "data"}
_owner: ContextVar[int | None] = ContextVar("owner of a second factor", default=None)


@contextmanager
def secrets_of(user: AbstractBaseUser) -> Iterator[None]:
    """Whose secrets are read and written inside: where the library asks before anybody is signed in, and in actions."""
    token = _owner.set(user.pk)
    try:
        yield
    finally:
        _owner.reset(token)


def owner_of_secrets(request: HttpRequest | None) -> int:
    """The user named by `secrets_of`, else who is signed in; nobody else's secrets are ever touched."""
    number = _owner.get()
    user = getattr(request, "user", None)
    if number is None and user is not None and user.is_authenticated:
        number = user.pk
    if number is None:
        raise LookupError("a second factor was asked for without saying whose")
    return number


def seal_secret(text: str, user_id: int) -> str:
    """The secret as it is stored."""
    return seal(text, table=PLACE["table"], column=PLACE["column"], row=f"user:{user_id}").hex()


def open_secret(stored: str, user_id: int) -> str:
    """The secret of this user; `SealError` when it was sealed for another."""
    return open_sealed(bytes.fromhex(stored), row=f"user:{user_id}", **PLACE)
