"""Sealed columns and blind indexes: what a stolen database may not tell.

A sealed value can be opened only at its own place: table, column and row are authenticated with it, so a value copied
to another row does not open.  *Row* is a value the caller stores beside the sealed columns and knows before the row
is inserted: by custom a ``seal_id`` UUID column (a primary key is known too late and would change in a merge).

A blind index finds equal values without opening them: a keyed hash, because the identity numbers of a province are
only 1.5 billion guesses and an unkeyed hash of one is the number itself.  Its key is not the sealing key.

Envelope: version (1 byte) | algorithm (1) | key id (2) | nonce (12) | ciphertext and tag. Version 2 is about a person:
her number (8 bytes) follows the key id, and her own secret (`kernel.person_keys`) is mixed into the key. Profile ``intl``
seals with AES-256-GCM and indexes with HMAC-SHA-256, ``sm`` with SM4-GCM and HMAC-SM3; either opens what the other sealed.
Keys are files ``seal-0001.key`` and ``index-0001.key`` (`kernel.key_files`); the highest seals or makes hashes, all of
them open or are looked under (`kernel.search_keys`).

Tables that must not open with the keys of all others (complaints, who complained) have keys of their own: their models
say `sealed_by = "vault"`, and every way through here takes the ring of that name. Where its keys are is a setting of its
own (SHEGONG_KEYS_VAULT), so that another office or machine may hold them.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from django.conf import settings

from shegong.kernel import person_keys, seal_ciphers, search_keys
from shegong.kernel.key_files import KINDS, KeyFault, ensure_keys
from shegong.kernel.key_providers import FileKeys, KeyProvider, provider
from shegong.kernel.person_keys import Forgotten, SealError
from shegong.kernel.seal_ciphers import AES_256_GCM, SM4_GCM, TAG, Place, aes, bound, joined, opened, sm4
from shegong.kernel.sealed_columns import apart

__all__ = [
    "Forgotten",
    "KeyFault",
    "Keyring",
    "SealError",
    "blind_index",
    "ensure_keys",
    "key_provider",
    "keyring",
    "load_keyring",
    "needs_resealing",
    "open_sealed",
    "owner_of",
    "seal",
]

PLAIN, PERSONAL = 1, 2  # versions of the envelope
_NONCE = 12
_HEADERS = {PLAIN: 4, PERSONAL: 12}  # bytes
LOOK_AGAIN = 5.0  # seconds

Owner = tuple[int, bytes]  # a person and her secret


@dataclass(frozen=True)
class Profile:
    """The algorithms of one crypto profile."""

    algorithm: int
    digest: Callable[[], hashes.HashAlgorithm]


PROFILES = {"intl": Profile(AES_256_GCM, hashes.SHA256), "sm": Profile(SM4_GCM, hashes.SM3)}


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation."""

    profile: Profile
    sealing: dict[int, bytes] = field(repr=False)
    indexing: bytes = field(repr=False)
    purpose: str = ""
    former: dict[int, bytes] = field(default_factory=dict, repr=False)  # search keys only looked under
    settled: bool = True  # False for seconds, while a new search key is only looked under

    def of(self, table: str) -> "Keyring":
        """The ring whose keys seal this table: this one, or one that is kept apart."""
        purpose = apart().get(table, "")
        return self if self.purpose == purpose else keyring(purpose)

    @property
    def active(self) -> int:
        """Id of the key that seals now: the highest."""
        return max(self.sealing)

    @cached_property
    def plain_header(self) -> bytes:
        """How an envelope begins that is about nobody in particular."""
        return bytes((PLAIN, self.profile.algorithm)) + self.active.to_bytes(2, "big")

    @cached_property
    def header(self) -> bytes:
        """How an envelope about a person begins; her number follows."""
        return bytes((PERSONAL, self.profile.algorithm)) + self.active.to_bytes(2, "big")

    def seal(self, value: bytes, place: Place, owner: Owner | None = None) -> bytes:
        """The envelope of `value` for its `place` (table, column, row); with `owner`, it opens only with her secret."""
        ring = self.of(place[0])
        if ring is not self:
            return ring.seal(value, place, owner)
        header = self.header + owner[0].to_bytes(8, "big") if owner else self.plain_header
        secret = owner[1] if owner else b""
        nonce = secrets.token_bytes(_NONCE)
        if self.profile.algorithm == AES_256_GCM:  # one call instead of five
            cipher = aes(self.sealing[self.active], secret)
            return header + nonce + cipher.encrypt(nonce, value, bound(header, place))
        encryptor = sm4(self.sealing[self.active], secret, nonce, None).encryptor()
        encryptor.authenticate_additional_data(bound(header, place))
        sealed = encryptor.update(value) + encryptor.finalize()
        return header + nonce + sealed + encryptor.tag

    def sealer(self, table: str, column: str) -> Callable[[bytes, str, Owner], bytes]:
        """`seal` for many rows of one column, each about somebody: (value, row, owner) → envelope."""
        ring, begins = self.of(table), joined((table, column))
        if ring.profile.algorithm != AES_256_GCM:
            return lambda value, row, owner: ring.seal(value, (table, column, row), owner)
        key, head = ring.sealing[ring.active], ring.header

        def seal_one(value: bytes, row: str, owner: Owner) -> bytes:
            header, nonce, place = head + owner[0].to_bytes(8), secrets.token_bytes(_NONCE), row.encode()
            where = b"".join((header, begins, len(place).to_bytes(4), place))
            return header + nonce + aes(key, owner[1]).encrypt(nonce, value, where)

        return seal_one

    def open(
        self, envelope: bytes, place: Place, secret_of: Callable[[int], bytes] = person_keys.secret_of
    ) -> bytes:
        """What `seal` was given. Raises `SealError`, and `Forgotten` when its owner was erased."""
        ring = self.of(place[0])
        if ring is not self:
            return ring.open(envelope, place, secret_of)
        size = _HEADERS.get(envelope[0], 0) if envelope else 0
        if not size or len(envelope) < size + _NONCE + TAG:
            raise SealError(f"{'.'.join(place[:2])}: not a sealed value of a known version")
        header, nonce, sealed = envelope[:size], envelope[size : size + _NONCE], envelope[size + _NONCE :]
        number = int.from_bytes(header[2:4], "big")
        key = self.sealing.get(number)
        if key is None:
            raise SealError(f"{'.'.join(place[:2])}: sealing key {number:04d} is missing")
        owner = owner_of(header)
        secret = b"" if owner is None else secret_of(owner)
        try:
            return opened(header[1], key, secret, nonce, sealed, bound(header, place))
        except InvalidTag as error:
            raise SealError(f"{'.'.join(place[:2])}: the value was changed or moved") from error

    def index(self, kind: str, canonical: str) -> bytes:
        """Keyed hash of a canonical value, 32 bytes; equal values of one `kind` have equal hashes."""
        return self.indexer(kind)(canonical)

    def indexer(self, kind: str) -> Callable[[str], bytes]:
        """`index` of one kind, made once."""
        found = self._indexers.get(kind)
        if found is None:
            if len(self._indexers) > 64:  # a batch of rows has a kind of its own
                self._indexers.clear()
            digest = None if self.profile.algorithm == AES_256_GCM else self.profile.digest
            keys = (self.indexing, *self.former.values())
            makers = [seal_ciphers.indexer(key, kind, digest) for key in keys]
            found = self._indexers[kind] = search_keys.together(makers)
        return found

    @cached_property
    def _indexers(self) -> dict[str, Callable[[str], bytes]]:
        return {}


def owner_of(envelope: bytes | memoryview) -> int | None:
    """The person whose secret the envelope needs; None when it needs the master key alone."""
    return int.from_bytes(envelope[4:12], "big") if envelope[0] == PERSONAL else None


def load_keyring(folder: Path, profile: str) -> Keyring:
    """The keys in `folder`. Raises `KeyFault` when there are none, or when anybody may read them."""
    return _loaded(FileKeys(folder), profile)


def _loaded(keys: KeyProvider, profile: str, purpose: str = "") -> Keyring:
    if profile not in PROFILES:
        raise KeyFault(f"SHEGONG_CRYPTO is {profile!r}; it is one of {', '.join(PROFILES)}")
    found = keys.load()
    sealing = {int(name[5:]): key for name, key in found.items() if name.startswith("seal-")}
    indexing = {int(name[6:]): key for name, key in found.items() if name.startswith("index-")}
    if not (sealing and indexing):
        message = "restore them from the key backup (a new installation: shegong keys make)"
        raise KeyFault(f"no keys in {keys.where}: {message}")
    makes, settled = search_keys.writes(indexing, lambda number: keys.age(f"index-{number:04d}"), LOOK_AGAIN)
    return Keyring(PROFILES[profile], sealing, indexing.pop(makes), purpose, indexing, settled)


@dataclass
class _Held:
    """The keys that this process works with: of which installation, how they stood, and when to look again."""

    home: tuple[object, str, str]
    stamp: object
    ring: Keyring
    until: float
    under: object  # the settings, whole: asked once a value, they are compared before they are read


_held: dict[str, _Held] = {}  # by purpose


def keyring(purpose: str = "") -> Keyring:
    """The keys of this installation; a key added by another process is seen within seconds. A demo makes its own keys,
    production never does by itself. While a key service is away, the keys at hand go on working. `purpose` names a ring
    that is kept apart."""
    held, now, under = _held.get(purpose), monotonic(), settings._wrapped
    if held is not None and held.under is under and now < held.until:
        return held.ring
    where = keys_setting(purpose)
    home = (settings.SHEGONG_HOME, settings.SHEGONG_CRYPTO, where)
    if held is not None and held.home == home and now < held.until:
        return held.ring
    if held is not None and held.home != home:
        held = None
    try:
        stamp, ring = _looked(held, purpose)
    except KeyFault:
        if held is None or not where.startswith(("service:", "command:")):
            raise
        stamp, ring = held.stamp, held.ring
    _held[purpose] = _Held(home, stamp, ring, now + LOOK_AGAIN, under)
    return ring


def _looked(held: _Held | None, purpose: str) -> tuple[object, Keyring]:
    keys = key_provider(purpose)
    if not settings.PRODUCTION and held is None:
        for kind in KINDS:
            keys.make(kind, first=True)
    stamp = keys.stamp()
    if held and held.stamp == stamp and held.ring.settled:
        return stamp, held.ring
    return stamp, _loaded(keys, settings.SHEGONG_CRYPTO, purpose)


def keys_setting(purpose: str = "") -> str:
    """Where the keys of a ring are, as SHEGONG_KEYS says it; a ring that is kept apart is in a folder of its own."""
    if not purpose:
        return str(settings.SHEGONG_KEYS)
    said = settings.KEYS_APART.get(purpose, "")
    return said or f"file:{Path(settings.SHEGONG_HOME) / f'keys-{purpose}'}"


def key_provider(purpose: str = "") -> KeyProvider:
    """Whoever holds the keys of this installation, or those of a ring that is kept apart."""
    return provider(keys_setting(purpose), Path(settings.SHEGONG_HOME))


def look_again() -> None:
    """Read the keys anew at the next use."""
    _held.clear()


def seal(
    text: str, *, table: str, column: str, row: object, person: int | None = None, secret: bytes = b""
) -> bytes:
    """`text` sealed for one place; store the bytes in a BinaryField. `row` is the row's ``seal_id``.

    What is about a person names her: it opens only while her secret exists. `secret` spares looking it up.
    """
    owner = None if person is None else (person, secret or person_keys.secret_for(person))
    return keyring().seal(text.encode(), (table, column, str(row)), owner)


def open_sealed(envelope: bytes | memoryview, *, table: str, column: str, row: object) -> str:
    """The text that was sealed for this place. Raises `SealError`, for an erased person `Forgotten`.

    Masking and journalling are the caller's; who opens many does it inside `person_keys.fetched`.
    """
    place = (table, column, str(row))
    try:
        return keyring().open(bytes(envelope), place).decode()
    except SealError as error:
        if isinstance(error, Forgotten):
            raise
        look_again()  # another process may have added a key since this one read them
        return keyring().open(bytes(envelope), place).decode()


def needs_resealing(envelope: bytes | memoryview, person: int | None = None) -> bool:
    """True when the envelope was sealed with an older key, under the other profile, or without the person's secret."""
    return bytes(envelope[:4]) != (keyring().plain_header if person is None else keyring().header)


def blind_index(kind: str, canonical: str, purpose: str = "") -> bytes:
    """32 bytes that are equal for equal canonical values of one `kind` (``identity``, ``phone``, …)."""
    return keyring(purpose).index(kind, canonical)
