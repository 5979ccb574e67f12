"""Figures frozen on their own, and frozen anew with a reason (N11)."""

import pytest

from shegong.kernel.http import today
from shegong.steering.statistics.models import Snapshot

from .conftest import BAICHENG


@pytest.mark.clause("N11")
def test_the_office_freezes_figures_and_corrects_them_with_a_reason(coordinator, world, figures_of_2012):
    asked = {"subplan": world.subplan.pk, "as_of": "2012-12-31", "year": "2012", "title": "2012年数字"}
    answer = coordinator.browser.post("/office/figures/new/", asked)
    (first,) = Snapshot.objects.all()
    assert answer.url == f"/office/figures/{first.pk}/"
    assert first.value("K-T1", BAICHENG, 2012) == 12
    page = coordinator.browser.get(answer.url).content.decode()
    address = f"/office/figures/{first.pk}/correct/"
    assert address in page
    assert coordinator.browser.post(address, {"reason": "短"}).status_code == 422
    assert coordinator.browser.post(address, {"reason": "白城补报两人"}).status_code == 302
    newest = Snapshot.objects.standing().get()
    assert (newest.supersedes_id, newest.version, newest.reason) == (first.pk, 2, "白城补报两人")
    assert address not in coordinator.browser.get(answer.url).content.decode(), "only the newest is corrected"


def test_a_day_to_come_is_refused_beside_its_field(coordinator, world):
    later = today().replace(year=today().year + 1).isoformat()
    asked = {"subplan": world.subplan.pk, "as_of": later, "year": "", "title": "数字"}
    assert coordinator.browser.post("/office/figures/new/", asked).status_code == 422
    assert not Snapshot.objects.exists()


def test_units_freeze_nothing(baicheng):
    assert baicheng.browser.get("/office/figures/new/").status_code in (403, 404)
    assert "/office/figures/new/" not in baicheng.browser.get("/office/figures/").content.decode()
