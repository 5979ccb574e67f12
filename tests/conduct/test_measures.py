"""Complaints as figures: received and in stages on any day, each as many as the cases behind it, moved by every step."""

import pytest
from django.utils import timezone
from fixtures.accused import accused, act, bench, offices
from fixtures.complaining import lodge
from fixtures.registered import make, places

from shegong.duties.conduct.models import Complaint, StageDate
from shegong.kernel import cube

__all__ = ["accused", "act", "bench", "make", "offices", "places"]


@pytest.mark.clause("T4.2.f")
def test_a_complaint_counts_when_it_comes_in_and_in_the_stage_it_is_in(accused, offices):
    lodge()
    on = timezone.localdate()
    assert cube.value("conduct.received", since=on, on=on) == Complaint.objects.count() == 1
    assert cube.value("conduct.in_stage", on=on) == StageDate.objects.filter(ends_on=None).count()
    for name in ("conduct.received", "conduct.in_stage"):
        assert cube.recount(name) == []
        assert len(cube.subjects(name, since=on, on=on)) == cube.value(name, since=on, on=on)
