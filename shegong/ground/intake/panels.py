"""Cards that contexts above put on the page of a batch (ADR 0020)."""

from collections.abc import Callable

from shegong.kernel.access import Actor
from shegong.kernel.sheets.tables import Batch
from shegong.ui.panels import Panel

batch_panels: list[Callable[[Actor, Batch], Panel | None]] = []
