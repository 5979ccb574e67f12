"""An official document (公文): its kinds, steps, permissions and what stands in the way of each step; pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    READ = "documents.read"
    READ_ALL = "documents.read_all"
    DRAFT = "documents.draft"
    SIGN = "documents.sign"
    ISSUE = "documents.issue"
    COSIGN = "documents.cosign"
    ACKNOWLEDGE = "documents.acknowledge"
    LIBRARY = "documents.library"


class DocumentKind(StrEnum):
    """Kinds of official documents (文种) that offices of the plan issue."""

    NOTICE = "notice"
    CIRCULAR = "circular"
    REPORT = "report"
    REQUEST = "request"
    REPLY = "reply"
    LETTER = "letter"
    MINUTES = "minutes"
    OPINION = "opinion"
    DECISION = "decision"
    PLAN = "plan"
    BULLETIN = "bulletin"
    ANNOUNCEMENT = "announcement"


KINDS: Mapping[str, str] = {
    DocumentKind.NOTICE: N_("Official notice"),
    DocumentKind.CIRCULAR: N_("Circular"),
    DocumentKind.REPORT: N_("Report"),
    DocumentKind.REQUEST: N_("Request for instructions"),
    DocumentKind.REPLY: N_("Official reply"),
    DocumentKind.LETTER: N_("Letter"),
    DocumentKind.MINUTES: N_("Minutes"),
    DocumentKind.OPINION: N_("Guiding opinion"),
    DocumentKind.DECISION: N_("Decision"),
    DocumentKind.PLAN: N_("Work plan"),
    DocumentKind.BULLETIN: N_("Bulletin"),
    DocumentKind.ANNOUNCEMENT: N_("Announcement"),
}


class Urgency(StrEnum):
    """How soon it must be dealt with (紧急程度)."""

    NONE = ""
    URGENT = "urgent"
    MOST_URGENT = "most_urgent"


URGENCIES: Mapping[str, str] = {
    Urgency.NONE: N_("Ordinary"),
    Urgency.URGENT: N_("Urgent"),
    Urgency.MOST_URGENT: N_("Most urgent"),
}


class State(StrEnum):
    """States of a document."""

    DRAFTED = "drafted"
    COSIGNING = "cosigning"
    SIGNED = "signed"
    ISSUED = "issued"
    RECALLED = "recalled"
    DROPPED = "dropped"


STATE_NAMES: Mapping[str, str] = {
    State.DRAFTED: N_("Being drafted"),
    State.COSIGNING: N_("With the co-signers"),
    State.SIGNED: N_("Signed, not yet issued"),
    State.ISSUED: N_("Issued"),
    State.RECALLED: N_("Recalled"),
    State.DROPPED: N_("Given up"),
}
STATE_TONES: Mapping[str, str] = {
    State.DRAFTED: "info", State.COSIGNING: "warn", State.SIGNED: "info", State.ISSUED: "ok", State.RECALLED: "err",
    State.DROPPED: "",
}  # fmt: skip
WORKFLOW = Workflow(
    State,
    State.DRAFTED,
    [
        step("circulate", "drafted", "cosigning", "N7; T1.2.a"),
        step("take_back", ("cosigning", "signed"), "drafted"),
        step("sign", ("drafted", "cosigning"), "signed", "GB/T 9704"),
        step("issue", "signed", "issued", "N1"),
        step("recall", "issued", "recalled"),
        step("drop", "drafted", "dropped"),
    ],
)
OUT = (State.ISSUED, State.RECALLED)  # left the house: addressees see it


class Role(StrEnum):
    """How a body is addressed."""

    TO = "to"
    CC = "cc"


ROLES: Mapping[str, str] = {Role.TO: N_("Main addressee"), Role.CC: N_("Copy")}


class Result(StrEnum):
    """What a co-signer answered; empty while none did."""

    NONE = ""
    AGREED = "agreed"
    OBJECTED = "objected"


RESULTS: Mapping[str, str] = {
    Result.NONE: N_("No answer yet"),
    Result.AGREED: N_("Agreed"),
    Result.OBJECTED: N_("Objects"),
}


def draft_obstacles(
    *, kind: str, title: str, body: str, urgency: str, issuer: int, to: Sequence[int], cc: Sequence[int],
    cosigners: Sequence[int],
) -> list[Obstacle]:  # fmt: skip
    """What speaks against a draft: no title or text, an unknown kind, a body named twice, the issuer among its readers."""
    found = []
    if kind not in set(DocumentKind):
        found.append(Obstacle("document_kind", N_("Choose one from the list."), "kind"))
    if urgency not in set(Urgency):
        found.append(Obstacle("document_urgency", N_("Choose one from the list."), "urgency"))
    if not 2 <= len(title.strip()) <= 120:
        found.append(Obstacle("document_title", N_("Enter a title, at most 120 characters."), "title"))
    if not body.strip():
        found.append(Obstacle("document_body", N_("Write the text."), "body"))
    if len(body) > LONGEST_BODY:
        found.append(
            Obstacle(
                "document_long", N_("The text is too long; put tables and lists into attachments."), "body"
            )
        )
    return found + _bodies(issuer, to, cc, cosigners)


LONGEST_BODY = 60_000


def _bodies(issuer: int, to: Sequence[int], cc: Sequence[int], cosigners: Sequence[int]) -> list[Obstacle]:
    found = []
    if set(to) & set(cc):
        found.append(
            Obstacle(
                "addressee_twice", N_("A body is addressed and gets a copy too. Once is enough."), "cc", "N0"
            )
        )
    if issuer in {*to, *cc}:
        found.append(Obstacle("addressee_issuer", N_("The issuer does not write to itself."), "to", "N0"))
    if issuer in set(cosigners):
        found.append(
            Obstacle("cosigner_issuer", N_("The issuer signs, it does not co-sign."), "cosigners", "N7")
        )
    return found


def circulate_obstacles(*, cosigners: int) -> list[Obstacle]:
    """Nothing to co-sign without co-signers."""
    if cosigners:
        return []
    return [
        Obstacle(
            "no_cosigners", N_("Nobody is asked to co-sign. Sign it, or name co-signers first."), clause="N7"
        )
    ]


def sign_obstacles(
    *,
    signer: int | None,
    drafter: int | None,
    results: Collection[str],
    is_circulated: bool,
    by_system: bool = False,
) -> list[Obstacle]:
    """Why this person may not sign now: another than the drafter signs, and every co-signer has agreed."""
    found = []
    if not by_system and (signer is None or signer == drafter):
        message = N_("Another person than the one who drafted it must sign.")
        found.append(Obstacle("four_eyes", message, clause="GB/T 9704"))
    if results and not is_circulated:
        message = N_("Send it to the co-signers first.")
        found.append(Obstacle("not_circulated", message, clause="N7"))
    elif any(result != Result.AGREED for result in results):
        message = N_("Not all co-signers have agreed.")
        found.append(Obstacle("cosigners_open", message, clause="N7"))
    return found


def issue_obstacles(*, addressees: int, kind: str) -> list[Obstacle]:
    """What leaves the house has somebody to go to; bulletins and announcements go to everybody."""
    if addressees or kind in (DocumentKind.BULLETIN, DocumentKind.ANNOUNCEMENT, DocumentKind.MINUTES):
        return []
    return [Obstacle("no_addressees", N_("Name at least one addressee."), "to", "N0")]


def cosign_obstacles(*, result: str, opinion: str) -> list[Obstacle]:
    """Yes or no; a no says what must change."""
    if result not in (Result.AGREED, Result.OBJECTED):
        return [Obstacle("cosign_result", N_("Choose whether you agree."), "result", "N7")]
    if result == Result.OBJECTED and len(opinion.strip()) < 4:
        return [Obstacle("cosign_opinion", N_("Say what must change before you can agree."), "opinion", "N7")]
    return []


def study_obstacles(*, studied_on: date | None, issued_on: date | None, day: date) -> list[Obstacle]:
    """The day of study lies between issue and today."""
    if studied_on is None:
        return []
    if studied_on > day:
        return [Obstacle("study_later", N_("The day of study lies in the future."), "studied_on", "N5")]
    if issued_on and studied_on < issued_on:
        return [Obstacle("study_before", N_("It was not issued yet on that day."), "studied_on", "N5")]
    return []
