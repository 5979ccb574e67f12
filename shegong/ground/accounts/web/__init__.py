"""Pages of accounts: coming in, one's own account and inbox, people and their rights."""

from django.urls import path

from shegong.ground.accounts.web import entry, factor

urlpatterns = [
    path("account/code/", entry.code, name="code"),
    path("account/code/confirm/", entry.confirm, name="confirm"),
    path("account/join/", entry.join, name="join"),
    path("account/start/", entry.start, name="start"),
]
library_patterns = [
    path("account/login/", entry.sign_in, name="account_login"),
    path("account/logout/", entry.sign_out, name="account_logout"),
    path("account/inactive/", entry.inactive, name="account_inactive"),
    *factor.library_patterns,
]
