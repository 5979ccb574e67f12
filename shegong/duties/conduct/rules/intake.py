"""What a complaint must say, and the code by which whoever complained follows it; pure."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shegong.duties.conduct.rules.states import Kind, Matter
from shegong.kernel.refusal import Obstacle
from shegong.kernel.text import N_

CLAUSE = "T4.2.f"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: read aloud and copied by hand
BYTES = 16  # 128 bits
LETTERS = 26
GROUP = 4


@dataclass(frozen=True)
class Told:
    """What somebody complains of, as typed. `whom_kind` is worker, body or unknown."""

    kind: str = ""
    matter: str = ""
    duty: str = ""
    whom_kind: str = ""
    register_no: str = ""
    whom: str = ""
    unit: str = ""
    text: str = ""
    region_code: int | None = None
    when: str = ""
    place: str = ""
    name: str = ""
    contact: str = ""
    tell_me: bool = False
    person_id: int | None = None  # asked, signed in, that her own record be watched


def whom_obstacles(told: Told) -> list[Obstacle]:
    """A worker or a body needs a number or some words by which it can be found."""
    if told.whom_kind not in ("worker", "body", "unknown"):
        return [Obstacle("whom_kind", N_("Say whom it is about."), field="whom_kind", clause=CLAUSE)]
    if told.whom_kind != "unknown" and not (told.register_no.strip() or told.whom.strip()):
        return [
            Obstacle("whom", N_("Enter the registration number or the name."), field="whom", clause=CLAUSE)
        ]
    if told.whom_kind == "unknown" and not (told.whom.strip() or told.unit.strip()):
        message = N_("Describe the person in a few words, or name the place of work.")
        return [Obstacle("whom", message, field="whom", clause=CLAUSE)]
    return []


def what_obstacles(told: Told, *, duties: Sequence[str], longest: int) -> list[Obstacle]:
    """A matter and what happened."""
    found = []
    if told.matter not in set(Matter):
        found.append(Obstacle("matter", N_("Choose what it is about."), field="matter", clause=CLAUSE))
    if told.duty and told.duty not in duties:
        found.append(Obstacle("duty", N_("Choose from the list."), field="duty", clause=CLAUSE))
    if len(told.text.strip()) < 10:
        message = N_("Tell what happened, in ten characters at least.")
        found.append(Obstacle("text", message, field="text", clause=CLAUSE))
    if len(told.text) > longest:
        message = N_("At most %(longest)s characters; add further papers instead.")
        found.append(Obstacle("text_long", message, field="text", params={"longest": longest}))
    return found


def where_obstacles(told: Told) -> list[Obstacle]:
    """A county: it decides which office looks into it."""
    if told.region_code is None:
        message = N_("Choose the county where it happened.")
        return [Obstacle("region", message, field="region", clause=CLAUSE)]
    return []


def contact_obstacles(told: Told) -> list[Obstacle]:
    """Who gives a name gives a contact; who stays anonymous gives neither."""
    if told.kind not in set(Kind):
        return [Obstacle("kind", N_("Choose how you complain."), field="kind", clause=CLAUSE)]
    if told.kind == Kind.ANONYMOUS:
        return []
    found = []
    if not told.name.strip():
        found.append(Obstacle("name", N_("Enter your name, or choose anonymous."), field="name"))
    if not told.contact.strip():
        message = N_("Enter a telephone number or a mail address, or choose anonymous.")
        found.append(Obstacle("contact", message, field="contact"))
    return found


def lodge_obstacles(told: Told, *, duties: Sequence[str], longest: int) -> list[Obstacle]:
    """Everything that is missing before it can be sent."""
    return [
        *whom_obstacles(told), *what_obstacles(told, duties=duties, longest=longest), *where_obstacles(told),
        *contact_obstacles(told),
    ]  # fmt: skip


def message_obstacles(text: str, *, papers: int = 0, longest: int = 4000) -> list[Obstacle]:
    """What passes between office and complainant says something."""
    if not text.strip() and not papers:
        return [Obstacle("text", N_("Write something, or add a paper."), field="text", clause=CLAUSE)]
    if len(text) > longest:
        message = N_("At most %(longest)s characters; add further papers instead.")
        return [Obstacle("text_long", message, field="text", params={"longest": longest})]
    return []


def misrouted_obstacles(last: date, on: date) -> list[Obstacle]:
    """A body says within its days that another one is in charge; after them it looks into the complaint itself."""
    if on <= last:
        return []
    message = N_("That another body is in charge could be said until %(last)s. Your office looks into it.")
    return [Obstacle("misrouted_late", message, params={"last": last.isoformat()})]


# -- the code --------------------------------------------------------------------------------------------------------


def new_key() -> str:
    """What a browser keeps while somebody writes; the code is made of it, so that nobody has to store the code."""
    return secrets.token_hex(32)


def code_of(bits: bytes) -> str:
    """16 bytes as a code of 26 letters and digits in groups, to be read aloud and copied by hand."""
    number = int.from_bytes(bits[:BYTES], "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LETTERS)))
    return "-".join(letters[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def canonical_code(typed: str) -> str:
    """A code as it was made, whatever case, spaces and look-alikes somebody typed; "" for what cannot be one."""
    folded = typed.upper().translate(str.maketrans("OILU", "011V"))
    letters = "".join(c for c in folded if c in ALPHABET)
    if len(letters) != LETTERS or len(typed) > 100:
        return ""
    return "-".join(letters[at : at + GROUP] for at in range(0, LETTERS, GROUP))
