"""操作记录: who did what, when, for which office; and whether anybody changed something behind the journal."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from shegong.contexts import CONTEXTS
from shegong.ground.accounts import actions
from shegong.ground.accounts.journal_rows import JournalRow, integrity, journal_rows
from shegong.ground.accounts.journal_words import FINDINGS, KINDS, VERBS
from shegong.ground.accounts.models import User
from shegong.ground.accounts.roles import roles
from shegong.ground.accounts.rules import Permission
from shegong.ground.people.models import PersonName, names_of
from shegong.ground.regions.models import tree
from shegong.kernel.access import Range
from shegong.kernel.audit_checks import JournalCheck
from shegong.kernel.http import actor_of, page, reloading, today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_export import mark_code, read_mark
from shegong.kernel.listing_filters import NOTHING, DateFilter, Filter, Forks, RegionFilter, Scene, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.typed_dates import read_date
from shegong.ui.menu import MenuItem


def sees_all(scene: Scene) -> bool:
    """The province's auditor also reads what happened nowhere in particular: accounts, loading, settings."""
    return scene.actor.may(Permission.READ_JOURNAL, settings.PROVINCE)


class JournalRegions(RegionFilter):
    """Within the auditor's reach; an entry without a region belongs to the province."""

    def within(self, value: str, scene: Scene) -> tuple[Range, ...] | None:
        """No limit for the province's auditor who asks for no unit."""
        return None if not value and sees_all(scene) else super().within(value, scene)


def _units(scene: Scene) -> list[tuple[int, str]]:
    codes = [a.region_code for a in scene.actor.with_permission(scene.permission) if a.region_code]
    children = [child for code in codes for child in tree().children(code, scene.day)]
    return [(child, tree().name(child, scene.day)) for child in children]


REGIONS = JournalRegions(
    "region_code",
    lambda code, day, kind: tree().ranges(code, day, tree="legal"),
    lambda code, day: tree().name(code, day),
    _units,
    pgettext_lazy("journal", "Region"),
)


def _contexts(scene: Scene) -> Iterator[tuple[str, str]]:
    chinese = get_language().startswith("zh")
    for context in CONTEXTS:
        if any(verb.startswith(f"{context.label}.") for verb in VERBS):
            yield context.label, context.zh if chinese else context.en


def _words(known: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(word)) for code, word in known.items()]


def _acted(typed: str, scene: Scene) -> Forks:
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person_id__in=named.values("person")),)


def _file_number(typed: str, scene: Scene) -> Forks:
    """The entry of the export whose number stands in a file (DC-000123), with those of its order."""
    number = read_mark(typed)
    return NOTHING if number is None else (Q(subject_kind="kernel.export", subject_id=number),)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _from(typed: str, scene: Scene) -> Forks:
    found = read_date(typed)
    return (Q(at__gte=_midnight(found)),) if isinstance(found, date) else NOTHING


def _to(typed: str, scene: Scene) -> Forks:
    found = read_date(typed)
    return (Q(at__lt=_midnight(found + timedelta(days=1))),) if isinstance(found, date) else NOTHING


FILTERS = (
    Filter("area", _("Area of work"), lambda v, scene: (Q(verb__startswith=f"{v}."),), _contexts),
    text("who", _("Name of who acted"), _acted),
    DateFilter("from", pgettext_lazy("journal", "From"), _from, is_text=True),
    DateFilter("to", pgettext_lazy("journal", "Up to"), _to, is_text=True),
    text("file", _("Number of an exported file"), _file_number),
    Filter("verb", _("What was done"), lambda v, scene: (Q(verb=v),), lambda scene: _words(VERBS), is_rare=True),
    Filter("kind", _("Kind of object"), lambda v, scene: (Q(subject_kind=v),), lambda scene: _words(KINDS), is_rare=True),
)  # fmt: skip


def _said(verb: str) -> str:
    return gettext(VERBS[verb]) if verb in VERBS else verb


def _subject(row: JournalRow) -> str:
    kind = gettext(KINDS[row.subject_kind]) if row.subject_kind in KINDS else row.subject_kind
    if row.subject_kind == "kernel.export" and row.subject_id:
        return f"{kind} {mark_code(row.subject_id)}"
    return f"{kind} {row.subject_id}" if row.subject_id else kind


def _role(code: str) -> str:
    if code == "system":
        return gettext("System")
    return roles()[code].name(get_language()) if code in roles() else code


def _region(row: JournalRow) -> str:
    return tree().name(row.region_code, timezone.localdate(row.at)) if row.region_code else ""


COLUMNS = (
    Column(
        "at",
        pgettext_lazy("journal", "Time"),
        lambda r: f"{timezone.localtime(r.at):%Y-%m-%d %H:%M:%S}",
        fixed=True,
    ),
    Column("verb", _("What was done"), lambda r: r.verb, words=_said),
    Column("person", _("Who"), lambda r: r.person, personal="name"),
    Column("office", _("Office or organization"), lambda r: r.office),
    Column("role", _("Role"), lambda r: r.role, words=_role),
    Column("subject", _("Object"), _subject),
    Column("region", pgettext_lazy("journal", "Region"), _region),
    Column("reason", pgettext_lazy("journal", "Reason"), lambda r: r.reason),
    Column("shell", pgettext_lazy("journal", "At the shell"), lambda r: r.at_shell),
    Column(
        "seq",
        _("Entry"),
        lambda r: r.id,
        "number",
        address=lambda r: reverse("accounts:journal_entry", args=[r.id]),
    ),
)


def _load(ids: Sequence[int], scene: Scene) -> list[JournalRow]:
    return journal_rows(ids)


JOURNAL = Listing(
    key="accounts.journal",
    title=_("Journal"),
    permission=Permission.READ_JOURNAL,
    export_permission=Permission.READ_JOURNAL,
    rows=lambda scene: JournalEntry.objects.all(),
    load=_load,
    columns=COLUMNS,
    orders=(
        Order("newest", _("Newest first"), ("seq",), descending=True),
        Order("oldest", _("Oldest first"), ("seq",)),
    ),
    filters=FILTERS,
    region=REGIONS,
)


def _panel(request: HttpRequest) -> dict[str, Any]:
    scene = Scene(actor_of(request), today(), Permission.READ_JOURNAL)
    return {
        "integrity": integrity(), "may_verify": sees_all(scene), "last_check": JournalCheck.objects.last_ended(),
        "running_check": JournalCheck.objects.running().order_by("-id").first(),
    }  # fmt: skip


@page(Permission.READ_JOURNAL, methods=("GET", "POST"), clause="N0")
def journal(request: HttpRequest) -> HttpResponse:
    """Every entry within reach, newest first, with the state of the chain."""
    return answer(request, JOURNAL, template="accounts/journal.html", more=_panel(request))


@page(Permission.READ_JOURNAL, clause="N0")
def journal_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same entries as xlsx, csv or json; the journal notes it."""
    return export(request, JOURNAL, form)


@page(Permission.READ_JOURNAL, methods=("GET", "POST"), own_once=True, clause="N0", whole_province=True)
def journal_verify(request: HttpRequest) -> HttpResponse:
    """Verify chain, checkpoints and rows; a long journal by a worker, whose progress a GET shows. Sent twice it is
    read once."""
    if request.method == "POST":
        check = actions.verify_journal(region_code=settings.PROVINCE, by=actor_of(request), on=today())
        if check.ended_at is None:
            return redirect("accounts:journal_verify")
    else:
        check = JournalCheck.objects.order_by("-id").first()
    context = {"found": check, "rows": _findings(check), "by": _asker(check)}
    response = render(request, "accounts/journal_verified.html", context)
    return reloading(response) if check is not None and check.is_running else response


def _findings(check: JournalCheck | None) -> list[dict[str, str]]:
    found = check.findings if check else []
    return [{"said": gettext(FINDINGS[kind]), "where": _place(where)} for kind, where in found]


def _place(where: str) -> str:
    kind, _sep, number = where.partition(" ")
    return gettext("entry %(n)s") % {"n": number} if kind == "entry" else where


def _asker(check: JournalCheck | None) -> str:
    user = User.objects.filter(pk=check.user_id).first() if check else None
    return names_of([user.person_id]).get(user.person_id, "") if user and user.person_id else ""


def menu(request: HttpRequest) -> list[MenuItem]:
    """Entry of the office."""
    address = reverse("accounts:journal")
    return [MenuItem("office", "admin", _("Journal"), address, order=75, permission=Permission.READ_JOURNAL)]


urlpatterns: list[URLPattern] = [
    path("office/journal/verify/", journal_verify, name="journal_verify"),
    *paths("office/journal", journal, journal_file, "journal"),
]
