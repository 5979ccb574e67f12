"""Dispatch, inspection, circulars, reports and acceptance of the plan."""

from shegong.steering.oversight.models.acceptance import (
    Acceptance,
    AcceptanceItem,
    AcceptanceMaterial,
    AcceptanceSample,
    Panelist,
)
from shegong.steering.oversight.models.cases import Citation, ModelCase
from shegong.steering.oversight.models.circulars import Circular, CircularRow
from shegong.steering.oversight.models.dispatch import Answer, Asked, Dispatch, DispatchReturn, Reminder
from shegong.steering.oversight.models.inspection import (
    Candidate,
    Checked,
    Finding,
    InspectedBody,
    Inspection,
    Inspector,
    Point,
)
from shegong.steering.oversight.models.materials import counted_materials
from shegong.steering.oversight.models.reports import Report, ReportSection

__all__ = [
    "Acceptance",
    "AcceptanceItem",
    "AcceptanceMaterial",
    "AcceptanceSample",
    "Answer",
    "Asked",
    "Candidate",
    "Checked",
    "Circular",
    "CircularRow",
    "Citation",
    "Dispatch",
    "DispatchReturn",
    "Finding",
    "InspectedBody",
    "Inspection",
    "Inspector",
    "ModelCase",
    "Panelist",
    "Point",
    "Reminder",
    "Report",
    "ReportSection",
    "counted_materials",
]  # fmt: skip
