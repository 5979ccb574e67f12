"""What one account takes out and brings in within a day is counted together, and apart from everybody else's."""

import pytest

from shegong.kernel import quota
from shegong.kernel.access import ANONYMOUS, SYSTEM, Actor
from shegong.kernel.refusal import Refused

ONE, OTHER = Actor(user_id=1), Actor(user_id=2)
pytestmark = pytest.mark.django_db


def test_rows_add_up_for_each_account(monkeypatch):
    quota.take(ONE, 70)
    quota.take(ONE, 20)
    assert (quota.taken(ONE), quota.taken(OTHER)) == (90, 0)
    quota.take(SYSTEM, 5)
    assert quota.taken(SYSTEM) == quota.taken(ANONYMOUS) == 0


def test_uploads_past_a_day_s_share_are_refused_to_that_account_alone(monkeypatch):
    monkeypatch.setattr(quota, "UPLOADS", 100)
    quota.bring(ONE, 60)
    quota.bring(ONE, 40)
    with pytest.raises(Refused) as refused:
        quota.bring(ONE, 1)
    assert [one.code for one in refused.value.obstacles] == ["upload_quota"]
    quota.bring(OTHER, 100)
    quota.bring(SYSTEM, 1000)
