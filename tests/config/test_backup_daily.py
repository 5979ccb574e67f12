"""The daily backup: once a night, again when it failed; 7 days, 4 weeks and 12 months stay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shegong.config.backup import daily
from shegong.config.backup.daily import BackupPolicy, backup_policy, is_due, kept, thin_out
from shegong.kernel.http import today

POLICY = BackupPolicy(daily=7, weekly=4, monthly=12)
FIRST, LAST = datetime(2024, 1, 1), datetime(2027, 1, 1)  # noqa: DTZ001 - the strategy adds the zone
MORNING = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # 03:00 in China on the 23rd


def nights(count: int) -> list[datetime]:
    return [MORNING - timedelta(days=n) for n in range(count)]


def test_after_two_years_of_nights_seven_days_four_weeks_and_twelve_months_stay():
    stay = sorted(kept(nights(730), POLICY), reverse=True)
    assert stay[:7] == nights(7)
    months = {(at.year, at.month) for at in stay}
    assert len(months) == 12
    assert 7 + 11 <= len(stay) <= 7 + 4 + 12


@given(st.sets(st.datetimes(FIRST, LAST), min_size=1, max_size=80))
def test_the_newest_stays_always_and_never_more_than_the_policy_says(moments):
    moments = {at.replace(tzinfo=UTC) for at in moments}
    stay = kept(moments, POLICY)
    assert max(moments) in stay and stay <= moments
    assert len(stay) <= 23
    assert kept(stay, POLICY) == stay, "thinning out twice removes no more"


def test_a_night_without_a_backup_is_made_up_for_at_any_hour():
    last = MORNING - timedelta(days=1)
    assert is_due(None, MORNING)
    assert is_due(last, MORNING), "a new night"
    assert not is_due(MORNING, MORNING + timedelta(hours=5))
    assert not is_due(MORNING, MORNING + timedelta(hours=22)), "not before two at night"
    assert is_due(MORNING, MORNING + timedelta(hours=24))
    assert is_due(last, MORNING - timedelta(hours=20) + timedelta(hours=24)), "the last night was missed"


def test_what_need_not_stay_is_deleted_and_what_is_half_made_is_not_touched(tmp_path):
    for at in nights(40):
        folder = tmp_path / f"shegong-{at:%Y%m%dT%H%M%S.%fZ}"
        folder.mkdir()
        (folder / "manifest.json").touch()
    (tmp_path / "shegong-20200101T000000.000000Z").mkdir()  # without a manifest: somebody's, not ours
    gone = thin_out(tmp_path, POLICY)
    left = {path.name for path in tmp_path.iterdir()}
    assert len(gone) + len(left) == 41 and "shegong-20200101T000000.000000Z" in left
    assert f"shegong-{MORNING:%Y%m%dT%H%M%S.%fZ}" in left


def test_the_policy_is_dated_like_every_other():
    assert backup_policy(today()) == POLICY


@pytest.mark.django_db(transaction=True)
def test_the_job_makes_one_a_night_and_notes_it(settings, tmp_path):
    from shegong.config.backup import manifest, record
    from shegong.kernel.journal import JournalEntry

    settings.SHEGONG_HOME, settings.BACKUPS = tmp_path / "house", tmp_path / "backups"
    settings.SHEGONG_HOME.mkdir()
    made = daily.daily()
    assert made and manifest.newest(settings.BACKUPS)[1].name == made
    assert record.last(settings.SHEGONG_HOME, record.BACKUPS)["folder"].endswith(made)
    assert JournalEntry.objects.get(verb="kernel.backup.make").facts["rows"] > 0
    assert daily.daily() == "", "not twice a night"
    settings.BACKUPS = None
    assert daily.daily() == ""
