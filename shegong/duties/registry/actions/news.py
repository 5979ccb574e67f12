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
from shegong.duties.registry.models import Application, NewsRead, Registration, status_of
from shegong.duties.registry.models.changes import county_of, employer_on_record, main_job
from shegong.duties.registry.rules import OPEN_STATES, Kind
from shegong.duties.registry.rules.changes import NEEDS_TERM, What
from shegong.ground.credentials.models import Certificate
from shegong.kernel.access import SYSTEM
from shegong.kernel.jobs import job
from shegong.kernel.journal import JournalEntry
from shegong.kernel.refusal import Refused

log = logging.getLogger(__name__)
READER = "registrations"
DEATH, ANNULLED = "people.person.close", "credentials.certificate.annul"
WORK = ("employment.employment.declare", "employment.employment.begin", "employment.employment.end")


@job("registry.follow_news", cron="*/5 * * * *")
def follow_news() -> int:
    """Every five minutes: act on what the journal tells since the last time; how many cases and drafts came of it."""
    on = timezone.localdate()
    with transaction.atomic():
        place, is_new = NewsRead.objects.get_or_create(name=READER)
        place = NewsRead.objects.select_for_update().get(pk=place.pk)
        head = JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        news: list[JournalEntry] = []
        if not is_new:  # what happened before this reader existed is nothing new
            since = JournalEntry.objects.filter(seq__gt=place.seq, seq__lte=head)
            news = list(since.filter(verb__in=(DEATH, ANNULLED, *WORK)).order_by("seq"))
        NewsRead.objects.filter(pk=place.pk).update(seq=head)
        count = sum(_closing(entry, on) for entry in news if entry.verb in (DEATH, ANNULLED))
        moved = {entry.about_person_id for entry in news if entry.verb in WORK and entry.about_person_id}
        count += sum(_draft(row, on) for row in _live(Q(person__in=moved)))
    return count


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
