"""Model cases: nominated, verified by another, agreed to by the person, published; pure (N9)."""

from collections.abc import Sequence
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class CaseKind(StrEnum):
    """Whom or what a case shows."""

    PERSON = "person"
    ORGANIZATION = "organization"
    PRACTICE = "practice"


KIND_NAMES = {
    CaseKind.PERSON: N_("A model person"),
    CaseKind.ORGANIZATION: N_("A model organisation"),
    CaseKind.PRACTICE: N_("A good practice"),
}


class CaseState(StrEnum):
    """States of a model case."""

    NOMINATED = "nominated"
    VERIFIED = "verified"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


CASE_NAMES = {
    CaseState.NOMINATED: N_("Nominated, to be verified"),
    CaseState.VERIFIED: N_("Case verified"),
    CaseState.PUBLISHED: N_("Case published"),
    CaseState.WITHDRAWN: N_("Case withdrawn"),
}
CASE = Workflow(
    CaseState,
    CaseState.NOMINATED,
    [
        step("verify", "nominated", "verified", "N9"),
        step("publish", "verified", "published", "N9"),
        step("withdraw", ("nominated", "verified", "published"), "withdrawn"),
    ],
)


class Consent(StrEnum):
    """What the person said about being shown; nobody but the person says it."""

    NONE = ""
    NAMED = "named"
    UNNAMED = "unnamed"
    REFUSED = "refused"


CONSENT_NAMES = {
    Consent.NONE: N_("Not answered yet"),
    Consent.NAMED: N_("Yes, with my name and place of work"),
    Consent.UNNAMED: N_("Yes, but without my name and place of work"),
    Consent.REFUSED: N_("No, do not publish it"),
}


def nomination_obstacles(
    *, kind: str, title: str, story: str, has_person: bool, has_organization: bool
) -> list[Obstacle]:
    """What speaks against a nomination: it is about somebody, and says what was done."""
    found = []
    if kind not in set(CaseKind):
        return [Obstacle("case_kind", N_("Choose what the case shows."), "kind", "N9")]
    if kind == CaseKind.PERSON and not has_person:
        found.append(Obstacle("case_person", N_("Choose the person of the case."), "person", "N9"))
    if kind == CaseKind.ORGANIZATION and not has_organization:
        found.append(
            Obstacle("case_organization", N_("Choose the organisation of the case."), "organization", "N9")
        )
    if not title.strip():
        found.append(Obstacle("case_title", N_("Give the case a title."), "title", "N9"))
    if len(story.strip()) < SHORTEST_STORY:
        message = N_("Tell what was done, in at least %(least)s characters.")
        found.append(Obstacle("case_story", message, "story", "N9", {"least": SHORTEST_STORY}))
    return found


SHORTEST_STORY = 20


def verify_obstacles(*, verifier: int | None, nominator: int | None) -> list[Obstacle]:
    """Four eyes: whoever nominated does not verify."""
    if verifier is not None and verifier != nominator:
        return []
    return [Obstacle("case_four_eyes", N_("Another officer must verify what you nominated."), None, "N9")]


def publish_obstacles(*, kind: str, consent: str, plain_story: str) -> list[Obstacle]:
    """Of a person nothing is published that she has not agreed to; without her name only a text that names nobody."""
    if kind != CaseKind.PERSON:
        return []
    if consent == Consent.NONE:
        return [Obstacle("case_no_answer", N_("The person has not answered yet."), None, "N9")]
    if consent == Consent.REFUSED:
        return [Obstacle("case_refused", N_("The person does not want it published."), None, "N9")]
    if consent == Consent.UNNAMED and len(plain_story.strip()) < SHORTEST_STORY:
        message = N_("Write the text that names nobody, in at least %(least)s characters.")
        return [Obstacle("case_plain", message, "plain_story", "N9", {"least": SHORTEST_STORY})]
    return []


def names_in(text: str, names: Sequence[str]) -> list[str]:
    """Names that still stand in a text that should name nobody."""
    return [name for name in names if len(name) > 1 and name in text]


def plain_obstacles(text: str, title: str, names: Sequence[str]) -> list[Obstacle]:
    """The text without names must hold none of the names known of the person and the organisation."""
    found = names_in(f"{title}\n{text}", names)
    if not found:
        return []
    message = N_("The text that should name nobody still says %(names)s.")
    return [Obstacle("case_named", message, "plain_story", "N9", {"names": "、".join(found)})]
