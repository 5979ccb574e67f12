"""The register as a list for officers: filters, saved views, files, and the card of one person beside it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.models import Registration, Restriction
from shegong.duties.registry.models.by_status import LIVE, VALID, every_registration, with_status
from shegong.duties.registry.models.policies import registration_policy
from shegong.duties.registry.models.register_rows import RegisterRow, register_rows
from shegong.duties.registry.rules import STATUS_NAMES, Permission, Status
from shegong.duties.registry.web.links import link
from shegong.duties.registry.web.regions import region_filter, seat
from shegong.duties.registry.web.words import LEVEL_NAMES
from shegong.duties.registry.web.words import STATUS_TONES as TONES
from shegong.ground.people.models import Person, PersonName
from shegong.ground.people.panels import FULL_NUMBERS
from shegong.kernel.http import page
from shegong.kernel.listing import Asked, Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, choice, day_limit, text
from shegong.kernel.listing_pages import answer, asked_of, export, paths
from shegong.kernel.listing_query import Order
from shegong.kernel.typed_numbers import whole_number
from shegong.ui.menu import MenuItem

COUNTY, PREFECTURE = 1_000, 100_000


def _by_status(status: str, scene: Scene) -> Forks:
    policy = registration_policy(scene.day)
    return with_status(status, scene.day, grace_days=policy.grace_days, expiring_days=policy.expiring_days)


def _statuses(scene: Scene) -> Iterator[tuple[str, str]]:
    yield LIVE, gettext("All but closed")
    yield VALID, gettext("In force")
    for status in Status:
        yield status, gettext(STATUS_NAMES[status])


def _within(days: str, scene: Scene) -> Forks:
    return (Q(valid_to__gte=scene.day, valid_to__lte=scene.day + timedelta(days=int(days))),)


def _found(typed: str, scene: Scene) -> Forks:
    """By number when there is a digit in it, else by a piece of a name, pinyin or initials."""
    if any(map(str.isdigit, typed)):
        return (Q(register_no__startswith=typed.upper().replace(" ", "")),)
    named = PersonName.objects.like(typed)
    return NOTHING if named is None else (Q(person__in=named.values("person")),)


STATUS_FILTER = Filter("status", _("Status"), _by_status, _statuses, default=LIVE, whole=every_registration())
WITHIN = (
    ("30", _("Within 30 days")),
    ("60", _("Within 60 days")),
    ("90", _("Within 90 days")),
    ("180", _("Within 180 days")),
)

FILTERS = (
    choice("level", _("Level"), tuple((str(k), _(v)) for k, v in LEVEL_NAMES.items()), "level"),
    STATUS_FILTER,
    Filter("expires", _("Expiring"), _within, lambda scene: WITHIN),
    text("q", _("Name, pinyin or register number"), _found),
)
MORE_FILTERS = (
    day_limit("from", _("Registered from"), "admitted_on__gte"),
    day_limit("to", _("Registered up to"), "admitted_on__lte"),
)

ORDERS = (
    Order("expires", _("Valid to, soonest first"), ("valid_to", "id"), blocks=(COUNTY, PREFECTURE)),
    Order(
        "-expires",
        _("Valid to, latest first"),
        ("valid_to", "id"),
        descending=True,
        blocks=(COUNTY, PREFECTURE),
    ),
    Order("region", _("By region"), ("region_code", "valid_to", "id")),
)

COLUMNS = (
    Column("name", _("Name"), lambda r: r.name, fixed=True, personal="name", address=lambda r: f"?card={r.id}#card"),
    Column("identity", _("Identity number"), lambda r: r.identity, "code", personal="identity_masked", phone=False),
    Column("number", _("Register number"), lambda r: r.register_no, "code"),
    Column("level", _("Level"), lambda r: r.level, words=lambda v: gettext(LEVEL_NAMES[v])),
    Column("region", _("Region"), lambda r: r.region),
    Column("employer", _("Employer"), lambda r: r.employer, personal="employer"),
    Column("status", _("Status"), lambda r: str(r.status), words=lambda v: gettext(STATUS_NAMES[Status(v)]),
           tone=lambda r: TONES.get(r.status, "")),
    Column("expires", _("Valid to"), lambda r: r.valid_to, "date"),
    Column("admitted", _("Registered on"), lambda r: r.admitted_on, "date", shown=False),
    Column("closed", _("Closed on"), lambda r: r.closed_on, "date", shown=False),
    Column("code", _("Region code"), lambda r: f"{r.region_code // 1000:06d}", "code", shown=False, phone=False),
)  # fmt: skip


def _rows(ids: Sequence[int], scene: Scene) -> list[RegisterRow]:
    return register_rows(ids, scene.day, seat(scene))


REGISTER = Listing(
    key="registry.register",
    title=_("Register of social workers"),
    permission=Permission.READ,
    export_permission=Permission.EXPORT,
    rows=lambda scene: Registration.objects.all(),
    load=_rows,
    columns=COLUMNS,
    orders=ORDERS,
    filters=FILTERS + MORE_FILTERS,
    region=region_filter(),
    prepared=True,
    rests_on=(Registration, Restriction),
    unsealing=FULL_NUMBERS,
)


@page(Permission.READ, methods=("GET", "POST"), about="registration", clause="T4.2.b")
def register(request: HttpRequest) -> HttpResponse:
    """The register within the officer's reach."""
    return answer(request, REGISTER, template="registry/register_list.html", more={"card": _card(request)})


@page(Permission.EXPORT, about="registration", clause="T4.2.b")
def register_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json."""
    return export(request, REGISTER, form)


def _card(request: HttpRequest) -> dict[str, Any] | None:
    """The person card beside the list; nothing for a row that is not visible."""
    asked: Asked = asked_of(request, REGISTER)
    wanted = whole_number(request.GET.get("card", ""), digits=18)
    if wanted is None:
        return None
    visible = Registration.objects.visible_to(asked.scene.actor, Permission.READ).filter(pk=wanted)
    row = next(iter(_rows([r.pk for r in visible], asked.scene)), None)
    return None if row is None else _card_of(row, asked)


def _card_of(row: RegisterRow, asked: Asked) -> dict[str, Any]:
    shown = [
        {"label": column.title, "value": column.text(row)}
        for column in COLUMNS
        if column.name not in ("name", "status", "code") and column.text(row)
    ]
    left = (row.valid_to - asked.scene.day).days
    soon = row.status in (Status.EXPIRING, Status.GRACE)
    return {
        "title": row.name,
        "subtitle": row.register_no,
        "word": gettext(STATUS_NAMES[row.status]),
        "tone": TONES.get(row.status, ""),
        "rows": shown,
        "warning": _days_left(left) if soon and left >= 0 else "",
        "events": list(_events(row)),
        "actions": _actions(row, asked),
        "close_url": asked.address(after=asked.params.get("after"), before=asked.params.get("before")),
    }


def _events(row: RegisterRow) -> Iterator[dict[str, str]]:
    if row.closed_on:
        yield {
            "title": gettext(STATUS_NAMES[row.status]),
            "detail": row.closed_on.isoformat(),
            "state": "past",
        }
    yield {"title": gettext("Registered"), "detail": row.admitted_on.isoformat(), "state": "past"}


def _actions(row: RegisterRow, asked: Asked) -> list[dict[str, Any]]:
    token = (
        Person.objects.visible_to(asked.scene.actor, "people.read")
        .filter(pk=row.person_id)
        .values_list("token")
    )
    found = [link("people:card", value) for (value,) in token]
    full: list[dict[str, Any]] = [{"label": gettext("Full record"), "url": url} for url in found if url]
    page_url = reverse("registry:registration", args=[row.register_no])
    return [{"label": gettext("Registration page"), "url": page_url, "primary": True}, *full]


def _days_left(days: int) -> str:
    return (
        gettext("%(days)s days until it expires") % {"days": days}
        if days
        else gettext("Today is its last day")
    )


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The register among the registers."""
    yield MenuItem(
        "office",
        "registers",
        _("Social workers"),
        reverse("registry:register"),
        order=20,
        permission=Permission.READ,
        fold="people",
    )


urlpatterns = paths("office/people", register, register_file, "register")
