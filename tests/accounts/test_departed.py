"""Whose death is recorded holds no account and no role any more, within a minute and for good."""

from datetime import timedelta

from shegong.ground.accounts.actions.departed import end_access, follow_deaths
from shegong.ground.accounts.models import Grant, SignIn
from shegong.ground.people import actions as people
from shegong.kernel.access import SYSTEM
from shegong.kernel.http import today
from shegong.kernel.journal import JournalEntry


def test_a_recorded_death_shuts_the_account_and_ends_sign_ins_and_roles(make_user, enter):
    user = make_user("lin", role="first_registrar", region=222401000)
    enter(user)
    follow_deaths()  # a new reader begins at the end
    people.close_person(
        user.person, died_on=today() - timedelta(days=3), reason="死亡证明 2026-18 号", by=SYSTEM, on=today()
    )
    assert follow_deaths() == 2
    user.refresh_from_db()
    assert not user.is_active and not SignIn.objects.open().filter(user=user).exists()
    assert not Grant.objects.filter(person=user.person, during__contains=today()).exists()
    verbs = JournalEntry.objects.filter(about_person_id=user.person_id).values_list("verb", flat=True)
    assert {"accounts.user.disable", "accounts.grant.end"} <= set(verbs)
    assert follow_deaths() == 0 and end_access(user.person_id, by=SYSTEM, on=today()) == 0
