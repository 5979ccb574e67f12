"""The ciphers of sealed values: AES-256-GCM and SM4-GCM under keys derived from a key file and a person's own secret."""

from collections.abc import Callable
from functools import lru_cache
from hmac import digest as one_mac

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shegong.kernel.person_keys import SealError

AES_256_GCM, SM4_GCM = 1, 2
TAG = 16  # bytes

Place = tuple[str, str, str]


def opened(algorithm: int, key: bytes, secret: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What an envelope holds."""
    if algorithm == AES_256_GCM:
        return aes(key, secret).decrypt(nonce, sealed, bound)
    if algorithm != SM4_GCM:
        raise SealError(f"unknown sealing algorithm {algorithm}")
    decryptor = sm4(key, secret, nonce, sealed[-TAG:]).decryptor()
    decryptor.authenticate_additional_data(bound)
    return decryptor.update(sealed[:-TAG]) + decryptor.finalize()


def aes(key: bytes, secret: bytes) -> AESGCM:
    """The cipher under a key of its own: derived from the key file, for a person from that and her secret."""
    if not secret:
        return _plain_aes(key)
    return AESGCM(one_mac(key, b"shegong aes-256-gcm person" + secret, "sha256"))


@lru_cache(maxsize=64)
def _plain_aes(key: bytes) -> AESGCM:
    return AESGCM(one_mac(key, b"shegong aes-256-gcm", "sha256"))


def sm4(key: bytes, secret: bytes, nonce: bytes, tag: bytes | None) -> Cipher[modes.GCM]:
    """The same of profile `sm`."""
    label = b"shegong sm4-gcm person" + secret if secret else b"shegong sm4-gcm"
    return Cipher(algorithms.SM4(mac(hashes.SM3(), key, label)[:16]), modes.GCM(nonce, tag))


def mac(digest: hashes.HashAlgorithm, key: bytes, message: bytes) -> bytes:
    """Keyed hash of a message."""
    code = hmac.HMAC(key, digest)
    code.update(message)
    return code.finalize()


def indexer(
    key: bytes, kind: str, digest: Callable[[], hashes.HashAlgorithm] | None
) -> Callable[[str], bytes]:
    """Keyed hash of values of one kind: SHA-256, or what `digest` makes."""
    begins = joined((kind,))
    if digest is not None:
        return lambda canonical: mac(digest(), key, begins + joined((canonical,)))

    def index(canonical: str) -> bytes:
        text = canonical.encode()
        return one_mac(key, begins + len(text).to_bytes(4, "big") + text, "sha256")

    return index


def joined(parts: tuple[str, ...]) -> bytes:
    """Parts with their lengths, so that ("ab", "c") and ("a", "bc") differ."""
    encoded = [part.encode() for part in parts]
    return b"".join([len(part).to_bytes(4, "big") + part for part in encoded])


def bound(header: bytes, place: Place) -> bytes:
    """What is authenticated with an envelope: its header and its place."""
    return header + joined(place)
