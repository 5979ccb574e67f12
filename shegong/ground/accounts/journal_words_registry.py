"""The journal's codes of registration after the first day, and of employment, in words."""

from shegong.kernel.text import N_

VERBS = {
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
