"""Taking proofs out of the house, the checkpoint on paper, and the alarm when nothing was kept outside for a day."""

import json
from datetime import timedelta

import pytest
import typst
import zxingcpp
from django.db import connection
from PIL import Image

from shegong.ground.accounts.actions.journal_alert import alert_if_stale
from shegong.kernel import checkpoints
from shegong.kernel import checkpoints_marks as marks
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("N0")]


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    settings.CHECKPOINTS = [str(tmp_path / "one"), str(tmp_path / "two")]
    return tmp_path


@pytest.fixture
def auditor(make_user, places):
    return make_user("auditor", role="auditor", region=places.jilin, name="郑计")


def a_day_passes():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_checkpoint DISABLE TRIGGER USER")
        cursor.execute("UPDATE kernel_checkpoint SET at = at - %s", [timedelta(hours=25)])
        cursor.execute("ALTER TABLE kernel_checkpoint ENABLE TRIGGER USER")


def test_an_entry_is_proven_by_a_file_and_only_once_a_checkpoint_holds_it(client, enter, auditor):
    enter(auditor)
    assert '<a href="/office/journal/1/"' in client.get("/office/journal/").content.decode()
    page = client.get("/office/journal/1/").content.decode()
    assert "还没有校验点包含本条" in page and "proof.json" not in page
    assert client.get("/office/journal/1/proof.json").status_code == 422
    made = checkpoints.checkpoint()
    page = client.get("/office/journal/1/").content.decode()
    assert bytes(JournalEntry.objects.get(seq=1).hash).hex() in page and "proof.json" in page
    answer = client.get("/office/journal/1/proof.json")
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["checkpoint"] == checkpoints.mark_of(made).__dict__
    assert "库外 2 处保存" in client.get("/office/journal/").content.decode()


def test_an_entry_outside_ones_reach_does_not_exist(client, enter, make_user, places, auditor):
    make_user("lin", role="first_registrar", region=places.yanji)
    province = JournalEntry.objects.filter(region_code=places.jilin).first().seq
    county = JournalEntry.objects.filter(region_code=places.yanji).first().seq
    nowhere = JournalEntry.objects.filter(region_code=None).first().seq
    enter(make_user("of_yanbian", role="auditor", region=places.yanbian))
    assert client.get(f"/office/journal/{county}/").status_code == 200
    for seq in (province, nowhere, 99999):
        assert client.get(f"/office/journal/{seq}/").status_code == 404
        assert client.get(f"/office/journal/{seq}/proof.json").status_code == 404
    assert client.get("/office/journal/day/").status_code == 403


def test_the_checkpoint_of_the_day_is_on_paper_as_text_and_as_a_code_that_reads(
    client, enter, auditor, tmp_path
):
    enter(auditor)
    assert "尚无校验点" in client.get("/office/journal/day/").content.decode()
    made = checkpoints.checkpoint()
    page = client.get("/office/journal/day/").content.decode()
    assert bytes(made.root).hex() in page
    (tmp_path / "qr.svg").write_text(
        page[page.index("<svg xmlns") : page.index("</svg>", page.index("<svg xmlns")) + 6]
    )
    (tmp_path / "sheet.typ").write_text(
        '#set page(width: 320pt, height: 320pt)\n#image("qr.svg", width: 240pt)'
    )
    typst.compile(str(tmp_path / "sheet.typ"), output=str(tmp_path / "qr.png"), format="png", ppi=144)
    mark = checkpoints.mark_of(made)
    (found,) = zxingcpp.read_barcodes(Image.open(tmp_path / "qr.png"))
    assert found.text == f"{mark.text}{mark.kid} {mark.alg} {mark.signature}"
    marks.check(mark)


def test_a_day_without_a_checkpoint_is_a_red_notice_for_those_who_guard_it_and_for_nobody_else(
    client, let_in, make_user, places, auditor
):
    system = make_user("system", role="system_admin", region=places.jilin)
    leader = make_user("leader", role="leader", region=places.jilin)
    checkpoints.checkpoint()

    def noticed(user, address):
        page = let_in(client, user).get(address, follow=True)
        return page.status_code == 200 and "已超过一天" in page.content.decode()

    assert not noticed(auditor, "/office/journal/")
    a_day_passes()
    assert noticed(auditor, "/office/journal/") and noticed(auditor, "/account/start/")
    assert noticed(system, "/account/start/")
    assert not noticed(leader, "/account/start/")


def test_they_are_told_once_for_each_time_it_went_stale(make_user, places, auditor):
    make_user("system", role="system_admin", region=places.jilin)
    make_user("leader", role="leader", region=places.jilin)
    checkpoints.checkpoint()
    assert alert_if_stale() == 0
    a_day_passes()
    assert alert_if_stale() == 2
    assert alert_if_stale() == 0
    told = Message.objects.filter(kind="accounts.journal.stale")
    assert auditor.person_id in set(told.values_list("person_id", flat=True)) and told.count() == 2
    with connection.cursor() as cursor:  # the next time begins after the next checkpoint
        cursor.execute("UPDATE kernel_message SET created_at = created_at - interval '2 days'")
    checkpoints.checkpoint()
    assert alert_if_stale() == 0
    a_day_passes()
    assert alert_if_stale() == 2 and Checkpoint.objects.count() == 2
