"""Forms of accounts and grants: they read input, actions decide."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shegong.ground.accounts.roles import roles
from shegong.ground.organizations.models import Organization
from shegong.ground.regions import models as regions
from shegong.kernel.access import Actor
from shegong.kernel.http import today
from shegong.kernel.listing_orders import LONGEST_REASON
from shegong.ui.fields import DateTextField


def _password(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **more)


def _code() -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs=attrs))


class SignInForm(forms.Form):
    """Name and password; `next` is where the person was going."""

    name = forms.CharField(
        label=_("Mobile number, mail address or sign-in name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = _password(_("Password"), "current-password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class AddressForm(forms.Form):
    """Where the code goes."""

    address = forms.CharField(
        label=_("Mobile number or mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """The code that came."""

    code = _code()


class NewPasswordForm(forms.Form):
    """A password of one's own choice; typed once, as it can be shown."""

    password = _password(
        _("Password"), "new-password", help_text=_("At least 10 characters, not only digits.")
    )


class PasswordForm(NewPasswordForm):
    """A new password in place of the old one."""

    old = _password(_("Present password"), "current-password")
    password = _password(
        _("New password"), "new-password", help_text=_("At least 10 characters, not only digits.")
    )


class ReasonForm(forms.Form):
    """The reason of a change that takes something away."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(forms.Form):
    """Yes or no to a proposed grant; a no says why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Agree")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, if you refuse"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ProposalForm(forms.Form):
    """Who shall get which role, where, from when, why."""

    person = forms.CharField(
        label=_("Person"),
        max_length=254,
        help_text=_("Mobile number, mail address or sign-in name of the account"),
    )
    role = forms.ChoiceField(label=_("Role"))
    organization = forms.CharField(
        label=_("Office or organization"), max_length=100, help_text=_("Part of its name")
    )
    region = forms.CharField(label=_("Region"), max_length=60, help_text=_("Name or code"))
    starts_on = DateTextField(label=_("From"))
    ends_on = DateTextField(label=_("Until (not included)"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Actor, permission: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.actor, self.permission = actor, permission
        language = get_language() or "zh-hans"
        self.fields["role"].choices = [(role.code, role.name(language)) for role in roles().values()]

    def clean_organization(self) -> Organization:
        """The one organization within reach whose name holds the text; the name itself wins."""
        text = self.cleaned_data["organization"].strip()
        near = Organization.objects.visible_to(self.actor, self.permission).order_by("id")
        found = list(near.filter(name=text)[:2]) or list(near.filter(name__contains=text)[:6])
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError(_("No organization within your reach has this name."))
        names = "、".join(one.name for one in found)
        raise forms.ValidationError(_("Several have this in their name: %(names)s"), params={"names": names})

    def clean_region(self) -> int:
        """The code of the one region within reach that the text names."""
        day, text = today(), self.cleaned_data["region"].strip()
        tree = regions.tree()
        codes = [code for code in tree.resolve(text, day) if self.actor.may(self.permission, code)]
        if len(codes) == 1:
            return codes[0]
        if not codes:
            raise forms.ValidationError(_("No region within your reach has this name or code."))
        names = "、".join(f"{tree.full_name(code, day)} {code}" for code in codes[:6])
        raise forms.ValidationError(_("Several regions have this name: %(names)s"), params={"names": names})


class OrderForm(forms.Form):
    """In which form, with full numbers or not, and what for."""

    form = forms.ChoiceField(
        label=_("Kind of file"), choices=[("xlsx", "Excel (xlsx)"), ("csv", "CSV"), ("json", "JSON")]
    )
    full = forms.BooleanField(
        label=_("With full identity numbers"), required=False,
        help_text=_("A second person must agree, and everybody in the file can see that you looked."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_REASON * 2, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the file is needed for. It is printed in the file and stands in the journal."),
    )  # fmt: skip
