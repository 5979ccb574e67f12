"""The two parts of a backup, sealed as they are written: the database as pg_dump gives it, and the stored files."""

import contextlib
import hashlib
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from django.conf import settings

from shegong.config.backup import programs
from shegong.config.backup.envelope import Broken, SealedWriter, ensure_key
from shegong.config.backup.manifest import DATABASE, FILES, Part, sealed_path

# What vaults and exports keep below SHEGONG_HOME, sealed already. Never keys, secrets or the embedded database.
STORED = ("files", "portraits", "workbooks", "evidence", "exports")
PIECE = 256 * 1024


def dump(draft: Path, url: str, snapshot: str, server: int, home: Path) -> Part:
    """pg_dump of the snapshot, sealed as it comes."""
    command = [
        str(programs.program("pg_dump", server)),
        *("--format=custom", "--compress=3", "--no-password", f"--snapshot={snapshot}"),
    ]
    with sealed(draft, DATABASE, home) as out:
        said = run(command, programs.environment(url), out)
    if said is not None:
        raise Broken(f"pg_dump: {said}")
    return Part(out.size, out.sha256.hexdigest(), out.plain)


def run(command: list[str], environment: dict[str, str], out: SealedWriter) -> str | None:
    """Run a program and seal what it writes; None, or what it complained of."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        complaint: list[bytes] = []
        reader = threading.Thread(target=lambda: complaint.append(child.stderr.read()))
        reader.start()
        try:
            while piece := child.stdout.read(PIECE):
                out.write(piece)
        except BaseException:
            child.kill()
            raise
        finally:
            reader.join()
    return programs.last_words(complaint[0]) if child.returncode else None


@contextlib.contextmanager
def sealed(draft: Path, part: str, home: Path) -> Iterator[SealedWriter]:
    """A new sealed part."""
    handle = os.open(sealed_path(draft, part), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        out = SealedWriter(file, ensure_key(home / "keys"), part, settings.SHEGONG_CRYPTO)
        yield out
        out.close()


def store(draft: Path, home: Path) -> tuple[Part, int]:
    """Stored files and the policy as one sealed archive; it and how many files. What vanishes meanwhile was erased."""
    count = 0
    with (
        sealed(draft, FILES, home) as out,
        tarfile.open(fileobj=cast(IO[bytes], out), mode="w|", bufsize=PIECE) as archive,
    ):
        for name, path in stored_files(home):
            with contextlib.suppress(FileNotFoundError):
                archive.add(path, name, recursive=False)
                count += 1
        archive.add(settings.POLICY_DIR, "policy")
    return Part(out.size, out.sha256.hexdigest(), out.plain), count


def stored_files(home: Path) -> Iterator[tuple[str, Path]]:
    """Every stored file with its name in the archive; drafts of a write in progress are none."""
    for folder in STORED:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield str(path.relative_to(home)), path


def policy_hash() -> str:
    """One hash over the policy files."""
    digest = hashlib.sha256()
    for path in sorted(settings.POLICY_DIR.rglob("*.toml")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
