"""A body becomes a recognised provider, is suspended, resumes, or loses its recognition; the reason stays on record."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, refuse_if
from shegong.kernel.temporal import days
from shegong.kernel.text import N_
from shegong.kernel.transition import transition
from shegong.work.education.actions.clerks import require_clerk
from shegong.work.education.models import Provider, ProviderStanding
from shegong.work.education.rules import Permission
from shegong.work.education.rules.providers import (
    PROVIDER_STEPS,
    reason_obstacles,
    recognition_obstacles,
)


@transaction.atomic
def apply_for_recognition(
    organization: Organization, *, kinds: Collection[str], by: Actor, on: date
) -> Provider:
    """Apply for a body: its own clerk, or whoever recognises in its place. Refuses a second recognition that stands."""
    if not by.may(Permission.RECOGNISE, organization.region_code):
        require_clerk(by, organization.pk)
    refuse_if(recognition_obstacles(kinds=kinds, start=None, end=None))
    try:
        with transaction.atomic():
            provider = Provider.objects.create(
                organization=organization, region_code=organization.region_code, kinds=sorted(kinds), applied_on=on
            )  # fmt: skip
    except IntegrityError as error:
        message = N_("%(name)s has applied or is recognised already.")
        obstacle = Obstacle("provider_already", message, "organization", params={"name": organization.name})
        raise Refused(obstacle) from error
    _note(provider, "education.provider.apply", "", by, on)
    return provider


@answers("T3.3")
@transaction.atomic
def recognise(
    provider: Provider, *, kinds: Collection[str], start: date, end: date, by: Actor, on: date,
    decision_no: str = "", seen: int | None = None,
) -> Provider:  # fmt: skip
    """Recognise from `start` up to and with `end`. Refuses what is not applied for, and days in the wrong order."""
    require(by, Permission.RECOGNISE, provider.region_code)
    refuse_if(recognition_obstacles(kinds=kinds, start=start, end=end))
    provider = transition(
        provider, "recognise", seen=seen, kinds=sorted(kinds), during=days(start, end + timedelta(days=1)),
        decision_no=decision_no.strip(), reason="",
    )  # fmt: skip
    _note(provider, "education.provider.recognise", "", by, start)
    return provider


@transaction.atomic
def change_recognition(
    provider: Provider, step: str, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> Provider:
    """Refuse, suspend, resume or withdraw, with the reason that the provider and the public read."""
    require(by, Permission.RECOGNISE, provider.region_code)
    refuse_if(reason_obstacles(reason))
    if step == "recognise" or step not in PROVIDER_STEPS:
        raise Refused(Obstacle("provider_step", N_("Choose one from the list."), "step"))
    provider = transition(provider, step, seen=seen, reason=reason.strip())
    _note(provider, f"education.provider.{step}", reason, by, on)
    return provider


def _note(provider: Provider, verb: str, reason: str, by: Actor, on: date) -> None:
    """The standing from `on`, and the entry."""
    standing = ProviderStanding.objects.create(
        provider=provider, state=provider.state, on=on, reason=reason.strip()
    )
    facts = {"kinds": provider.kinds, "state": provider.state}
    journal.write(
        verb, by=by, subject=provider, rows=[provider, standing], facts=facts, reason=reason,
        region_code=provider.region_code,
    )  # fmt: skip
