"""The sealed stream of a backup: any length, little memory, and nothing about it can be changed unnoticed."""

import io
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shegong.config.backup.envelope import (
    CHUNK,
    HEADER,
    TAG,
    BackupKey,
    Broken,
    SealedWriter,
    ensure_key,
    opened,
    read_keys,
)
from shegong.kernel.sealing import KeyFault

KEY = BackupKey(b"k" * 32)


def sealed(content: bytes, part: str = "part", profile: str = "intl", key: BackupKey = KEY) -> bytes:
    file = io.BytesIO()
    file.fileno = lambda: 1  # type: ignore[method-assign]  # a file in memory has nothing to bring to a disk
    out = SealedWriter(file, key, part, profile)
    out.write(content)
    out._seal(bytes(out._rest), True)
    return file.getvalue()


@pytest.fixture
def put(tmp_path):
    def go(stream: bytes):
        path = tmp_path / "stream"
        path.write_bytes(stream)
        return path

    return go


def read(path, part: str = "part", key: BackupKey = KEY) -> bytes:
    return b"".join(opened(path, [key], part))


@pytest.mark.parametrize("profile", ["intl", "sm"])
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
def test_what_was_sealed_opens_whatever_its_length(put, profile, size):
    content = bytes(range(256)) * (size // 256 + 1)
    assert read(put(sealed(content[:size], profile=profile))) == content[:size]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_flipped_bit_anywhere_is_found(put, data):
    stream = bytearray(sealed(b"content of a part" * 20))
    place = data.draw(st.integers(0, len(stream) - 1))
    stream[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Broken):
        read(put(bytes(stream)))


def test_a_chunk_cannot_be_cut_off_left_out_or_swapped(put):
    stream = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    size = CHUNK + TAG
    first, second, last = (
        stream[HEADER : HEADER + size],
        stream[HEADER + size : HEADER + 2 * size],
        stream[HEADER + 2 * size :],
    )
    head = stream[:HEADER]
    assert len(read(put(head + first + second + last))) == 2 * CHUNK + 1
    for forged in (
        head + first + second,
        head + first,
        head,
        head + second + first + last,
        head + first + last,
        stream + first,
    ):
        with pytest.raises(Broken):
            read(put(forged))


def test_a_stream_opens_as_its_own_part_and_with_its_own_key_alone(put):
    path = put(sealed(b"people", part="database.dump"))
    with pytest.raises(Broken, match="changed, mixed"):
        read(path, part="files.tar")
    with pytest.raises(Broken, match="not in the key folder"):
        read(path, part="database.dump", key=BackupKey(b"x" * 32))


def test_memory_stays_flat_for_a_stream_of_any_length(tmp_path):
    path = tmp_path / "long"
    tracemalloc.start()
    with path.open("wb") as file:
        out = SealedWriter(file, KEY, "part", "intl")
        for _ in range(40):
            out.write(b"z" * CHUNK)
        out.close()
    assert sum(len(piece) for piece in opened(path, [KEY], "part")) == 40 * CHUNK
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * CHUNK


def test_the_key_is_made_once_and_never_by_halves(tmp_path):
    folder = tmp_path / "keys"
    first = ensure_key(folder)
    assert ensure_key(folder) == first == read_keys(folder)[-1]
    assert oct((folder / "backup-0001.key").stat().st_mode & 0o777) == "0o600"
    (folder / "backup-0002.key").write_text("not a key")
    (folder / "backup-0002.key").chmod(0o600)
    with pytest.raises(KeyFault, match="64 hexadecimal"):
        read_keys(folder)
    (folder / "backup-0002.key").chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        read_keys(folder)
