"""The way of a document out of the house: circulated, co-signed, signed, issued; and back: taken back, recalled."""

from datetime import date

from django.db import transaction
from django.db.models.functions import Now

from shegong.ground.documents.actions.drafting import note, require_for
from shegong.ground.documents.actions.telling import ARRIVED, RECALLED, TO_COSIGN, tell
from shegong.ground.documents.models.numbers import documents_policy
from shegong.ground.documents.models.official import CoSign, OfficialDocument
from shegong.ground.documents.rules.official import (
    Permission,
    State,
    circulate_obstacles,
    cosign_obstacles,
    issue_obstacles,
    sign_obstacles,
)
from shegong.kernel import journal
from shegong.kernel.access import Actor, half
from shegong.kernel.clauses import answers
from shegong.kernel.numbering import take
from shegong.kernel.patterns import render
from shegong.kernel.refusal import Obstacle, Refused, reason_obstacles, refuse_if
from shegong.kernel.text import N_
from shegong.kernel.transition import transition


@answers("N7")
@transaction.atomic
def circulate(
    document: OfficialDocument, *, by: Actor, on: date, seen: int | None = None
) -> OfficialDocument:
    """Send a draft to its co-signers (会签); from now on its text stands. Refuses a document without co-signers."""
    require_for(by, document.issuer_id, Permission.DRAFT)
    refuse_if(circulate_obstacles(cosigners=document.cosigns.count()))
    document = transition(document, "circulate", seen=seen, changed_at=Now())
    CoSign.objects.filter(document=document).update(asked_on=on)
    tell(
        document, TO_COSIGN, document.cosigns.values_list("organization_id", flat=True), Permission.COSIGN, on
    )
    note("circulate", document, Permission.DRAFT, by, rows=document.cosigns.all())
    return document


@half
@answers("N7")
@transaction.atomic
def cosign(cosign: CoSign, *, result: str, by: Actor, on: date, opinion: str = "") -> CoSign:
    """A co-signer agrees, or objects and says what must change; may be answered anew until the document is signed.

    Refuses who does not co-sign for that body, the drafter, and a document that is not with its co-signers.
    """
    require_for(by, cosign.organization_id, Permission.COSIGN)
    refuse_if(cosign_obstacles(result=result, opinion=opinion))
    document = OfficialDocument.objects.select_for_update().get(pk=cosign.document_id)
    if document.state != State.COSIGNING:
        raise Refused(
            Obstacle("not_with_cosigners", N_("This document is not with its co-signers."), clause="N7")
        )
    if by.person_id is not None and by.person_id == document.drafted_by:
        raise Refused(Obstacle("four_eyes", N_("Another person than the one who drafted it must co-sign.")))
    CoSign.objects.filter(pk=cosign.pk).update(
        result=result, opinion=opinion.strip(), signed_on=on, signed_by=by.person_id, signer=by.name
    )
    cosign.refresh_from_db()
    journal.write(
        "documents.official.cosign", by=by, subject=document, region_code=document.region_code, rows=[cosign],
        facts={"result": result, "body": cosign.organization_id},
    )  # fmt: skip
    return cosign


@transaction.atomic
def take_back(
    document: OfficialDocument, *, by: Actor, on: date, reason: str = "", seen: int | None = None
) -> OfficialDocument:
    """Make it a draft again: from the co-signers, or after the signature and before the issue. Answers and signature
    are void, for they were given to another text; the reason stays in the journal."""
    require_for(by, document.issuer_id, Permission.DRAFT)
    document = transition(
        document, "take_back", seen=seen, signed_on=None, signed_by=None, signer="", changed_at=Now()
    )
    CoSign.objects.filter(document=document).update(
        asked_on=None, result="", opinion="", signed_on=None, signed_by=None, signer=""
    )
    note("take_back", document, Permission.DRAFT, by, rows=document.cosigns.all(), reason=reason.strip())
    return document


@half
@answers("N7")
@transaction.atomic
def sign(document: OfficialDocument, *, by: Actor, on: date, seen: int | None = None) -> OfficialDocument:
    """Sign for the issuer (签发). Refuses the drafter, who does not sign for the issuer, and while a co-signer has not
    agreed."""
    require_for(by, document.issuer_id, Permission.SIGN)
    results = list(document.cosigns.values_list("result", flat=True))
    refuse_if(
        sign_obstacles(
            signer=by.person_id, drafter=document.drafted_by, results=results,
            is_circulated=document.state == State.COSIGNING, by_system=by.is_system,
        )
    )  # fmt: skip
    document = transition(
        document, "sign", seen=seen, signed_on=on, signed_by=by.person_id, signer=by.name, changed_at=Now()
    )
    note("sign", document, Permission.SIGN, by)
    return document


@answers("N1")
@transaction.atomic
def issue(document: OfficialDocument, *, by: Actor, on: date, seen: int | None = None) -> OfficialDocument:
    """Give it the next number of its issuer, word and year, without gaps, and send it to its addressees (N1, N14)."""
    require_for(by, document.issuer_id, Permission.ISSUE)
    refuse_if(issue_obstacles(addressees=document.addressees.count(), kind=document.kind))
    policy = documents_policy(on)
    word = policy.word_of(document.issuer.name_on(on), document.kind)
    document = transition(
        document,
        "issue",
        seen=seen,
        issued_on=on,
        number=_number(document, word, policy.number, on),
        changed_at=Now(),
    )
    note(
        "issue",
        document,
        Permission.ISSUE,
        by,
        rows=document.addressees.all(),
        facts={"number": document.number},
    )
    tell(document, ARRIVED, _addressees(document), Permission.ACKNOWLEDGE, on)
    return document


def _addressees(document: OfficialDocument) -> list[int]:
    return list(document.addressees.values_list("organization_id", flat=True))


def _number(document: OfficialDocument, word: str, pattern: str, on: date) -> str:
    """Taken last, inside the transaction of the issue: a refused issue gives it back."""
    seq = take(f"documents:{document.issuer_id}:{word}:{on.year}")
    return render(pattern, word=word, year=on.year, seq=seq)


@transaction.atomic
def recall(
    document: OfficialDocument, *, reason: str, by: Actor, on: date, seen: int | None = None
) -> OfficialDocument:
    """Take an issued document out of force; it stays readable with the reason, and keeps its number."""
    require_for(by, document.issuer_id, Permission.SIGN)
    refuse_if(reason_obstacles(reason))
    document = transition(
        document, "recall", seen=seen, recalled_on=on, recall_reason=reason.strip(), changed_at=Now()
    )
    tell(document, RECALLED, _addressees(document), Permission.ACKNOWLEDGE, on)
    note("recall", document, Permission.SIGN, by, reason=reason.strip())
    return document
