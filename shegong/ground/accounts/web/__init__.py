"""Pages of accounts: coming in, one's own account and inbox, people and their rights."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import path

from shegong.ground.accounts.web import (
    bound,
    entry,
    exports,
    factor,
    files,
    grants,
    health,
    journal,
    journal_proofs,
    journal_witness,
    key_orders,
    mine,
    outages,
    rights,
)
from shegong.kernel.listing_pages import paths
from shegong.ui.menu import MenuItem

urlpatterns = [
    path("account/code/", entry.code, name="code"),
    path("account/code/confirm/", entry.confirm, name="confirm"),
    path("account/join/", entry.join, name="join"),
    path("account/start/", entry.start, name="start"),
    path("my/account/", mine.account, name="account"),
    path("my/account/devices/end/", mine.end_devices, name="end_devices"),
    path("my/account/devices/<int:pk>/end/", mine.end_device, name="end_device"),
    path("my/account/password/", mine.password, name="password"),
    path("my/account/contact/", mine.contact, name="contact"),
    path("my/account/contact/confirm/", mine.contact_confirm, name="contact_confirm"),
    path("my/inbox/", mine.inbox, name="inbox"),
    path("my/inbox/<int:pk>/", mine.message, name="message"),
    *paths("office/grants", grants.grants, grants.grants_file, "grants"),
    path("office/grants/propose/", grants.propose, name="propose"),
    path("office/grants/requests/<int:pk>/", grants.request_page, name="request"),
    path("office/grants/<int:pk>/", grants.grant_page, name="grant"),
    path("office/users/<int:pk>/", grants.user_page, name="user"),
    *bound.urlpatterns,
    *exports.urlpatterns,
    *files.urlpatterns,
    *health.urlpatterns,
    *key_orders.urlpatterns,
    *outages.urlpatterns,
    *journal_proofs.urlpatterns,
    *journal_witness.urlpatterns,
    *journal.urlpatterns,
    *rights.urlpatterns,
]
library_patterns = [
    path("account/login/", entry.sign_in, name="account_login"),
    path("account/logout/", entry.sign_out, name="account_logout"),
    path("account/inactive/", entry.inactive, name="account_inactive"),
    *bound.library_patterns,
    *factor.library_patterns,
]


def menu_items(request: HttpRequest) -> Iterator[MenuItem]:
    """Entries of this context in the menus."""
    yield from mine.menu(request)
    yield from grants.menu(request)
    yield from journal.menu(request)
    yield from exports.menu(request)
    yield from rights.menu(request)
    yield from health.menu(request)
    yield from outages.menu(request)
    yield from key_orders.menu(request)
