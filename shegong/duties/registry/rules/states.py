"""Registration of certificates: states, steps and kinds (民发〔2009〕44号; model.md 3.16); pure."""

from enum import StrEnum

from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    APPLY = "registry.apply"
    READ = "registry.read"
    FIRST_REVIEW = "registry.first_review"
    SECOND_REVIEW = "registry.second_review"
    FINAL_REVIEW = "registry.final_review"
    EXPORT = "registry.export"
    STAFF = "registry.staff"
    OPEN_ROUND = "registry.open_round"
    RESTRICT = "registry.restrict"


class Kind(StrEnum):
    """One application, five kinds."""

    FIRST = "first"
    RENEWAL = "renewal"
    CHANGE = "change"
    CANCEL = "cancel"
    REISSUE = "reissue"


class State(StrEnum):
    """States of an application; `NATIONAL_STATUS` gives the words of the national system."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    FIRST_PASSED = "first_passed"
    SECOND_PASSED = "second_passed"
    FAILED = "failed"
    ADMITTED = "admitted"
    REFUSED = "refused"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


NATIONAL_STATUS = {
    State.DRAFTED: "未申请登记证书",
    State.SUBMITTED: "待审核",
    State.RETURNED: "待审核",
    State.ACCEPTED: "待审核",
    State.FIRST_PASSED: "初审通过",
    State.SECOND_PASSED: "初审通过",
    State.FAILED: "初审未通过",
    State.ADMITTED: "终审通过",
    State.REFUSED: "终审未通过",
    State.ISSUED: "已出证",
    State.WITHDRAWN: "未申请登记证书",
    State.ENDED: "未申请登记证书",
}

STATE_NAMES = {
    State.DRAFTED: N_("Not yet submitted"),
    State.SUBMITTED: N_("Waiting for acceptance"),
    State.RETURNED: N_("Returned for completion"),
    State.ACCEPTED: N_("Accepted, in first review"),
    State.FIRST_PASSED: N_("First review passed"),
    State.SECOND_PASSED: N_("Second review passed"),
    State.FAILED: N_("First review not passed"),
    State.ADMITTED: N_("Final review passed"),
    State.REFUSED: N_("Registration refused"),
    State.ISSUED: N_("Certificate issued"),
    State.WITHDRAWN: N_("Withdrawn"),
    State.ENDED: N_("Closed: the registration has ended"),
}

OPEN_STATES = (
    State.DRAFTED, State.SUBMITTED, State.RETURNED, State.ACCEPTED,
    State.FIRST_PASSED, State.SECOND_PASSED, State.ADMITTED,
)  # fmt: skip

_IN_REVIEW = ("accepted", "first_passed", "second_passed")

WORKFLOW = Workflow(
    State,
    State.DRAFTED,
    [
        step("submit", ("drafted", "returned"), "submitted", "民发〔2009〕44号 art. 6"),
        step("return_for_completion", "submitted", "returned", "art. 6"),
        step("accept", "submitted", "accepted", "art. 7"),
        step("pass_first", "accepted", "first_passed", "route policy"),
        step("pass_second", "first_passed", "second_passed", "route policy"),
        step("fail", ("accepted", "first_passed"), "failed", "route policy"),
        step("admit", _IN_REVIEW, "admitted", "art. 5, 7"),
        step("refuse", _IN_REVIEW, "refused", "art. 7"),
        step("issue", "admitted", "issued", "art. 7"),
        step("withdraw", ("drafted", "submitted", "returned", "accepted"), "withdrawn"),
        # The registration that it was about has ended meanwhile: nothing is left to decide or to do.
        step("end", [str(state) for state in OPEN_STATES], "ended"),
        # A decision may be taken back within policy.recall_minutes by the one who took it.
        step("recall_to_submitted", "returned", "submitted"),
        step("recall_to_accepted", ("first_passed", "failed", "admitted", "refused"), "accepted"),
        step("recall_to_first_passed", ("second_passed", "failed", "admitted", "refused"), "first_passed"),
        step("recall_to_second_passed", ("admitted", "refused"), "second_passed"),
    ],
)


class Status(StrEnum):
    """Status of a registration on a day; computed from terms, restrictions and closing, never stored."""

    REGISTERED = "registered"
    EXPIRING = "expiring"
    GRACE = "grace"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    NOT_YET = "not_yet"
