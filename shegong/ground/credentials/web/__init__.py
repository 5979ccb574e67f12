"""Pages of this context: degrees and certificates of a person, and the lines of pass lists that wait."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext as _

from shegong.ground.credentials.panels import register_panels
from shegong.ground.credentials.rules import Permission
from shegong.ground.credentials.web import waiting
from shegong.ground.credentials.web.stating import (
    check,
    drop_education,
    my_certificate,
    my_education,
    office_certificate,
    office_education,
)
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """The lines that wait, for those who take pass lists in."""
    yield MenuItem(
        "office", "registers", _("Waiting pass-list lines"), reverse("credentials:waiting"), order=46,
        permission=Permission.PASS_LIST, fold="workbooks",
    )  # fmt: skip


urlpatterns = [
    *paths("office/pass-lists/waiting", waiting.waiting, waiting.waiting_file, "waiting"),
    path("my/profile/education/new/", my_education, name="my_education_new"),
    path("my/profile/education/<int:pk>/", my_education, name="my_education"),
    path("my/profile/education/<int:pk>/drop/", drop_education, name="drop_education"),
    path("my/profile/certificates/new/", my_certificate, name="my_certificate_new"),
    path("my/profile/certificates/<int:pk>/", my_certificate, name="my_certificate"),
    path("office/people/<slug:token>/education/new/", office_education, name="office_education_new"),
    path("office/people/<slug:token>/education/<int:pk>/", office_education, name="office_education"),
    path("office/people/<slug:token>/certificates/new/", office_certificate, name="office_certificate_new"),
    path("office/people/<slug:token>/certificates/<int:pk>/", office_certificate, name="office_certificate"),
    path("office/people/<slug:token>/certificates/<int:pk>/check/", check, name="check"),
]
register_panels()
