"""Pages of second looks: the learner's button, the officer's decision, a sample with its file of candidates."""

from datetime import date
from hashlib import sha256

import pytest
from django.utils import timezone

from shegong.kernel.access import SYSTEM
from shegong.kernel.checkpoints_tables import Checkpoint
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.work.education import actions
from shegong.work.education.models import CreditEntry, Dispute, Draw, Finding

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T3.3")]
YANJI = 222401000
PAST = date(today().year, 1, 5)


@pytest.fixture
def entry(person):
    return actions.post(person, minutes=660, kind="class", earned_on=PAST, source="test", source_id=1, title="个案工作",
                        region_code=YANJI, by=SYSTEM, on=today())  # fmt: skip


def post(client, address, **given):
    page = client.get(address)
    once = page.content.decode().split('name="_once" value="')[1].split('"')[0]
    return client.post(address, given | {"_once": once})


def test_a_learner_disputes_with_one_button_and_an_officer_above_decides(sign_in, person, entry, client):
    herself = sign_in("wang", person=person)
    assert f"/my/cpd/records/{entry.pk}/dispute/" in herself.get("/my/cpd/").content.decode()
    address = f"/my/cpd/records/{entry.pk}/dispute/"
    assert post(herself, address, text="").status_code == 422
    assert post(herself, address, text="我没有参加这次培训").status_code == 302
    assert "撤回异议" in herself.get(address).content.decode()
    row = Dispute.objects.get()
    officer = sign_in("lin", 222400000, role="second_registrar")
    listed = officer.get("/office/hours/disputes/").content.decode()
    assert (
        "我没有参加这次培训" in listed and "继续教育记录异议&nbsp;1" in listed
    )  # the tab says that one waits
    one = f"/office/hours/disputes/{row.pk}/"
    assert post(officer, one, uphold="yes", answer="").status_code == 422
    assert post(officer, one, uphold="yes", answer="签到表没有本人签名").status_code == 302
    assert not CreditEntry.objects.current().exists()
    answer = officer.get("/office/hours/disputes.csv?state=upheld")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").count("签到表没有本人签名") == 1


def test_a_finding_is_settled_and_a_sample_announced_drawn_and_checked(sign_in, person, entry, settings):
    settings.CHECKPOINTS = ["/outside/one", "/outside/two"]
    actions.look_at([person.pk], [PAST], today())
    found = Finding.objects.get(kind="long_day")
    officer = sign_in("lin", 222400000, role="second_registrar")
    assert "一天的学时超过合理上限" in officer.get("/office/hours/findings/").content.decode()
    page = officer.get(f"/office/hours/findings/{found.pk}/").content.decode()
    assert "11 小时" in page
    assert (
        post(officer, f"/office/hours/findings/{found.pk}/", note="连续两日的班次合并录入").status_code == 302
    )
    drawn = post(officer, "/office/hours/samples/new/", title="年度抽查", region_code=YANJI, start=PAST.isoformat(),
                 end=PAST.isoformat(), sample=5)  # fmt: skip
    row = Draw.objects.get()
    assert drawn.url == f"/office/hours/samples/{row.pk}/"
    text = officer.get(f"{drawn.url}candidates.txt").content
    assert sha256(text).hexdigest() == row.sha and text.decode() == f"{entry.pk}:2\n"
    assert "日志下一次签名后自动抽取" in officer.get(drawn.url).content.decode() and not row.checks.exists()
    last = JournalEntry.objects.order_by("-seq").first().seq
    head = Checkpoint.objects.create(size=last, algorithm="sha256", root=b"\x0a" * 32, chain=b"", at=timezone.now(), origin="example/one",
                                     kid="k", alg="EdDSA", signature=b"")  # fmt: skip
    assert actions.draw_announced() == 1
    assert bytes(head.root).hex() in officer.get(drawn.url).content.decode()
    check = row.checks.get()
    one = f"/office/hours/samples/records/{check.pk}/"
    assert post(officer, one, result="not_proved", reason="").status_code == 422
    assert post(officer, one, result="not_proved", reason="拿不出签到表").status_code == 302
    assert not CreditEntry.objects.current().exists() and "拿不出签到表" in officer.get(one).content.decode()
    assert sign_in("other", 222402000).get(drawn.url).status_code == 404


def lowest(root, sha, number, tries):
    """As the public page says it, without any of our code."""
    lines = [f"{root}\n{sha}\n{number}", *(f"{root}\n{sha}\n{number}\n{n}" for n in range(1, tries))]
    return min(sha256(one.encode()).digest() for one in lines)


def test_anybody_checks_a_draw_on_a_public_page_and_no_person_stands_there(
    sign_in, person, entry, settings, client
):
    settings.CHECKPOINTS = ["/outside/one", "/outside/two"]
    for n in range(1, 7):
        actions.post(person, minutes=10, kind="class", earned_on=PAST, source="published", source_id=n, title="课",
                     region_code=YANJI, by=SYSTEM, on=today())  # fmt: skip
    officer = sign_in("lin", 222400000, role="second_registrar")
    post(officer, "/office/hours/samples/new/", title="查某中心", region_code=YANJI, start=PAST.isoformat(),
         end=PAST.isoformat(), sample=3)  # fmt: skip
    row = Draw.objects.get()
    file = f"/providers/samples/candidates.txt?draw={row.pk}"
    before = client.get("/providers/samples/").content.decode()
    assert row.sha in before and "等待种子产生" in before and client.get(file).status_code == 404
    last = JournalEntry.objects.order_by("-seq").first().seq
    root = b"\x0b" * 32
    Checkpoint.objects.create(size=last, algorithm="sha256", root=root, chain=b"", at=timezone.now(), origin="example/one",
                              kid="k", alg="EdDSA", signature=b"")  # fmt: skip
    assert actions.draw_announced() == 1
    page = client.get("/providers/samples/").content.decode()
    text = client.get(file).content
    assert root.hex() in page and sha256(text).hexdigest() == row.sha
    pool = dict(map(int, line.split(":")) for line in text.decode().split())
    drawn = sorted(pool, key=lambda number: lowest(root.hex(), row.sha, number, pool[number]))[:3]
    assert f'<p class="id">{" · ".join(map(str, drawn))}</p>' in page
    assert "查某中心" not in page and "林晓岚" not in page
    assert client.get("/providers/samples/candidates.txt?draw=x").status_code == 404
