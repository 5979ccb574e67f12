"""Users: made, disabled, their passwords, devices and contacts."""

from datetime import date

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.accounts.factors import seal_secret, secrets_of
from shegong.ground.accounts.models import CodeRequest, SignIn, User
from shegong.ground.accounts.reach import reaches
from shegong.ground.accounts.rules import Permission
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Person
from shegong.kernel import journal, messages
from shegong.kernel.access import Actor, in_person
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_


def check_password(password: str, user: User | None) -> None:
    """Refuse a password that is short, common, all digits, or little more than names of the place."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        message = N_(
            "Choose at least 10 characters, not only digits, no common word, and more than a name of the place or your own."
        )
        raise Refused(Obstacle("weak_password", message, field="password")) from problem


@in_person("whoever chooses the password of an account can be its person: make it on the page")
@transaction.atomic
def create_user(person: Person, *, username: str, password: str | None, by: Actor, on: date) -> User:
    """A user for a person who has none. Refuses people outside one's reach, a taken sign-in name, weak passwords."""
    _within(person.pk, Permission.PROPOSE_GRANT, by, on)
    if User.objects.filter(person=person).exists():
        raise Refused(Obstacle("has_user", N_("This person has an account already."), field="person"))
    if password is not None:
        check_password(password, None)
    if User.objects.filter(username=username).exists():
        raise Refused(Obstacle("username_taken", N_("This sign-in name is taken."), field="username"))
    user = User.objects.create_user(username, password, person=person)
    journal.write("accounts.user.create", by=by, subject=user, about_person_id=person.pk)
    return user


@in_person("whoever sets another's password can be that person: set one's own on the page")
@transaction.atomic
def set_password(user: User, *, password: str, by: Actor, on: date) -> User:
    """Give a user a new password; every other sign-in of hers ends. Refuses anybody but herself and weak ones."""
    if not by.is_system and by.user_id != user.pk:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    check_password(password, user)
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)
    journal.write("accounts.user.set_password", by=by, subject=user, about_person_id=user.person_id)
    return user


@transaction.atomic
def set_totp(user: User, *, secret: str, by: Actor, on: date) -> None:
    """Give a user an authenticator app with a known base32 secret and recovery codes: for demo worlds and tests."""
    if not by.is_system:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    sealed = {"secret": seal_secret(secret, user.pk)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=sealed)
    with secrets_of(user):
        RecoveryCodes.activate(user)
    journal.write("accounts.user.set_factor", by=by, subject=user, about_person_id=user.person_id)


def _reach_over(user: User, by: Actor, on: date) -> None:
    """Refuse one's own account, and those outside one's reach or with rights above it (`reach.reaches`)."""
    if not by.is_system and by.person_id == user.person_id:
        raise Refused(Obstacle("own_account", N_("Nobody disables her or his own account.")))
    _within(user.person_id, Permission.DISABLE_USER, by, on)


def _within(person_id: int | None, permission: str, by: Actor, on: date) -> None:
    if not reaches(by, person_id, permission, on):
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))


@transaction.atomic
def disable_user(user: User, *, reason: str, by: Actor, on: date) -> User:
    """Shut an account: its next request is already refused. Needs a reason; refuses one's own."""
    _reach_over(user, by, on)
    if not reason.strip():
        raise Refused(Obstacle("reason", N_("Give the reason."), field="reason"))
    User.objects.filter(pk=user.pk, disabled_at=None).update(disabled_at=Now())
    SignIn.objects.open().filter(user=user).update(ended_at=Now())
    journal.write("accounts.user.disable", by=by, subject=user, about_person_id=user.person_id, reason=reason)
    user.refresh_from_db()
    return user


@transaction.atomic
def enable_user(user: User, *, reason: str, by: Actor, on: date) -> User:
    """Open a disabled account again. Needs a reason; refuses one's own."""
    _reach_over(user, by, on)
    if not reason.strip():
        raise Refused(Obstacle("reason", N_("Give the reason."), field="reason"))
    User.objects.filter(pk=user.pk).update(disabled_at=None, enabled_at=Now())
    journal.write("accounts.user.enable", by=by, subject=user, about_person_id=user.person_id, reason=reason)
    user.refresh_from_db()
    return user


@transaction.atomic
def end_sign_in(row: SignIn, *, by: Actor, on: date) -> None:
    """Sign one of one's own devices out: its next request is refused."""
    if by.user_id != row.user_id:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    if SignIn.objects.open().filter(pk=row.pk).update(ended_at=Now()):
        journal.write("accounts.sign_in.end", by=by, subject=row, about_person_id=by.person_id)


@transaction.atomic
def end_sign_ins(user: User, *, keep: int | None, by: Actor, on: date) -> int:
    """Sign out everywhere, but for the sign-in `keep`; how many ended."""
    if by.user_id != user.pk:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    ended = SignIn.objects.open().filter(user=user).exclude(pk=keep).update(ended_at=Now())
    journal.write(
        "accounts.sign_in.end_all", by=by, subject=user, about_person_id=by.person_id, facts={"ended": ended}
    )
    return ended


def change_contact(row: CodeRequest, *, value: str, by: Actor, on: date) -> Contact:
    """Put the phone or mail address that a code just proved in place of the person's old one."""
    if row.used_at is None or row.purpose != "contact" or row.user_id != by.user_id:
        raise Refused(Obstacle("code_over", N_("This code no longer holds. Ask for a new one.")))
    person = Person.objects.get(pk=by.person_id)
    return people.state_contact(person, kind=row.kind, value=value, verified=True, by=by, on=on)


ADDED = messages.Template(
    "accounts.factor.add",
    N_("A second factor was added"),
    N_(
        "An authenticator app or passkey was added to your account. If it was not you, tell the administrator at once."
    ),
)
REMOVED = messages.Template(
    "accounts.factor.remove",
    N_("A second factor was removed"),
    N_(
        "An authenticator app or passkey was removed from your account. If it was not you, tell the administrator at once."
    ),
)


@transaction.atomic
def note_factor(user: User, change: str, *, by: Actor, on: date) -> None:
    """Journal that a user added or removed a second factor or made new recovery codes, and tell her."""
    if by.user_id != user.pk:
        raise Refused(Obstacle("not_allowed", N_("Your role does not cover this.")))
    journal.write(f"accounts.factor.{change}", by=by, subject=user, about_person_id=user.person_id)
    told = {"add": ADDED, "remove": REMOVED}.get(change)
    if told and user.person_id:
        messages.send(user.person, told, {})
