"""Complaints as figures: received and in stages on any day, each as many as the cases behind it, moved by every step."""

import pytest
from django.utils import timezone
from fixtures.accused import JILIN, YANBIAN, YANJI, accused, act, bench, offices
from fixtures.complaining import lodge
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Complaint, StageDate
from shegong.ground.organizations.models import Duty
from shegong.kernel import cube

__all__ = ["accused", "act", "bench", "make", "offices", "places"]
FIGURES = ("conduct.received", "conduct.in_stage")


@pytest.mark.clause("T4.2.f")
def test_a_complaint_counts_when_it_comes_in_and_in_the_stage_it_is_in(accused, offices):
    lodge()
    on = timezone.localdate()
    assert cube.value("conduct.received", since=on, on=on) == Complaint.objects.count() == 1
    assert cube.value("conduct.in_stage", on=on) == StageDate.objects.filter(ends_on=None).count()
    for name in FIGURES:
        assert cube.recount(name) == []
        assert len(cube.subjects(name, since=on, on=on)) == cube.value(name, since=on, on=on)


def places_of(name):
    """Where a figure of today counts, and how often."""
    on = timezone.localdate()
    return {region: n for (region,), n in cube.table(name, since=on, on=on, by=["region"]).items()}


@pytest.mark.clause("T4.2.f")
def test_a18_no_figure_counts_a_complaint_where_it_happened_or_says_how_it_was_lodged(
    accused, offices, bench
):
    row = lodge(whom_kind="unknown", register_no="", whom="一位工作人员").complaint
    assert row.region_code == YANJI
    for name in FIGURES:
        assert places_of(name) == {YANBIAN: 1}
        assert "kind" not in {one.name for one in cube.measure(name).dims}
    actions.identify(row, body=offices[YANBIAN], by=bench.officer, on=timezone.localdate())
    for name in FIGURES:  # it goes where the case goes
        assert places_of(name) == {JILIN: 1} and cube.recount(name) == []


def test_a18_a_complaint_that_no_body_has_counts_for_the_province(offices):
    Duty.objects.all().delete()
    assert lodge(whom_kind="unknown", register_no="", whom="一位工作人员").complaint.routed_to is None
    assert places_of("conduct.received") == {JILIN: 1} and cube.recount("conduct.received") == []
