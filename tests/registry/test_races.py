"""Two at once: double clicks and two officers on one case, on real connections, each with its control without the guard."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Decision
from shegong.kernel import idempotency
from shegong.kernel.refusal import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs):
    """Run the jobs at the same moment on connections of their own; returns what each gave or raised."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(n, job):
        try:
            gate.wait()
            results[n] = job()
        except Exception as problem:
            results[n] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def decide(application, officer, how, day):
    def job():
        row = Application.objects.get(pk=application.pk)
        if how == "pass":
            return actions.pass_stage(row, opinion="同意", by=officer, on=day, seen=application.version)
        return actions.return_for_completion(
            row, {"identity": "请更正姓名。"}, by=officer, on=day, seen=application.version
        )

    return job


# Abuse A23: two reviewers approve/reject the same item; stale form
def test_of_two_officers_deciding_at_once_exactly_one_wins(make_applicant, desks, make_officer, day):
    application = make_applicant().application
    colleague = make_officer(222401000)
    results = together(
        decide(application, desks.county, "pass", day), decide(application, colleague, "return", day)
    )
    assert sum(isinstance(r, Refused) for r in results) == 1
    assert Decision.objects.filter(application=application).count() == 1


def test_control_without_compare_and_swap_both_would_win(
    make_applicant, desks, make_officer, day, monkeypatch
):
    """The same race with the guard switched off loses a decision: so the test above can fail."""
    application = make_applicant().application
    meet = threading.Barrier(2, timeout=10)

    def blind(row, step_name, *, seen=None, **changes):
        if step_name != "accept":
            meet.wait()
        step = row.workflow.steps[step_name]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            type(row)._base_manager.filter(pk=row.pk).update(
                state=step.after, version=F("version") + 1, **changes
            )
        row.refresh_from_db()
        return row

    Application.objects.filter(pk=application.pk).update(accepted_on=day)
    monkeypatch.setattr("shegong.duties.registry.actions.reviewing.transition", blind)
    monkeypatch.setattr("shegong.kernel.journal._head", _unlocked_head)
    colleague = make_officer(222401000)
    together(decide(application, desks.county, "pass", day), decide(application, colleague, "return", day))
    assert Decision.objects.filter(application=application).count() == 2


def _unlocked_head():
    from django.utils import timezone

    from shegong.kernel.journal import GENESIS

    return uuid4().int % 10**15, GENESIS, timezone.now()


@pytest.fixture
def applicant_client(make_applicant, let_in, offices):
    from shegong.ground.accounts import actions as accounts
    from shegong.kernel.access import SYSTEM
    from shegong.kernel.http import today

    applicant = make_applicant(submit=False, issued_on=today(), on=today())
    user = accounts.create_user(applicant.person, username="me", password=None, by=SYSTEM, on=today())
    return applicant.application, lambda: let_in(Client(), user)


def submit_twice(applicant_client, keys):
    application, client = applicant_client
    path = f"/my/registration/{application.token}/check/"
    clients = [client(), client()]
    version = Application.objects.get(pk=application.pk).version

    def job(one, key):
        return lambda: one.post(path, {"_once": key, "version": version})

    return together(*(job(one, key) for one, key in zip(clients, keys, strict=True)))


def test_a_double_click_submits_once_and_both_see_the_receipt(applicant_client):
    key = uuid4().hex
    answers = submit_twice(applicant_client, [key, key])
    assert [a.status_code for a in answers] == [302, 302] and answers[0].url == answers[1].url
    assert idempotency.IdempotencyKey.objects.filter(key=key).count() == 1


def test_control_with_two_keys_the_second_click_is_refused_instead_of_repeated(applicant_client):
    """Without a shared key only the state guard is left: nothing happens twice, but the second gets no receipt."""
    answers = submit_twice(applicant_client, [uuid4().hex, uuid4().hex])
    assert sorted(a.status_code for a in answers) != [302, 302]
