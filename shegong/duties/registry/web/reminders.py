"""What a holder was told before the end of the term, with the proof: for officers, and for the holder herself."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry import actions
from shegong.duties.registry.models import Registration, StatusHold
from shegong.duties.registry.models.reminders import Proof, Told, told_of
from shegong.duties.registry.models.windows import window_of
from shegong.duties.registry.rules import Permission
from shegong.duties.registry.rules.lapsing import WHY_NAMES, Why
from shegong.duties.registry.web.measures import measured
from shegong.duties.registry.web.registration import name_of, registration_or_404, url_of
from shegong.duties.registry.web.renewals import stage_name
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, attempt, page, see, status_of, today, typed_before
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.text import N_
from shegong.work.education.rules import in_hours

CHANNELS = {"sms": N_("SMS"), "email": N_("Mail"), "inbox": N_("Inbox"), "by_hand": N_("By an officer")}
OUTCOMES = {
    "sent": N_("delivered"), "failed": N_("not delivered, tried again"), "no_address": N_("no address known"),
    "expired": N_("given up"), "read": N_("read"), "unread": N_("not opened yet"), "told": N_("told in person"),
}  # fmt: skip


class ToldForm(forms.Form):
    """How an officer told the holder."""

    how = forms.CharField(
        label=_("How and when"), max_length=300, widget=forms.Textarea,
        help_text=_("For example: by telephone on 5 March, spoke to her in person. It stays on record."),
    )  # fmt: skip


class RestoreForm(forms.Form):
    """Why a lapsed registration is restored."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea, help_text=_("It stays on record.")
    )


def shown(registration: Registration) -> dict[str, Any]:
    """The window, what keeps the status, and every reminder with its proofs."""
    holds = StatusHold.objects.filter(registration=registration).order_by("-id")
    return {
        "registration": registration, "window": window_of(registration),
        "told": [_told(one) for one in told_of(registration)],
        "holds": [
            {"why": gettext(WHY_NAMES[Why(row.why)]), "until": row.until, "since": row.held_at, "over": row.released_at}
            for row in holds
        ],
    }  # fmt: skip


def _told(one: Told) -> dict[str, Any]:
    hours = gettext("%(hours)s hours were missing") % {"hours": in_hours(one.missing)} if one.missing else ""
    return {
        "stage": stage_name(one.stage), "at": one.sent_at, "ends_on": one.ends_on, "hours": hours,
        "proofs": [_proof(proof) for proof in one.proofs], "is_proven": any(p.is_proof for p in one.proofs),
    }  # fmt: skip


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "channel": gettext(CHANNELS.get(proof.channel, proof.channel)), "outcome": gettext(OUTCOMES[proof.outcome]),
        "at": proof.at, "is_proof": proof.is_proof,
    }  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="registration", clause="T4.2.a")
def reminders(request: HttpRequest, register_no: str) -> HttpResponse:
    """When the holder was told, by which channel, delivered or not; an officer may add how he told her himself."""
    row, by, on = registration_or_404(request, register_no), actor_of(request), today()
    bound = request.method == "POST"
    form = ToldForm(request.POST) if bound else ToldForm(initial=typed_before(request))
    if bound and attempt(form, lambda: actions.note_told(row, how=form.cleaned_data["how"], by=by, on=on)):
        return see(request, "registry:reminders", gettext("Noted."), row.register_no)
    may_restore = by.may(Permission.RESTRICT, row.region_code) and not actions.restoring_obstacles(row, on)
    context = shown(row) | {
        "name": name_of(row),
        "form": form,
        "may_restore": may_restore,
        "back": url_of(row),
    }
    return render(request, "registry/reminders.html", context, status=status_of(form))


PROOFS = (
    Column("stage", _("Which reminder"), lambda r: r[0]["stage"]),
    Column("at", _("Sent"), lambda r: timezone.localtime(r[0]["at"]).replace(tzinfo=None), "date"),
    Column("ends", _("Term ends"), lambda r: r[0]["ends_on"], "date"),
    Column("channel", _("Channel"), lambda r: r[1]["channel"]),
    Column("outcome", _("Outcome"), lambda r: r[1]["outcome"]),
    Column("when", _("When"), lambda r: r[1]["at"] and timezone.localtime(r[1]["at"]).replace(tzinfo=None), "date"),
)  # fmt: skip


@page(Permission.READ, about="registration", clause="T4.2.a")
def reminders_file(request: HttpRequest, register_no: str, form: str) -> HttpResponse:
    """The proofs as a file, as for an appeal."""
    row = registration_or_404(request, register_no)
    rows = [(told, proof) for told in shown(row)["told"] for proof in told["proofs"]]
    return export_rows(
        request, form, key="registry.reminders", title=gettext("Reminders and their proof"),
        permission=Permission.READ, columns=PROOFS, rows=rows, filters={gettext("Register number"): row.register_no},
    )  # fmt: skip


@page(SIGNED_IN, about="registration", clause="T4.2.a")
def my_reminders(request: HttpRequest) -> HttpResponse:
    """The holder's own page of the same."""
    row = Registration.objects.own(actor_of(request)).order_by("closed_on", "-id").first()
    context = shown(row) if row else {"told": [], "holds": []}
    return render(request, "registry/my_reminders.html", {**context, "back_url": reverse("registry:my")})


@page(Permission.RESTRICT, methods=("GET", "POST"), about="registration", clause="T4.2.a", fresh=True)
def restore(request: HttpRequest, register_no: str) -> HttpResponse:
    """Restore a lapsed registration in one step."""
    row = registration_or_404(request, register_no, Permission.RESTRICT)
    words = {
        "title": gettext("Restore the registration"), "submit": gettext("Restore it from today"),
        "done": gettext("registration restored"),
        "lead": gettext("It is valid again from today to %(end)s. The days between stay lapsed.") % {"end": actions.restored_end(row, today())},
    }  # fmt: skip

    def change(row: Registration, typed: dict[str, Any], common: dict[str, Any]) -> object:
        return actions.restore(row, reason=typed["reason"], **common)

    return measured(request, row, RestoreForm, change, words)


_AT = "office/registrations/<str:register_no>/"
urlpatterns = [
    path(_AT + "reminders/", reminders, name="reminders"),
    path(_AT + "reminders.<str:form>", reminders_file, name="reminders_file"),
    path(_AT + "restore/", restore, name="restore"),
    path("my/reminders/", my_reminders, name="my_reminders"),
]
