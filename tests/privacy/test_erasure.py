"""Erasure: what must stay is named and blocks it, two officers carry it out, nothing of her can be read afterwards,
and the journal still verifies (A27)."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from shegong.duties.registry.models import Application, ClosingProposal, Registration, Restriction
from shegong.ground.accounts.actions.entry import check_sign_in
from shegong.ground.credentials import actions as credentials
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Skill, Withheld, names_of
from shegong.kernel import audit, cube, person_keys
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused
from shegong.kernel.temporal import days
from shegong.steering.dossier import actions as dossier
from shegong.steering.privacy import actions
from shegong.steering.privacy.actions.doors import doors, holds_of
from shegong.steering.privacy.models import LegalHold, Request

pytestmark = [pytest.mark.django_db, pytest.mark.clause("T4.2.b")]
WHY = "本人已离开行业"
PROVINCE = 220000000


def kinds(person, on=None):
    return {hold.kind for hold in holds_of([person.pk], on or today())}


def codes(refused):
    return [obstacle.code for obstacle in refused.value.obstacles]


@pytest.fixture
def asked(worker):
    return actions.ask(worker.person, wish="请删除", province=PROVINCE, by=worker.actor, on=today())


@pytest.fixture
def erase(first, second):
    def go(row):
        row = actions.propose(row, reason=WHY, by=first.actor, on=today())
        return actions.erase(row, by=second.actor, on=today())

    return go


def everything():
    """Every value of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return found


def test_a_person_asks_and_the_request_lies_with_the_county_where_she_works(asked):
    assert (asked.state, asked.region_code) == ("asked", 222401000)


def test_a_second_request_while_one_waits_is_refused(asked, worker):
    with pytest.raises(Refused) as refused:
        actions.ask(worker.person, province=PROVINCE, by=worker.actor, on=today())
    assert codes(refused) == ["asked_before"]


def test_nobody_asks_for_somebody_else(worker, first):
    with pytest.raises(Refused):
        actions.ask(worker.person, province=PROVINCE, by=first.actor, on=today())


def test_a_live_registration_an_open_case_a_warning_and_a_proposal_block_it_with_their_article(
    registered, first
):
    assert kinds(registered.person) == {"registration", "open_case", "sanction"}
    row = actions.ask(registered.person, province=PROVINCE, by=registered.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.propose(row, reason=WHY, by=first.actor, on=today())
    assert codes(refused) == ["held"] * 3
    assert all(obstacle.clause for obstacle in refused.value.obstacles)
    assert "JL2026000001" in str(refused.value)


def test_a_closed_registration_holds_thirty_years_and_a_decision_ten(registered):
    on, person = today(), registered.person
    Registration.objects.filter(person=person).update(closed_on=on, closed_kind="cancelled")
    Application.objects.filter(person=person).update(state="withdrawn", final_on=on)
    found = {hold.kind: hold.until for hold in holds_of([person.pk], on)}
    assert found["register"].year - on.year == 30 and found["case"].year - on.year == 10
    late = on.replace(year=on.year + 31)
    ClosingProposal.objects.all().delete()
    assert {hold.kind for hold in holds_of([person.pk], late)} == set()


def test_a_hold_of_an_officer_blocks_and_two_lift_it(asked, worker, first, second):
    hold = actions.place_hold(
        worker.person, kind="voucher", reason="2025年补贴凭证", by=first.actor, on=today()
    )
    assert kinds(worker.person) == {"placed"}
    with pytest.raises(Refused):
        actions.propose(asked, reason=WHY, by=first.actor, on=today())
    hold = actions.propose_lift(hold, reason="凭证已移交", by=second.actor, on=today())
    with pytest.raises(Refused) as refused:
        actions.lift_hold(hold, by=second.actor, on=today())
    assert codes(refused) == ["four_eyes"]
    other = make_second(second, first)
    actions.lift_hold(hold, by=other, on=today())
    assert kinds(worker.person) == set() and LegalHold.objects.get().state == "lifted"


def make_second(second, first):
    """The first officer with the second one's authority."""
    from dataclasses import replace

    return replace(second.actor, user_id=first.user.pk, person_id=first.person.pk)


def test_an_open_duplicate_and_a_merge_that_can_be_undone_block_it(asked, worker, first):
    from shegong.ground.people import actions as people

    other = people.create_person(by=SYSTEM, on=today())
    dossier.suspect(worker.person, other, by=SYSTEM, on=today())
    assert kinds(worker.person) == {"duplicate"}


def test_an_officer_with_a_role_is_neither_restricted_nor_erased(first, second):
    row = actions.ask(first.person, province=222400000, by=first.actor, on=today())
    assert "role" in kinds(first.person)
    with pytest.raises(Refused):
        actions.restrict(row, reason=WHY, by=second.actor, on=today())


def test_whoever_proposed_does_not_erase_and_nobody_decides_on_himself(asked, first, worker):
    row = actions.propose(asked, reason=WHY, by=first.actor, on=today())
    from dataclasses import replace

    strong = replace(first.actor, authorities=tuple(
        replace(a, permissions=a.permissions | {"privacy.decide"}) for a in first.actor.authorities))  # fmt: skip
    with pytest.raises(Refused) as refused:
        actions.erase(row, by=strong, on=today())
    assert codes(refused) == ["four_eyes"]
    own = replace(strong, person_id=worker.person.pk)
    with pytest.raises(Refused) as refused:
        actions.erase(row, by=own, on=today())
    assert codes(refused) == ["own_case"]


def test_a_clerk_of_another_county_decides_nothing(asked, make_officer, offices):
    from dataclasses import replace

    from shegong.kernel.access import Range

    elsewhere = make_officer(222400000, "外地").actor
    elsewhere = replace(elsewhere, authorities=tuple(
        replace(a, ranges=(Range(220800000, 220900000),)) for a in elsewhere.authorities))  # fmt: skip
    with pytest.raises(Refused):
        actions.propose(asked, reason=WHY, by=elsewhere, on=today())


def test_after_an_erasure_no_table_holds_a_word_of_hers(registered, said, erase):
    """The registration is long closed and every period over, so even the case and its papers go."""
    close_everything(registered.person)
    with time_machine.travel(timezone.now() + timedelta(days=365 * 31), tick=True):
        row = actions.ask(registered.person, province=PROVINCE, by=registered.actor, on=today())
        assert kinds(registered.person) == set()
        assert erase(row).state == "erased"
    words = [said.name, said.number, said.phone, said.address, said.school, "个案督导", "逾期未改", "材料属实",
             "学校名称与证书不符", "工作证", "202606220100009999", "请删除"]  # fmt: skip
    found = [f"{word} in {row[:60]}" for row in everything() for word in words if word in row]
    assert found == []
    born = Person.objects.get(pk=registered.person.pk).born_on
    assert (born.month, born.day, born.year) == (1, 1, 1990)
    assert not Identity.objects.filter(person=registered.person).exists()
    assert not PersonName.objects.filter(person=registered.person).exists()
    assert Registration.objects.filter(person=registered.person).count() == 1  # the statistics go on counting


def close_everything(person):
    on = today()
    Registration.objects.filter(person=person).update(closed_on=on, closed_kind="cancelled")
    Application.objects.filter(person=person).update(state="withdrawn", final_on=on)
    Restriction.objects.filter(person=person).update(during=days(on - timedelta(days=30), on))
    ClosingProposal.objects.filter(registration__person=person).delete()


@pytest.mark.django_db(transaction=True)
def test_the_journal_verifies_after_an_erasure_and_the_key_is_destroyed(asked, worker, erase):
    def unexplained():
        return [str(f) for f in audit.verify() if not f.where.startswith(("regions_", "organizations_"))]

    before = unexplained()
    erase(asked)
    assert unexplained() == before == []
    assert not Identity.objects.filter(person=worker.person).exists()
    with pytest.raises(person_keys.Forgotten):
        person_keys.secret_of(worker.person.pk)
    assert [one.person_id for one in person_keys.erased_since()][-1] == worker.person.pk


def test_papers_are_destroyed_unless_another_case_holds_them_too(
    registered, erase, django_capture_on_commit_callbacks
):
    from shegong.ground.documents import vault
    from shegong.ground.documents.models import File, Folder, FolderItem

    close_everything(registered.person)
    mine = list(File.objects.filter(pk__in=FolderItem.objects.values("file")))
    shared = mine[0]
    FolderItem.objects.create(folder=Folder.objects.create(title="x"), file=shared, kind="certificate")
    with time_machine.travel(timezone.now() + timedelta(days=365 * 31), tick=True):
        row = actions.ask(registered.person, province=PROVINCE, by=registered.actor, on=today())
        with django_capture_on_commit_callbacks(execute=True):
            erase(row)
    assert vault.path_of(shared.sha256).exists()
    assert not [one for one in mine[1:] if vault.path_of(one.sha256).exists()]


def test_the_account_is_shut_and_lets_nobody_in(asked, worker, erase):
    assert check_sign_in("worker", "correct horse 9", client="x").pk == worker.user.pk
    erase(asked)
    assert worker.browser.get("/my/privacy/").status_code == 302
    with pytest.raises(Refused):
        check_sign_in("worker", "correct horse 9", client="x")


def test_restricted_data_are_absent_from_search_lists_and_files_and_the_register_still_answers(
    registered, said, first
):
    def shown(path):
        return first.browser.get(path)

    listed = "/office/people/"
    assert "JL2026000001" in shown(listed).content.decode()
    row = actions.ask(registered.person, province=PROVINCE, by=registered.actor, on=today())
    actions.restrict(row, reason=WHY, by=first.actor, on=today())
    assert "JL2026000001" not in shown(listed).content.decode()
    assert b"JL2026000001" not in b"".join(first.browser.get("/office/people.csv").streaming_content)
    assert Person.objects.search(said.name, first.actor) == []
    assert Person.objects.search(said.number, first.actor) == []
    assert shown(f"/office/people/{registered.person.token}/").status_code == 404
    assert Client().get(f"/v/{registered.card.serial}").status_code == 200
    assert not Skill.objects.filter(person=registered.person).exists()  # no duty needs them
    assert Contact.objects.filter(person=registered.person).exists()


def test_taking_the_request_back_lets_the_data_be_used_again(registered, said, first):
    row = actions.ask(registered.person, province=PROVINCE, by=registered.actor, on=today())
    row = actions.restrict(row, reason=WHY, by=first.actor, on=today())
    actions.withdraw(row, by=registered.actor, on=today())
    assert not Withheld.objects.exists()
    assert [one.pk for one in Person.objects.search(said.name, first.actor)] == [registered.person.pk]


def test_public_verification_of_an_erased_person_answers_without_a_fault(registered, erase):
    close_everything(registered.person)
    with time_machine.travel(timezone.now() + timedelta(days=365 * 31), tick=True):
        erase(actions.ask(registered.person, province=PROVINCE, by=registered.actor, on=today()))
    assert Client().get(f"/v/{registered.card.serial}").status_code in (200, 404)
    assert names_of([registered.person.pk]) == {}


def test_who_died_stays_uncounted_after_her_data_are_erased(worker, erase):
    issued, died = today() - timedelta(days=900), today() - timedelta(days=30)
    certificate = credentials.declare_certificate(
        worker.person,
        level="assistant",
        management_no="201206222401000077",
        issued_on=issued,
        by=SYSTEM,
        on=today(),
    )
    credentials.verify_certificate(certificate, source="office", by=SYSTEM, on=today())
    assert cube.value("credentials.holders", on=today()) == 1
    asked = actions.ask(worker.person, wish="请删除", province=PROVINCE, by=worker.actor, on=today())
    people.close_person(worker.person, died_on=died, reason="死亡证明 2026-18 号", by=SYSTEM, on=today())
    before, after = died - timedelta(days=1), today()
    assert [cube.value("credentials.holders", on=day) for day in (before, after)] == [1, 0]
    erase(asked)
    assert Person.objects.get(pk=worker.person.pk).died_on == died, "a day without a name is nobody's"
    assert cube.value("credentials.holders", on=after) == 0
    cube.recount("credentials.holders")
    assert cube.value("credentials.holders", on=after) == 0, "nor after the night's recount"


def test_the_journal_names_the_tables_that_lost_something_and_no_value(asked, said, erase):
    erase(asked)
    entries = JournalEntry.objects.filter(verb__endswith=".forget")
    assert {entry.verb.partition(".")[0] for entry in entries} >= {
        "people",
        "accounts",
        "credentials",
        "employment",
    }
    text = json.dumps([entry.facts for entry in entries], ensure_ascii=False)
    assert "people.identity" in text and said.name not in text


def test_a_restored_backup_is_erased_again(asked, worker, erase, said):
    erase(asked)
    with transaction.atomic():  # as if the backup had brought a name back
        PersonName.objects.create(
            person=worker.person, name=said.name, canonical=said.name, during=days(today())
        )
    assert actions.erase_again([worker.person.pk], by=SYSTEM, on=today()) == 1
    assert not PersonName.objects.filter(person=worker.person).exists()
    with pytest.raises(Refused):
        actions.erase_again([worker.person.pk], by=worker.actor, on=today())


def test_a_refusal_is_told_with_its_reason(asked, worker, first):
    row = actions.refuse(asked, reason="正在接受检查", by=first.actor, on=today())
    assert row.state == "refused"
    page = worker.browser.get("/my/privacy/").content.decode()
    assert "正在接受检查" in page


def test_data_that_are_erased_are_merged_with_nobody(asked, worker, erase):
    from shegong.ground.people import actions as people
    from shegong.steering.dossier.actions.doors import clashes_of

    erase(asked)
    other = people.create_person(by=SYSTEM, on=today())
    assert "erased" in [obstacle.code for obstacle in clashes_of(worker.person, other)]


def test_every_context_with_personal_rows_offers_the_doors():
    assert set(doors()) >= {
        "privacy",
        "dossier",
        "registry",
        "employment",
        "accounts",
        "credentials",
        "people",
    }
    assert all(hasattr(door, name) for door in doors().values() for name in ("FORGETS", "holds"))
    assert Request.workflow.start == "asked"
