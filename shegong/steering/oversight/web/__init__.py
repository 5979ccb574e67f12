"""Dispatch, inspection, circulars, reports and acceptance of the plan.: pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
