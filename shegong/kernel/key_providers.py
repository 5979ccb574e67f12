"""Where the master keys come from: files of this machine, or a key service that holds them.

SHEGONG_KEYS    file:/path (default: SHEGONG_HOME/keys) | service:unix:/path/socket | command:/path/program argument …

A key service answers one line of JSON with one line of JSON, on a socket or as a program that reads and writes once:

    {"do": "load"}                    → {"keys": {"seal-0001": "<64 hex digits>", "index-0001": …}, "age": 12.5}
    {"do": "make", "kind": "seal"}    → {"made": "seal-0002"}      the next key; with "first": true only where there is none
    {"do": "retire", "key": "seal-0001"} → {"kept": "where it lies now"}
    anything that fails               → {"error": "what to do"}

`age` is seconds since the newest sealing key was made; `"ages": {"index-0002": 3.0}`, of each key, lets a new search key be
learnt by every process before one uses it. How the service keeps them (a module, wrapped files, another
machine) is its own business; here they are in memory only. `shegong keys serve` is the smallest such service.
"""

import json
import math
import os
import shlex
import socket
import socketserver
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from shegong.kernel import key_files
from shegong.kernel.key_files import KeyFault

ANSWERS_WITHIN = 5.0  # seconds
LONGEST = 1_000_000  # bytes of an answer


class KeyProvider(Protocol):
    """Whoever holds the keys."""

    @property
    def where(self) -> str:
        """For people."""

    def stamp(self) -> object:
        """Changes whenever the keys do."""

    def load(self) -> dict[str, bytes]:
        """Name → key, `seal-0001`, `index-0001`. Raises `KeyFault`."""

    def make(self, kind: str, *, first: bool = False) -> str:
        """Make the next key of a kind; with `first`, only where there is none. Its name."""

    def retire(self, name: str) -> str:
        """Hand the key out no more. Where it lies now, for people."""

    def age(self, name: str = "") -> float:
        """Seconds since this key was made; without a name, the newest sealing key."""


@dataclass(frozen=True)
class FileKeys:
    """Keys in a folder of this machine."""

    folder: Path

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.folder)

    def stamp(self) -> object:
        """The folder's time: a key that comes or goes changes it."""
        return self.folder.stat().st_mtime_ns if self.folder.is_dir() else 0

    def load(self) -> dict[str, bytes]:
        """Every key file; refuses files that everybody may read."""
        found = {
            f"{kind}-{number:04d}": key_files.read_key(path)
            for kind in key_files.KINDS
            for number, path in key_files.key_files(self.folder, kind).items()
        }
        return found

    def make(self, kind: str, *, first: bool = False) -> str:
        """A new file; see `kernel.key_files`."""
        return key_files.make_key(self.folder, kind, first=first)

    def retire(self, name: str) -> str:
        """The file gets another name."""
        return str(key_files.retire(self.folder, name))

    def age(self, name: str = "") -> float:
        """By the time of the file."""
        return key_files.age_of(self.folder, name)


class ServiceKeys(ABC):
    """Keys that another process holds; how it is asked is the subclass's."""

    where = "the key service"

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One question, one answer. Raises `KeyFault` with what the service says, never with what it sent."""
        line = (json.dumps(question) + "\n").encode()
        try:
            answer = json.loads(self._answer(line))
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise KeyFault(f"{self.where} does not answer: {type(error).__name__}") from None
        if not isinstance(answer, dict) or "error" in answer:
            raise KeyFault(f"{self.where} refuses: {answer.get('error') if isinstance(answer, dict) else ''}")
        return answer

    @abstractmethod
    def _answer(self, line: bytes) -> bytes:
        """One line of JSON for one line of JSON."""

    def stamp(self) -> object:
        """The names and the age are not worth a question of their own: whoever looks again asks for the keys."""
        return object()

    def load(self) -> dict[str, bytes]:
        """Every key that the service hands out."""
        keys = self.ask({"do": "load"}).get("keys", {})
        try:
            found = {str(name): bytes.fromhex(text) for name, text in keys.items()}
        except (AttributeError, TypeError, ValueError):
            raise KeyFault(f"{self.where} sent no keys of 64 hexadecimal digits") from None
        if any(len(key) != 32 for key in found.values()):
            raise KeyFault(f"{self.where} sent a key that is not of 32 bytes")
        return found

    def make(self, kind: str, *, first: bool = False) -> str:
        """Have the service make a key."""
        return str(self.ask({"do": "make", "kind": kind, "first": first})["made"])

    def retire(self, name: str) -> str:
        """Have the service put a key aside."""
        return str(self.ask({"do": "retire", "key": name})["kept"])

    def age(self, name: str = "") -> float:
        """As the service says; a key of which it does not say has been there for long."""
        said = self.ask({"do": "load"})
        return float(said.get("ages", {}).get(name, math.inf) if name else said.get("age", 0.0))


@dataclass(frozen=True)
class SocketKeys(ServiceKeys):
    """A service on a Unix socket."""

    path: str

    @property
    def where(self) -> str:  # type: ignore[override]
        """The socket."""
        return f"the key service at {self.path}"

    def _answer(self, line: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(ANSWERS_WITHIN)
            talk.connect(self.path)
            talk.sendall(line)
            with talk.makefile("rb") as answers:
                return answers.readline(LONGEST)


@dataclass(frozen=True)
class CommandKeys(ServiceKeys):
    """A program that is run for each question."""

    words: tuple[str, ...]

    @property
    def where(self) -> str:  # type: ignore[override]
        """The program."""
        return f"the key program {self.words[0]}"

    def _answer(self, line: bytes) -> bytes:
        ran = subprocess.run(  # noqa: S603  the deployment names it
            self.words, input=line, capture_output=True, timeout=ANSWERS_WITHIN, check=True
        )
        return ran.stdout[:LONGEST]


def provider(setting: str, home: Path) -> KeyProvider:
    """What SHEGONG_KEYS names. Raises `KeyFault` for anything else."""
    kind, _, rest = setting.partition(":")
    if not setting:
        return FileKeys(home / "keys")
    if kind == "file" and rest:
        return FileKeys(Path(rest))
    if kind == "service" and rest.startswith("unix:"):
        return SocketKeys(rest.removeprefix("unix:"))
    if kind == "command" and shlex.split(rest):
        return CommandKeys(tuple(shlex.split(rest)))
    raise KeyFault("SHEGONG_KEYS is file:/path, service:unix:/path/socket or command:/path/program")


# -- the smallest service --------------------------------------------------------------------------------------------


def answer(line: bytes, keys: FileKeys) -> dict[str, Any]:
    """What `shegong keys serve` says to one line."""
    try:
        asked = json.loads(line)
        match asked["do"]:
            case "load":
                held = {name: key.hex() for name, key in keys.load().items()}
                return {"keys": held, "age": keys.age(), "ages": {name: keys.age(name) for name in held}}
            case "make":
                return {"made": keys.make(str(asked["kind"]), first=bool(asked.get("first")))}
            case "retire":
                return {"kept": keys.retire(str(asked["key"]))}
        return {"error": "unknown question"}
    except KeyFault as error:
        return {"error": str(error)}
    except (KeyError, TypeError, ValueError):
        return {"error": "not understood"}


def serve(keys: FileKeys, path: Path) -> None:
    """Answer on a socket that only this user and his group may open, until the process is ended."""

    class Answers(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in iter(lambda: self.rfile.readline(LONGEST), b""):
                self.wfile.write((json.dumps(answer(line, keys)) + "\n").encode())

    path.unlink(missing_ok=True)
    before = os.umask(0o117)
    try:
        server = socketserver.ThreadingUnixStreamServer(str(path), Answers)
    finally:
        os.umask(before)
    server.daemon_threads = True
    with server:
        server.serve_forever()
