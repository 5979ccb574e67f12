"""Continuing education: pages."""

from django.urls import path

from shegong.kernel.listing_pages import paths
from shegong.work.education.web import (
    classes,
    ledger,
    my_study,
    office_study,
    public_samples,
    samples,
    statements,
)
from shegong.work.education.web.classes import menu_items

__all__ = ["menu_items", "urlpatterns"]

_WAITS = "office/hours-waiting/<int:number>/"
urlpatterns = [
    *classes.urlpatterns,
    *samples.urlpatterns,
    *public_samples.urlpatterns,
    *my_study.urlpatterns,
    *office_study.urlpatterns,
    *paths("office/hours", ledger.ledger, ledger.ledger_file, "ledger"),
    *paths("office/hours-waiting", statements.statements, statements.statements_file, "statements"),
    path(_WAITS, statements.statement, name="statement"),
    path(_WAITS + "paper/<int:item>/", statements.statement_paper, name="statement_paper"),
]
