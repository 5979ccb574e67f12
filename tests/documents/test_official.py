"""Official documents: who drafts, co-signs, signs, issues, receives; numbers without gaps; who sees what."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from fixtures.second_wall import standing

from shegong.ground.documents import actions
from shegong.ground.documents.models import Addressee, CoSign, OfficialDocument
from shegong.ground.documents.printing import addressed
from shegong.ground.documents.rules import State
from shegong.kernel import audit, walls_acting
from shegong.kernel.access import SYSTEM
from shegong.kernel.refusal import Refused, Stale

from .conftest import BAICHENG, DAY, JILIN, TUMEN, YANBIAN, YANJI

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N0"), pytest.mark.clause("N1")]
BODY = "现将有关事项通知如下。\n# 一、总体要求\n各地要高度重视。"


def draft(offices, by, *, to=(YANBIAN, BAICHENG), cosigners=(), **more):
    given = {
        "kind": "notice", "title": "关于做好2013年社会工作人才队伍建设工作的通知", "body": BODY,
        "issuer": offices.by_place[JILIN], "region_code": JILIN, "to": [offices.by_place[code] for code in to],
        "cosigners": cosigners, "by": by, "on": DAY,
    }  # fmt: skip
    return actions.draft_document(**{**given, **more})


def issued(offices, drafter, leader, **more):
    document = actions.sign(draft(offices, drafter, **more), by=leader, on=DAY)
    return actions.issue(document, by=drafter, on=DAY)


def codes(refused):
    return {obstacle.code for obstacle in refused.value.obstacles}


def visible(actor):
    return set(OfficialDocument.objects.visible_to(actor, "documents.read"))


def test_a_document_is_drafted_signed_by_another_and_issued_with_the_next_number(offices, drafter, leader):
    first = issued(offices, drafter, leader)
    second = issued(offices, drafter, leader)
    assert (first.number, second.number) == ("吉民发〔2013〕1号", "吉民发〔2013〕2号")
    assert first.is_issued and first.issued_on == DAY and (first.drafter, first.signer) == ("王芳", "赵国强")


def test_numbers_begin_anew_each_year_and_for_each_issuer_and_word(offices, drafter, leader):
    issued(offices, drafter, leader)
    later = actions.sign(draft(offices, drafter), by=leader, on=DAY)
    letter = issued(offices, drafter, leader, kind="letter")
    assert actions.issue(later, by=drafter, on=date(2014, 1, 2)).number == "吉民发〔2014〕1号"
    assert letter.number == "吉民函〔2013〕1号"
    prefecture = offices.by_place[YANBIAN]
    chief = offices.actor(prefecture, "documents.sign")
    local = issued(
        offices, offices.actor(prefecture), chief, issuer=prefecture, region_code=YANBIAN, to=(YANJI,)
    )
    assert local.number == "延边州民政局〔2013〕1号"


def test_an_issue_that_fails_gives_its_number_back(offices, drafter, leader):
    ready = actions.sign(draft(offices, drafter), by=leader, on=DAY)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.issue(ready, by=drafter, on=DAY)
        raise ZeroDivisionError
    ready.refresh_from_db()
    assert ready.number is None
    assert issued(offices, drafter, leader).number == "吉民发〔2013〕1号"


def test_the_drafter_does_not_sign_and_the_last_who_edits_is_the_drafter(offices, province, drafter):
    both = offices.actor(province, "documents.draft", "documents.sign", "documents.read")
    own = draft(offices, both)
    with pytest.raises(Refused) as refused:
        actions.sign(own, by=both, on=DAY)
    assert codes(refused) == {"four_eyes"}
    other = draft(offices, drafter)
    other = actions.edit_draft(other, kind="notice", title="关于另一事项的通知", body=BODY, by=both, on=DAY)
    with pytest.raises(Refused):
        actions.sign(other, by=both, on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficialDocument.objects.filter(pk=own.pk).update(
            state="signed", signed_on=DAY, signed_by=both.person_id
        )


def test_who_acts_for_another_body_neither_drafts_nor_signs_nor_issues(offices, drafter, leader):
    stranger = offices.actor(
        offices.by_place[YANBIAN], "documents.draft", "documents.sign", "documents.issue"
    )
    with pytest.raises(Refused) as refused:
        draft(offices, stranger)
    assert codes(refused) == {"not_allowed"}
    document = draft(offices, drafter)
    with pytest.raises(Refused):
        actions.sign(document, by=stranger, on=DAY)
    actions.sign(document, by=leader, on=DAY)
    with pytest.raises(Refused):
        actions.issue(document, by=stranger, on=DAY)


@pytest.mark.clause("N7")
def test_every_co_signer_agrees_before_the_signature(offices, drafter, leader):
    document = draft(offices, drafter, cosigners=[offices.finance, offices.education])
    with pytest.raises(Refused) as refused:
        actions.sign(document, by=leader, on=DAY)
    assert codes(refused) == {"not_circulated"}
    document = actions.circulate(document, by=drafter, on=DAY)
    money = CoSign.objects.get(document=document, organization=offices.finance)
    school = CoSign.objects.get(document=document, organization=offices.education)
    clerk = offices.actor(offices.finance, "documents.cosign", "documents.read", reach=False)
    with pytest.raises(Refused) as refused:
        actions.cosign(money, result="objected", opinion="", by=clerk, on=DAY)
    assert codes(refused) == {"cosign_opinion"}
    actions.cosign(money, result="objected", opinion="经费渠道需明确", by=clerk, on=DAY)
    with pytest.raises(Refused):
        actions.cosign(school, result="agreed", by=clerk, on=DAY)
    teacher = offices.actor(offices.education, "documents.cosign", reach=False)
    actions.cosign(school, result="agreed", by=teacher, on=DAY)
    with pytest.raises(Refused) as refused:
        actions.sign(document, by=leader, on=DAY)
    assert codes(refused) == {"cosigners_open"}
    actions.cosign(money, result="agreed", opinion="已明确", by=clerk, on=DAY)
    assert actions.sign(document, by=leader, on=DAY).state == State.SIGNED


@pytest.mark.clause("N7")
def test_taking_a_document_back_voids_answers_and_signature(offices, drafter, leader):
    document = actions.circulate(draft(offices, drafter, cosigners=[offices.finance]), by=drafter, on=DAY)
    clerk = offices.actor(offices.finance, "documents.cosign", reach=False)
    actions.cosign(document.cosigns.get(), result="agreed", by=clerk, on=DAY)
    with pytest.raises(Refused) as refused:
        actions.edit_draft(document, kind="notice", title="改了", body=BODY, by=drafter, on=DAY)
    assert codes(refused) == {"not_a_draft"}
    signed = actions.sign(document, by=leader, on=DAY)
    back = actions.take_back(signed, by=drafter, on=DAY, reason="附件有误")
    assert (back.state, back.signed_by, document.cosigns.get().result) == ("drafted", None, "")


def test_the_database_keeps_a_circulated_text_and_an_issued_number(offices, drafter, leader):
    document = issued(offices, drafter, leader)
    for change in (
        {"body": "别的内容"},
        {"title": "别的标题"},
        {"number": "吉民发〔2013〕9号"},
        {"state": "drafted"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfficialDocument.objects.filter(pk=document.pk).update(**change)


def test_a_recalled_document_keeps_its_number_and_says_why(offices, drafter, leader):
    document = issued(offices, drafter, leader)
    with pytest.raises(Refused):
        actions.recall(document, reason="", by=leader, on=DAY)
    document = actions.recall(document, reason="数字有误，另行印发", by=leader, on=DAY + timedelta(days=3))
    assert not document.is_issued and document.number and document.recall_reason == "数字有误，另行印发"


@pytest.mark.clause("N5")
def test_addressees_acknowledge_and_say_when_they_studied_it(offices, drafter, leader):
    document = issued(offices, drafter, leader)
    here = offices.actor(offices.by_place[YANBIAN], name="金哲")
    mine = document.addressees.get(organization=offices.by_place[YANBIAN])
    with pytest.raises(Refused) as refused:
        actions.acknowledge(mine, studied_on=DAY - timedelta(days=1), by=here, on=DAY)
    assert codes(refused) == {"study_before"}
    mine = actions.acknowledge(mine, by=here, on=DAY + timedelta(days=1))
    mine = actions.acknowledge(
        mine, studied_on=DAY + timedelta(days=5), study_note="局务会传达", by=here, on=DAY + timedelta(days=6)
    )
    assert mine.acknowledged_on == DAY + timedelta(days=1) and mine.acknowledger == "金哲"
    assert mine.studied_on == DAY + timedelta(days=5)
    waiting = document.addressees.waiting()
    assert [one.organization.name for one in waiting] == ["白城市民政局"]
    other = document.addressees.get(organization=offices.by_place[BAICHENG])
    with pytest.raises(Refused):
        actions.acknowledge(other, by=here, on=DAY)


@pytest.mark.clause("N5")
def test_reminders_go_once_a_day_to_the_late(offices, drafter, leader):
    document = issued(offices, drafter, leader)
    actions.remind(document, by=drafter, on=DAY + timedelta(days=8))
    assert document.addressees.filter(reminded_on=DAY + timedelta(days=8)).count() == 2


def test_a_document_is_seen_by_issuer_addressees_once_issued_co_signers_and_who_reads_all(
    offices, drafter, leader
):
    document = draft(offices, drafter, cosigners=[offices.finance])
    here = offices.actor(offices.by_place[YANBIAN])
    clerk = offices.actor(offices.finance, "documents.read", reach=False)
    teacher = offices.actor(offices.education, "documents.read")
    everything = offices.actor(offices.education, "documents.read", "documents.read_all")
    county = offices.actor(offices.by_place[TUMEN])
    assert visible(drafter) == {document} == visible(everything) and not visible(here) and not visible(clerk)
    document = actions.circulate(document, by=drafter, on=DAY)
    assert visible(clerk) == {document} and not visible(here)
    actions.cosign(
        document.cosigns.get(), result="agreed", by=offices.actor(offices.finance, "documents.cosign"), on=DAY
    )
    document = actions.issue(actions.sign(document, by=leader, on=DAY), by=drafter, on=DAY)
    assert visible(here) == {document} and not visible(teacher) and not visible(county)


def test_what_is_missing_in_a_draft_is_said_beside_its_field(offices, drafter):
    with pytest.raises(Refused) as refused:
        draft(offices, drafter, kind="poem", title="", body=" ", to=(JILIN,), cc=[offices.by_place[JILIN]])
    assert codes(refused) == {
        "document_kind", "document_title", "document_body", "addressee_twice", "addressee_issuer"
    }  # fmt: skip


def test_without_addressees_nothing_is_issued_but_bulletins(offices, drafter, leader):
    with pytest.raises(Refused) as refused:
        issued(offices, drafter, leader, to=())
    assert codes(refused) == {"no_addressees"}
    assert issued(offices, drafter, leader, to=(), kind="bulletin").is_issued


def test_two_who_look_at_the_same_version_do_not_overwrite_each_other(offices, drafter, leader):
    document = draft(offices, drafter)
    seen = document.version
    actions.sign(document, by=leader, on=DAY, seen=seen)
    with pytest.raises((Stale, Refused)):
        actions.drop_draft(OfficialDocument.objects.get(pk=document.pk), by=drafter, on=DAY, seen=seen)


@pytest.mark.django_db(transaction=True)
def test_the_journal_seals_every_step(offices, drafter, leader):
    document = issued(offices, drafter, leader, cosigners=[])
    actions.acknowledge(document.addressees.first(), by=SYSTEM, on=DAY, studied_on=DAY)
    second = draft(offices, drafter, cosigners=[offices.finance])
    second = actions.edit_draft(second, kind="notice", title="改后的通知", body=BODY, by=drafter, on=DAY)
    actions.drop_draft(second, by=drafter, on=DAY)
    third = actions.circulate(draft(offices, drafter, cosigners=[offices.finance]), by=drafter, on=DAY)
    actions.cosign(third.cosigns.get(), result="agreed", by=SYSTEM, on=DAY)
    actions.take_back(third, by=drafter, on=DAY)
    actions.recall(document, reason="另行印发", by=leader, on=DAY)
    found = [one for one in audit.verify() if one.where.startswith("documents")]
    assert found == [] and CoSign.objects.exists()


@pytest.mark.clause("T4.2.b")
def test_with_every_filter_gone_the_database_shows_a_body_only_what_concerns_it(offices, drafter, leader):
    mine = actions.circulate(draft(offices, drafter, cosigners=[offices.finance]), by=drafter, on=DAY)
    other = issued(offices, drafter, leader, to=(BAICHENG,))
    clerk = offices.actor(offices.finance, "documents.read", reach=False)
    county = offices.actor(offices.by_place[YANJI])
    yanbian = offices.actor(offices.by_place[YANBIAN])
    to = addressed(mine, "to")
    with standing():
        for actor, wanted in ((clerk, {mine}), (county, set()), (yanbian, {mine}), (drafter, {mine, other})):
            with walls_acting.acting(actor):
                assert set(OfficialDocument.objects.all()) == wanted
                assert {one.document_id for one in Addressee.objects.all()} <= {one.pk for one in wanted}
        with walls_acting.acting(clerk):
            assert (
                not mine.addressees.exists() and addressed(mine, "to") == to
            )  # on the paper it stands for all
        with walls_acting.acting(county):
            assert not OfficialDocument.objects.filter(pk=other.pk).update(urgency="urgent")
