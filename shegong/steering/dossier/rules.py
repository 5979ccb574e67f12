"""When two records may be one human: reasons with their weights, steps of a case, what stands in the way; pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from shegong.kernel.refusal import Obstacle
from shegong.kernel.refusal import reason_obstacles as reason_obstacles
from shegong.kernel.text import N_
from shegong.kernel.workflow import Workflow, step


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    PROPOSE = "dossier.propose_merge"
    DECIDE = "dossier.decide_merge"


class State(StrEnum):
    """States of a case about two records."""

    FOUND = "found"
    PROPOSED = "proposed"
    MERGED = "merged"
    KEPT_APART = "kept_apart"
    UNDO_PROPOSED = "undo_proposed"
    SETTLED = "settled"


STATE_NAMES = {
    State.FOUND: N_("To be looked at"),
    State.PROPOSED: N_("Proposed, waits for another officer"),
    State.MERGED: N_("Merged"),
    State.KEPT_APART: N_("Two people"),
    State.UNDO_PROPOSED: N_("Merged; parting proposed"),
    State.SETTLED: N_("Settled with another merge"),
}

WORKFLOW = Workflow(
    State,
    State.FOUND,
    [
        step("propose", ("found", "kept_apart", "settled"), "proposed", "model.md 3.30"),
        step("withdraw", "proposed", "found"),
        step("send_back", "proposed", "found"),
        step("merge", "proposed", "merged", "D19"),
        step("keep_apart", "proposed", "kept_apart", "D19"),
        step("propose_undo", "merged", "undo_proposed", "D19"),
        step("withdraw_undo", "undo_proposed", "merged"),
        step("refuse_undo", "undo_proposed", "merged"),
        step("undo", "undo_proposed", "kept_apart", "D19"),
        step("settle", ("found", "proposed"), "settled"),
        step("find_again", "settled", "found"),
    ],
)
OPEN = (State.FOUND, State.PROPOSED)


class Wish(StrEnum):
    """What the first officer proposes."""

    MERGE = "merge"
    APART = "apart"


WISH_NAMES = {Wish.MERGE: N_("They are one person: merge"), Wish.APART: N_("They are two people: keep apart")}


class Reason(StrEnum):
    """Why two records may be one human, or may not."""

    CERTIFICATE = "certificate"
    NAME_BIRTH = "name_birth"
    LAST4_BIRTH = "last4_birth"
    LAST4_NAME = "last4_name"
    NUMBER_NEAR = "number_near"
    PINYIN_BIRTH = "pinyin_birth"
    NAME_EMPLOYER = "name_employer"
    PHONE = "phone"
    EMAIL = "email"
    PASSPORT = "passport"
    RENEWED = "renewed"
    VARIANT = "variant"
    BY_HAND = "by_hand"
    NUMBERS_DIFFER = "numbers_differ"
    BIRTH_DIFFERS = "birth_differs"
    SEX_DIFFERS = "sex_differs"


SENTENCES = {
    Reason.CERTIFICATE: N_("The same certificate number stands on both records."),
    Reason.NAME_BIRTH: N_("The same name and the same date of birth."),
    Reason.LAST4_BIRTH: N_("The identity numbers end alike and the date of birth is the same; digits before may be mistyped."),
    Reason.LAST4_NAME: N_("The identity numbers end alike and the name is the same; the date of birth may be mistyped."),
    Reason.NUMBER_NEAR: N_("Names that sound alike, and identity numbers with one digit wrong or two swapped."),
    Reason.PINYIN_BIRTH: N_("Names that sound alike and the same date of birth."),
    Reason.NAME_EMPLOYER: N_("The same name at the same employer."),
    Reason.PHONE: N_("The same phone and names that sound alike."),
    Reason.EMAIL: N_("The same mail address and names that sound alike."),
    Reason.PASSPORT: N_("One has a passport, the other an identity card, and the names sound alike."),
    Reason.RENEWED: N_("The same name, and each has a passport with a number of its own: one may have been renewed."),
    Reason.VARIANT: N_("The names differ only in the shape of a character."),
    Reason.BY_HAND: N_("An officer put the two together."),
    Reason.NUMBERS_DIFFER: N_("Against: each has an identity number of its own."),
    Reason.BIRTH_DIFFERS: N_("Against: the dates of birth differ."),
    Reason.SEX_DIFFERS: N_("Against: the sex differs."),
}  # fmt: skip
AGAINST = (Reason.NUMBERS_DIFFER, Reason.BIRTH_DIFFERS, Reason.SEX_DIFFERS)


@dataclass(frozen=True)
class Name:
    """A name as written, in its canonical form, and as it sounds (letters of its pinyin, or of its Latin form)."""

    written: str
    canonical: str
    sounds: frozenset[str]


def sounds_of(written: str, canonical: str, pinyin: str) -> frozenset[str]:
    """How a name may be spelled with letters: pinyin joined; of a Latin name its parts in both orders."""
    if pinyin:
        syllables = pinyin.split()
        return frozenset({"".join(syllables), "".join([*syllables[1:], syllables[0]])})
    parts = "".join(c if c.isalpha() else " " for c in written.casefold()).split()
    return frozenset({"".join(parts), "".join([*parts[1:], *parts[:1]])}) - {""}


@dataclass(frozen=True)
class Facts:
    """What is compared of one record. Numbers and addresses are keyed hashes: only equality can be seen."""

    names: tuple[Name, ...] = ()
    born_on: date | None = None
    sex: str = "0"
    last4: frozenset[bytes] = frozenset()
    eighteen: frozenset[bytes] = frozenset()
    bodies: frozenset[str] = frozenset()  # numbers of 18 without the check digit
    passports: frozenset[bytes] = frozenset()
    phones: frozenset[bytes] = frozenset()
    emails: frozenset[bytes] = frozenset()
    certificates: frozenset[str] = frozenset()
    employers: frozenset[int] = frozenset()


def reasons_between(one: Facts, other: Facts) -> list[Reason]:
    """Every reason for and against, the heavier kinds first."""
    found = [reason for reason, holds in _tests(one, other).items() if holds]
    return found + [reason for reason, holds in _doubts(one, other).items() if holds]


def _tests(one: Facts, other: Facts) -> dict[Reason, bool]:
    alike = _shared(one, other, lambda n: {n.canonical})
    sounds = alike or _shared(one, other, lambda n: n.sounds)
    born = one.born_on is not None and one.born_on == other.born_on
    ends = bool(one.last4 & other.last4)
    return {
        Reason.CERTIFICATE: bool(one.certificates & other.certificates),
        Reason.NAME_BIRTH: alike and born,
        Reason.LAST4_BIRTH: ends and born and (sounds or _surname(one, other)),
        Reason.LAST4_NAME: ends and alike and not born,
        Reason.NUMBER_NEAR: sounds and any(is_near(a, b) for a in one.bodies for b in other.bodies),
        Reason.PINYIN_BIRTH: sounds and born and not alike,
        Reason.NAME_EMPLOYER: alike and bool(one.employers & other.employers),
        Reason.PHONE: sounds and bool(one.phones & other.phones),
        Reason.EMAIL: sounds and bool(one.emails & other.emails),
        Reason.PASSPORT: sounds and (_crossed(one, other) or _crossed(other, one)),
        Reason.RENEWED: alike and _renewed(one, other),
        Reason.VARIANT: alike and not _shared(one, other, lambda n: {n.written}),
    }


def is_near(one: str, other: str) -> bool:
    """Whether two numbers differ by one digit, or by two neighbours in each other's place: how people mistype."""
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or not 1 <= len(apart) <= 2:
        return False
    if len(apart) == 1:
        return True
    left, right = apart
    return right == left + 1 and one[left] == other[right] and one[right] == other[left]


def _shared(one: Facts, other: Facts, key: Callable[[Name], Iterable[str]]) -> bool:
    ours = {value for name in one.names for value in key(name)}
    return any(value in ours for name in other.names for value in key(name))


def _surname(one: Facts, other: Facts) -> bool:
    return _shared(one, other, lambda n: {n.canonical[:1]})


def _crossed(one: Facts, other: Facts) -> bool:
    return bool(one.passports and not one.eighteen and other.eighteen)


def _renewed(one: Facts, other: Facts) -> bool:
    """A new passport has a new number; where a number of 18 digits speaks, passports tell nothing."""
    both = bool(one.passports and other.passports) and not one.passports & other.passports
    return both and not (one.eighteen and other.eighteen)


def _doubts(one: Facts, other: Facts) -> dict[Reason, bool]:
    return {
        Reason.NUMBERS_DIFFER: bool(one.eighteen and other.eighteen and not one.eighteen & other.eighteen),
        Reason.BIRTH_DIFFERS: bool(one.born_on and other.born_on and one.born_on != other.born_on),
        Reason.SEX_DIFFERS: "0" not in (one.sex, other.sex) and one.sex != other.sex,
    }


@dataclass(frozen=True)
class MergePolicy:
    """policy/dossier.toml: weights of the reasons, the weight from which a pair is listed, days for parting."""

    threshold: int
    undo_days: int
    crowd: int
    weights: Mapping[str, int] = field(default_factory=dict)

    def weight(self, reasons: Iterable[str]) -> int:
        """Sum of the weights."""
        return sum(self.weights.get(reason, 0) for reason in reasons)


def officer_obstacles(*, officer_id: int | None, about: Iterable[int]) -> list[Obstacle]:
    """Nobody merges records of his own."""
    if officer_id is not None and officer_id in set(about):
        return [Obstacle("own_case", N_("One of these records is your own. Colleagues must decide on it."))]
    return []


def decision_obstacles(*, officer_id: int | None, proposer_id: int | None) -> list[Obstacle]:
    """Four eyes: whoever proposed does not decide."""
    if officer_id is not None and officer_id != proposer_id:
        return []
    return [Obstacle("four_eyes", N_("Another officer must decide on what you proposed."))]


def undo_obstacles(*, merged_at: datetime, now: datetime, days: int) -> list[Obstacle]:
    """A merge can be undone for a few days; later the record has gone on."""
    if now <= merged_at + timedelta(days=days):
        return []
    message = N_("A merge can be undone within %(days)s days. These have passed.")
    return [Obstacle("undo_late", message, params={"days": days})]


def touched_obstacles(titles: Iterable[str]) -> list[Obstacle]:
    """Rows that were changed since the merge, or to which something was added: they cannot simply go back."""
    counted: dict[str, int] = {}
    for title in titles:
        counted[title] = counted.get(title, 0) + 1
    message = N_(
        "%(what)s: %(count)s changed since the merge. Say that they stay with the kept record, or do not part."
    )
    return [
        Obstacle("touched", message, "leave_touched", params={"what": w, "count": n})
        for w, n in counted.items()
    ]


# Tables by the names of the rows that a merge moves (the titles of `kernel.moving.Part`).
TABLES = {
    "people.identity": N_("Identity documents"),
    "people.personname": N_("Names of people"),
    "people.contact": N_("Phones and addresses"),
    "people.skill": N_("Languages and specialities"),
    "people.tie": N_("Places where the person belongs"),
    "people.person": N_("Particulars"),
    "kernel.message": N_("Messages in the inbox"),
    "accounts.user": N_("Account"),
    "credentials.certificate": N_("Certificates"),
    "credentials.education": N_("Education"),
    "employment.employment": N_("Jobs"),
    "registry.application": N_("Applications"),
    "registry.registration": N_("Registrations"),
    "registry.restriction": N_("Suspensions and warnings"),
    "oversight.modelcase": N_("Model cases"),
}


def table_title(model: str) -> str:
    """What rows of a table are called, an English source string."""
    return TABLES.get(model, model)
