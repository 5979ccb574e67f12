"""Where checkpoints are kept outside the database: folders, and witnesses of other offices over HTTP.

SHEGONG_CHECKPOINTS names them, separated by commas: a path is a folder (a mount that cannot be rewritten is best), an
address that begins with http is a witness (`kernel.witness`).
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from shegong.kernel import checkpoints_marks as marks
from shegong.kernel import outbound
from shegong.kernel.checkpoints_marks import Mark
from shegong.kernel.checkpoints_tree import Tree

TAIL = 8192  # bytes; some twenty checkpoints


class NotKept(Exception):
    """A place did not take a checkpoint, or cannot be read; the message says why in a few words."""


class Place(ABC):
    """One place outside the database."""

    name: str

    @abstractmethod
    def keep(self, mark: Mark) -> None:
        """Write the checkpoint there, durably. Raises `NotKept`."""

    @abstractmethod
    def read(self) -> list[Mark]:
        """What is kept there, oldest first. Raises `NotKept` when it cannot be read."""


@dataclass(frozen=True)
class Folder(Place):
    """A file of lines in a folder; opened for appending alone, and on the disk before the checkpoint counts."""

    folder: Path

    @property
    def name(self) -> str:  # type: ignore[override]
        """The folder."""
        return str(self.folder)

    @property
    def path(self) -> Path:
        """The file; one for each database, so that a test beside production never mixes with it."""
        return self.folder / f"checkpoints-{connection.settings_dict['NAME']}.jsonl"

    def keep(self, mark: Mark) -> None:
        """Append one line and wait until the disk has it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                whole = f"{mark.line}\n".encode()
                if os.write(file, whole) != len(whole):
                    raise NotKept("the disk is full")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise NotKept(error.strerror or type(error).__name__) from error

    def read(self) -> list[Mark]:
        """All lines but a half one that a power cut left."""
        try:
            lines = self.path.read_text().splitlines() if self.path.exists() else []
        except (OSError, UnicodeDecodeError) as error:
            raise NotKept(f"{self.path} cannot be read") from error
        return [found for line in lines if (found := _line(line))]

    def last(self) -> Mark | None:
        """The newest checkpoint there, from the end of the file alone; None when there is none to be read."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
                end = file.read().decode(errors="replace").splitlines()
        except OSError:
            return None
        return next((found for line in reversed(end) if (found := _line(line))), None)


def _line(line: str) -> Mark | None:
    try:
        return marks.read_line(line)
    except ValueError:
        return None


@dataclass(frozen=True)
class Remote(Place):
    """The witness of another office: it takes a checkpoint only with the proof that nothing before it changed."""

    url: str

    @property
    def name(self) -> str:  # type: ignore[override]
        """The address."""
        return self.url

    def keep(self, mark: Mark) -> None:
        """Ask what it has, and send the checkpoint with the proof from there on."""
        held = self.read()
        since = held[-1].size if held and held[-1].algorithm == mark.algorithm else 0
        answer = self._call({"mark": mark.__dict__, "since": since, "proof": proof(since, mark)})
        if answer.status != 200:
            raise NotKept(f"refused with {answer.status}")

    def read(self) -> list[Mark]:
        """The last checkpoint it has of us."""
        answer = self._call()
        if answer.status != 200 or not isinstance(answer.body, dict):
            raise NotKept(f"answered {answer.status}")
        try:
            return [marks.read(answer.body["mark"])] if answer.body.get("mark") else []
        except ValueError as error:
            raise NotKept("answered with no checkpoint") from error

    def _call(self, send: object = None) -> outbound.Answer:
        try:
            return outbound.call(self.url, allowed=[self.url], send=send)
        except outbound.NotAllowed as error:
            raise NotKept(str(error)) from error
        except Exception as error:  # whatever a network does: the next checkpoint tries again
            raise NotKept(type(error).__name__) from error


def proof(since: int, mark: Mark) -> list[str]:
    """The consistency proof from `since` entries to the checkpoint, as text; none is needed for the first."""
    if not 0 < since <= mark.size:
        return []
    return [found.hex() for found in Tree(mark.algorithm).consistency(since, mark.size)]


def places(given: Sequence[str] | None = None) -> list[Place]:
    """The places that the setting names, in its order."""
    named = settings.CHECKPOINTS if given is None else given
    return [Remote(one) if one.startswith(("http://", "https://")) else Folder(Path(one)) for one in named]
