"""What becomes of complaints at an erasure (`kernel.forgetting`): they stay, without saying so to whom they are about."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from shegong.duties.conduct.models import Decision, Inquiry, Kin, Statement
from shegong.duties.conduct.models.decisions import UNSIGNED
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel.forgetting import Forgets, Hold


def _told(person_ids: Sequence[int]) -> QuerySet[Inquiry]:
    """Inquiries that the respondent has been told of; the others must not show in her copy."""
    return Inquiry.objects.filter(respondent__in=person_ids, disclosed_on__isnull=False)


def _hers(person_ids: Sequence[int]) -> QuerySet[Statement]:
    return Statement.objects.filter(by_person__in=person_ids)


def _signed(person_ids: Sequence[int]) -> QuerySet[Decision]:
    return Decision.objects.filter(respondent__in=person_ids).exclude(state__in=UNSIGNED)


def _opened(column: str) -> Callable[[Any], str]:
    return lambda row: opened(row, column)


FORGETS = Forgets(
    deleted=(Kin,),
    kept={
        "conduct.complaint": "a matter of the public: the number of the record alone, what was told lies sealed",
        "conduct.exchange": "sealed, and about whoever complained",
        "conduct.complainantvault": "sealed under keys of its own; nobody is found in it",
        "conduct.complaintdraft": "sealed, nobody is found in it, gone after days",
        "conduct.vaultread": "who read and why",
        "conduct.inquiry": "the number of the record alone, what was found lies sealed",
        "conduct.investigator": "who acted for an office",
        "conduct.statement": "sealed, part of a case that somebody else began",
        "conduct.evidence": "sealed under keys of its own",
        "conduct.evidenceread": "who read and why",
        "conduct.seat": "who acted for an office",
        "conduct.decision": "the public's record of what was decided, by the number of the record; reasons lie sealed",
        "conduct.publication": "emptied of all names when its time of display is over",
        "conduct.appeal": "part of a decision",
        "conduct.repair": "part of a decision",
        "conduct.secondlook": "sealed, and about whoever complained",
        "conduct.flag": "sealed off, for the inspector alone",
        "conduct.serialfinding": "sealed, part of a case",
    },
    finds={Inquiry: _told, Statement: _hers, Decision: _signed},
    opens={
        "conduct.inquiry.allegation": _opened("allegation"), "conduct.statement.text": _opened("text"),
        "conduct.decision.reasons": _opened("reasons"), "conduct.appeal.text": _opened("text"),
        "conduct.repair.text": _opened("text"),
    },
)  # fmt: skip


def holds(person_ids: Sequence[int], on: date) -> list[Hold]:
    """None: a hold that is shown would tell somebody that there is a complaint."""
    return []
