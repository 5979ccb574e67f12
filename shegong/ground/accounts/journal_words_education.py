"""The journal's codes of continuing education in words."""

from shegong.kernel.text import N_

VERBS = {
    "education.credit.post": N_("Entered hours of continuing education"),
    "education.credit.reverse": N_("Reversed hours of continuing education"),
    "education.statement.state": N_("Stated hours obtained elsewhere"),
    "education.statement.propose": N_("Proposed hours of a locked year"),
    "education.statement.vouch": N_("Vouched for hours"),
    "education.statement.approve": N_("Let hours of a locked year in"),
    "education.statement.refuse": N_("Did not accept hours"),
    "education.statement.withdraw": N_("Took a statement of hours back"),
    "education.study.enrol": N_("Recorded a degree study"),
    "education.study.complete": N_("Recorded a degree taken"),
    "education.study.drop": N_("Recorded a study given up"),
    "education.leave.record": N_("Recorded days on leave"),
    "education.leave.withdraw": N_("Withdrew days on leave"),
    "education.person.move": N_("Moved hours to the record kept"),
    "education.person.part": N_("Put hours back to the record they came from"),
}

KINDS = {
    "education.creditentry": N_("Hours of continuing education"),
    "education.hoursstatement": N_("Statement of hours"),
    "education.studyenrolment": N_("Degree study"),
    "education.leave": N_("Leave"),
}
