"""What of a complainant the machine compares with, so that nothing gives her away. No person reads it by this way."""

from dataclasses import dataclass

from shegong.duties.conduct.models.complaints import Complaint
from shegong.duties.conduct.models.vault import ComplainantVault
from shegong.duties.conduct.rules import Kind
from shegong.duties.conduct.sealed_text import opened
from shegong.kernel.walls_acting import lifted


@dataclass(frozen=True)
class Secrets:
    """Name, contacts and record of who complained; empty for an anonymous complaint."""

    texts: tuple[str, ...] = ()
    person: int | None = None

    def __repr__(self) -> str:
        return "Secrets(…)"


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
        return Secrets(texts, int(person) if person else None)
