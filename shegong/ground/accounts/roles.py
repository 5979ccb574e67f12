"""policy/roles.toml, read once, and checked against the permissions that the contexts declare."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import Error, Warning, register

from shegong.contexts import CONTEXTS
from shegong.ground.accounts.rules import Role


@cache
def roles() -> dict[str, Role]:
    """Every role by its code, in the order of the file."""
    text = (settings.POLICY_DIR / "roles.toml").read_text(encoding="utf-8")
    return {code: _role(code, entry) for code, entry in tomllib.loads(text).items()}


def _role(code: str, entry: dict[str, Any]) -> Role:
    return Role(
        code=code,
        zh=entry["zh"],
        en=entry["en"],
        levels=tuple(entry["levels"]),
        permissions=frozenset(entry["permissions"]),
        group=entry.get("group", ""),
        reach=entry.get("reach", "region"),
    )


def declared_permissions() -> Iterator[str]:
    """Every permission that a context's rules.py declares."""
    for context in CONTEXTS:
        name = f"{context.module}.rules"
        if find_spec(name):
            yield from (str(value) for value in getattr(import_module(name), "Permission", ()))


@register("shegong")
def roles_name_real_permissions(app_configs: Any, **kwargs: Any) -> list[Error | Warning]:
    """System check: a role cannot hold a permission that no context knows."""
    known = set(declared_permissions())
    return [
        Error(
            f"policy/roles.toml: role {role.code} holds {permission}, which no context declares",
            id="shegong.E010",
        )
        for role in roles().values()
        for permission in sorted(role.permissions - known)
    ]
