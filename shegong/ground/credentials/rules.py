"""Certificates and degrees: levels, steps of verification, what may be stated; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shegong.kernel.code_lists import codes, rows
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    VERIFY = "credentials.verify"
    ANNUL = "credentials.annul"
    PASS_LIST = "credentials.pass_list"  # noqa: S105  a permission


class Level(StrEnum):
    """Three levels (社会工作者职业水平评价暂行规定 art. 4)."""

    ASSISTANT = "assistant"
    SOCIAL_WORKER = "social_worker"
    SENIOR = "senior"


LEVEL_NAMES = {
    Level.ASSISTANT: N_("Assistant social worker"),
    Level.SOCIAL_WORKER: N_("Social worker"),
    Level.SENIOR: N_("Senior social worker"),
}
# How official lists write the levels, and how people do: Chinese in every language of the site.
LEVEL_WORDS = {
    Level.ASSISTANT: "助理社会工作师",
    Level.SOCIAL_WORKER: "社会工作师",
    Level.SENIOR: "高级社会工作师",
}
LEVEL_SHORT: dict[str, str | tuple[str, ...]] = {
    "助理": "assistant", "助理社工师": "assistant", "助理社工": "assistant", "初级": "assistant", "助社": "assistant",
    "社工师": "social_worker", "中级": "social_worker", "中级社会工作师": "social_worker", "中级社工师": "social_worker",
    "初级社会工作师": "assistant", "初级社工师": "assistant", "高级": "senior", "高级社工师": "senior",
    "助理级": "assistant", "中级社工": "social_worker", "高级社工": "senior", "初级社工": "assistant",
}  # fmt: skip
# The national examination began in 2008, its senior level in 2019; what is older comes from local schemes.
FIRST_YEAR = {Level.ASSISTANT: 2008, Level.SOCIAL_WORKER: 2008, Level.SENIOR: 2019}


class CertificateState(StrEnum):
    """Declared by someone, then checked against a source."""

    DECLARED = "declared"
    VERIFIED = "verified"
    REFUTED = "refuted"
    ANNULLED = "annulled"
    REPLACED = "replaced"


STATE_NAMES = {
    CertificateState.DECLARED: N_("Not yet verified"),
    CertificateState.VERIFIED: N_("Verified"),
    CertificateState.REFUTED: N_("Refuted"),
    CertificateState.ANNULLED: N_("Annulled"),
    CertificateState.REPLACED: N_("Corrected"),
}

CERTIFICATE_WORKFLOW = Workflow(
    CertificateState,
    CertificateState.DECLARED,
    [
        step("correct", "declared", "replaced", "T4.2.b"),
        step("verify", "declared", "verified", "rules B3"),
        step("refute", "declared", "refuted", "rules B3"),
        step("annul", "verified", "annulled", "rules B1"),
        # The pass list that verified it is taken back, and nobody has relied on it.
        step("unlist", "verified", "declared", "rules E6"),
    ],
)

CHECK_SOURCES = {
    "office": N_("Compared with the certificate by an office"),
    "exam_list": N_("Examination list"),
    "national": N_("National system"),
    "website": N_("Official verification website"),
}
RESULTS = ("matches", "differs", "not_found")


def certificate_obstacles(
    *, level: str, issued_on: date, exam_year: int | None, local_scheme: bool, born_on: date | None, on: date
) -> list[Obstacle]:
    """Refuses an unknown level, a date in the future or before the examination existed, and an examination after it."""
    if level not in FIRST_YEAR:
        return [Obstacle("level_unknown", N_("Choose a level."), field="level")]
    found = []
    if issued_on > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), field="issued_on"))
    elif not local_scheme and issued_on.year < FIRST_YEAR[Level(level)]:
        message = N_(
            "Certificates of this level exist since %(year)s. Compare the date with the certificate."
        )
        params = {"year": FIRST_YEAR[Level(level)]}
        found.append(Obstacle("issued_too_early", message, "issued_on", "国人部发〔2006〕71号", params))
    elif born_on and issued_on.year - born_on.year < 16:
        message = N_("By the identity number the holder was under 16 then. Compare both dates.")
        found.append(Obstacle("issued_to_child", message, field="issued_on"))
    if exam_year is not None and not issued_on.year - 3 <= exam_year <= issued_on.year:
        message = N_("The year of the examination lies at most three years before the issue.")
        found.append(Obstacle("exam_year", message, field="exam_year"))
    return found


def number_taken() -> Obstacle:
    """The number stands on somebody else's certificate: says what to do, never whose."""
    return Obstacle(
        "management_no_taken",
        N_(
            "This management number cannot be added here. Compare it digit by digit with the certificate. If it is right, "
            "take the certificate to the civil affairs office of your county; it will settle the matter."
        ),
        field="management_no",
    )


def level_taken(level: str) -> Obstacle:
    """One certificate a level."""
    message = N_("A certificate of this level is already on record. Correct that one instead.")
    return Obstacle("level_taken", message, field="level", params={"level": level})


def not_editable(state: str) -> Obstacle:
    """Verified and closed certificates are not corrected by their holder."""
    message = N_("An office has checked this certificate; it can no longer be changed here.")
    return Obstacle("certificate_checked", message, params={"state": state})


def own_certificate() -> Obstacle:
    """Nobody checks his own certificate."""
    return Obstacle("own_case", N_("Nobody verifies what is about himself."), clause="rules B3")


def check_obstacles(source: str, result: str) -> list[Obstacle]:
    """Refuses a check against an unknown source or with an unknown result."""
    if source not in CHECK_SOURCES:
        return [Obstacle("check_source", N_("Choose one from the list."), field="source")]
    if result not in RESULTS:
        return [Obstacle("check_result", N_("Choose one from the list."), field="result")]
    return []


@dataclass(frozen=True)
class Listed:
    """What a pass list says about a management number, or what the register says about a certificate, to be compared.

    `indexes` are blind indexes of identity numbers, `name` is a comparison key (`kernel.names`).
    """

    indexes: frozenset[bytes]
    name: str
    level: str
    day: date


def differences(listed: Listed, held: Listed) -> list[str]:
    """Columns in which a pass list and the register disagree: identity, name, level, approved_on; empty is a match."""
    found = []
    if not listed.indexes & held.indexes:
        found.append("identity")
    elif listed.name != held.name:
        found.append("name")
    if listed.level != held.level:
        found.append("level")
    if listed.day != held.day:
        found.append("approved_on")
    return found


def own_line() -> Obstacle:
    """Nobody takes in the line that is about himself."""
    message = N_("This line is about you. A colleague takes it in.")
    return Obstacle("own_case", message, field="identity", clause="rules B3")


def listed_already() -> Obstacle:
    """An earlier list has the number."""
    message = N_("A pass list taken in before has this management number already.")
    return Obstacle("pass_list_number", message, field="management_no")


def reason_obstacles(reason: str) -> list[Obstacle]:
    """An annulment says why, in 4 to 200 characters."""
    if 4 <= len(reason.strip()) <= 200:
        return []
    return [Obstacle("reason_length", N_("Say why in 4 to 200 characters."), field="reason")]


# -- education -------------------------------------------------------------------------------------------------------

MODES = {
    "": N_("Not stated"),
    "full_time": N_("Full time"),
    "self_study": N_("Self-study examination"),
    "correspondence": N_("Correspondence"),
    "in_service": N_("Part time, in service"),
    "commissioned": N_("Commissioned training"),
}
MAJOR_CLASSES = {
    "sw": N_("Social work"),
    "related": N_("Related to social work"),
    "other": N_("Another subject"),
}


def major_class(major: str) -> str:
    """`sw`, `related` or `other` by code or name of the national catalogues (T1.1.c; list with source in kernel/national)."""
    wanted = major.strip().removesuffix("专业")
    for row in rows("majors"):
        if wanted and wanted in (row["code"], row["name_zh"]):
            return "sw" if row["kind"] == "social_work" else "related"
    return "other"


def education_obstacles(
    *, level: str, degree: str, mode: str, graduated_on: date | None, born_on: date | None, on: date
) -> list[Obstacle]:
    """Refuses levels outside GB/T 4658, degrees outside GB/T 6864, and a graduation no calendar of this person allows."""
    choose = N_("Choose one from the list.")
    found = []
    if level not in codes("education"):
        found.append(Obstacle("education_level", choose, field="level"))
    if degree and degree not in codes("degree"):
        found.append(Obstacle("education_degree", choose, field="degree"))
    if mode not in MODES:
        found.append(Obstacle("education_mode", choose, field="mode"))
    if graduated_on and graduated_on > on:
        found.append(Obstacle("date_future", N_("This date is in the future."), field="graduated_on"))
    if graduated_on and born_on and graduated_on.year - born_on.year < 10:
        message = N_("By the identity number the person was a child then. Compare both dates.")
        found.append(Obstacle("graduated_as_child", message, field="graduated_on"))
    return found


def education_text_obstacles(school_name: str, major: str) -> list[Obstacle]:
    """Refuses names of more than 100 characters."""
    message = N_("At most %(longest)s characters; these are %(length)s.")
    return [
        Obstacle("text_length", message, field=name, params={"longest": 100, "length": len(text)})
        for name, text in (("school_name", school_name), ("major", major))
        if len(text) > 100
    ]
