"""Two records of one human become one: whose account signs in afterwards (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.db.models.functions import Now

from shegong.ground.accounts.models import Grant, GrantRequest, SignIn, User
from shegong.ground.people.models import Person
from shegong.kernel import journal, moving
from shegong.kernel.access import Actor
from shegong.kernel.moving import Change, Part, What
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

HOLDS = moving.Holds(
    moved={User: "person"},
    kept={
        "accounts.Grant.person": "no role passes on by a merge: a role in force forbids it, an ended one is history",
        "accounts.Grant.proposed_by": "history: who gave the role",
        "accounts.Grant.approved_by": "history: who gave the role",
        "accounts.Grant.ended_by": "history: who ended it",
        "accounts.GrantRequest.person": "an open request forbids the merge, a decided one is history",
        "accounts.GrantRequest.proposed_by": "an open request forbids the merge, a decided one is history",
        "accounts.GrantRequest.decided_by": "history: who decided",
        "accounts.KeyOrder.proposed_by": "history: who asked for a change of keys",
        "accounts.KeyOrder.decided_by": "history: who decided",
    },
)


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """Roles never pass from one record to another: the security administrators give them."""
    found = []
    if _in_force(from_):
        message = N_(
            "The record that would be merged holds a role. The security administrator ends it first."
        )
        found.append(Obstacle("role_in_force", message))
    open_requests = GrantRequest.objects.filter(state="proposed")
    if open_requests.filter(Q(person=from_) | Q(proposed_by=from_)).exists():
        message = N_(
            "A proposal for a role waits for the record that would be merged. Have it decided first."
        )
        found.append(Obstacle("role_proposed", message))
    if _in_force(to) and _user(to) is None and _user(from_) is not None:
        message = N_(
            "The kept record holds a role but no account; the other has an account. It would pass the role on."
        )
        found.append(Obstacle("role_without_account", message))
    return found


def _in_force(person: Person) -> bool:
    rows = Grant.objects.filter(Q(during__upper_inf=True) | Q(during__endswith__gt=Now()), person=person)
    return rows.exists()


def _user(person: Person) -> User | None:
    return User.objects.filter(person=person).first()


def parts(from_: Person, to: Person) -> list[Part]:
    """The account moves where the kept record has none; else it is shut."""
    mine, other = _user(from_), _user(to)
    if mine is None:
        return []
    if other is None:
        return [Part(User, N_("Account"), moves=(mine.pk,))]
    return [Part(User, N_("Account"), stays=(mine.pk,), what=What.SHUT)]


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Let one account lead to the one person; a second one is shut and signed out everywhere."""
    moving.require_merged(from_, to)
    planned = parts(from_, to)
    open_users = User.objects.filter(pk__in=[pk for one in planned for pk in one.stays], disabled_at=None)
    shut = list(open_users)
    changes = [
        Change(User._meta.label_lower, user.pk, "disabled_at", What.SHUT, from_.pk, to.pk) for user in shut
    ]
    for user in shut:
        User.objects.filter(pk=user.pk).update(disabled_at=Now())
        SignIn.objects.open().filter(user=user).update(ended_at=Now())
        journal.write(
            "accounts.user.disable", by=by, subject=user, about_person_id=to.pk, facts={"merged": to.pk}
        )
    return moving.move(planned, from_, to, verb="accounts.person.move", by=by, also=changes)


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows."""
    shut = [change.pk for change in changes if change.what == What.SHUT]
    for user in User.objects.filter(pk__in=shut):
        User.objects.filter(pk=user.pk).update(disabled_at=None)
        journal.write("accounts.user.enable", by=by, subject=user, about_person_id=from_.pk)
    moving.put_back(changes, from_, to, verb="accounts.person.part", by=by)
