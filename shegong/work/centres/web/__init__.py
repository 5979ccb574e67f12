"""Pages of centres."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
