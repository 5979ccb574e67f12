"""Amounts as people type and paste them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from shegong.steering.programme.rules.splitting import typed_amount


class AmountField(forms.Field):
    """A whole number from zero on: 1,200, １２００ and 1200人 alike. Shows again what was typed."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-s", "maxlength": 14}
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The number, or None for an empty optional field."""
        if isinstance(value, int):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        number = typed_amount(text)
        if number is None:
            raise forms.ValidationError(_("Enter a whole number, 0 or more."), code="amount")
        return number
