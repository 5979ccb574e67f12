"""The library's code forms, with tries counted in the database and no code accepted twice by any process."""

import logging
from datetime import timedelta
from typing import Any

from allauth.core.context import request_context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts.actions.entry import too_often
from shegong.ground.accounts.factors import secrets_of
from shegong.ground.accounts.models import User
from shegong.kernel import throttle
from shegong.kernel.http import obstacle_text
from shegong.kernel.sealing import SealError

log = logging.getLogger(__name__)
TRIES, WINDOW = 10, timedelta(minutes=15)


class CountedCode:
    """Mixin: ten wrong codes in a quarter of an hour shut the door; a used code is worth nothing."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.label = _("Code of your authenticator app")
        field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "text", "maxlength": "20"}

    def clean_code(self) -> str:
        """The code, when it is right and fresh."""
        counter = f"factor:{self.user.pk}"  # type: ignore[attr-defined]
        answer = throttle.hit(counter, TRIES, WINDOW)
        if not answer.allowed:
            raise forms.ValidationError(obstacle_text(too_often(answer.retry_after).obstacles[0]))
        code = self._right_code()
        # The library reads 123 456 and 123-456 as 123456: one code, however it is written.
        if not throttle.hit(f"{counter}:{normalize_user_code(code)}", 1, timedelta(minutes=3)).allowed:
            raise forms.ValidationError(_("This code was used already. Wait for the next one."))
        throttle.forget(counter)
        return code

    def _right_code(self) -> str:
        try:
            with secrets_of(self.user):  # type: ignore[attr-defined]
                code: str = super().clean_code()  # type: ignore[misc]
        except SealError as foreign:  # somebody put another user's secret into this row
            log.error("the second factor of user %s was changed in the database", self.user.pk)  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code") from foreign
        return code


class SignInCodeForm(CountedCode, AuthenticateForm):
    """Second step of signing in."""


class AgainCodeForm(CountedCode, ReauthenticateForm):
    """The second factor once more, before a grave step."""


def proves(user: User, code: str) -> bool:
    """Whether this is a fresh code of hers, outside any request: tries are counted as on the page."""
    with throttle.counted_even_if_undone(), request_context(HttpRequest()):
        return AgainCodeForm({"code": code}, user=user).is_valid()


class FirstCodeForm(CountedCode, ActivateTOTPForm):
    """The first code of a new app."""
