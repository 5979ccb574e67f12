"""What a search found, and who looked at one's own number, as files."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.people.models import Person, viewings
from shegong.ground.people.rules import Permission
from shegong.ground.people.searching import belongs_in_no_address
from shegong.ground.people.web import mine, office
from shegong.ground.regions.models import tree
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import actor_of, page, today
from shegong.kernel.listing import Column
from shegong.kernel.listing_files import export_rows
from shegong.kernel.listing_tables import export_table

MOST = 1000
VIEWINGS = (
    Column("at", gettext_lazy("Time"), lambda v: timezone.localtime(v.at).replace(tzinfo=None), "date"),
    Column("office", gettext_lazy("Office"), lambda v: v.office or (
        tree().full_name(v.region_code, today()) if v.region_code else _("The platform itself"))),
    Column("reason", gettext_lazy("Reason"), lambda v: v.reason),
)  # fmt: skip


@page(Permission.READ, about="person", clause="T4.2.b")
def search_file(request: HttpRequest, form: str) -> HttpResponse:
    """The people in reach that a text finds; a number, phone or mail address in it is not looked up."""
    text = request.GET.get("q", "").strip()[: office.LONGEST_QUERY]
    if belongs_in_no_address(text):
        text = ""
    actor = actor_of(request)
    people = Person.objects.search(text, actor, Permission.READ, MOST) if text else []
    columns = [{"label": _("Name")}, {"label": _("Number")}, {"label": _("County or city")}]
    return export_table(
        request, form, key="people.search", title=_("Find people"), permission=Permission.READ, columns=columns,
        rows=office.found_rows(people), filters={_("Search"): text},
    )  # fmt: skip


@page(SIGNED_IN, about="own", clause="T4.2.b")
def access_log_file(request: HttpRequest, form: str) -> HttpResponse:
    """Which offices looked at one's own full number."""
    return export_rows(
        request, form, key="people.viewings", title=_("Who viewed my data"), permission=SIGNED_IN, columns=VIEWINGS,
        rows=viewings(mine.myself(request).pk),
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    path("office/search.<str:form>", search_file, name="search_file"),
    path("my/access-log.<str:form>", access_log_file, name="access_log_file"),
]
