"""The keys' own backup: a copy of every key and secret file in a folder apart from all backups.

Rings that are kept apart (complaints, evidence, who complained) get a folder of their own each, so that each copy can be
handed to whoever holds that ring; keys that a key service holds are that service's to copy.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings

from shegong.config.house.account import HouseError
from shegong.kernel import sealing
from shegong.kernel.key_providers import FileKeys

KEPT = ("keys", "secrets")


def copy(home: Path, target: Path, backups: Path | None) -> dict[str, Any]:
    """Copy what `target` does not have yet; never over a key that differs."""
    refuse_together(home, target, backups)
    count = 0
    for name, source in _key_files(home):
        path = target / name / source.name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy_file(source, path)
        count += 1
    if not count:
        raise HouseError(f"There are no keys in {home}.")
    return {"folder": str(target), "files": count}


def refuse_together(home: Path, target: Path, backups: Path | None) -> None:
    """Keys lie neither inside a folder of backups nor around it, nor in the house they are copied from."""
    place = target.resolve()
    for other in filter(None, (backups, settings.BACKUPS, home)):
        beside = Path(other).resolve()
        if place == beside or beside in place.parents or (other is not home and place in beside.parents):
            raise HouseError(
                f"{target} and {other} are one place; keys lie apart from backups and from the house."
            )


def rings_apart() -> dict[str, Path]:
    """Folders of the rings that are kept apart, and of the main keys where SHEGONG_KEYS puts them elsewhere: those whose
    keys are files here, by the name of their copy."""
    held = {f"keys-{ring}": sealing.key_provider(ring) for ring in settings.KEYS_APART}
    if settings.SHEGONG_KEYS:
        held["keys-main"] = sealing.key_provider()
    folders = {name: keys.folder for name, keys in held.items() if isinstance(keys, FileKeys)}
    home = (Path(settings.SHEGONG_HOME) / "keys").resolve()
    return {name: folder for name, folder in folders.items() if folder.resolve() != home}


def _key_files(home: Path) -> list[tuple[str, Path]]:
    folders = [(name, home / name) for name in KEPT]
    if elsewhere := getattr(settings, "SIGNING_KEYS", ""):
        folders.append((Path(elsewhere).name, Path(elsewhere)))
    folders += rings_apart().items()
    found = [(name, folder) for name, folder in folders if folder.is_dir()]
    return sorted((name, path) for name, folder in found for path in folder.iterdir() if _is_key(path))


def _is_key(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _copy_file(source: Path, path: Path) -> None:
    content = source.read_bytes()
    if path.exists():
        if path.read_bytes() != content and source.suffix == ".key":
            raise HouseError(f"{path} differs from {source}; it was left as it is. Use a new folder.")
        if path.read_bytes() == content:
            return
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
