"""The talent base (人才库): everybody on record within reach, once each, with the columns of the roster (T4.2.b).

What it gives out can go in again: the headings are those that the roster's reader knows.
"""

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.registry.rules import Permission as RegistryPermission
from shegong.ground.credentials.rules import LEVEL_NAMES
from shegong.ground.organizations.models import Organization, named
from shegong.ground.people.models import PersonName
from shegong.ground.people.panels import FULL_NUMBERS
from shegong.ground.people.rules import Permission
from shegong.ground.regions.panels import place_filter
from shegong.kernel.http import page
from shegong.kernel.listing import Column, Listing
from shegong.kernel.listing_filters import NOTHING, Filter, Forks, Scene, text
from shegong.kernel.listing_pages import answer, export, paths
from shegong.kernel.listing_query import Order
from shegong.steering.dossier.models import Talent, certified_at, standing_ties, talents
from shegong.ui.menu import MenuItem
from shegong.work.employment.models import Employment

NOBODY = "none"
CARD = "people:card"


def _named(typed: str, scene: Scene) -> Forks:
    found = PersonName.objects.like(typed)
    return NOTHING if found is None else (Q(person__in=found.values("person")),)


def _employed(typed: str, scene: Scene) -> Forks:
    bodies = Organization.objects.filter(named(typed)).values("pk")
    work = Employment.objects.current().on(scene.day).filter(employer__in=bodies, main=True)
    return (Q(person__in=work.values("person")),)


def _levels(scene: Scene) -> Iterator[tuple[str, str]]:
    for level, word in LEVEL_NAMES.items():
        yield str(level), gettext(word)
    yield NOBODY, gettext("No certificate stated")


def _rows(ids: Sequence[int], scene: Scene) -> list[Talent]:
    return talents(ids, scene.day)


TALENTS = Listing(
    key="dossier.talents",
    title=_("Talent base"),
    permission=Permission.READ,
    export_permission=RegistryPermission.EXPORT,
    rows=lambda scene: standing_ties(),
    load=_rows,
    columns=(
        Column("name", _("Name"), lambda r: r.name or "—", fixed=True, personal="name", address=lambda r: reverse(CARD, args=[r.token])),
        Column("prefecture", _("Prefecture of the roster"), lambda r: r.prefecture, shown=False, phone=False),
        Column("county", _("County of the roster"), lambda r: r.county),
        Column("township", _("Township of the roster"), lambda r: r.township, shown=False, phone=False),
        Column("sex", _("Sex"), lambda r: r.sex, phone=False),
        Column("ethnicity", _("Ethnicity"), lambda r: r.ethnicity, shown=False, phone=False),
        Column("born", _("Month of birth"), lambda r: r.born, phone=False),
        Column("identity", _("Identity number"), lambda r: r.identity, "code", personal="identity_masked", phone=False),
        Column("political", _("Political status"), lambda r: r.political, shown=False, phone=False),
        Column("education", _("Education"), lambda r: r.education, phone=False),
        Column("degree", _("Degree"), lambda r: r.degree, shown=False, phone=False),
        Column("school", _("School"), lambda r: r.school, shown=False, phone=False),
        Column("major", _("Subject"), lambda r: r.major, shown=False, phone=False),
        Column("employer", _("Employer"), lambda r: r.employer, personal="employer"),
        Column("position", _("Position"), lambda r: r.position, shown=False, phone=False),
        Column("since", _("In social work since"), lambda r: r.since, "date", phone=False),
        Column("level", _("Certificate level"), lambda r: r.level, words=lambda value: gettext(LEVEL_NAMES[value])),
        Column("management_no", _("Management number"), lambda r: r.management_no, "code", shown=False, phone=False),
        Column("issued_on", _("Date of issue"), lambda r: r.issued_on, "date", shown=False, phone=False),
        Column("register_no", _("Register number"), lambda r: r.register_no, "code", phone=False),
        Column("valid_to", _("Registered until"), lambda r: r.valid_to, "date", shown=False, phone=False),
        Column("phone", _("Contact phone"), lambda r: r.phone, personal="contact", shown=False, phone=False),
    ),
    filters=(
        Filter("level", _("Certificate level"), lambda value, scene: (certified_at("" if value == NOBODY else value),), _levels),
        text("q", _("Name or pinyin"), _named),
        text("at", _("Employer"), _employed),
    ),
    region=place_filter(_("Place")),
    orders=(Order("place", _("By place"), ("region_code", "person_id", "id")),),
    unsealing=FULL_NUMBERS,
)  # fmt: skip


@page(Permission.READ, methods=("GET", "POST"), about="person", clause="T4.2.b")
def talent_list(request: HttpRequest) -> HttpResponse:
    """The talent base within the officer's reach; a POST saves a view."""
    return answer(request, TALENTS, template="dossier/talents.html")


@page(RegistryPermission.EXPORT, about="person", clause="T4.2.b")
def talent_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same rows as xlsx, csv or json, with the headings of the roster."""
    return export(request, TALENTS, form)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The talent base among the registers."""
    yield MenuItem("office", "registers", _("Talent base"), reverse("dossier:talents"), order=15, permission=Permission.READ, fold="people")  # fmt: skip


urlpatterns = paths("office/talents", talent_list, talent_file, "talents")
