"""Binding the account of a trusted sign-in service to a user, and ending it."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.accounts.models import BoundIdentity, User
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, in_person
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sealing import blind_index
from shegong.kernel.text import N_

BOUND = messages.Template(
    "accounts.bound.add",
    N_("A sign-in service was bound to your account"),
    N_(
        "From now on %(service)s lets you in. If it was not you, end it under Account and tell the administrator at once."
    ),
)


def subject_index(provider: str, subject: str) -> bytes:
    """The keyed hash under which a service's own name for somebody is kept."""
    return blind_index(f"oidc:{provider}", subject)


def owner_of_bound(provider: str, index: bytes) -> User | None:
    """The user to whom this account of the service was bound."""
    rows = BoundIdentity.objects.bound().filter(provider=provider, subject_index=index)
    found = rows.select_related("user").first()
    return found.user if found else None


@in_person("an account bound in somebody's name lets one in as her: bind one's own on the page")
@transaction.atomic
def bind_identity(
    user: User, *, provider: str, service: str, index: bytes, by: Actor, on: date
) -> BoundIdentity:
    """Let an account of `provider` (`service` in words), known by its `subject_index`, sign this user in.

    Refuses anybody but the user herself, an account that lets another user in, and a second account of one service.
    """
    if by.user_id != user.pk:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    User.objects.select_for_update().get(pk=user.pk)
    owner = owner_of_bound(provider, index)
    if owner is not None and owner.pk != user.pk:
        message = N_(
            "This account of the service is bound to another user here. Sign in there with your own."
        )
        raise Refused(Obstacle("bound_to_another", message))
    if BoundIdentity.objects.bound().filter(user=user, provider=provider).exists():
        message = N_("An account of this service is bound already. End that first, if you changed accounts.")
        raise Refused(Obstacle("bound_already", message))
    row = BoundIdentity.objects.create(user=user, provider=provider, subject_index=index)
    facts = {"provider": provider}
    journal.write(
        "accounts.bound.add", by=by, subject=row, about_person_id=user.person_id, facts=facts, rows=[row]
    )
    if user.person_id:
        messages.send(user.person, BOUND, {"service": service})
    return row


@transaction.atomic
def end_bound(row: BoundIdentity, *, by: Actor, on: date) -> None:
    """This service lets the user in no longer. Refuses anybody but the user herself."""
    if by.user_id != row.user_id:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    if BoundIdentity.objects.bound().filter(pk=row.pk).update(ended_at=Now()):
        facts = {"provider": row.provider}
        journal.write(
            "accounts.bound.end", by=by, subject=row, about_person_id=by.person_id, facts=facts, rows=[row]
        )
