"""A job that goes on in a person's name has that person's rights of today, not those of yesterday."""

from django.db.models.functions import Now
from django.utils import timezone

from shegong.ground.accounts.models import User
from shegong.kernel.access import actor_of_user


def test_a_job_finds_the_actor_with_the_grants_in_force(make_user, places):
    officer = make_user("lin", role="first_registrar", region=places.yanji)
    actor = actor_of_user(officer.pk, timezone.localdate())
    assert actor.person_id == officer.person_id
    assert actor.authorities


def test_a_disabled_account_acts_no_more(make_user, places):
    officer = make_user("lin", role="first_registrar", region=places.yanji)
    User.objects.filter(pk=officer.pk).update(disabled_at=Now())
    assert actor_of_user(officer.pk, timezone.localdate()) is None


def test_an_account_that_never_was_acts_not_at_all(db):
    assert actor_of_user(987_654_321, timezone.localdate()) is None
