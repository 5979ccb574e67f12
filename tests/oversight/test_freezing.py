"""Figures frozen on their own, and frozen anew with a reason (N11)."""

import pytest

from shegong.kernel.http import today
from shegong.steering.statistics.models import Snapshot

from .conftest import BAICHENG, JILIN, YANBIAN


@pytest.mark.clause("N11")
def test_the_office_freezes_figures_and_corrects_them_with_a_reason(coordinator, world, figures_of_2012):
    asked = {
        "region": JILIN,
        "subplan": world.subplan.pk,
        "as_of": "2012-12-31",
        "year": "2012",
        "title": "2012年数字",
    }
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
    asked = {"region": JILIN, "subplan": world.subplan.pk, "as_of": later, "year": "", "title": "数字"}
    assert coordinator.browser.post("/office/figures/new/", asked).status_code == 422
    assert not Snapshot.objects.exists()


@pytest.mark.clause("N11")
def test_a_prefecture_freezes_and_corrects_its_own_figures_for_its_own_divisions(
    coordinator, baicheng, world, figures_of_2012
):
    asked = {
        "region": BAICHENG,
        "subplan": world.subplan.pk,
        "as_of": "2012-12-31",
        "year": "2012",
        "title": "白城数字",
    }
    page = baicheng.browser.get("/office/figures/new/").content.decode()
    assert "白城市" in page and "大安市" in page
    assert f'value="{JILIN}"' not in page and f'value="{YANBIAN}"' not in page
    assert baicheng.browser.post("/office/figures/new/", asked | {"region": JILIN}).status_code == 422
    answer = baicheng.browser.post("/office/figures/new/", asked)
    (first,) = Snapshot.objects.all()
    assert (first.region_code, first.value("K-T1", BAICHENG, 2012)) == (BAICHENG, 12)
    held = set(first.figures.values_list("region_code", flat=True))
    assert BAICHENG in held and all(str(code).startswith("2208") for code in held), "its own divisions alone"
    address = f"/office/figures/{first.pk}/correct/"
    assert address in baicheng.browser.get(answer.url).content.decode()
    assert baicheng.browser.post(address, {"reason": "大安补报两人"}).status_code == 302
    newest = Snapshot.objects.standing().get()
    assert (newest.region_code, newest.version, newest.supersedes_id) == (BAICHENG, 2, first.pk)
    coordinator.browser.post("/office/figures/new/", asked | {"region": JILIN, "title": "全省数字"})
    whole = Snapshot.objects.get(region_code=JILIN)
    assert baicheng.browser.get(f"/office/figures/{whole.pk}/correct/").status_code == 404
