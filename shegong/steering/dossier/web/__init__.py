"""Pages of duplicates and merging."""

from typing import Any

urlpatterns: list[Any] = []
