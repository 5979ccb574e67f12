"""The list of parts (SBOM): every locked package with version, digests and licence, as CycloneDX 1.6."""

import re
import sys
import tomllib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
SPEC = "1.6"
PINNED = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\\n]+))?")
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")
ENTRY = re.compile(r"\n(?=[a-z0-9])")


@dataclass(frozen=True)
class Pinned:
    """One package of the lock; `marker` says on which machines it is needed, "" on all."""

    name: str
    version: str
    digests: tuple[str, ...]
    marker: str = ""

    @property
    def purl(self) -> str:
        """Its name as package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(path: Path) -> Iterator[Pinned]:
    """Every package of a lock, in its order. Raises ValueError for a line that pins nothing, or without digest."""
    for entry in ENTRY.split(path.read_text(encoding="utf-8").strip()):
        found = PINNED.match(entry)
        digests = tuple(DIGEST.findall(entry))
        if found is None or not digests:
            raise ValueError(f"{path.name}: no version or no digest: {entry.splitlines()[0]}")
        yield Pinned(found["name"], found["version"], digests, (found["marker"] or "").strip())


def own_version() -> str:
    """The version of this program: of the checkout it runs out of, else of the installed package; "" for neither."""
    if PROJECT.exists():
        return str(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    try:
        return version("shegong")
    except PackageNotFoundError:
        return ""


def expression_of(name: str) -> str:
    """The SPDX expression of the installed package's licence; "" where it has none or is not installed here."""
    try:
        return " ".join(metadata(name).get_all("License-Expression") or [])
    except PackageNotFoundError:
        return ""


def licence_of(name: str) -> str:
    """What the installed package says of its licence; "" where it says nothing or is not installed here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    expression, short = expression_of(name), " ".join(said.get_all("License") or [])
    classified = [
        one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    return expression or " / ".join(classified) or (short if "\n" not in short and len(short) < 60 else "")


def component(part: Pinned) -> dict[str, Any]:
    """One package as CycloneDX has it. Digests are those of all its files for all machines, one of which is installed."""
    licence, expression = licence_of(part.name), expression_of(part.name)
    named = {"expression": expression} if expression else {"license": {"name": licence}}
    properties = [{"name": "shegong:lock:sha256", "value": digest} for digest in part.digests]
    if part.marker:
        properties.append({"name": "shegong:lock:marker", "value": part.marker})
    return {
        "type": "library", "bom-ref": part.purl, "name": part.name, "version": part.version, "purl": part.purl,
        "scope": "optional" if part.marker else "required",
        **({"licenses": [named]} if licence else {}),
        "properties": properties,
    }  # fmt: skip


def bill(parts: Sequence[Pinned], of: str, at: datetime) -> dict[str, Any]:
    """The whole list. The same lock has the same serial number; `of` is the program's version."""
    root = f"pkg:generic/shegong@{of or 0}"
    locked = "\n".join(f"{part.purl} {' '.join(part.digests)}" for part in parts)
    return {
        "bomFormat": "CycloneDX", "specVersion": SPEC, "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root + locked)}",
        "metadata": {
            "timestamp": at.isoformat(timespec="seconds"),
            "component": {"type": "application", "bom-ref": root, "name": "shegong", "version": of, "purl": root},
            "properties": [{"name": "shegong:python", "value": f"{sys.version_info.major}.{sys.version_info.minor}"}],
        },
        "components": [component(part) for part in parts],
        "dependencies": [{"ref": root, "dependsOn": [part.purl for part in parts]}],
    }  # fmt: skip
