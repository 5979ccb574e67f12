"""What has outlived its period is gone the night after, not a day before; who is held by nothing is proposed."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone

from shegong.duties.registry import actions as registry
from shegong.duties.registry.models import Application
from shegong.ground.accounts.models import SignIn
from shegong.ground.documents import vault
from shegong.ground.documents.models import FolderItem
from shegong.ground.people import actions as people
from shegong.ground.people.models import Contact
from shegong.kernel import audit
from shegong.kernel.access import ANONYMOUS, SYSTEM
from shegong.kernel.http import today
from shegong.kernel.idempotency import IdempotencyKey
from shegong.kernel.messages import Message
from shegong.kernel.refusal import Refused
from shegong.kernel.sheets.tables import ORIGINALS, Batch
from shegong.steering.privacy import actions
from shegong.steering.privacy.actions.retention import SWEEPS, ended_before, expired
from shegong.steering.privacy.models import Request

pytestmark = [pytest.mark.django_db]


def swept_on(day):
    """Counts by table of a night that many days from now."""
    with time_machine.travel(timezone.now() + timedelta(days=day), tick=True):
        return actions.sweep(by=SYSTEM, on=today())


def test_only_the_system_sweeps(offices):
    with pytest.raises(Refused):
        actions.sweep(by=ANONYMOUS, on=today())
    with pytest.raises(Refused):
        actions.propose_expired(province=220000000, by=ANONYMOUS, on=today())


def test_a_draft_goes_with_its_papers_after_180_days_and_no_day_before(
    worker, photo, django_capture_on_commit_callbacks
):
    draft = registry.start_application(by=worker.actor, on=today())
    paper = registry.add_paper(
        draft, kind="certificate", content=photo, filename="a.jpg", by=worker.actor, on=today()
    )
    Application.objects.filter(pk=draft.pk).update(saved_at=timezone.now())
    assert "registry.application" not in swept_on(180)
    with django_capture_on_commit_callbacks(execute=True):
        assert swept_on(182)["registry.application"] == 1
    assert not Application.objects.exists() and not FolderItem.objects.exists()
    assert not vault.path_of(paper.file.sha256).exists()


def test_bytes_that_no_case_holds_any_more_go_and_others_stay(registered, django_capture_on_commit_callbacks):
    kept = FolderItem.objects.first()
    lost = FolderItem.objects.last()
    gone = lost.file
    FolderItem.objects.filter(file=gone).delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert swept_on(9)["documents.file"] == 1
    assert not vault.path_of(gone.sha256).exists() and vault.path_of(kept.file.sha256).exists()


def test_a_submitted_application_is_no_draft(registered):
    swept_on(4000)
    assert Application.objects.filter(pk=registered.application.pk).exists()


def test_sessions_sign_ins_keys_of_forms_and_old_contacts_go_at_their_time(worker):
    people.state_contact(
        worker.person, kind="phone", value="13900005678", verified=False, by=worker.actor,
        on=today() + timedelta(days=1),
    )  # fmt: skip
    SignIn.objects.update(ended_at=timezone.now())
    IdempotencyKey.objects.create(key="k" * 20, user_id=worker.user.pk, route="/", body_hash=b"x")
    Session.objects.create(session_key="s1", session_data="x", expire_date=timezone.now())
    assert not {"accounts.signin", "kernel.idempotencykey", "people.contact"} & set(swept_on(6))
    assert swept_on(9)["kernel.idempotencykey"] == 1
    assert not Session.objects.filter(session_key="s1").exists()
    assert "accounts.signin" not in swept_on(360)
    found = swept_on(368)
    assert found["accounts.signin"] == 1 and found["people.contact"] == 1
    assert Contact.objects.filter(person=worker.person, kind="phone").count() == 1


def test_the_words_of_messages_go_after_two_years_and_the_proof_stays(worker):
    swept_on(700)
    assert Message.objects.get(person_id=worker.person.pk).words != ("", "")
    assert swept_on(732)["kernel.message"] == 1
    message = Message.objects.get(person_id=worker.person.pk)
    assert message.words == ("", "") and not Message.objects.inbox(worker.person.pk).exists()


def test_the_file_of_a_workbook_goes_after_90_days_unless_a_younger_one_is_the_same(
    offices, django_capture_on_commit_callbacks
):
    def batch(number, content, ended):
        return Batch.objects.create(
            number=number, layout="roster", file_name="a.xlsx", sha256=ORIGINALS.keep(content), size=9,
            region_code=222401000, state="dropped", ended_at=ended,
        )  # fmt: skip

    now = timezone.now()
    old, twin = batch("A", b"old", now), batch("B", b"twin", now)
    batch("C", b"twin", now + timedelta(days=60))
    with django_capture_on_commit_callbacks(execute=True):
        assert "kernel.batch" not in swept_on(89)
    with django_capture_on_commit_callbacks(execute=True):
        assert swept_on(92)["kernel.batch"] == 1
    assert not ORIGINALS.path_of(old.sha256).exists() and ORIGINALS.path_of(twin.sha256).exists()


@pytest.mark.django_db(transaction=True)
def test_the_journal_verifies_after_a_sweep(worker):
    registry.start_application(by=worker.actor, on=today())
    swept_on(4000)
    assert [f for f in audit.verify() if not f.where.startswith(("regions_", "organizations_"))] == []


def test_a_person_whom_nothing_holds_is_proposed_after_three_years_and_one_with_a_job_is_not(worker):
    SignIn.objects.all().delete()
    other = people.create_person(by=SYSTEM, on=today())
    in_three = timezone.now() + timedelta(days=366 * 3)
    assert expired(today()) == []
    with time_machine.travel(in_three, tick=True):
        found = {row.person_id for row in actions.propose_expired(province=220000000, by=SYSTEM, on=today())}
        assert other.pk in found and worker.person.pk not in found
        assert Request.objects.get(person=other).origin == "retention"
        assert not actions.propose_expired(province=220000000, by=SYSTEM, on=today())  # asked once


def test_a_person_with_a_decided_case_is_held_by_the_archive_for_ten_years(registered):
    with time_machine.travel(timezone.now() + timedelta(days=366 * 5), tick=True):
        assert registered.person not in expired(today())


def test_days_before_a_month_end_are_real_days():
    from datetime import date

    assert ended_before("sign_in", date(2028, 2, 29)) == date(2027, 2, 28)
    assert ended_before("contact", date(2026, 11, 23)) == date(2025, 11, 23)
    assert set(SWEEPS) >= {"registry.application", "kernel.message", "kernel.batch", "sessions.session"}
