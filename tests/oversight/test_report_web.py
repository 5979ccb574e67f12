"""Pages of reports and acceptance: who is missing, writing, signing, receiving; from a number to a person, and who may not."""

import pytest
from django.urls import reverse

from shegong.ground.documents import actions as documents
from shegong.kernel.http import today
from shegong.steering.oversight.models import Acceptance, AcceptanceSample, Report

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N11")]
SEED = "双色球2014001期 03 09 12 17 25 31"


def page(officer, name, *args, **asked):
    return officer.browser.get(reverse(f"oversight:{name}", args=args), asked).content.decode()


def press(officer, name, pk, step, **values):
    url = reverse(f"oversight:{name}", args=[pk])
    return officer.browser.post(url, {"step": step, **values}, follow=True)


@pytest.fixture
def done(world, author, reviewer, head, group, people_of_baicheng, words):
    """A final summary, submitted, all of it on the pages."""
    author.browser.post(reverse("oversight:reports") + "?year=final", {"subplan": world.subplan.pk})
    row = Report.objects.get()
    texts = {**words, "effects": "基层社会工作力量明显增强，群众满意。"}
    author.browser.post(
        reverse("oversight:report_edit", args=[row.pk]), {"title": row.title, "as_of": "2013-12-31", **texts}
    )
    press(reviewer, "report", row.pk, "review")
    press(author, "report", row.pk, "sign")
    row.refresh_from_db()
    documents.sign(row.document, by=head.actor, on=today())
    press(author, "report", row.pk, "submit")
    row.refresh_from_db()
    return row


def test_the_list_says_who_has_not_reported_and_how_late(world, author, coordinator):
    text = page(coordinator, "reports", year="2012")
    assert "万名社会工作人才" in text and "未起草" in text and "天" in text and "1个中还有1个未报" in text
    assert "起草报告" in page(author, "reports", year="2012") and "起草报告" not in text
    assert coordinator.browser.get(reverse("oversight:reports_file", args=["csv"])).status_code == 200


def test_a_report_is_written_beside_proposed_sentences_and_keeps_what_was_typed(
    world, author, figures_of_2012, words
):
    author.browser.post(reverse("oversight:reports") + "?year=2012", {"subplan": world.subplan.pk})
    row = Report.objects.get()
    text = page(author, "report_edit", row.pk)
    assert "白城市(88)" in text
    url = reverse("oversight:report_edit", args=[row.pk])
    wrong = author.browser.post(url, {"title": "报告", "as_of": "2999-12-31", **words})
    assert wrong.status_code == 422 and words["problems"] in wrong.content.decode()
    assert author.browser.post(url, {"title": row.title, "as_of": "2012-12-31", **words}).status_code == 302
    assert "撰写" in page(author, "report", row.pk)


def test_the_whole_way_of_a_report_on_its_pages(done, coordinator):
    assert done.state == "submitted" and done.snapshot.sha[:16] in page(coordinator, "report", done.pk)
    press(
        coordinator, "report", done.pk, "receive", received_on=today().isoformat(), remarks="请抓紧补齐短板。"
    )
    press(coordinator, "report", done.pk, "archive")
    done.refresh_from_db()
    assert (done.state, done.remarks) == ("archived", "请抓紧补齐短板。")
    assert (
        coordinator.browser.get(reverse("oversight:report_file", args=[done.pk, "xlsx"])).status_code == 200
    )


@pytest.mark.clause("N13")
def test_the_panel_opens_a_number_and_finds_people_papers_and_dates(
    done, author, coordinator, make_officer, world
):
    press(author, "report", done.pk, "apply")
    row = Acceptance.objects.get()
    panel = [
        make_officer("acceptance_panel", body=world.talent, name=name) for name in ("钱学文", "吴敏", "郑刚")
    ]
    for order, member in enumerate(panel):
        chair = {"is_chair": "on"} if order == 0 else {}
        press(coordinator, "acceptance", row.pk, "name_panelist", person=member.person.pk, **chair)
    short = press(coordinator, "acceptance", row.pk, "open_review", seed="123")
    assert short.status_code == 422
    press(coordinator, "acceptance", row.pk, "open_review", seed=SEED, sample=1)
    row.refresh_from_db()
    assert row.sample == 10, "fixed with the application, whatever is sent later"
    item = row.items.get(indicator="K-T1")
    text = page(panel[1], "acceptance_item", item.pk)
    drawn = AcceptanceSample.objects.filter(item=item)
    assert drawn.count() == 10 and f"/office/acceptance/samples/{drawn[0].pk}/" in text
    assert "people/?indicator=K-T1" in text and "白城市" in text
    assert "抽样中还有10人没有核对" in text and 'name="verdict"' not in text
    listed = panel[1].browser.get(reverse("statistics:people", args=[row.snapshot_id]), {"indicator": "K-T1"})
    assert listed.content.decode().count("/office/people/") >= item.people
    person = page(panel[1], "acceptance_sample", drawn[0].pk)
    assert "2012-07-01" in person and "/office/entered/" in person and drawn[0].person.token in person
    url = reverse("oversight:acceptance_sample", args=[drawn[0].pk])
    assert panel[1].browser.post(url, {"result": "no_evidence", "remark": ""}).status_code == 422
    assert panel[1].browser.post(url, {"result": "proved"}).status_code == 302
    early = panel[1].browser.post(
        reverse("oversight:acceptance_item", args=[item.pk]), {"verdict": "met", "grounds": "逐人核对材料"}
    )
    assert early.status_code == 422 and "逐人核对材料" in early.content.decode()
    AcceptanceSample.objects.filter(item=item).update(result="proved")
    assert 'name="verdict"' in page(panel[1], "acceptance_item", item.pk)
    counts = page(coordinator, "acceptance_item", item.pk)
    assert "看不到人员" in counts and f"samples/{drawn[0].pk}" not in counts
    assert coordinator.browser.get(url).status_code == 403
    assert panel[0].browser.get(reverse("oversight:acceptance_file", args=[row.pk, "csv"])).status_code == 200
