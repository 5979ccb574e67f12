"""Pages of the library of policy documents and of official documents."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
