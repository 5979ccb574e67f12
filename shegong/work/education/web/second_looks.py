"""Second looks at the ledger: a learner's “this is wrong”, what a machine found, and what an officer makes of both (T3.3)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.ground.people.models import names_of
from shegong.ground.regions.panels import place_filter
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import (
    actor_of,
    attempt,
    page,
    see,
    seen_version,
    status_of,
    today,
    visible_or_404,
)
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import Filter, Scene
from shegong.kernel.listing_pages import answer, export
from shegong.kernel.listing_query import Order
from shegong.kernel.outages import lost_time
from shegong.work.education import actions
from shegong.work.education.models import CreditEntry, Dispute, Finding, entries_of
from shegong.work.education.rules import KIND_WORDS, Kind, Permission, in_hours
from shegong.work.education.rules.integrity import (
    DISPUTE_WORDS,
    FINDING_STATES,
    FINDING_WORDS,
    FindingKind,
    FindingState,
)
from shegong.work.education.web.named import Named, named

CLAUSE = "T3.3"
TONES = {"raised": "warn", "open": "warn", "upheld": "ok", "confirmed": "ok"}


# -- the learner --------------------------------------------------------------------------------------------------------


class DisputeForm(forms.Form):
    """What is wrong."""

    text = forms.CharField(
        label=_("What is wrong?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: I was not there; it was half a day only; this is not my class."),
    )  # fmt: skip


@page(SIGNED_IN, methods=("GET", "POST"), about="own", clause=CLAUSE)
def dispute(request: HttpRequest, record: int) -> HttpResponse:
    """Dispute one record in one's own name, or take the dispute back."""
    actor = actor_of(request)
    entry = get_object_or_404(entries_of(actor.person_id), pk=record)
    waiting = Dispute.objects.own(actor).filter(entry=entry, state="raised").first()
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and waiting is not None:
        if attempt(form, lambda: actions.withdraw_dispute(waiting, by=actor, on=today())) is not None:
            return see(request, "registry:my_hours", gettext("The dispute is taken back."))
    elif form.is_bound and attempt(
        form, lambda: actions.dispute(entry, **form.cleaned_data, by=actor, on=today())
    ):
        return see(
            request, "registry:my_hours", gettext("An officer looks at it and tells you what becomes of it.")
        )
    context = {"form": form, "entry": entry, "rows": facts(entry), "waiting": waiting}
    return render(request, "education/my_dispute.html", context, status=status_of(form))


def facts(entry: CreditEntry) -> list[dict[str, Any]]:
    """A record as a summary."""
    return [
        {"label": gettext("What was learned"), "value": entry.title},
        {"label": gettext("Kind"), "value": gettext(KIND_WORDS[Kind(entry.kind)])},
        {"label": gettext("Day"), "value": entry.earned_on.isoformat()},
        {"label": gettext("Hours"), "value": in_hours(entry.minutes)},
        {"label": gettext("Provider"), "value": entry.provider.name if entry.provider else ""},
    ]


# -- the office ---------------------------------------------------------------------------------------------------------


def _by_state(words: dict[Any, str], first: str) -> Filter:
    return Filter(
        "state", _("State"), lambda value, scene: (Q(state=value),),
        lambda scene: [(str(state), gettext(word)) for state, word in words.items()], default=first,
    )  # fmt: skip


def _disputes(ids: Sequence[int], scene: Scene) -> list[Named]:
    lost = lost_time()
    return [replace(one, until=one.row.ends_after(lost)) for one in named(Dispute)(ids, scene)]


DISPUTES = Listing(
    key="education.disputes",
    title=_("Disputes about hours"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Dispute.objects.all(),
    load=_disputes,
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name",
               address=lambda r: reverse("education:dispute", args=[r.id])),
        Column("text", _("What is wrong"), lambda r: r.row.text),
        Column("raised", _("Raised on"), lambda r: timezone.localdate(r.row.raised_at), "date"),
        Column("due", _("To be answered by"), lambda r: r.until, "date"),
        Column("state", _("State"), lambda r: r.row.state, words=lambda v: gettext(DISPUTE_WORDS[v]),
               tone=lambda r: TONES.get(r.row.state, "")),
        Column("answer", _("Answer"), lambda r: r.row.answer, phone=False),
    ),
    filters=(_by_state(DISPUTE_WORDS, "raised"),),
    region=place_filter(_("Place")),
    orders=(Order("due", _("By deadline"), ("due_on", "id")),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def disputes(request: HttpRequest) -> HttpResponse:
    """What learners say is wrong, the most pressing first."""
    return answer(request, DISPUTES)


@page(Permission.READ, clause=CLAUSE)
def disputes_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, DISPUTES, form)


class DecisionForm(forms.Form):
    """Upheld or not, and why."""

    uphold = forms.TypedChoiceField(
        label=_("What do you decide?"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("The record is wrong: take the hours out")), ("no", _("The record is right: the hours stand"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Answer"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The learner reads it.")
    )  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="hour_dispute", clause=CLAUSE)
def one_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute with its record, and the decision of an officer who did not vouch."""
    actor = actor_of(request)
    row = visible_or_404(Dispute.objects.select_related("entry__provider"), actor, Permission.READ, pk=pk)
    form = DecisionForm(request.POST or None)
    seen = seen_version(request, row.version)
    if form.is_bound:
        done = attempt(
            form, lambda: actions.decide_dispute(row, **form.cleaned_data, by=actor, on=today(), seen=seen)
        )
        if done is not None:
            return see(
                request, "education:disputes", gettext("The decision is entered; the learner is told.")
            )
    context = {
        "row": row, "form": form, "version": seen, "rows": facts(row.entry), "name": names_of([row.person_id]).get(row.person_id, ""),
        "state": gettext(DISPUTE_WORDS[row.state]), "tone": TONES.get(row.state, ""), "entry": row.entry,
        "may": row.state == "raised" and actor.may(Permission.CHECK, row.region_code),
    }  # fmt: skip
    return render(request, "education/office_dispute.html", context, status=status_of(form))


FINDINGS = Listing(
    key="education.findings",
    title=_("Findings about hours"),
    permission=Permission.READ,
    export_permission=Permission.READ,
    rows=lambda scene: Finding.objects.all(),
    load=named(Finding),
    columns=(
        Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name",
               address=lambda r: reverse("education:finding", args=[r.id])),
        Column("kind", _("Kind of finding"), lambda r: r.row.kind, words=lambda v: gettext(FINDING_WORDS[v])),
        Column("on", _("Day"), lambda r: r.row.on, "date"),
        Column("records", _("Records"), lambda r: len(r.row.entries), "number", phone=False),
        Column("state", _("State"), lambda r: r.row.state, words=lambda v: gettext(FINDING_STATES[v]),
               tone=lambda r: TONES.get(r.row.state, "")),
        Column("note", _("What was found out"), lambda r: r.row.note, phone=False),
    ),
    filters=(
        _by_state(FINDING_STATES, "open"),
        Filter("kind", _("Kind of finding"), lambda value, scene: (Q(kind=value),),
               lambda scene: [(str(kind), gettext(word)) for kind, word in FINDING_WORDS.items()]),
    ),
    region=place_filter(_("Place")),
    orders=(Order("day", _("Newest first"), ("on", "id"), descending=True),),
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), clause=CLAUSE)
def findings(request: HttpRequest) -> HttpResponse:
    """What cannot be."""
    return answer(request, FINDINGS)


@page(Permission.READ, clause=CLAUSE)
def findings_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as a file."""
    return export(request, FINDINGS, form)


class SettleForm(forms.Form):
    """Which records go, and why."""

    taken = forms.TypedMultipleChoiceField(
        label=_("Records to take out"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none if all of them stand."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What was found out"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, entries: list[CreditEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["taken"]
        field.choices = [(entry.pk, _line(entry)) for entry in entries]


def _line(entry: CreditEntry) -> str:
    hours = gettext("%(hours)s hours") % {"hours": in_hours(entry.minutes)}
    parts = (entry.earned_on.isoformat(), hours, entry.title, entry.provider.name if entry.provider else "")
    return " · ".join(filter(None, parts))


def _amount(row: Finding) -> str:
    """How much it is, in words of its kind."""
    if row.kind == FindingKind.ONE_PHONE:
        return gettext("%(n)s people signed in by one phone") % {"n": row.amount}
    if row.kind == FindingKind.TWO_TOWNS:
        return gettext("%(n)s minutes between both") % {"n": row.amount}
    return gettext("%(hours)s hours") % {"hours": in_hours(row.amount)}


@page(Permission.READ, methods=("GET", "POST"), about="hour_finding", clause=CLAUSE)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding with its records: take some out, or say why all stand."""
    actor = actor_of(request)
    row = visible_or_404(Finding.objects.all(), actor, Permission.READ, pk=pk)
    rows = CreditEntry.objects.visible_to(actor, Permission.READ).filter(pk__in=row.entries)
    entries = list(rows.select_related("provider").order_by("earned_on", "pk"))
    form = SettleForm(request.POST or None, entries=[one for one in entries if one.recorded.upper is None])
    seen = seen_version(request, row.version)
    if form.is_bound:
        done = attempt(
            form, lambda: actions.settle_finding(row, **form.cleaned_data, by=actor, on=today(), seen=seen)
        )
        if done is not None:
            return see(request, "education:findings", gettext("The finding is settled."))
    context = {
        "row": row, "amount": _amount(row), "form": form, "version": seen, "lines": [_line(one) for one in entries],
        "name": names_of([row.person_id]).get(row.person_id, ""), "kind": gettext(FINDING_WORDS[FindingKind(row.kind)]),
        "state": gettext(FINDING_STATES[row.state]), "tone": TONES.get(row.state, ""),
        "may": row.state == FindingState.OPEN and actor.may(Permission.CHECK, row.region_code),
    }  # fmt: skip
    return render(request, "education/office_finding.html", context, status=status_of(form))
