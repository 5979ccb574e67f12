"""The policies in force, read once from policy/registration.toml and policy/routes.toml."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from django.conf import settings

from shegong.duties.registry.policy_types import Routes, load_registration, load_routes
from shegong.duties.registry.policy_types import route_for as national_route
from shegong.duties.registry.rules import RegistrationPolicy, Stage
from shegong.ground.regions.models import tree
from shegong.kernel.policy import Policy


@cache
def _registration() -> Policy[RegistrationPolicy]:
    return load_registration(settings.POLICY_DIR)


@cache
def _routes() -> Routes:
    return load_routes(settings.POLICY_DIR)


def registration_policy(on: date) -> RegistrationPolicy:
    """The version of policy/registration.toml that holds on `on`."""
    return _registration().on(on)


def units_above(region_code: int, on: date) -> Iterator[int]:
    """The region and the units above it in the reporting tree, narrowest first."""
    yield region_code
    for level in (3, 2, 1):
        code = tree().ancestor(region_code, level, on, tree="reporting")
        if code and code != region_code:
            yield code


def route_stages(region_code: int, on: date, employer_level: int = 4) -> tuple[Stage, ...]:
    """The way of an application from this region: the narrowest unit with a route of its own; () when none has one.

    `employer_level` 1 or 2: people of provincial or prefecture units start at that office.
    """
    for code in units_above(region_code, on):
        policy = _routes().get(f"{code // 1000:06d}")
        if policy is not None and policy.versions[0].since <= on:
            return policy.on(on).stages_from(employer_level)
    try:
        return national_route(_routes(), f"{region_code // 1000:06d}", on).stages_from(employer_level)
    except LookupError:
        return ()
