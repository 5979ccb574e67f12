"""What an auditor can take out of the house: the proof of one entry, today's head on paper, and the alarm when no
checkpoint was kept outside for a day."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from shegong.ground.accounts.journal_rows import journal_rows
from shegong.ground.accounts.key_orders import KeyOrder
from shegong.ground.accounts.rules import Permission
from shegong.ground.accounts.web.journal import COLUMNS, sees_all
from shegong.kernel import checkpoints_proofs
from shegong.kernel.access import Actor
from shegong.kernel.checkpoints import freshness, mark_of
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing_filters import Scene
from shegong.kernel.printing import qr_svg
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

WATCHED = (Permission.READ_JOURNAL, Permission.SEE_HEALTH, Permission.ORDER_KEYS)


def _entry_or_404(request: HttpRequest, seq: int) -> JournalEntry:
    """An entry within reach; one that happened nowhere in particular is the province's."""
    actor = actor_of(request)
    entry = JournalEntry.objects.filter(seq=seq).first()
    province = sees_all(Scene(actor, today(), Permission.READ_JOURNAL))
    if entry is None or not (
        province or (entry.region_code and actor.may(Permission.READ_JOURNAL, entry.region_code))
    ):
        raise Http404
    return entry


@page(Permission.READ_JOURNAL, about="entry", clause="N0")
def journal_entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry, its hash, and the checkpoint that holds it."""
    entry = _entry_or_404(request, seq)
    row = journal_rows([seq])[0]
    said = [{"label": column.title, "value": column.text(row)} for column in COLUMNS]
    context = {
        "entry": entry, "rows": [one for one in said if one["value"]], "hash": bytes(entry.hash).hex(),
        "previous": bytes(entry.previous).hex(), "checkpoint": Checkpoint.objects.covering(seq),
    }  # fmt: skip
    return render(request, "accounts/journal_entry.html", context)


@page(Permission.READ_JOURNAL, about="entry", clause="N0")
def journal_proof(request: HttpRequest, seq: int) -> HttpResponse:
    """The proof that this entry is in the signed journal, as a file that a stranger can check. Refuses while there is none."""
    entry = _entry_or_404(request, seq)
    try:
        proof = checkpoints_proofs.of_entry(seq, entry)
    except checkpoints_proofs.NoProof as problem:
        raise Refused(
            Obstacle("no_proof", N_("No checkpoint holds it yet; one is made within ten minutes."))
        ) from problem
    answer = JsonResponse(proof, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="entry-{seq}-proof.json"'
    return answer


@page(Permission.READ_JOURNAL, clause="N0", whole_province=True)
def journal_day(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as text and QR code, to print and file: paper is outside the database too."""
    kept = Checkpoint.objects.kept().newest() or Checkpoint.objects.newest()
    if kept is None:
        return render(request, "accounts/journal_day.html", {"day": today()})
    mark = mark_of(kept)
    drawn = mark_safe(qr_svg(f"{mark.text}{mark.kid} {mark.alg} {mark.signature}", size=260))  # noqa: S308 - drawn by us
    said = (
        (gettext("Journal of"), mark.origin), (gettext("Entries"), mark.size),
        (gettext("Head of the tree"), f"{mark.algorithm}:{mark.root}"),
        (gettext("Hash of the last entry"), f"{mark.algorithm}:{mark.chain}"),
        (gettext("Time (UTC)"), mark.at), (gettext("Key"), f"{mark.kid} {mark.alg}"),
        (gettext("Signature"), mark.signature),
    )  # fmt: skip
    rows = [{"label": label, "value": value} for label, value in said]
    context: dict[str, Any] = {"day": today(), "kept": kept, "rows": rows, "code": drawn}
    return render(request, "accounts/journal_day.html", context)


def alarms(request: HttpRequest) -> dict[str, object]:
    """Context processor: what auditors and system administrators must see on whatever page they are."""
    actor = actor_of(request)
    if actor.is_anonymous or not any(map(actor.may, WATCHED)):
        return {}
    return {"alarms": lambda: [*_journal_alarms(actor), *_key_alarms(actor)]}


def _key_alarms(actor: Actor) -> list[dict[str, str]]:
    may_review = actor.may(Permission.ORDER_KEYS, settings.PROVINCE)
    way = {"url": reverse("accounts:key_orders"), "link": gettext("Changes of keys")} if may_review else {}
    text = gettext("On %(at)s keys were changed by one person alone. Nobody has looked at it yet.")
    forced = KeyOrder.objects.unreviewed().order_by("pk").values_list("done_at", flat=True)[:3]
    return [{"text": text % {"at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}, **way} for at in forced if at]


def _journal_alarms(actor: Actor) -> list[dict[str, str]]:
    may_read = actor.may(Permission.READ_JOURNAL)
    found = freshness()
    if not found.is_stale or not (may_read or actor.may(Permission.SEE_HEALTH)):
        return []
    since = f"{timezone.localtime(found.last.at):%Y-%m-%d %H:%M}" if found.last else ""
    text = (
        gettext("The journal was last kept outside the database on %(at)s: more than a day ago.")
        % {"at": since}
        if since
        else gettext("The journal has never been kept at two places outside the database.")
    )
    way = {"url": reverse("accounts:journal"), "link": gettext("Journal")} if may_read else {}
    return [{"text": text, **way}]


urlpatterns: list[URLPattern] = [
    path("office/journal/day/", journal_day, name="journal_day"),
    path("office/journal/<int:seq>/", journal_entry, name="journal_entry"),
    path("office/journal/<int:seq>/proof.json", journal_proof, name="journal_proof"),
]
