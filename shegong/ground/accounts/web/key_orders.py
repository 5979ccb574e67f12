"""密钥变更: changes of keys that two security administrators agree to before an operator carries them out."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from shegong.ground.accounts import actions
from shegong.ground.accounts.key_orders import MAIN, KeyOrder, possible
from shegong.ground.accounts.rules import KEY_OPERATIONS, ORDER_GOOD_FOR, Permission
from shegong.ground.accounts.web.grants import names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.text import N_
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.menu import MenuItem

TARGETS = {
    MAIN: N_("main ring"),
    "vault": N_("ring of complainants"),
    "conduct": N_("ring of complaints"),
    "evidence": N_("ring of evidence"),
    "certificate": N_("signatures of certificates"),
    "status": N_("signatures of status lists"),
    "checkpoint": N_("signatures of checkpoints"),
}
PAST = 50  # orders that are over, on the page
SHELL = {
    "seal.rotate": "shegong keys rotate{of}",
    "seal.retire": "shegong keys retire {key}{of}",
    "index.rotate": "shegong keys rotate-search",
    "index.retire": "shegong keys retire-search {key}",
    "sign.rotate": "shegong signing rotate {ring}",
    "sign.strike": "shegong signing strike {ring} --reason …",
}


class ChangeForm(forms.Form):
    """Which change, and why."""

    change = forms.ChoiceField(label=gettext_lazy("What to change"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["change"].choices = [("", "")] + [
            (f"{operation} {target}", described(operation, target)) for operation, target in possible()
        ]


class AnswerForm(forms.Form):
    """The answer to one order; the reason where it is refused or reviewed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, if you refuse"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: KeyOrder, **kwargs: Any):
        super().__init__(*args, auto_id=f"o{row.pk}_%s", **kwargs)
        if row.state in ("emergency", "begun"):
            self.fields["reason"].label, self.fields["reason"].required = gettext("What you found"), True


def described(operation: str, target: str) -> str:
    """The change in words."""
    what, _, number = target.partition(" ")
    ring = gettext(TARGETS[what]) if what in TARGETS else what
    return f"{gettext(KEY_OPERATIONS[operation])} · {ring} {number}".rstrip()


def command(row: KeyOrder) -> str:
    """What the operator types."""
    ring, _, key = row.target.partition(" ")
    of = "" if ring == MAIN else f" --of {ring}"
    return SHELL[row.operation].format(ring=ring, key=key, of=of)


@page(Permission.ORDER_KEYS, methods=("GET", "POST"), whole_province=True, fresh=True)
def key_orders(request: HttpRequest) -> HttpResponse:
    """Orders that wait, those that are over, and a form for a new one."""
    asked = request.method == "POST" and "answer" in request.POST
    if asked:
        return _answered(request)
    data = request.POST if request.method == "POST" else None
    form = ChangeForm(data, initial=typed_before(request))
    if data is not None and attempt(form, lambda: _propose(form, actor_of(request))):
        return see(request, "accounts:key_orders", gettext("Proposed. Another administrator decides."))
    return _shown(request, form)


def _propose(form: ChangeForm, actor: Actor) -> KeyOrder:
    operation, _, target = form.cleaned_data["change"].partition(" ")
    reason = form.cleaned_data["reason"]
    return actions.propose_key_order(operation=operation, target=target, reason=reason, by=actor, on=today())


def _answered(request: HttpRequest) -> HttpResponse:
    row = get_object_or_404(KeyOrder, pk=whole_number(request.POST.get("order", ""), digits=18) or 0)
    form = AnswerForm(request.POST, row=row)
    if attempt(form, lambda: _answer(request.POST["answer"], row, form, actor_of(request))):
        return see(request, "accounts:key_orders", gettext("Noted."))
    return _shown(request, ChangeForm(), form, row.pk)


def _answer(answer: str, row: KeyOrder, form: AnswerForm, actor: Actor) -> KeyOrder:
    given: dict[str, Any] = {"by": actor, "on": today()}
    if answer == "withdraw":
        return actions.withdraw_key_order(row, **given)
    seen, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    if answer == "approve":
        return actions.approve_key_order(row, seen=seen, **given)
    change = actions.review_key_order if answer == "review" else actions.refuse_key_order
    return change(row, reason=reason, seen=seen, **given)


def _shown(
    request: HttpRequest, form: forms.Form, answer: AnswerForm | None = None, answered: int = 0
) -> HttpResponse:
    now = timezone.now()
    waiting = list(KeyOrder.objects.open(now).order_by("pk"))
    over = list(KeyOrder.objects.exclude(pk__in=[row.pk for row in waiting]).order_by("-pk")[:PAST])
    names = names_of({i for row in waiting + over for i in (row.proposed_by_id, row.decided_by_id)}, today())
    person = actor_of(request).person_id
    for row in waiting + over:
        row.words = described(row.operation, row.target)  # type: ignore[attr-defined]
        row.proposer = names.get(row.proposed_by_id, "")  # type: ignore[attr-defined]
        row.decider = names.get(row.decided_by_id or 0, "")  # type: ignore[attr-defined]
        row.command = command(row)  # type: ignore[attr-defined]
        row.until = row.decided_at and row.decided_at + ORDER_GOOD_FOR  # type: ignore[attr-defined]
        row.may_decide = person != row.proposed_by_id  # type: ignore[attr-defined]
        row.may_withdraw = person in (row.proposed_by_id, row.decided_by_id)  # type: ignore[attr-defined]
        fresh = AnswerForm(initial={"version": row.version}, row=row)
        row.form = answer if row.pk == answered and answer else fresh  # type: ignore[attr-defined]
    context = {"form": form, "waiting": waiting, "over": over}
    return render(request, "accounts/key_orders.html", context, status=status_of(answer or form))


def menu(request: HttpRequest) -> list[MenuItem]:
    """Under administration, with what waits."""
    return [
        MenuItem(
            "office", "admin", gettext_lazy("Changes of keys"), reverse("accounts:key_orders"), order=98,
            count=lambda: KeyOrder.objects.filter(state__in=["proposed", "begun", "emergency"]),
            permission=Permission.ORDER_KEYS,
        )
    ]  # fmt: skip


urlpatterns = [path("office/keys/", key_orders, name="key_orders")]
