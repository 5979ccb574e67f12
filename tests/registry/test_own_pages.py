"""What the holder reads: the way of the case, and the certificate with the photo."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from PIL import Image

from shegong.duties.registry import actions
from shegong.duties.registry.models import Card
from shegong.duties.registry.models.portraits import TWO_INCHES, portrait
from shegong.duties.registry.printing import certificate_page
from shegong.ground.accounts import actions as accounts
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today

JILIN = 220000000


def browser_of(case, let_in):
    user = accounts.create_user(
        case.person, username="jin", password="correct horse 9", by=SYSTEM, on=today()
    )
    return let_in(Client(), user)


def issued(case, desks, on):
    for officer in (desks.county, desks.prefecture, desks.province):
        actions.pass_stage(case.application, opinion="材料齐全，同意登记。", by=officer, on=on)
    actions.issue_certificate(case.application, by=desks.province, on=on)
    return Card.objects.select_related("registration__certificate", "term").get()


@pytest.mark.clause("T4.2.a")
def test_acceptance_stands_on_the_timeline_with_office_and_time_limit(make_case, desks, let_in):
    case = make_case()
    address = f"/my/registration/{case.application.token}/progress/"
    holder = browser_of(case, let_in)
    assert "已受理" not in holder.get(address).content.decode()
    actions.accept_application(case.application, by=desks.county, on=today())
    text = holder.get(address).content.decode()
    assert text.index("申请已提交") < text.index("已受理") < text.index("初审")
    assert "延吉市民政局" in text and f"应于 {case.application.due_on} 前作出决定" in text
    assert "经办员" not in text


def test_a_case_sent_again_shows_both_times_in_order(make_case, desks, let_in):
    case = make_case()
    actions.return_for_completion(
        case.application, {"paper:photo": "照片不合要求，请重拍。"},
        by=desks.county, on=today(),
    )  # fmt: skip
    actions.add_paper(
        case.application, kind="photo", content=picture(), filename="a.jpg", by=case.me, on=today()
    )
    actions.submit_application(case.application, by=case.me, on=today())
    text = (
        browser_of(case, let_in).get(f"/my/registration/{case.application.token}/progress/").content.decode()
    )
    assert text.count("申请已提交") == 2
    assert text.index("申请已提交") < text.index("退回补正") < text.rindex("申请已提交")


def picture(size=(600, 1200)) -> bytes:
    """Red above, blue below."""
    made = Image.new("RGB", size, (0, 0, 220))
    made.paste((220, 0, 0), (0, 0, size[0], size[1] // 2))
    out = io.BytesIO()
    made.save(out, "JPEG")
    return out.getvalue()


@pytest.mark.clause("T4.2.a")
def test_the_certificate_carries_the_photo_handed_in_and_its_holder_sees_it(make_case, desks, let_in):
    case = make_case(submit=False)
    actions.add_paper(
        case.application, kind="photo", content=picture(), filename="a.jpg", by=case.me, on=today()
    )
    actions.submit_application(case.application, by=case.me, on=today())
    card = issued(case, desks, today())
    with Image.open(io.BytesIO(portrait(card))) as shown:
        assert shown.size == TWO_INCHES
        red, _, blue = shown.getpixel((200, 20))
        assert red > 150 > 80 > blue  # the upper part stays, where the face is
    assert "data:image/jpeg;base64," in certificate_page(card.registration, card)["photo"]
    holder = browser_of(case, let_in)
    assert "/my/cards/photo.jpg" in holder.get("/my/cards/").content.decode()
    answer = holder.get("/my/cards/photo.jpg")
    assert answer.content == portrait(card) and "no-store" in answer["Cache-Control"]


def test_without_a_photo_the_frame_stays_empty(make_case, desks, let_in):
    case = make_case()
    card = issued(case, desks, today())
    case.application.folder.items.filter(kind="photo").update(kind="other")
    assert certificate_page(card.registration, card)["photo"] == ""
    holder = browser_of(case, let_in)
    assert "photo.jpg" not in holder.get("/my/cards/").content.decode()
    assert holder.get("/my/cards/photo.jpg").status_code == 404


def test_a_photo_handed_in_later_does_not_change_the_certificate(make_case, desks):
    case = make_case()
    card = issued(case, desks, today())
    case.application.folder.items.filter(kind="photo").update(added_at=card.issued_at.replace(year=2099))
    assert portrait(card) is None


@pytest.mark.clause("T4.2.e")
def test_who_was_suspended_is_never_told_that_she_is_registered(make_case, make_officer, desks, let_in):
    case = make_case()
    registration = issued(case, desks, today()).registration
    holder = browser_of(case, let_in)
    assert "已登记" in holder.get("/my/").content.decode()
    judge = make_officer(JILIN, extra=("registry.restrict",))
    term = {"start": today(), "end": today() + timedelta(days=30)}
    actions.suspend_person(registration.person, **term, ground="调查期间，暂停登记。", by=judge, on=today())
    text = holder.get("/my/").content.decode()
    assert "已登记" not in text and "登记暂停" in text


def test_a_closed_registration_prints_no_certificate_for_its_holder(make_case, make_officer, desks, let_in):
    case = make_case()
    registration = issued(case, desks, today()).registration
    holder = browser_of(case, let_in)
    assert holder.get("/my/cards/certificate.pdf")["Content-Type"] == "application/pdf"
    first, second = (make_officer(JILIN, extra=("registry.restrict",)) for _ in range(2))
    proposal = actions.propose_closing(
        registration, reason_code="own_request", reason="本人书面申请注销。", by=first, on=today()
    )
    actions.approve_closing(proposal, by=second, on=today())
    assert holder.get("/my/cards/certificate.pdf").status_code == 302
    assert "certificate.pdf" not in holder.get("/my/cards/").content.decode()
    home = holder.get("/my/").content.decode()
    assert "已登记" not in home and "出示登记证书" not in home and "重新申请登记" in home
