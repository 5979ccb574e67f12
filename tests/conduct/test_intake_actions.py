"""From the public door to the office: what is kept apart, where a complaint goes, what the database refuses, clocks."""

import io
import json
import secrets
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from fixtures.accused import JILIN, YANBIAN, accused, act, bench, offices, someone
from fixtures.complaining import TEXT, lodge, photo, told
from fixtures.registered import make, places
from PIL import Image

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.drafts import code_from
from shegong.duties.conduct.actions.telling_complainant import tell_complainants
from shegong.duties.conduct.models import (
    ComplainantVault,
    Complaint,
    ComplaintDraft,
    EarlierComplaint,
    Exchange,
    Kin,
    StageDate,
    VaultRead,
)
from shegong.duties.conduct.sealed_text import opened
from shegong.ground.documents.actions import read_bytes
from shegong.ground.organizations.models import Duty, Organization
from shegong.kernel.journal import JournalEntry
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused, Stale
from shegong.kernel.sealing import SealError, keyring
from shegong.kernel.temporal import days
from shegong.work.employment.models import Employment

__all__ = ["accused", "act", "bench", "make", "offices", "places"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.f")]
NAMED = {"kind": "confidential", "name": "李秀英", "contact": "13900001111", "tell_me": True}


@pytest.fixture
def on():
    return timezone.localdate()


def refused(act):
    with pytest.raises(Refused) as found, transaction.atomic():
        act()
    return [one.code for one in found.value.obstacles]


def whole_database():
    """Every value of every table, as text."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed:
                cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
                yield from ((model._meta.label, row) for (row,) in cursor.fetchall())


def test_a_complaint_comes_in_and_goes_above_the_county_of_whom_it_is_about(accused, offices, bench, on):
    made = lodge()
    row = made.complaint
    assert (row.state, row.routed_to, row.respondent, row.number) == (
        "routed", offices[YANBIAN], accused.person, f"SGTS-{on.year}-00001",
    )  # fmt: skip
    assert opened(row, "text") == TEXT and TEXT.encode() not in bytes(row.text)
    assert row.due_on >= on + timedelta(days=15) and actions.tracked(made.code.lower()) == row
    assert row in Complaint.objects.visible_to(bench.officer, "conduct.read")


def test_nothing_of_who_complained_stands_anywhere_in_the_open(accused, offices, on):
    me = someone("李秀英本人")
    made = lodge(**NAMED, person_id=me.pk)
    kept = ComplainantVault.objects.get(complaint=made.complaint)
    assert opened(kept, "contact") == "13900001111"
    for label, row in whole_database():
        for secret in ("13900001111", "李秀英", made.code, code_from("0" * 64), TEXT):
            assert secret not in row or "李秀英本人" in row, label
    entries = JournalEntry.objects.filter(verb__startswith="conduct.")
    assert entries.exists()
    for entry in entries:
        assert (entry.person_id, entry.user_id, entry.about_person_id, entry.request_id) == (
            None,
            None,
            None,
            "",
        )
        assert entry.region_code == YANBIAN, "the place of the office, not where it happened"


def test_who_complained_lies_under_keys_that_open_nothing_else(accused, offices):
    kept = ComplainantVault.objects.get(complaint=lodge(**NAMED).complaint)
    place = ("conduct_complainantvault", "name", str(kept.seal_id))
    assert keyring("vault").open(bytes(kept.name), place)
    rings = [keyring(name).sealing[1] for name in ("", "conduct", "vault")]
    assert len(set(rings)) == 3
    stranger = keyring("conduct")
    with pytest.raises(SealError):
        type(stranger)(stranger.profile, stranger.sealing, stranger.indexing, "vault").open(
            bytes(kept.name), place
        )


def test_an_anonymous_complaint_leaves_no_row_about_who_sent_it(accused, offices):
    made = lodge(name="李秀英", contact="13900001111")
    assert not ComplainantVault.objects.filter(complaint=made.complaint).exists()


def test_the_same_browser_sends_once_and_reads_its_code_again(accused, offices, on):
    key = secrets.token_hex(32)
    first = lodge(key=key)
    again = actions.lodge(key, on=on)
    assert (again.code, again.complaint) == (first.code, first.complaint)
    assert Complaint.objects.count() == 1 and not ComplaintDraft.objects.exists()


def test_what_was_typed_wrong_is_kept_too_and_forgotten_after_days(on):
    key = secrets.token_hex(32)
    actions.save_draft(key, {"text": "短", "region_code": None}, on=on)
    assert actions.read_draft(key)[0].text == "短"
    assert actions.read_draft(secrets.token_hex(32))[0].text == ""
    ComplaintDraft.objects.update(ends_at=timezone.now() - timedelta(hours=1))
    assert actions.read_draft(key)[0].text == ""
    assert refused(lambda: actions.lodge(key, on=on)) == ["no_draft"]


def test_photos_lose_place_maker_and_name_and_documents_are_not_taken(accused, offices, on):
    made = lodge(photos=[photo()])
    (paper,) = actions.papers_of(made.complaint.folder_id)
    with Image.open(io.BytesIO(read_bytes(paper.file))) as picture:
        assert not picture.getexif() and "exif" not in picture.info
    assert paper.title == "1"
    key = secrets.token_hex(32)
    actions.save_draft(key, told(), on=on)
    assert refused(lambda: actions.add_draft_papers(key, [b"%PDF-1.4 /Author (Li)"], on=on)) == ["photo_only"]
    assert refused(lambda: actions.add_draft_papers(key, [photo(n) for n in range(7)], on=on)) == ["papers"]


# -- where it goes -----------------------------------------------------------------------------------------------------


# Abuse A19: complaint routed to the accused or his superior in the same unit
def test_a_body_in_which_the_other_side_works_is_passed_over(accused, offices):
    Employment.objects.filter(person=accused.person).update(employer=offices[YANBIAN])
    assert lodge().complaint.routed_to == offices[JILIN]


def test_a_complaint_about_the_office_itself_goes_above_it(offices, places):
    made = lodge(whom_kind="body", whom="延边州民政局", register_no="")
    assert (made.complaint.respondent_body, made.complaint.routed_to) == (offices[YANBIAN], offices[JILIN])


def test_where_every_body_has_a_side_the_inspector_names_one_and_nobody_else_sees_it(
    accused, offices, bench, on
):
    Employment.objects.filter(person=accused.person).update(employer=offices[YANBIAN])
    Organization.objects.filter(pk=offices[YANBIAN].pk).update(parent=offices[JILIN])
    Duty.objects.filter(organization=offices[JILIN]).update(organization=offices[YANBIAN])
    row = lodge().complaint
    assert (row.state, row.routed_to) == ("lodged", None)
    assert row not in Complaint.objects.visible_to(bench.officer, "conduct.read")
    other = Organization.objects.create(kind="association", region_code=JILIN, name="省社会工作协会")
    assert refused(
        lambda: actions.place_by_hand(row, offices[YANBIAN], reason="无其他机关", by=bench.inspector, on=on)
    ) == ["body_has_side"]
    placed = actions.place_by_hand(row, other, reason="各级机关均有利害关系", by=bench.inspector, on=on)
    assert (placed.state, placed.routed_to) == ("routed", other)


def test_the_database_refuses_who_has_a_side_whatever_the_application_says(accused, offices):
    row = lodge().complaint
    rows = Complaint._base_manager.filter(pk=row.pk)
    refusals = [
        {"routed_to": accused.unit, "routed_region_code": YANBIAN}, {"investigator": accused.person},
        {"respondent": None, "respondent_body": offices[YANBIAN]}, {"appeal_body": accused.unit},
    ]  # fmt: skip
    colleague, relative = someone(), someone()
    Employment.objects.create(
        person=colleague, employer=accused.unit, region_code=accused.unit.region_code, during=days(None)
    )
    Kin.objects.create(
        person=relative, relative=accused.person, relation="in_law", declared_on=row.received_on
    )
    for changes in [*refusals, {"investigator": colleague}, {"investigator": relative}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)
    rows.update(investigator=someone())


def test_no_officer_with_a_side_reaches_the_case(accused, act, on):
    row = lodge().complaint
    colleague, relative, herself = someone(), someone(), accused.person
    Employment.objects.create(
        person=colleague, employer=accused.unit, region_code=accused.unit.region_code, during=days(None)
    )
    Kin.objects.create(person=relative, relative=accused.person, relation="spouse", declared_on=on)
    for person in (colleague, relative, herself):
        officer = act("officer", person=person)
        assert row not in Complaint.objects.visible_to(officer, "conduct.read")
        assert refused(lambda officer=officer: actions.accept(row, by=officer, on=on)) == ["not_allowed"]
    assert row in Complaint.objects.visible_to(act("officer"), "conduct.read")


def test_identifying_the_office_itself_takes_the_case_out_of_its_hands(offices, bench, on):
    row = lodge(whom_kind="unknown", register_no="", whom="一位工作人员").complaint
    assert row.routed_to == offices[YANBIAN] and row.respondent_body is None
    moved = actions.identify(row, body=offices[YANBIAN], by=bench.officer, on=on)
    assert (moved.routed_to, moved.respondent_body) == (offices[JILIN], offices[YANBIAN])
    assert moved not in Complaint.objects.visible_to(bench.officer, "conduct.read")


def test_identifying_a_worker_leaves_the_case_where_nobody_has_a_side(accused, offices, bench, on):
    row = lodge(register_no="", whom="小林").complaint
    found = actions.identify(row, register_no=" jl2012000001 ", by=bench.officer, on=on)
    assert (found.respondent, found.routed_to) == (accused.person, offices[YANBIAN])
    assert refused(lambda: actions.identify(found, register_no="JL0", by=bench.officer, on=on)) == [
        "register_no"
    ]


def test_what_belongs_to_another_procedure_goes_there_at_once_and_may_be_looked_at_again(
    accused, offices, on
):
    row = lodge(matter="labour").complaint
    assert (row.state, row.reason_code, row.due_on) == ("transferred", "labour", None)
    again = actions.ask_review(row, on=on)
    assert (again.state, again.routed_to) == ("routed", offices[JILIN])
    late = lodge(matter="labour").complaint
    assert refused(lambda: actions.ask_review(late, on=on + timedelta(days=31))) == ["review_late"]


# -- in the office -----------------------------------------------------------------------------------------------------


def test_accepted_the_clock_of_the_inquiry_begins_and_a_second_officer_is_told(accused, bench, act, on):
    row = lodge().complaint
    seen = row.version
    actions.accept(row, by=bench.officer, on=on, seen=seen)
    row.refresh_from_db()
    assert row.state == "accepted" and row.due_on >= on + timedelta(days=60)
    with pytest.raises(Stale), transaction.atomic():
        actions.refuse(row, reason="no_facts", text="没有可以查证的事实", by=act("officer"), on=on, seen=seen)


def test_refused_with_a_reason_that_is_read_by_code_and_reviewed_above(accused, offices, bench, act, on):
    made = lodge()
    row = made.complaint
    refuse = lambda **given: lambda: actions.refuse(row, by=bench.officer, on=on, **given)  # noqa: E731
    assert refused(refuse(reason="boring", text="不想办理")) == ["reason"]
    assert refused(refuse(reason="no_facts", text=" ")) == ["text"]
    assert refused(refuse(reason="decided_before", text="以前已经决定过")) == ["no_earlier"]
    actions.refuse(row, reason="no_facts", text="请补充时间和证人。", by=bench.officer, on=on)
    row.refresh_from_db()
    assert opened(Exchange.objects.get(complaint=row, side="office"), "text") == "请补充时间和证人。"
    above = actions.ask_review(actions.tracked(made.code), on=on)
    assert above.routed_to == offices[JILIN]
    actions.refuse(above, reason="no_facts", text="仍没有可以查证的事实。", by=act("officer", JILIN), on=on)
    assert refused(lambda: actions.ask_review(above, on=on)) == ["no_body"], (
        "nobody is told that somebody looks"
    )


def test_a_question_lets_the_clock_rest_and_the_answer_lets_it_run(accused, bench, on):
    made = lodge()
    row, due = made.complaint, made.complaint.due_on
    actions.write(row, text="有哪几次？", asks=True, by=bench.officer, on=on + timedelta(days=1))
    later = on + timedelta(days=11)
    actions.answer(actions.tracked(made.code), text="三月和四月。", photos=[photo()], on=later)
    row.refresh_from_db()
    assert row.due_on >= due + timedelta(days=8)
    rows = list(StageDate.objects.filter(complaint=row).order_by("pk"))
    assert [(one.paused_why, one.party) for one in rows] == [
        ("", "office"), ("complainant", "complainant"), ("", "office"),
    ]  # fmt: skip
    assert len(actions.papers_of(row.folder_id)) == 1


def test_days_beyond_are_put_down_to_whose_they_were(accused, bench, on):
    row = lodge().complaint
    actions.pause(row, why="expert", by=bench.officer, on=on + timedelta(days=3))
    actions.resume(row, by=bench.officer, on=on + timedelta(days=13))
    row.refresh_from_db()
    actions.accept(row, by=bench.officer, on=on + timedelta(days=40))
    over = {
        one.overrun_party: one.overrun_days
        for one in StageDate.objects.filter(complaint=row)
        if one.overrun_days
    }
    assert over["third"] == 10 and 10 <= over["office"] <= 15
    assert sum(over.values()) <= 25


def test_more_time_needs_the_signatory_and_stays_within_thirty_days(accused, bench, on):
    row = lodge().complaint
    actions.accept(row, by=bench.officer, on=on)
    row.refresh_from_db()
    due = row.due_on
    more = {"days": 20, "reason": "需要异地取证", "on": on}
    assert refused(lambda: actions.extend(row, by=bench.officer, **more)) == ["not_allowed"]
    actions.extend(row, by=bench.leader, **more)
    row.refresh_from_db()
    assert row.due_on >= due + timedelta(days=18)
    assert refused(lambda: actions.extend(row, by=bench.leader, **more)) == ["extension_long"]


def test_opening_who_complained_is_written_down_before_it_is_shown(accused, bench, on):
    row = lodge(**NAMED).complaint
    assert refused(lambda: actions.open_vault(row, reason="想知道是谁", by=bench.officer, on=on)) == [
        "not_allowed"
    ]
    assert refused(lambda: actions.open_vault(row, reason="", by=bench.leader, on=on)) == ["reason_short"]
    assert actions.open_vault(row, reason="需当面核实", by=bench.leader, on=on)["name"] == "李秀英"
    read = VaultRead.objects.get(reader=bench.leader.person_id)
    assert read.reason == "需当面核实"
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        VaultRead.objects.filter(pk=read.pk).update(reason="")
    assert refused(
        lambda: actions.open_vault(lodge().complaint, reason="需当面核实", by=bench.leader, on=on)
    ) == ["anonymous"]


def test_a_word_about_progress_names_nothing_and_only_who_asked_gets_one(accused, bench, on):
    row = lodge(**NAMED).complaint
    actions.accept(row, by=bench.officer, on=on)
    assert not Message.objects.filter(kind="notice.moved").exists()  # with the others, in the morning
    tell_complainants()
    message = Message.objects.get(kind="notice.moved")
    assert message.person_id is None and not message.link and not message.keep
    assert row.number not in " ".join(message.words) and "投诉" not in message.body
    assert VaultRead.objects.get(complaint=row).reader is None
    quiet = lodge(**NAMED | {"tell_me": False}).complaint
    actions.accept(quiet, by=bench.officer, on=on)
    tell_complainants()
    assert Message.objects.filter(kind="notice.moved").count() == 1


def test_complaints_in_series_are_laid_side_by_side_and_still_looked_at(accused, bench, on):
    first = lodge(**NAMED).complaint
    second = lodge(**NAMED | {"contact": "139 0000 1111"}).complaint
    link = EarlierComplaint.objects.get(complaint=second)
    assert (link.before, link.why, second.state) == (first, "same_complainant", "routed")
    other = lodge(**NAMED | {"contact": "13900002222"}).complaint
    assert not other.earlier.exists()


def test_the_journal_knows_every_row(accused, bench, on):
    made = lodge(**NAMED, photos=[photo()])
    actions.write(made.complaint, text="有哪几次？", asks=True, by=bench.officer, on=on)
    actions.answer(made.complaint, text="三月。", photos=[], on=on)
    sealed = {}
    for entry in JournalEntry.objects.order_by("seq"):
        sealed |= entry.rows
    for model in (Complaint, Exchange, StageDate):
        for pk in model._base_manager.values_list("pk", flat=True):
            assert f"{model._meta.db_table}:{pk}" in sealed
    assert json.dumps(sealed)
