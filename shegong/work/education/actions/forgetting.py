"""What becomes of hours at an erasure (`kernel.forgetting`)."""

from collections.abc import Sequence
from datetime import date

from shegong.kernel.forgetting import Forgets, Hold

FORGETS = Forgets(
    kept={
        "education.creditentry": "the proof behind a decision on a registration; without a name it is nobody's",
        "education.yeartotal": "sums of the ledger; without a name they are nobody's",
        "education.hoursstatement": "who let hours in and why; without a name it is nobody's",
        "education.studyenrolment": "the degree that hours rest on; without a name it is nobody's",
        "education.dispute": "why hours stand or were taken out; without a name it is nobody's",
        "education.finding": "why hours stand or were taken out; without a name it is nobody's",
        "education.spotcheck": "what the papers of a record said; without a name it is nobody's",
        "education.leave": "days that a yearly sum rests on; without a name they are nobody's",
        "education.studystatement": "the paper that a study or leave rests on; without a name it is nobody's",
        "education.waitingplace": "who came before whom in a class; without a name it is nobody's",
        "education.enrolment": "the class file that hours rest on; without a name it is nobody's",
        "education.attendance": "the class file that hours rest on; without a name it is nobody's",
        "education.struckattendance": "the class file that hours rest on; without a name it is nobody's",
        "education.listline": "a list as it was handed in and checked; without a name it is nobody's",
        "education.course": "teachers as the public notice of the class named them",
        "education.halfday": "teachers as the public notice of the class named them",
    },
)


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """Hours alone hold nothing; a registration that they served does, by its own period."""
    return []
