"""Looking people up by what only they hold: whoever has a list of numbers could learn who is in the register (A2)."""

from datetime import date, timedelta

from django.db import transaction

from shegong.ground.people.lookups import lookup_policy
from shegong.ground.people.models import Contact, Identity
from shegong.ground.people.rules import Permission
from shegong.ground.people.searching import personal_kind
from shegong.kernel import journal, throttle
from shegong.kernel.access import Actor, require
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

DAY = timedelta(days=1)


def note_lookup(text: str, *, by: Actor, on: date) -> None:
    """Count and write down that somebody looks for a phone, mail address or identity number, never which; others pass.

    Refuses past what one account may look for within a day, counted for all processes together.
    """
    require(by, Permission.READ)
    kind = personal_kind(text)
    if kind is None:
        return
    policy = lookup_policy(on)
    model: type[Contact] | type[Identity]
    if kind == "identity":
        model, verb, most = Identity, "people.identity.look_up", policy.daily_numbers
        message = N_("You have looked for %(most)s identity numbers within a day. Go on tomorrow.")
    else:
        model, verb, most = Contact, "people.contact.look_up", policy.daily_contacts
        message = N_(
            "You have looked for %(most)s phone numbers and mail addresses within a day. Go on tomorrow."
        )
    if not throttle.hit(counter(model, by), most, DAY).allowed:
        raise Refused(Obstacle("too_often", message, params={"most": most}))
    region = next((held.region_code for held in by.with_permission(Permission.READ)), None)
    with transaction.atomic():
        journal.write(verb, by=by, subject=model(), facts={"kind": kind}, region_code=region)


def counter(model: type[Contact] | type[Identity], by: Actor) -> str:
    """What the searches of an account among the rows of a model are counted under."""
    return f"{model._meta.model_name} looked for {by.user_id}"
