"""News of other registers that bear on registrations (model.md section 1): read from the journal every five minutes.

A death and an annulled certificate open a case for a human; a new employer drafts a change and reminds the holder.
"""

import logging
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shegong.duties.registry.actions.changing import begin_change
from shegong.duties.registry.actions.inquiring import open_for_news
from shegong.duties.registry.actions.notices import tell
from shegong.duties.registry.models import Application, Registration, status_of
from shegong.duties.registry.models.changes import county_of, employer_on_record, main_job
from shegong.duties.registry.rules import OPEN_STATES, Kind
from shegong.duties.registry.rules.changes import NEEDS_TERM, What
from shegong.ground.credentials.models import Certificate
from shegong.kernel.access import SYSTEM
from shegong.kernel.jobs import at_start, job
from shegong.kernel.journal import JournalEntry
from shegong.kernel.journal_reading import reading
from shegong.kernel.refusal import Refused

log = logging.getLogger(__name__)
READER = "registry.news"
AT_ONCE = 100  # what comes of them is written under the lock of the journal
DEATH, ANNULLED = "people.person.close", "credentials.certificate.annul"
WORK = ("employment.employment.declare", "employment.employment.begin", "employment.employment.end")
NEWS = Q(verb__in=(DEATH, ANNULLED, *WORK))


@at_start
@job("registry.follow_news", cron="*/5 * * * *")
def follow_news(every: bool = False) -> int:
    """Every five minutes: act on what the journal tells since the last time; how many cases and drafts came of it."""
    count, more = 0, True
    while more:
        with reading(READER, NEWS, most=AT_ONCE, plain=True) as part:
            count += _act(part.entries, timezone.localdate())
        more = part.more
    return count


def _act(news: list[JournalEntry], on: date) -> int:
    count = sum(_closing(entry, on) for entry in news if entry.verb in (DEATH, ANNULLED))
    moved = {entry.about_person_id for entry in news if entry.verb in WORK and entry.about_person_id}
    return count + sum(_draft(row, on) for row in _live(Q(person__in=moved)))


def _live(where: Q) -> Any:
    return Registration.objects.filter(where, closed_on__isnull=True).select_related("person").order_by("id")


def _closing(entry: JournalEntry, on: date) -> int:
    if entry.verb == DEATH:
        rows, reason = _live(Q(person=entry.about_person_id)), "death"
    else:
        certificate = Certificate.objects.filter(pk=entry.subject_id)
        rows, reason = _live(Q(certificate__in=certificate)), "other_by_law"
    return sum(open_for_news(row, reason_code=reason, news=entry.seq, by=SYSTEM, on=on) for row in rows)


def _draft(registration: Registration, on: date) -> int:
    """A draft of the change that follows from a new main employment, and a word to the holder; 0 where nothing changed."""
    if status_of(registration, on) not in NEEDS_TERM or registration.person.died_on is not None:
        return 0
    work, known = main_job(registration.person_id, on), employer_on_record(registration)
    if work is None or known is None or work.employer_id == known:
        return 0
    open_ = Application.objects.filter(person=registration.person_id, kind=Kind.CHANGE, state__in=OPEN_STATES)
    if open_.exists():
        return 0
    moved = county_of(work.region_code, on) != county_of(registration.region_code, on)
    what = What.REGION if moved else What.EMPLOYER
    try:
        with transaction.atomic():
            application = begin_change(registration, what=what, by=SYSTEM, on=on)
            tell(application, "change_drafted", employer=work.employer.name)
    except Refused as refused:
        log.warning("no change was drafted for registration %s: %s", registration.pk, type(refused).__name__)
        return 0
    return 1
