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
    "kernel.outage.declare": N_("Declared an outage"),
    "kernel.gap.find": N_("Found a gap in service"),
    "kernel.gap.dismiss": N_("Found that a gap was no outage"),
    "registry.hold.place": N_("Kept a status beyond its end"),
    "registry.hold.carry_on": N_("Went on keeping a status"),
    "registry.hold.release": N_("Ended the keeping of a status"),
    "registry.lapse.count": N_("Counted the lapses of a day"),
    "registry.lapse.confirm": N_("Looked at a list of lapses"),
    "registry.lapse.let_go": N_("Let the registrations of a list lapse"),
    "registry.lapse.keep": N_("Kept the registrations of a list"),
    "registry.reminder.send": N_("Reminded a holder of the end of a term"),
    "registry.reminder.note": N_("Noted how a holder was told"),
    "registry.registration.renew": N_("Renewed a registration"),
    "registry.registration.restore": N_("Restored a registration"),
}

KINDS = {
    "kernel.outage": N_("Outage"),
    "kernel.servicegap": N_("Gap in service"),
    "registry.statushold": N_("Kept status"),
    "registry.lapsebatch": N_("Lapses of a day"),
    "registry.reminder": N_("Reminder"),
    "employment.confirmation": N_("Confirmation of a job"),
}
