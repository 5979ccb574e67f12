"""Tale 3: a citizen complains without a name; the unit cannot find out who; the worker answers; the panel suspends for three
months; the code at the next door says so without a network; the review is partly right; after the term the record is repaired."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from fixtures.accused import JILIN, YANBIAN, YANJI, accused, offices, someone
from fixtures.complaining import TEXT, photo
from fixtures.registered import make, places

from shegong.duties.conduct import actions
from shegong.duties.conduct.models import Complaint, Decision, Evidence, EvidenceRead, Inquiry, Publication
from shegong.duties.registry.actions import proving
from shegong.duties.registry.models import StatusList, status_of
from shegong.duties.registry.rules.token import Verdict
from shegong.duties.registry.tokens import opened_list, verdict_on
from shegong.ground.accounts import actions as accounts
from shegong.kernel import audit
from shegong.kernel.access import SYSTEM
from shegong.kernel.messages import Message

__all__ = ["accused", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("T4.2.f")]
CODE = re.compile(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}")
ALLEGATION = "有人反映你在服务中收受服务对象的现金，请说明情况。"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.SIGNING_KEYS = str(tmp_path / "signing")


@pytest.fixture
def enter(offices, let_in):
    """`enter("conduct_officer", YANBIAN)`: an account with this role; calling what it answers opens a browser of today."""
    witnesses = [someone("见证一"), someone("见证二")]

    def make_account(role, region, *, person=None, body=None):
        on = timezone.localdate()
        person = person or someone()
        user = accounts.create_user(
            person, username=f"u{person.pk}", password="correct horse 9", by=SYSTEM, on=on
        )
        accounts.set_totp(user, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", by=SYSTEM, on=on)
        if role:
            accounts.found_grant(
                person, role=role, organization=body or offices[region], region_code=region,
                witnesses=tuple(witnesses), start=on, by=SYSTEM, on=on,
            )  # fmt: skip
        go = lambda: let_in(Client(), user)  # noqa: E731
        go.person = person
        return go

    return make_account


def complain(phone):
    """The six screens, and the code of the seventh."""
    for address, typed in (
        ("", {"whom_kind": "worker", "register_no": "JL2012000001", "whom": "林晓岚"}),
        ("what/", {"matter": "conduct", "duty": "privacy", "text": TEXT}),
        ("where/", {"region_code": "222401000", "when": "上个月"}),
        ("papers/", {}),
        ("contact/", {"kind": "anonymous"}),
        ("check/", {}),
    ):
        assert phone.post(f"/complaints/new/{address}", typed).status_code == 303, address
    return CODE.search(phone.get("/complaints/sent/").content.decode())[0]


def offline(token):
    """What the page at the next door says with the network off and a list fetched just now."""
    proving.publish_list()
    fresh = opened_list(StatusList.objects.latest("id").compact)
    return verdict_on(token, known=fresh, now=timezone.now())[0]


def step(browser, complaint, name, **typed):
    """One step of the case, as its page sends it."""
    address = f"/office/complaints/{complaint.token}/{name}/"
    shown = browser.get(address)
    assert shown.status_code == 200 and complaint.number in shown.content.decode()
    answer = browser.post(address, {"version": Complaint.objects.get(pk=complaint.pk).version, **typed})
    assert answer.status_code == 302, answer.content.decode()[-2500:]


def at_day(day):
    """Noon of a day."""
    noon = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))
    return time_machine.travel(noon, tick=True)


def test_from_the_complaint_without_a_name_to_the_repaired_record(accused, offices, enter):
    start = timezone.localdate()
    token = proving.sign_card(accused.card).token
    scan = f"/v/{accused.card.serial}"
    assert offline(token) is Verdict.VALID
    officer, leader = enter("conduct_officer", YANBIAN), enter("conduct_leader", YANBIAN)
    panel = [enter("conduct_panel", YANBIAN) for _ in range(3)]
    above, signatory = enter("conduct_panel", JILIN), enter("conduct_leader", JILIN)
    worker = enter("", YANJI, person=accused.person)

    # 1 the citizen, on a phone, without an account; the case goes to the body above the county
    phone = Client()
    code = complain(phone)
    complaint = Complaint.objects.get()
    assert complaint.routed_to == offices[YANBIAN] and complaint.respondent == accused.person

    # 2 the unit and the county cannot find out that there is one, nor who
    clerk, county = enter("org_clerk", YANJI, body=accused.unit), enter("conduct_officer", YANJI)
    assert county().get(f"/office/complaints/{complaint.token}/").status_code == 404
    assert complaint.number not in county().get("/office/complaints/").content.decode()
    assert clerk().get("/office/complaints/").status_code == 403
    assert (
        "涉及您的投诉事项" in worker().get("/my/conduct/").content.decode()
    )  # nothing is alleged: the empty page

    # 3 the office accepts, plans, seats a panel and discloses what is alleged
    case = f"/office/complaints/{complaint.token}/"
    accepted = officer().post(case, {"do": "accept", "version": complaint.version})
    assert accepted.status_code == 302
    step(officer(), complaint, "open", plan="查看转账记录，询问双方。")
    for n, member in enumerate(panel):
        step(officer(), complaint, "seat", person=member.person.pk, **({"leads": "on"} if not n else {}))
    step(officer(), complaint, "evidence", side="witness", title="银行流水",
         file=SimpleUploadedFile("a.jpg", photo(), "image/jpeg"))  # fmt: skip
    step(officer(), complaint, "disclosure", text=ALLEGATION)

    # 4 the worker reads the allegation, not who; she has days to answer, and answers with a paper
    inquiry = Inquiry.objects.get()
    mine = worker().get(f"/my/conduct/{inquiry.token}/").content.decode()
    assert ALLEGATION in mine and inquiry.reply_due.isoformat() in mine
    for secret in (complaint.number, complaint.token, code, TEXT[:8], "匿名", "银行流水"):
        assert secret not in mine
    told = [message.body for message in Message.objects.filter(person_id=accused.person.pk)]
    assert not any(secret in body for body in told for secret in (complaint.number, code, "匿名"))
    answer = worker().post(
        f"/my/conduct/{inquiry.token}/",
        {
            "text": "那是服务对象还给我的垫付款，有收据。",
            "first": SimpleUploadedFile("r.jpg", photo(90), "image/jpeg"),
        },
    )
    assert answer.status_code == 302 and Evidence.objects.filter(side="respondent").count() == 1

    # 5 the panel hears, votes and words; another signs
    step(officer(), complaint, "hearing", report="两次收款共三千元，有流水为证。")
    opened = panel[1]().post(
        f"/office/evidence/{Evidence.objects.get(side='witness').token}/", {"reason": "评议前查看"}
    )
    assert opened["Content-Type"] == "image/jpeg" and EvidenceRead.objects.count() == 1
    step(panel[0](), complaint, "vote", measure="suspended", months="3")
    step(panel[1](), complaint, "vote", measure="warning", months="")
    step(panel[2](), complaint, "vote", measure="suspended", months="3")
    step(panel[0](), complaint, "proposal", measure="suspended", months="3", grounds=["private_gain"],
         reasons="收受服务对象现金三千元，有流水为证。", answer="你反映的收钱一事属实，已暂停其登记三个月。")  # fmt: skip
    assert offline(token) is Verdict.VALID  # proposed is not decided
    step(leader(), complaint, "decision")
    decision = Decision.objects.get()
    assert (decision.starts_on, decision.months, decision.state) == (start, 3, "in_force")

    # 6 at once and everywhere: register, QR page, offline with a fresh list, public register, whoever complained
    assert status_of(accused.registration, start) == "suspended"
    assert offline(token) is Verdict.SUSPENDED
    page = Client().get(scan).content.decode()
    assert "登记暂停" in page or "暂停" in page
    assert decision.number in page
    public = Client().get("/conduct/decisions/").content.decode()
    assert decision.number in public and accused.name in public
    assert Client().get("/conduct/decisions.csv").status_code == 200
    followed = Client().post("/complaints/track/", {"code": code}).content.decode()
    assert "暂停登记" in followed and "你反映的收钱一事属实" in followed

    # 7 she asks for a review: the display waits, the measure holds, the office above decides
    asked = worker().post(f"/my/conduct/{inquiry.token}/review/", {"text": "已经退还，处理过重。"})
    assert asked.status_code == 302
    assert decision.number not in Client().get("/conduct/decisions/").content.decode()
    assert decision.number not in Client().get(scan).content.decode()
    assert offline(token) is Verdict.SUSPENDED
    own = panel[0]().post(f"{case}result/", {"result": "upheld", "reasons": "维持原决定"})
    assert own.status_code == 422

    # 8 the review is partly right: one month in place of three
    with at_day(start + timedelta(days=20)):
        step(
            above(),
            complaint,
            "result",
            result="changed",
            measure="suspended",
            months="1",
            reasons="已经全部退还，应当减轻。",
        )
        step(signatory(), complaint, "result-sign")
        new = Decision.objects.get(replaces=decision)
        assert (new.starts_on, new.months, new.state) == (start, 1, "in_force")
        assert Decision.objects.get(pk=decision.pk).state == "changed"
        kinds = [one.kind for one in Message.objects.filter(person_id=accused.person.pk).order_by("pk")]
        assert kinds[-2:] == ["registry.suspended", "conduct.reviewed"], "nothing says that it was lifted"
        assert offline(token) is Verdict.SUSPENDED
        shown = Client().get(scan).content.decode()
        assert new.number in shown and decision.number not in shown
        assert Client().get(f"/conduct/decisions/{decision.number}/").status_code == 404

    # 9 after the month the registration stands; while the decision is shown the page still names it
    with at_day(new.ends_on):
        assert offline(token) is Verdict.VALID
        assert new.number in Client().get(scan).content.decode()
        assert actions.repair_records() == 0

    # 10 after the display the record is repaired; history stays
    display = Publication.objects.get(decision=new).shown_until
    with at_day(display):
        assert actions.repair_records() == 1
        repaired = Publication.objects.get(decision=new)
        assert (repaired.name, repaired.register_no, repaired.person) == ("", "", None)
        assert new.number not in Client().get(scan).content.decode()
        assert Client().get(f"/conduct/decisions/{new.number}/").status_code == 404
        assert "信用已修复" in worker().get(f"/my/conduct/{inquiry.token}/").content.decode()
        assert Message.objects.filter(person_id=accused.person.pk, kind="conduct.repaired").count() == 1
    assert status_of(accused.registration, start) == "suspended"
    assert status_of(accused.registration, new.ends_on) != "suspended"
    # every row of the case is as its last entry in the journal has it
    assert [one for one in audit.verify() if "conduct_" in str(one) or "restriction" in str(one)] == []
