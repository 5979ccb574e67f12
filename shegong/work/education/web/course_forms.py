"""What a provider's clerk enters about a class."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.kernel.typed_dates import read_date
from shegong.ui.fields import CameraField, DateTextField
from shegong.work.education.rules.courses import HALVES, Half, Planned
from shegong.work.education.rules.providers import PROVIDER_KINDS
from shegong.work.education.web.words import LEVELS

USUAL = {Half.AM: (time(8, 30), time(12, 0)), Half.PM: (time(13, 30), time(17, 0)), Half.EVENING: (time(18, 30), time(20, 30))}  # fmt: skip
WORDS = {
    "上午": Half.AM,
    "下午": Half.PM,
    "晚上": Half.EVENING,
    "am": Half.AM,
    "pm": Half.PM,
    "evening": Half.EVENING,
}
_LINE = re.compile(
    r"(?P<day>\S+?)\s*(?P<half>上午|下午|晚上|am|pm|evening)\s*"
    r"(?:(?P<from>\d{1,2}[:：]\d\d)\s*[-–—至到]\s*(?P<to>\d{1,2}[:：]\d\d))?",
    re.IGNORECASE,
)
MOST_LINES = 80


class HalfDaysField(forms.CharField):
    """Half-days as lines: 2026-3-2 上午, or 2026-3-2 上午 8:30-12:00; gives what the action takes."""

    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value: Any) -> Any:
        """The half-days; refuses a line that is none."""
        text = super().to_python(value)
        lines = [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]
        return [self._read(line) for line in lines]

    def _read(self, line: str) -> Planned:
        match = _LINE.fullmatch(line)
        day = read_date(match["day"]) if match else None
        if match is None or not isinstance(day, date):
            raise forms.ValidationError(
                _("“%(line)s” is no half-day. Write it like 2026-3-2 上午 8:30-12:00.") % {"line": line[:40]}
            )
        half = WORDS[match["half"].lower()]
        begins, ends = USUAL[half]
        if match["from"]:
            begins, ends = _clock(match["from"]), _clock(match["to"])
        start, end = (datetime.combine(day, one, timezone.get_default_timezone()) for one in (begins, ends))
        return Planned(day, half, start, end, int((end - start).total_seconds() // 60))


def _clock(text: str) -> time:
    hour, minute = (int(part) for part in re.split("[:：]", text))
    if hour > 23 or minute > 59:
        raise forms.ValidationError(_("“%(text)s” is no time of day.") % {"text": text})
    return time(hour, minute)


def counties() -> list[tuple[str, str]]:
    """Every county of today."""
    day = today()
    return [(str(code), tree().full_name(code, day)) for code in tree().units(3, day)]


class CourseForm(forms.Form):
    """A new class."""

    title = forms.CharField(label=gettext_lazy("Name of the class"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of teaching"), widget=forms.RadioSelect)
    region = forms.TypedChoiceField(
        label=gettext_lazy("County where it is held"), coerce=int, choices=counties
    )
    place = forms.CharField(label=gettext_lazy("Room and address"), max_length=120)
    half_days = HalfDaysField(
        label=gettext_lazy("Half-days of the class"),
        help_text=gettext_lazy(
            "One a line, such as 2026-3-2 上午; with times where they differ: 2026-3-2 上午 9:00-11:30"
        ),
    )
    capacity = forms.IntegerField(label=gettext_lazy("Number of seats"), min_value=1, max_value=5000)
    teachers = forms.CharField(label=gettext_lazy("Teachers of the class"), max_length=120)
    syllabus = forms.CharField(
        label=gettext_lazy("What is taught"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("For whom"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: for everybody"),
    )
    enrol_until = DateTextField(label=gettext_lazy("Enrolment until"), required=False)
    contact = forms.CharField(label=gettext_lazy("Contact of the provider"), max_length=60, required=False)
    has_test = forms.BooleanField(
        label=gettext_lazy("The class ends with a test"), required=False, initial=True
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k, _(v)) for k, v in PROVIDER_KINDS.items() if k in kinds]  # type: ignore[attr-defined]
        self.fields["levels"].choices = [(k, _(v)) for k, v in LEVELS.items()]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What `plan_course` takes."""
        said = dict(self.cleaned_data)
        return said | {"region_code": said.pop("region")}


class NoticeForm(forms.Form):
    """The notice with which a class is opened."""

    notice = forms.CharField(
        label=gettext_lazy("Notice of the class"), max_length=2000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What people should know before they put their names down"),
    )  # fmt: skip


class CancelForm(forms.Form):
    """Why a class is cancelled; everybody with a seat reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class PersonForm(forms.Form):
    """Somebody whom the clerk puts down."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    identity = forms.CharField(label=gettext_lazy("Identity number"), max_length=30)


class PaperForm(forms.Form):
    """A scan."""

    file = CameraField(label=gettext_lazy("Scan or photo of the paper list"))


class StrikeForm(forms.Form):
    """Why a mark is struck."""

    mark = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("A struck mark cannot be set again."),
    )  # fmt: skip


def half_choices() -> list[tuple[str, str]]:
    """Halves of a day with their words."""
    return [(str(key), str(_(word))) for key, word in HALVES.items()]
