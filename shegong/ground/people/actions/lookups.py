"""Looking people up by a phone or mail address: whoever has a list of them could learn who is in the register (A2)."""

from datetime import date, timedelta

from django.db import transaction

from shegong.ground.people.lookups import lookup_policy
from shegong.ground.people.models import Contact
from shegong.ground.people.rules import Permission
from shegong.ground.people.searching import contact_kind
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor, require
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

DAY = timedelta(days=1)


def note_lookup(text: str, *, by: Actor, on: date) -> None:
    """Count and write down that somebody looks for a phone or mail address, never which; other texts pass.

    Refuses past what one account may look for within a day, counted for all processes together.
    """
    require(by, Permission.READ)
    kind = contact_kind(text)
    if kind is None:
        return
    if not throttle.hit(counter(by), lookup_policy(on).daily_contacts, DAY).allowed:
        message = N_(
            "You have looked for %(most)s phone numbers and mail addresses within a day. Go on tomorrow."
        )
        raise Refused(Obstacle("too_often", message, params={"most": lookup_policy(on).daily_contacts}))
    region = next((held.region_code for held in by.with_permission(Permission.READ)), None)
    with transaction.atomic():
        journal.write(
            "people.contact.look_up", by=by, subject=Contact(), facts={"kind": kind}, region_code=region
        )


def counter(by: Actor) -> str:
    """What the searches of an account are counted under."""
    return f"contacts looked for {by.user_id}"
