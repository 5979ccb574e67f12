"""Outages: declared by the administrator of the province, read by everybody, never taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shegong.kernel import outages
from shegong.kernel.outages import Outage, ServiceGap

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_banner():
    outages.forget_banner()
    yield
    outages.forget_banner()


@pytest.fixture
def admin(make_user, places, enter, client):
    enter(make_user("admin", role="system_admin", region=places.jilin, name="郑强"))
    return client


def typed(start, end, **more):
    at = {"start": timezone.localtime(start), "end": timezone.localtime(end)}
    days = {f"{name}_day": moment.date().isoformat() for name, moment in at.items()}
    times = {f"{name}_time": f"{moment:%H:%M}" for name, moment in at.items()}
    return {**days, **times, "notice_zh": "省政务云机房停电，无法提交申请。", **more}


@pytest.mark.clause("T4.2.a")
def test_the_administrator_declares_two_days_and_everybody_reads_until_when(admin):
    end = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=2)
    assert "没有停机公告" in admin.__class__().get("/outages/").content.decode()
    answer = admin.post("/office/outages/new/", typed(end - timedelta(hours=48), end), follow=True)
    assert "48 小时" in answer.content.decode()
    until = timezone.localtime(end + timedelta(hours=48)).strftime("%Y-%m-%d %H:%M")
    public = admin.__class__().get("/outages/").content.decode()
    assert "省政务云机房停电" in public and until in public
    assert until in admin.__class__().get("/").content.decode()  # the banner, for whoever comes
    assert Outage.objects.get().hours == 48


def test_hours_that_are_not_over_or_long_ago_are_refused_beside_their_field(admin):
    now = timezone.now()
    for start, end, words in (
        (now, now + timedelta(hours=2), "请在恢复后宣布"),
        (now - timedelta(days=40), now - timedelta(days=39), "三十日内"),
        (now, now - timedelta(hours=3), "晚于"),
    ):
        answer = admin.post("/office/outages/new/", typed(start, end))
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not Outage.objects.exists()


def test_a_gap_is_proposed_and_a_person_answers_it(admin):
    now = timezone.now()
    outages.beat(now - timedelta(hours=6))
    gap = outages.beat(now)
    assert "系统发现的中断" in admin.get("/office/outages/").content.decode()
    form = admin.get(f"/office/outages/new/?gap={gap.pk}").content.decode()
    assert f"{timezone.localtime(gap.during.lower):%H:%M}" in form
    assert admin.post(f"/office/outages/gaps/{gap.pk}/dismiss/", {"reason": "否"}).status_code == 422
    admin.post(f"/office/outages/gaps/{gap.pk}/dismiss/", {"reason": "仅后台任务停止"})
    assert ServiceGap.objects.get().answer == "none"
    assert admin.get(f"/office/outages/gaps/{gap.pk}/dismiss/").status_code == 404


def test_nobody_else_declares(make_user, places, enter, client):
    enter(make_user("lin", role="final_registrar", region=places.jilin))
    assert client.get("/office/outages/").status_code in (403, 404)
    enter(make_user("yan", role="system_admin", region=places.yanbian), other := client.__class__())
    assert other.get("/office/outages/new/").status_code in (403, 404)
    assert not Outage.objects.exists()
