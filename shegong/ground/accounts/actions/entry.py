"""Coming in: a code to a phone or mail address proves who holds it; who has no account yet gets one.

Known and unknown addresses get the same code and the same answer: only who holds the address learns which it is.
"""

import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.accounts.actions.users import check_password
from shegong.ground.accounts.models import CodeRequest, User
from shegong.ground.accounts.rules import CODE_DIGITS, CODE_LIFE, CODE_TRIES, JOIN_LIFE, read_address
from shegong.ground.people import actions as people
from shegong.ground.people.actions.contacts import contact_index
from shegong.ground.people.actions.notices import note_notice
from shegong.ground.people.models import Contact, Person, surviving
from shegong.kernel import journal, messages, throttle
from shegong.kernel.access import Actor, unguarded
from shegong.kernel.jobs import job
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sealing import blind_index, open_sealed, seal
from shegong.kernel.search_keys import spellings
from shegong.kernel.text import N_
from shegong.kernel.walls_acting import lifted

CODE = messages.Template(
    kind="accounts.code",
    title=N_("Your code"),
    body=N_("%(code)s is your code for %(site)s. It holds for 10 minutes. Never tell it to anybody."),
    keep=False,
)
# Per address, then per address of the network (an office shares one).
LIMITS = ((1, timedelta(seconds=50)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
CLIENT_LIMIT = (60, timedelta(minutes=10))


@dataclass(frozen=True)
class Issued:
    """A code on its way. `code` is for the console of a demo only."""

    request: CodeRequest
    code: str


@unguarded("a public door: whoever holds the address")
def request_code(address: str, *, purpose: str, by: Actor, on: date, client: str) -> Issued:
    """Send a six-digit code to a phone or mail address. Refuses malformed addresses and too many requests.

    `purpose` is "enter" (sign in or sign up) or "contact" (the signed-in person changes her own).
    """
    read = read_address(address)
    if isinstance(read, list):
        raise Refused(read)
    kind, value = read
    index = contact_index(kind, value)
    _hold_back(index.hex(), client)
    return _issue(kind, value, index, purpose, by)


def _hold_back(index: str, client: str) -> None:
    tries = [(f"code:{window.total_seconds()}:{index}", limit, window) for limit, window in LIMITS]
    for key, limit, window in (("code:client:" + client, *CLIENT_LIMIT), *tries):
        answer = throttle.hit(key, limit, window)
        if not answer.allowed:
            raise too_often(answer.retry_after)


def too_often(seconds: int) -> Refused:
    """The refusal of a door that was tried too often."""
    message = N_("Too many tries. Wait %(seconds)s seconds, then try again.")
    return Refused(Obstacle("too_often", message, params={"seconds": seconds}))


@transaction.atomic
def _issue(kind: str, value: str, index: bytes, purpose: str, by: Actor) -> Issued:
    token, code = uuid.uuid4(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires = timezone.now() + CODE_LIFE
    row = CodeRequest.objects.create(
        token=token,
        purpose=purpose,
        user_id=by.user_id,
        kind=kind,
        value=seal(value, table="accounts_coderequest", column="value", row=token),
        index=index,
        code_hash=_code_hash(token, code),
        expires_at=expires,
    )
    channel = messages.SMS if kind == "phone" else messages.EMAIL
    site = str(settings.SITE["name_zh"])
    messages.send_to(value, channel, CODE, {"code": code, "site": site}, not_after=expires)
    return Issued(row, code)


def _code_hash(token: uuid.UUID, code: str) -> bytes:
    return blind_index("code", f"{token}:{code}")


@unguarded("a public door: whoever holds the address")
def redeem_code(token: uuid.UUID | str, code: str, *, by: Actor, on: date) -> CodeRequest:
    """Accept a code once. Refuses a wrong one (five tries in all), a used or an old one. A wrong try is counted."""
    live = CodeRequest.objects.filter(
        token=token, used_at=None, expires_at__gt=Now(), attempts__lt=CODE_TRIES, user_id=by.user_id
    )
    if not live.update(attempts=F("attempts") + 1):
        raise Refused(
            Obstacle("code_over", N_("This code no longer holds. Ask for a new one."), field="code")
        )
    row = CodeRequest.objects.get(token=token)
    made = _code_hash(row.token, code.strip())
    if not any(hmac.compare_digest(bytes(row.code_hash), one) for one in spellings(made)):
        left = CODE_TRIES - row.attempts
        message = N_("The code is not right. Tries left: %(left)s.")
        raise Refused(Obstacle("code_wrong", message, field="code", params={"left": left}))
    if not CodeRequest.objects.filter(token=token, used_at=None).update(used_at=Now()):
        raise Refused(
            Obstacle("code_over", N_("This code no longer holds. Ask for a new one."), field="code")
        )
    row.refresh_from_db()
    return row


def owner_of(kind: str, value: str) -> Person | None:
    """Who has proven to hold this phone or mail address."""
    held = Contact.objects.filter(
        kind=kind, index=contact_index(kind, value), verified_at__isnull=False, during__upper_inf=True
    )
    with lifted("who signs in, before anybody acts"):
        found = held.select_related("person").first()
    return surviving(found.person) if found else None


def find_user(text: str) -> User | None:
    """The user with this phone, mail address or sign-in name; None when there is none."""
    read = read_address(text)
    if not isinstance(read, list):
        person = owner_of(*read)
        if person is not None:
            return User.objects.filter(person=person).first()
    return User.objects.filter(username=text.strip()).first()


def proven(row: CodeRequest) -> tuple[str, str]:
    """Kind and value of the address that a redeemed code proved."""
    return row.kind, open_sealed(row.value, table="accounts_coderequest", column="value", row=row.token)


@unguarded("a public door: whoever holds the address")
@transaction.atomic
def join(row: CodeRequest, *, password: str, by: Actor, on: date) -> User:
    """Make an account for whoever proved to hold an address: a person without any fact, a user, the contact.

    Refuses when the code was redeemed more than half an hour ago, when the address got an owner with an account
    meanwhile, and weak passwords.
    """
    held = CodeRequest.objects.select_for_update().get(pk=row.pk)
    if held.used_at is None or held.used_at < timezone.now() - JOIN_LIFE or held.user_id is not None:
        raise Refused(Obstacle("code_over", N_("This code no longer holds. Ask for a new one.")))
    kind, value = proven(held)
    person = owner_of(kind, value)
    if person is not None and User.objects.filter(person=person).exists():
        raise Refused(Obstacle("has_account", N_("This address has an account already. Sign in with it.")))
    check_password(password, None)
    known = person is not None
    person = person or people.create_person(by=by, on=on, source="self")
    user = User.objects.create_user(f"u-{uuid.uuid4().hex[:16]}", password, person=person)
    itself = Actor(user_id=user.pk, person_id=person.pk, request_id=by.request_id)
    if not known:
        people.state_contact(person, kind=kind, value=value, verified=True, by=itself, on=on)
    CodeRequest.objects.filter(pk=held.pk).update(user=user)
    note_notice(person, form="join", by=itself, on=on)
    journal.write(
        "accounts.user.join", by=itself, subject=user, about_person_id=person.pk, facts={"kind": kind}
    )
    return user


def _one_spelling(name: str) -> str:
    """What tries are counted under: a number or address in canonical form, so that +86, spaces and dashes gain nothing."""
    read = read_address(name)
    return name.strip().casefold() if isinstance(read, list) else "/".join(read).casefold()


def drop_old_codes() -> int:
    """Remove code requests a day after they ended; how many."""
    old = CodeRequest.objects.filter(expires_at__lt=timezone.now() - timedelta(days=1))
    return old.delete()[0]


def check_sign_in(name: str, password: str, *, client: str) -> User:
    """The user with this sign-in name, phone or mail address and password, disabled or not.

    Refuses with one sentence whatever was wrong, in like time, and everything after ten failures in a quarter of an
    hour; a code to the phone remains as a way in.
    """
    counter = f"sign-in:{_one_spelling(name)}"
    for key, limit in ((f"sign-in:client:{client}", 200), (counter, 10)):
        answer = throttle.hit(key, limit, timedelta(minutes=15))
        if not answer.allowed:
            raise too_often(answer.retry_after)
    user = find_user(name)
    if user is None or not user.has_usable_password():
        User().set_password(password)  # takes as long as checking one
        user = None
    if user is None or not user.check_password(password):
        raise Refused(Obstacle("sign_in_wrong", N_("The name or the password is not right.")))
    throttle.forget(counter)
    return user


@job("accounts.tidy", cron="23 19 * * *")
def tidy() -> None:
    """Every night: forget old code requests and counters."""
    drop_old_codes()
    throttle.drop_old()
