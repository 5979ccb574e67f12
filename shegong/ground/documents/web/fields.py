"""Fields of the forms of this context: bodies typed by name, a PDF."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.documents.models import PolicyDocument
from shegong.ground.organizations.models import Organization, OrganizationName
from shegong.kernel.http import today

MOST = 120


class BodiesField(forms.CharField):
    """Bodies by their names, separated by commas or lines; gives a list of bodies. A part of a name is enough where one
    body alone bears it."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
        kwargs.setdefault(
            "help_text", gettext_lazy("Names, separated by commas or lines: 吉林省财政厅，吉林省教育厅")
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """The bodies; refuses names that nobody or several bear, and says which."""
        if isinstance(value, list):
            return value
        names = [name for name in re.split(r"[，,、；;\n]+", super().to_python(value) or "") if name.strip()]
        if len(names) > MOST:
            raise forms.ValidationError(
                _("At most %(most)s bodies; choose a group instead.") % {"most": MOST}
            )
        found: list[Any] = []
        faults: list[Any] = []
        for name in names:
            body = _body(name.strip())
            (faults if isinstance(body, str) else found).append(body)
        if faults:
            raise forms.ValidationError([str(fault) for fault in faults])
        return list(dict.fromkeys(found))

    def prepare_value(self, value: Any) -> Any:
        """Bodies as their names."""
        return "，".join(one.name for one in value) if isinstance(value, list) else value


def _body(name: str) -> Any:
    """The body of this name, or the sentence that says why there is none."""
    there = Organization.objects.existing(today())
    exact = there.filter(name=name).first()
    if exact is not None:
        return exact
    former = OrganizationName.objects.filter(name=name).values("organization_id")
    found = list(there.filter(pk__in=former)[:2]) or list(there.search(name)[:4])
    if len(found) == 1:
        return found[0]
    if not found:
        return _("There is no body “%(name)s”. Write its official name.") % {"name": name}
    names = "、".join(one.name for one in found[:3])
    return _("“%(name)s” could be %(names)s. Write the whole name.") % {"name": name, "names": names}


class PolicyField(forms.ModelChoiceField):
    """A document of the library."""

    def __init__(self, **kwargs: Any):
        rows = PolicyDocument.objects.all().order_by("-issued_on", "-pk")
        super().__init__(queryset=rows, required=False, empty_label="—", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Number and title, short enough for a list."""
        text = f"{obj.number} {obj.title}".strip()
        return text if len(text) <= 48 else f"{text[:47]}…"
