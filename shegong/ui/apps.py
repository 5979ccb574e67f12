"""The system checks of the user interface are known once the app is."""

from django.apps import AppConfig

from shegong.ui import region_map  # noqa: F401  its check of the operator's map


class UiConfig(AppConfig):
    """Pages' parts, styles and templates; no tables."""

    name = "shegong.ui"
