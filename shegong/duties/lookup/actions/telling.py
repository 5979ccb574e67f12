"""Tell what is due: one message for each reader and watch, in the transaction that notes it, so that it is told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from shegong.duties.lookup.actions.following import follow_clock, follow_journal, hold
from shegong.duties.lookup.models import Alert, Due, Following, Told, Watch, pending
from shegong.duties.lookup.rules.news import WORDS, What
from shegong.ground.people.models import Person, names_of
from shegong.kernel import messages
from shegong.kernel.jobs import at_start, job
from shegong.kernel.lost_time import midnight
from shegong.kernel.messages import Template
from shegong.kernel.text import N_

TELLING = "telling"
MOST = 500  # dues in one transaction
ONE_DAY = timedelta(days=1)
LINES = 20  # of one message; the page has all

ALERT = Template(
    "lookup.alert",
    N_("%(head)s"),
    N_("%(lines)s\nAs of %(asof)s, for %(body)s. The page of alerts keeps what you were told and when."),
)


@dataclass(frozen=True)
class Head:
    """The title of a message: what happened to whom, or how many changes there are."""

    alerts: Sequence[Alert]
    names: dict[int, str]

    def says(self, code: str) -> str:
        """In the language that is active."""
        if len(self.alerts) > 1:
            count = len(self.alerts)
            return ngettext("%(count)s change of registrations you watch", "%(count)s changes of registrations you watch", count) % {"count": count}  # fmt: skip
        one = self.alerts[0]
        return f"{gettext(WORDS[What(one.what)].tag)}：{self.names.get(one.registration.person_id, '')}"


@dataclass(frozen=True)
class Lines(Head):
    """A sentence for each change, as many as a message takes."""

    def says(self, code: str) -> str:
        """In the language that is active."""
        said = [sentence(one, self.names) for one in self.alerts[:LINES]]
        if len(self.alerts) > LINES:
            said.append(gettext("And %(count)s more on the page.") % {"count": len(self.alerts) - LINES})
        return "\n".join(said)


def sentence(alert: Alert, names: dict[int, str]) -> str:
    """What is told of one change, in the language that is active."""
    return gettext(WORDS[What(alert.what)].sentence) % {
        "name": names.get(alert.registration.person_id, ""), "number": alert.registration.register_no,
        "on": alert.on.isoformat(), "until": alert.until.isoformat() if alert.until else "",
    }  # fmt: skip


@transaction.atomic
def tell_due(on: date) -> bool:
    """Tell the next readers; whether there may be more. Message and note of it commit together or not at all."""
    mark, now = hold(TELLING), timezone.now()
    dues = list(
        pending(now, midnight(mark.day - ONE_DAY) if mark.day else None)
        .select_related("alert__registration", "alert__watch__body")[:MOST]
    )  # fmt: skip
    people = Person.objects.in_bulk({due.person_id for due in dues})
    names = names_of({due.alert.registration.person_id for due in dues})
    for (person_id, _), group in groupby(dues, lambda due: (due.person_id, due.alert.watch_id)):
        tell(people[person_id], list(group), names)
    if len(dues) < MOST:  # whoever was due before today was told, however long nothing ran
        Following.objects.filter(pk=mark.pk).update(day=timezone.localdate(now))
    return len(dues) == MOST


def tell(person: Person, dues: Sequence[Due], names: dict[int, str]) -> None:
    """One message about these changes, and the note that they were told."""
    alerts, watch = [due.alert for due in dues], dues[0].alert.watch
    params = {"head": Head(alerts, names), "lines": Lines(alerts, names), "body": watch.body.name,
              "asof": f"{timezone.localtime():%Y-%m-%d %H:%M}"}  # fmt: skip
    channels = [c for c in ("inbox", "sms", "email") if any(c in due.channels.split() for due in dues)]
    message = messages.send(person, ALERT, params, channels=channels, link=page_of(watch))
    Told.objects.bulk_create(Told(due=due, message_id=message.pk) for due in dues)


def page_of(watch: Watch) -> str:
    """The address of the page of alerts."""
    return "/office/alerts/" if watch.kind == "region" else f"/org/{watch.body.uscc or watch.body_id}/alerts/"


@at_start
@job("lookup.follow", cron="* * * * *")
def follow(every: bool = False) -> None:
    """Each minute: what the journal tells, what the day brought, and whoever is due to hear of it."""
    on = timezone.localdate()
    for step in (follow_journal, follow_clock, tell_due):
        while step(on):
            pass
