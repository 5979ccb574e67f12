"""Form fields that take what people really type: dates in five writings, photos from a camera."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shegong.kernel.typed_dates import read_date
from shegong.ui.templatetags.ui import sentence


class DateTextField(forms.CharField):
    """A date in one text field. Refuses dates outside `earliest` to `latest`."""

    def __init__(
        self, *, earliest: date = date(1900, 1, 1), latest: date = date(2100, 12, 31), **kwargs: Any
    ):
        kwargs.setdefault("help_text", _("For example 2013-6-30 or 20130630"))
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "class": "w-s"})
        )
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> Any:
        """The date, or None for an empty optional field."""
        if isinstance(value, date):
            return value
        text = super().to_python(value)
        if not text:
            return None
        found = read_date(text)
        if isinstance(found, list):
            raise forms.ValidationError([sentence(obstacle) for obstacle in found], code="date")
        if not self.earliest <= found <= self.latest:
            raise forms.ValidationError(
                _("The date must be between %(earliest)s and %(latest)s."),
                code="range",
                params={"earliest": self.earliest.isoformat(), "latest": self.latest.isoformat()},
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        """Show a stored date as ISO, typed text as typed."""
        return value.isoformat() if isinstance(value, date) else value


class CameraField(forms.FileField):
    """A photo or PDF from camera or disk. The browser shrinks photos to 1 MB; the server checks again."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault(
            "widget",
            forms.FileInput(
                attrs={"accept": "image/jpeg,image/png,application/pdf", "data-shrink": "1000000"}
            ),
        )
        super().__init__(**kwargs)
