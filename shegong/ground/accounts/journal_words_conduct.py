"""The journal's codes of complaints and sanctions in words."""

from shegong.kernel.text import N_

VERBS = {
    "conduct.complaint.lodge": N_("Took a complaint in"),
    "conduct.complaint.review": N_("Sent a complaint to be looked at again"),
    "conduct.complaint.withdraw": N_("Ended a complaint that was taken back"),
    "conduct.complaint.identify": N_("Said whom a complaint is about"),
    "conduct.complaint.pass_up": N_("Passed a complaint to the body above"),
    "conduct.complaint.place": N_("Named the body for a complaint"),
    "conduct.complaint.transfer": N_("Passed a complaint to another procedure"),
    "conduct.complaint.accept": N_("Accepted a complaint"),
    "conduct.complaint.refuse": N_("Did not accept a complaint"),
    "conduct.complaint.liken": N_("Laid an earlier complaint beside another"),
    "conduct.complaints.export": N_("Exported the list of complaints"),
    "conduct.reads.export": N_("Exported who read who complained"),
    "conduct.exchange.write": N_("Wrote to who complained"),
    "conduct.exchange.answer": N_("Received an answer of who complained"),
    "conduct.stage.pause": N_("Let a clock rest"),
    "conduct.stage.resume": N_("Let a clock run on"),
    "conduct.stage.extend": N_("Gave an inquiry more time"),
    "conduct.vault.open": N_("Read who complained"),
    "conduct.kin.declare": N_("Declared a relation"),
    "conduct.kin.withdraw": N_("Withdrew a declared relation"),
    "conduct.person.forget": N_("Erased declared relations"),
}

KINDS = {
    "conduct.complaint": N_("Complaint"),
    "conduct.kin": N_("Declared relation"),
}
