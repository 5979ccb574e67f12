"""The journal's codes of registration after the first day, and of employment, in words."""

from shegong.kernel.text import N_

VERBS = {
    "lookup.watch.start": N_("Began to watch registrations"),
    "lookup.watch.choose": N_("Chose how to be told of registrations"),
    "lookup.watch.add": N_("Put people on a list to watch"),
    "lookup.watch.drop": N_("Took a person off a list to watch"),
    "lookup.watch.end": N_("Stopped watching registrations"),
    "lookup.person.move": N_("Moved places on lists to the kept record"),
    "lookup.person.part": N_("Gave places on lists back"),
    "lookup.person.forget": N_("Erased places on lists"),
    "lookup.alerts.export": N_("Exported alerts"),
    "lookup.watched.export": N_("Exported a list to watch"),
    "employment.confirmation.ask": N_("Asked the other side about a job"),
    "employment.confirmation.confirm": N_("Confirmed a job"),
    "employment.confirmation.deny": N_("Denied a statement about a job"),
    "employment.confirmation.refuse": N_("Declined to be named as staff"),
    "employment.confirmation.escalate": N_("Passed an unanswered question about a job to the county"),
    "employment.confirmation.decide": N_("Decided about a disputed job"),
    "employment.confirmation.withdraw": N_("Took a statement about a job back"),
    "employment.employment.begin": N_("A job was confirmed"),
    "employment.employment.withdraw": N_("A job was taken off the record"),
    "employment.employment.reopen": N_("A job goes on again"),
}

KINDS = {
    "employment.confirmation": N_("Confirmation of a job"),
}
