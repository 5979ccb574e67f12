"""What of a complainant the machine compares with, so that nothing gives her away. No person reads it by this way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shegong.duties.conduct.models.complaints import Complaint
from shegong.duties.conduct.models.records import standing_record
from shegong.duties.conduct.models.vault import ComplainantVault
from shegong.duties.conduct.rules import Kind
from shegong.duties.conduct.sealed_text import opened
from shegong.ground.people.models import records_of
from shegong.kernel.characters import plain
from shegong.kernel.sealed_columns import Derived, derive
from shegong.kernel.sealing import blind_index
from shegong.kernel.search_keys import spellings
from shegong.kernel.walls_acting import lifted


@dataclass(frozen=True)
class Secrets:
    """Name, contacts and record of who complained, that which stands for her today; empty for an anonymous complaint."""

    texts: tuple[str, ...] = ()
    person: int | None = None

    def __repr__(self) -> str:
        return "Secrets(…)"


def hash_of(person_id: int | None) -> bytes:
    """What stands in the vault for the record of who complained, so that it is found without opening anything; empty for
    none."""
    return blind_index("conduct.person", str(person_id), "vault") if person_id else b""


def complaints_by(people: Iterable[int], *, since: date) -> dict[int, list[Complaint]]:
    """What these people complained of since a day, in their name or in confidence, under whichever of their records: by hashes,
    nothing is opened. The vault keeps the record that complained: a merge that carried it over would list it among what it
    moved, and so tell who complained."""
    found: dict[int, list[Complaint]] = {}
    with lifted("compared by a rule, read by nobody"):
        made = [(hash_of(record), pk) for pk in people for record in records_of(pk)]
        hashes = {one: pk for digest, pk in made for one in spellings(digest)}
        rows = ComplainantVault.objects.filter(
            who__in=[digest for digest, _ in made], complaint__received_on__gte=since
        )
        for row in rows.select_related("complaint").order_by("pk"):
            found.setdefault(hashes[bytes(row.who)], []).append(row.complaint)
    return found


def complained(complaint: Complaint, person_id: int | None) -> bool:
    """Whether this person complained in this case, under whichever of her records: by hashes, nothing is opened."""
    if person_id is None:
        return False
    with lifted("compared by a rule, read by nobody"):
        hashes = [one for record in records_of(person_id) for one in spellings(hash_of(record))]
        return ComplainantVault.objects.filter(complaint=complaint, who__in=hashes).exists()


def hash_of_contact(contact: str) -> bytes:
    """Equal for equal contacts, however they are typed; it opens nothing."""
    return blind_index("conduct.contact", plain(contact).lower(), "vault")


derive(
    "conduct.complainantvault",
    Derived("same", "contact", hash_of_contact),
    Derived("who", "person", lambda person: hash_of(int(person))),
)


def hash_old() -> int:
    """Rows of before there were hashes get theirs, opened once for it; how many."""
    with lifted("compared by a rule, read by nobody"):
        rows = list(ComplainantVault.objects.filter(who=b"").exclude(person=b""))
        for row in rows:
            ComplainantVault.objects.filter(pk=row.pk).update(who=hash_of(int(opened(row, "person"))))
    return len(rows)


def secrets_of(complaint: Complaint) -> Secrets:
    """Compared by rules, shown by nothing; whoever wants to read them opens the vault, which is written down. Who complains
    in her own name lets herself be named: then the contact alone is secret."""
    with lifted("compared by a rule, read by nobody"):
        row = ComplainantVault.objects.filter(complaint=complaint).first()
        if row is None:
            return Secrets()
        person = opened(row, "person")
        columns = ("contact",) if complaint.kind == Kind.NAMED else ("name", "contact")
        texts = tuple(filter(None, (opened(row, column) for column in columns)))
        return Secrets(texts, standing_record(int(person)) if person else None)
