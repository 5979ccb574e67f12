"""The pages of supervision as each person sees them: the office, the unit, the leader, nobody else."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shegong.ground.documents import actions as documents
from shegong.ground.regions.models import tree
from shegong.kernel.http import today
from shegong.steering.oversight import actions
from shegong.steering.oversight.models import Answer, Circular, Dispatch, DispatchReturn, ModelCase

from .conftest import BAICHENG, JILIN, YANBIAN, photo


def text(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def post(browser, path, **data):
    return browser.post(path, {"once": "", **data})


def test_a_unit_finds_what_it_has_to_do_and_hands_in(a_round, baicheng, coordinator):
    row = DispatchReturn.objects.get(dispatch=a_round(), region=BAICHENG)
    assert f"/office/returns/{row.pk}/" in text(baicheng.browser, "/office/this-period/")
    page = text(baicheng.browser, f"/office/returns/{row.pk}/")
    assert "截至2012-12-31的登记数" in page
    _counted, entered, question = row.dispatch.asked.order_by("position").values_list("pk", flat=True)
    sent = {
        f"own_{entered}": "1", f"text_{question}": "师资不足", "version": row.version, "hand_in": "1",
        "papers_1": SimpleUploadedFile("通知.jpg", photo(), "image/jpeg"),
    }  # fmt: skip
    assert post(baicheng.browser, f"/office/returns/{row.pk}/", **sent).status_code == 302
    assert "已报送" in text(coordinator.browser, f"/office/dispatch/{row.dispatch_id}/")
    row.refresh_from_db()
    done = post(coordinator.browser, f"/office/returns/{row.pk}/", step="check", version=row.version)
    assert done.status_code == 302
    assert "没有待办事项" in text(baicheng.browser, "/office/this-period/")


def test_a_form_with_an_error_comes_back_with_what_was_typed(a_round, baicheng):
    row = DispatchReturn.objects.get(dispatch=a_round(), region=BAICHENG)
    counted = row.dispatch.asked.get(indicator="K-S2012.2").pk
    sent = {f"own_{counted}": "7", "problems": "人手不足", "version": row.version, "hand_in": "1"}
    answer = post(baicheng.browser, f"/office/returns/{row.pk}/", **sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert all(words in page for words in ("请说明与登记数不一致的原因", "人手不足", "请回答这个问题"))


def test_a_closed_round_goes_on_naming_who_did_not_hand_in_and_who_came_late(a_round, coordinator):
    row = a_round()
    url = reverse("oversight:round", args=[row.pk])
    assert "未报送：" not in text(coordinator.browser, url)
    yesterday = today() - timedelta(days=1)
    yanbian, baicheng = (tree().name(code, row.as_of) for code in (YANBIAN, BAICHENG))
    Dispatch.objects.filter(pk=row.pk).update(due_on=yesterday, opens_on=yesterday)
    DispatchReturn.objects.filter(dispatch=row, region=BAICHENG).update(
        state="submitted", submitted_at=timezone.now()
    )
    assert f"1个单位逾期：{yanbian}" in text(coordinator.browser, url)
    actions.close_round(row, by=coordinator.actor, on=today())
    page = text(coordinator.browser, url)
    assert f"1个单位未报送：{yanbian}" in page and f"逾期报送：{baicheng}" in page


def test_the_file_of_a_round_holds_the_answers_in_words_too(a_round, coordinator):
    row = a_round()
    one = DispatchReturn.objects.get(dispatch=row, region=BAICHENG)
    Answer.objects.create(dispatch_return=one, asked=row.asked.get(question="有何困难？"), text="考点太远")
    assert "有何困难？</th>" not in text(coordinator.browser, f"/office/dispatch/{row.pk}/")
    lines = coordinator.browser.get(f"/office/dispatch/{row.pk}.csv").getvalue().decode("utf-8-sig")
    assert "有何困难？" in lines and "考点太远" in lines


def test_an_office_writes_a_round_on_the_page(world, coordinator):
    sent = {
        "subplan": world.subplan.pk, "region": JILIN, "period": "2012Q4", "title": "四季度调度", "as_of": "2012-12-31",
        "opens_on": today().isoformat(), "due_on": today().isoformat(), "indicators": ["K-G4"],
    }  # fmt: skip
    text(coordinator.browser, "/office/dispatch/new/")
    assert post(coordinator.browser, "/office/dispatch/new/", **sent).status_code == 302
    row = Dispatch.objects.get()
    assert (
        post(coordinator.browser, f"/office/dispatch/{row.pk}/", step="open", version=row.version).status_code
        == 302
    )
    assert "2012Q4" in text(coordinator.browser, "/office/dispatch/")
    assert coordinator.browser.get(f"/office/dispatch/{row.pk}.xlsx").status_code == 200


@pytest.mark.clause("N12")
def test_a_notice_is_prefilled_from_the_dashboard_and_goes_to_the_unit(
    world, coordinator, leader, baicheng, figures_of_2012
):
    page = text(coordinator.browser, f"/office/notices/new/?region={BAICHENG}&indicator=K-T1&asof=2012-12-31")
    assert 'value="2012-12-31"' in page
    sent = {
        "subplan": world.subplan.pk, "region": JILIN, "indicator": "K-T1", "as_of": "2012-12-31", "period": "2012",
        "title": "关于2012年选聘进度的通报", "due_on": "2099-01-01", "text": "",
    }  # fmt: skip
    assert post(coordinator.browser, "/office/notices/new/", **sent).status_code == 302
    row = Circular.objects.get()
    assert "12.0%" in text(coordinator.browser, f"/office/notices/{row.pk}/edit/")
    path = f"/office/notices/{row.pk}/"
    assert baicheng.browser.get(path).status_code == 404
    assert post(coordinator.browser, path, step="send", version=row.version).status_code == 302
    row.refresh_from_db()
    documents.sign(row.document, by=leader.actor, on=today())
    assert post(coordinator.browser, path, step="issue", version=row.version).status_code == 302
    assert "本单位被点名" in text(baicheng.browser, path)
    assert post(baicheng.browser, path, step="sign_for").status_code == 302
    assert "已签收" in text(baicheng.browser, path)
    assert "关于2012年选聘进度的通报" in text(baicheng.browser, "/office/this-period/")


def test_who_has_no_right_sees_no_page(a_round, a_circular, let_in, world):
    a_round()
    a_circular()
    for path in ("/office/dispatch/", "/office/notices/", "/office/inspections/", "/office/model-cases/"):
        assert Client().get(path).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_list_stands_empty_and_says_what_to_do(coordinator, language):
    for path in (
        "/office/dispatch/",
        "/office/notices/",
        "/office/inspections/",
        "/office/model-cases/",
        "/cases/",
    ):
        text(coordinator.browser, f"{path}?lang={language}")


def test_an_inspection_is_planned_drawn_and_begun_on_its_pages(world, coordinator, leader):
    sent = {
        "subplan": world.subplan.pk, "region": JILIN, "title": "台账督查", "starts_on": today().isoformat(),
        "ends_on": today().isoformat(), "points": "T4.1 证书原件与登记一致", "sample": "2",
    }  # fmt: skip
    assert post(coordinator.browser, "/office/inspections/new/", **sent).status_code == 302
    path = f"/office/inspections/{world.subplan.inspections.get().pk}/"
    for person in (coordinator, leader):
        done = post(coordinator.browser, path, step="name", **{"name-person": person.user.username})
        assert done.status_code == 302
    bad = post(coordinator.browser, path, step="draw", **{"draw-seed": "x"})
    assert bad.status_code == 422
    assert "请先抽取" in text(coordinator.browser, path)
    drawn = post(coordinator.browser, path, step="draw", **{"draw-seed": "开奖号码 01 02 03"})
    assert drawn.status_code == 302
    row = world.subplan.inspections.get()
    assert post(coordinator.browser, path, step="begin", version=row.version).status_code == 302
    body = row.bodies.first()
    point = row.points.get()
    seen = post(
        coordinator.browser, f"/office/inspections/bodies/{body.pk}/", step="points",
        **{f"verdict_{point.pk}": "not_met", f"note_{point.pk}": "缺原件"},
    )  # fmt: skip
    assert seen.status_code == 302
    half = text(coordinator.browser, path)
    assert "不符合" in half and "还有1个要点没有检查" in half and "report-conclusion" not in half
    early = post(
        coordinator.browser, path, step="report", **{"report-conclusion": "台账基本一致，一处缺原件。"}
    )
    assert early.status_code == 422 and "台账基本一致，一处缺原件。" in early.content.decode()
    last = row.bodies.exclude(pk=body.pk).get()
    post(
        coordinator.browser, f"/office/inspections/bodies/{last.pk}/", step="points",
        **{f"verdict_{point.pk}": "met", f"note_{point.pk}": ""},
    )  # fmt: skip
    assert "report-conclusion" in text(coordinator.browser, path)


def test_a_practice_is_nominated_and_published_on_its_pages(coordinator, baicheng):
    sent = {"kind": "practice", "title": "三社联动", "story": "社区、社会组织、社工联动，问题一周办结。"}
    assert post(baicheng.browser, "/office/model-cases/new/", **sent).status_code == 302
    row = ModelCase.objects.get()
    for step in ("verify", "publish"):
        row.refresh_from_db()
        path = f"/office/model-cases/{row.pk}/"
        assert post(coordinator.browser, path, step=step, version=row.version).status_code == 302
    assert "三社联动" in text(Client(), "/cases/")
