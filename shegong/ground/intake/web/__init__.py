"""Pages of this context: which workbooks one may take in, upload, progress, preview, receipt, batches."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.ground.intake.rules import Permission
from shegong.ground.intake.web import batch, deciding, files, listing, upload
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem

ONE = "office/intake/batches/<str:number>/"


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of the officers' and the clerks' menus."""
    home = reverse("intake:home")
    yield MenuItem(
        "office", "registers", _("Workbooks"), home, order=45, permission=Permission.USE, fold="workbooks"
    )
    yield MenuItem("organisation", "", _("Workbooks"), home, order=45, permission=Permission.USE)
    audited = reverse("intake:audit")
    yield MenuItem("office", "admin", _("Workbooks taken in"), audited, order=70, permission=Permission.AUDIT)


urlpatterns = [
    path("office/intake/", upload.home, name="home"),
    *paths("office/intake/batches", listing.batches, listing.batches_file, "batches"),
    *paths("office/intake/audit", listing.audit, listing.audit_file, "audit"),
    path("office/intake/audit/<str:number>/original/", files.audited_original, name="audited_original"),
    path("office/intake/layouts/<slug:layout>/", upload.upload, name="upload"),
    path("office/intake/layouts/<slug:layout>/template/", upload.template, name="template"),
    path(ONE, batch.one, name="batch"),
    path(f"{ONE}progress/", batch.progress, name="progress"),
    path(f"{ONE}choose/", deciding.choose, name="choose"),
    path(f"{ONE}again/", deciding.again, name="again"),
    path(f"{ONE}accept/", deciding.accept, name="accept"),
    path(f"{ONE}drop/", deciding.drop, name="drop"),
    path(f"{ONE}correct/", deciding.correct, name="correct"),
    path(f"{ONE}undo/", deciding.undo, name="undo"),
    path(f"{ONE}returned/", files.returned, name="returned"),
    path(f"{ONE}original/", files.original, name="original"),
    path(f"{ONE}receipt/", files.receipt, name="receipt"),
]
