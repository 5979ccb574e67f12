"""What becomes of accounts at an erasure, and what officers leave in the files of offices (`kernel.forgetting`)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.utils import timezone

from shegong.ground.accounts.key_orders import KeyOrder
from shegong.ground.accounts.models import BoundIdentity, CodeRequest, Grant, GrantRequest, SignIn, User
from shegong.kernel.forgetting import Forgets, Hold
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.inventory import period, period_source
from shegong.kernel.listing_orders import OPEN, Export
from shegong.kernel.saved_views import SavedView
from shegong.kernel.sheets.tables import Batch
from shegong.kernel.text import N_

_ACTED = "who acted in an office, by number: kept with what was done"


def _users(person_ids: Sequence[int]) -> QuerySet[Any]:
    return User.objects.filter(person__in=person_ids).values("pk")


def disabled_since(user: User) -> Any:
    """When the account was shut: at the latest now."""
    return user.disabled_at or timezone.now()


FORGETS = Forgets(
    deleted=(
        Authenticator, SignIn, CodeRequest, BoundIdentity, EmailConfirmation, EmailAddress, SavedView, IdempotencyKey,
    ),
    blanked={
        User: {
            "username": lambda user: f"erased-{user.pk}", "password": lambda user: make_password(None), "last_login": None,
            "disabled_at": disabled_since, "enabled_at": None, "warned_at": None,
        },
        Export: {"reason": "", "answer": ""},
        GrantRequest: {"reason": ""},
        KeyOrder: {"reason": ""},
        Batch: {"file_name": "", "reason": ""},
    },
    early=frozenset({SavedView}),
    kept={
        "accounts.user.person": "the account stays shut, so that nobody gets its number again",
        "accounts.user.created_at": "when an account was made",
        "accounts.grant": "who held which role in an office, by number (D19)",
        "accounts.grantrequest": "who held which role in an office, by number (D19)",
        "accounts.keyorder": "who ordered a change of keys, by number (D19)",
        "sessions.session": "a shut account has no session; they run out within hours",
        "socialaccount.socialaccount": "unused table of the sign-in library",
        "socialaccount.socialtoken": "unused table of the sign-in library",
        "organizations.dutytransfer": _ACTED,
        "kernel.export": _ACTED,
        "kernel.batch": _ACTED,
        "kernel.batchpart": "rows of a workbook, sealed; removed with the whole within the period of workbooks",
        "kernel.journalcheck": _ACTED,
        "kernel.throttle": "keyed hashes that end within a day",
    },
    finds={
        SavedView: lambda ids: SavedView.objects.filter(user_id__in=_users(ids)),
        IdempotencyKey: lambda ids: IdempotencyKey.objects.filter(user_id__in=_users(ids)),
    },
)  # fmt: skip


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """A role in force, roles of the past years, and what an officer has in hand."""
    return [*_grants(person_ids, on), *_in_hand(person_ids)]


def _grants(person_ids: Sequence[int], on: date) -> Iterator[Hold]:
    basis = period_source("office", on).basis
    for grant in Grant.objects.filter(person__in=person_ids).order_by("pk"):
        ended = grant.during.upper
        if ended is None or ended > on:
            yield Hold("role", N_("A role in an office is in force. Have it ended first."), basis)
        elif period("office", on).ends(ended) > on:
            until = period("office", on).ends(ended)
            yield Hold("was_officer", N_("Cases were handled in a role of an office."), basis, until)


def _in_hand(person_ids: Sequence[int]) -> Iterator[Hold]:
    asked = Q(person__in=person_ids) | Q(proposed_by__in=person_ids)
    if GrantRequest.objects.filter(asked, state="proposed").exists():
        yield Hold("role_proposed", N_("A proposal of a role waits for a decision."), "D19")
    if Export.objects.filter(person_id__in=person_ids, state__in=[str(state) for state in OPEN]).exists():
        yield Hold("export", N_("A file with people's data is ordered or waits for a decision."), "D19")
