"""What may be stated about a person and by whom; particulars, skills, ties and reasons for looking; pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from shegong.kernel.characters import described, is_invisible
from shegong.kernel.code_lists import codes
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_


class Permission(StrEnum):
    """What roles may hold in this context (policy/roles.toml gives them out)."""

    READ = "people.read"
    EDIT = "people.edit"
    REVEAL = "people.reveal"


class Source(StrEnum):
    """Where a fact came from (T4.2.b)."""

    SELF = "self"
    EMPLOYER = "employer"
    COUNTY = "county"
    EXAM_LIST = "exam_list"
    NATIONAL = "national"
    IMPORT = "import"
    OFFICE = "office"


SOURCE_NAMES = {
    Source.SELF: N_("Stated by the person"),
    Source.EMPLOYER: N_("Stated by the employer"),
    Source.COUNTY: N_("Entered by an office"),
    Source.EXAM_LIST: N_("Examination list"),
    Source.NATIONAL: N_("National system"),
    Source.IMPORT: N_("Imported"),
    Source.OFFICE: N_("Office record"),
}

IDENTITY_KINDS = {
    "resident": N_("Resident identity card"),
    "hmt_resident": N_("Residence permit for Hong Kong, Macao and Taiwan residents"),
    "foreign_resident": N_("Foreign permanent resident card"),
    "passport": N_("Passport"),
    "officer": N_("Officer's card"),
}
# A number of 18 digits says by itself which of the three it is, so that one number is never two documents.
KIND_OF_NUMBER = {"compatriot": "hmt_resident", "foreigner": "foreign_resident"}

TIE_NAMES = {
    "work": N_("Workplace"),
    "residence": N_("Place of residence"),
    "domicile": N_("Registered domicile"),
    "study": N_("Place of study"),
    "case": N_("Open case"),
}
STANDING_KINDS = ("work", "residence", "domicile")
STATED_KINDS = ("residence", "domicile")  # work and cases tie by themselves

CONTACT_NAMES = {"phone": N_("Mobile phone"), "email": N_("Mail address"), "address": N_("Address")}

LANGUAGES = {
    "zh": N_("Standard Chinese"),
    "ko": N_("Korean"),
    "mn": N_("Mongolian"),
    "mnc": N_("Manchu"),
    "csl": N_("Chinese sign language"),
    "en": N_("English"),
    "ru": N_("Russian"),
    "ja": N_("Japanese"),
    "other": N_("Another language"),
}

SPECIALITIES = {
    "relief": N_("Social assistance"),
    "elderly": N_("Services for the elderly"),
    "children": N_("Services for children"),
    "youth": N_("Services for young people"),
    "women": N_("Services for women and families"),
    "disability": N_("Services for people with disabilities"),
    "community": N_("Community work"),
    "health": N_("Medical social work"),
    "mental": N_("Mental health"),
    "school": N_("School social work"),
    "correction": N_("Community correction"),
    "drugs": N_("Drug rehabilitation"),
    "disaster": N_("Disaster relief"),
    "veterans": N_("Services for veterans"),
    "enterprise": N_("Social work in enterprises"),
    "supervision": N_("Professional supervision"),
    "other": N_("Another speciality"),
}
SKILLS = {"language": LANGUAGES, "speciality": SPECIALITIES}


def identity_taken() -> Obstacle:
    """The number stands with somebody else: says what to do, never who it is or what is registered."""
    return Obstacle(
        "identity_taken",
        N_(
            "This number cannot be added to this account. Compare it digit by digit with the document. If it is right, "
            "take the document to the civil affairs office of your county; it will settle the matter."
        ),
        field="identity_number",
    )


def identity_fixed() -> Obstacle:
    """A number that an office has compared with the document changes only there."""
    return Obstacle(
        "identity_verified",
        N_(
            "An office has verified the identity number. Only the civil affairs office of your county can change it."
        ),
        field="identity_number",
    )


def name_fixed() -> Obstacle:
    """A name that an office has compared with the document changes only there."""
    return Obstacle(
        "name_verified",
        N_("An office has verified the name. Only the civil affairs office of your county can change it."),
        field="name",
    )


def particulars_obstacles(**given: str | None) -> list[Obstacle]:
    """Refuses an ethnicity outside GB/T 3304 and a political status outside GB/T 4762; blank is allowed."""
    message = N_("Choose one from the list.")
    return [
        Obstacle(f"{name}_unknown", message, field=name)
        for name, value in given.items()
        if value and value not in codes(name)
    ]


def skill_obstacles(kind: str, code: str, note: str) -> list[Obstacle]:
    """Refuses a kind or code that is not on the list, and a note of more than 100 characters."""
    if code not in SKILLS.get(kind, {}):
        return [Obstacle("skill_unknown", N_("Choose one from the list."), field="code")]
    return text_obstacles(note, field="note", longest=100)


def text_obstacles(text: str, *, field: str, longest: int) -> list[Obstacle]:
    """Refuses more than `longest` characters, and signs that are invisible or turn the direction of the text."""
    if len(text) > longest:
        message = N_("At most %(longest)s characters; these are %(length)s.")
        return [
            Obstacle("text_length", message, field=field, params={"longest": longest, "length": len(text)})
        ]
    for place, character in enumerate(text, start=1):
        if is_invisible(character):
            message = N_("Character %(place)s is an invisible sign, %(character)s. Delete it.")
            params = {"place": place, "character": described(character)}
            return [Obstacle("text_invisible", message, field=field, params=params)]
    return []


def address_obstacles(address: str) -> list[Obstacle]:
    """Refuses an empty address, one of more than 200 characters, and invisible signs."""
    if not address:
        return [Obstacle("address_missing", N_("Enter the address."), field="address")]
    return text_obstacles(address, field="address", longest=200)


def contact_taken(kind: str) -> Obstacle:
    """Another account has proven that the phone or mail address is its own."""
    message = N_("Another account uses this. Sign in with that account, or give another one.")
    return Obstacle("contact_taken", message, field=kind)


SHORTEST_REASON, LONGEST_REASON = 4, 200


def reason_obstacles(reason: str) -> list[Obstacle]:
    """A full view of a sealed value needs a reason of 4 to 200 characters; the person can read it."""
    if len(reason.strip()) < SHORTEST_REASON:
        message = N_(
            "Say in at least %(shortest)s characters why you need the full number; the person can read it."
        )
        return [Obstacle("reason_short", message, field="reason", params={"shortest": SHORTEST_REASON})]
    return text_obstacles(reason, field="reason", longest=LONGEST_REASON)


def name_change_obstacles(changed_on: date, since: date | None, on: date) -> list[Obstacle]:
    """A change of name lies not in the future and after the name before it."""
    if changed_on > on:
        return [Obstacle("date_future", N_("This date is in the future."), field="changed_on")]
    if since and changed_on <= since:
        message = N_("The name before this one began later.")
        return [Obstacle("name_change_order", message, field="changed_on")]
    return []


def place_obstacles(kind: str, start: date, on: date, level: int | None) -> list[Obstacle]:
    """Refuses what is not stated as a place of living, a day to come, and what is no county (`level` 3) of the day."""
    if kind not in STATED_KINDS:
        return [Obstacle("tie_kind", N_("Choose one from the list."), field="kind")]
    found = []
    if level is None or level < 3:
        found.append(Obstacle("not_a_county", N_("Choose a county, city or district."), field="region"))
    if start > on:
        found.append(Obstacle("starts_later", N_("This day lies in the future."), field="start"))
    return found


def tie_obstacles(
    kind: str, start: date, end: date | None, others: Iterable[tuple[date, date | None]]
) -> list[Obstacle]:
    """Refuses an unknown kind, an end not after the start, and a tie that would cut a later one of its kind."""
    if kind not in TIE_NAMES:
        return [Obstacle("tie_kind", N_("Choose one from the list."), field="kind")]
    if end and end <= start:
        return [Obstacle("dates_order", N_("The end lies before the start."), field="end")]
    for began, ended in others:
        outlasts = end is not None and (ended is None or ended > end)
        if (began > start and (end is None or began < end)) or (began < start and outlasts):
            message = N_(
                "Another entry begins on %(began)s. Enter when this one ended, or correct the other first."
            )
            return [Obstacle("tie_overlap", message, field="start", params={"began": began.isoformat()})]
    return []


def death_obstacles(
    *, died_on: date, born_on: date | None, recorded: date | None, on: date, reason: str, is_own: bool
) -> list[Obstacle]:
    """A day of death lies between birth and today, is recorded once, and the paper that was seen is named."""
    found = []
    if recorded is not None:
        found.append(Obstacle("died_before", N_("The day of death is on record already."), "died_on"))
    if is_own:
        found.append(Obstacle("own_case", N_("Nobody records his own death.")))
    if died_on > on or (born_on and died_on < born_on):
        found.append(Obstacle("died_when", N_("The day lies before the birth or in the future."), "died_on"))
    return [*found, *reason_obstacles(reason)]
