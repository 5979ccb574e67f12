"""Routes and menus of providers, classes and class lists."""

from collections.abc import Iterator
from functools import partial

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shegong.ground.organizations.models import Organization
from shegong.kernel.http import actor_of
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem
from shegong.work.education.models import ClassList, Dispute, Finding, HoursStatement, StudyStatement
from shegong.work.education.rules import Permission
from shegong.work.education.web import (
    my_classes,
    office_lists,
    office_providers,
    org_classes,
    org_half_day,
    org_people,
    org_workbook,
    public_providers,
)

# The officer's entries behind one: name of the page, and whose rows wait for her, by which right.
OFFICE: tuple[tuple[str, object, object], ...] = (
    ("office_classes", gettext_lazy("Classes of continuing education"), None),
    ("lists", gettext_lazy("Class lists"), ClassList),
    ("providers", gettext_lazy("Providers of continuing education"), None),
    ("study_statements", gettext_lazy("Study and leave"), StudyStatement),
    ("statements", gettext_lazy("Hours that wait"), HoursStatement),
    ("ledger", gettext_lazy("Ledger of hours"), None),
    ("disputes", gettext_lazy("Disputes about hours"), Dispute),
    ("findings", gettext_lazy("Findings about hours"), Finding),
    ("samples", gettext_lazy("Samples of hours"), None),
)


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Classes of each body for its clerk, of the area for officers, one's own for workers."""
    actor = actor_of(request)
    bodies = list(Organization.objects.acted_for(actor, Permission.TEACH, clerk=True))
    for body in bodies:
        label = _("Training classes") if len(bodies) == 1 else f"{body.name} {_('Training classes')}"
        url = reverse("education:classes", args=[body.code])
        yield MenuItem("organisation", "", label, url, order=30, permission=Permission.TEACH)
    yield MenuItem("my", "", _("My classes"), reverse("education:my_classes"), order=35)
    for name, title, model in OFFICE:
        count = partial(model.objects.for_officer, actor) if model else 0  # type: ignore[attr-defined]
        yield MenuItem("office", "registers", title, reverse(f"education:{name}"), order=44, permission=Permission.READ,
                       count=count, fold="learning")  # fmt: skip


_OWN = "org/<str:code>/classes/"
_ONE = _OWN + "<int:number>/"
_HALF = _ONE + "half/<int:half>/"
urlpatterns = [
    *paths("org/<str:code>/classes", org_classes.classes, org_classes.classes_file, "classes"),
    path(_OWN + "apply/", office_providers.apply, name="apply"),
    path(_OWN + "new/", org_classes.new, name="class_new"),
    path(_ONE, org_classes.course, name="course"),
    path(_ONE + "open/", org_classes.open_, name="class_open"),
    path(_ONE + "cancel/", org_classes.cancel, name="class_cancel"),
    path(_ONE + "step/", org_classes.step, name="class_step"),
    path(_ONE + "hand-in/", org_classes.hand_in, name="hand_in"),
    *paths("org/<str:code>/classes/<int:number>/roster", org_people.roster, org_people.roster_file, "roster"),
    path(_ONE + "roster/new/", org_people.add, name="seat_new"),
    path(_ONE + "roster/off/", org_people.take_off, name="seat_off"),
    path(_ONE + "results/", org_people.results, name="results"),
    path(_ONE + "workbook/", org_workbook.workbook, name="workbook"),
    path(_ONE + "workbook/template/", org_workbook.template, name="workbook_template"),
    path(_HALF, org_half_day.half, name="half"),
    path(_HALF + "screen/", org_half_day.screen, name="screen"),
    path(_HALF + "screen/now/", org_half_day.screen_now, name="screen_now"),
    path(_HALF + "scan/", org_half_day.scan, name="scan_new"),
    path(_HALF + "scan/<int:item>/", org_half_day.scan_file, name="scan"),
    path(_HALF + "mark/", org_half_day.mark, name="mark"),
    path(_HALF + "strike/", org_half_day.strike, name="strike"),
    path(_HALF + "cosign/", org_half_day.cosign, name="cosign"),
    path(_HALF + "sheet/", org_half_day.sheet, name="sheet"),
    *paths("office/education/providers", office_providers.providers, office_providers.providers_file, "providers"),
    path("office/education/providers/new/", office_providers.new, name="provider_new"),
    path("office/education/providers/<int:pk>/", office_providers.provider, name="provider"),
    path("office/education/providers/<int:pk>/recognise/", office_providers.recognise, name="recognise"),
    path("office/education/providers/<int:pk>/change/", office_providers.change, name="provider_change"),
    *paths("office/education/classes", office_lists.classes, office_lists.classes_file, "office_classes"),
    path("office/education/classes/<int:pk>/", office_lists.one_class, name="office_class"),
    *paths("office/education/lists", office_lists.lists, office_lists.lists_file, "lists"),
    *paths("office/education/lists/<int:pk>", office_lists.one_list, office_lists.list_file, "list"),
    path("office/education/lists/<int:pk>/check/", office_lists.check, name="check"),
    path("my/classes/", my_classes.mine, name="my_classes"),
    path("my/classes/sign/", my_classes.sign, name="sign"),
    path("my/classes/sign/upload/", my_classes.upload, name="sign_upload"),
    path("my/classes/sign/offline/", my_classes.offline, name="sign_offline"),
    path("my/classes/sign/worker.js", my_classes.worker, name="sign_worker"),
    path("my/classes/<int:class_number>/", my_classes.one, name="my_class"),
    path("my/classes/<int:class_number>/enrol/", my_classes.enrol, name="my_class_enrol"),
    path("my/classes/<int:class_number>/wait/", my_classes.wait, name="my_class_wait"),
    path("my/classes/<int:class_number>/leave/", my_classes.leave, name="my_class_leave"),
    path("my/classes/<int:class_number>/cancel/", my_classes.cancel, name="my_class_cancel"),
    *paths("providers", public_providers.recognised, public_providers.recognised_file, "recognised"),
]  # fmt: skip
