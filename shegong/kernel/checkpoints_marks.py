"""A checkpoint as it leaves the database: one line of JSON, signed, that a stranger can check with a few lines of code.

What is signed is the text of six lines that `Mark.text` makes: the word of the format, whose journal it is, how many
entries, the tree head (RFC 6962), the hash of the last entry, and when. docs/operations.md says how to check it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from shegong.kernel import signing

FORMAT = "shegong checkpoint 1"
PURPOSE = "checkpoint"


@dataclass(frozen=True)
class Mark:
    """The head of a journal of `size` entries at a time, with its signature. Hashes are lower-case hexadecimal."""

    origin: str
    size: int
    algorithm: str
    root: str
    chain: str
    at: str
    kid: str = ""
    alg: str = ""
    signature: str = ""  # base64url, without padding

    @property
    def text(self) -> str:
        """What is signed, in UTF-8; each line ends with a line feed."""
        hashes = (f"{self.algorithm}:{self.root}", f"{self.algorithm}:{self.chain}")
        return "\n".join((FORMAT, self.origin, str(self.size), *hashes, self.at, ""))

    @property
    def line(self) -> str:
        """One line of a file of checkpoints, without its end."""
        return json.dumps(self.__dict__, ensure_ascii=False)

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.at)

    @property
    def signature_bytes(self) -> bytes:
        """The signature itself; empty when the text is no base64."""
        try:
            return urlsafe_b64decode(self.signature + "=" * (-len(self.signature) % 4))
        except ValueError:
            return b""


def signed(origin: str, size: int, algorithm: str, root: bytes, chain: bytes, at: datetime) -> Mark:
    """A mark with the signature of this installation. Raises `KeyFault` where its key is missing."""
    moment = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    bare = Mark(origin, size, algorithm, root.hex(), chain.hex(), moment)
    made = signing.sign(PURPOSE, bare.text.encode())
    return with_signature(replace(bare, kid=made.kid, alg=made.alg), made.signature)


def with_signature(mark: Mark, signature: bytes) -> Mark:
    """The mark with these bytes as its signature."""
    return replace(mark, signature=urlsafe_b64encode(signature).rstrip(b"=").decode())


def check(mark: Mark) -> None:
    """Return when this installation signed the mark. Raises `signing.SignatureFault`."""
    signing.verify(PURPOSE, mark.text.encode(), mark.kid, mark.alg, mark.signature_bytes)


def read(given: Any) -> Mark:
    """A mark from what JSON held. Raises ValueError for anything else."""
    try:
        mark = Mark(**given)
        bytes.fromhex(mark.root), bytes.fromhex(mark.chain), mark.moment
        sound = all(isinstance(value, str) for name, value in given.items() if name != "size")
    except (TypeError, AttributeError) as error:
        raise ValueError("no checkpoint") from error
    if not sound or type(mark.size) is not int or mark.size < 1 or "\n" in mark.origin:
        raise ValueError("no checkpoint")
    return mark


def read_line(line: str) -> Mark:
    """A mark from a line of a file. Raises ValueError."""
    return read(json.loads(line))
