"""Everything about the code that needs no running product: format, lint, types, layers, migrations, translations."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from shegong.config.house import embedded, trial
from shegong.config.house.account import HouseError

BIN = Path(sys.executable).parent
PRODUCTION = {
    "SHEGONG_MODE": "production",
    "DATABASE_OWNER_URL": "postgresql://the-owner@127.0.0.1/shegong",  # settings are looked at, nobody signs in
    "SHEGONG_CHECKPOINTS": "/mnt/worm/shegong,https://witness.example/witness/",  # looked at too, never written
    "SHEGONG_PUBLIC_URL": "https://shegong.example",
    "SHEGONG_ALLOWED_HOSTS": "shegong.example",
    "SHEGONG_SMTP": "mail.example:25",
    "SHEGONG_SITE_PHONE": "0431-00000000",
    "SHEGONG_SITE_ICP": "ICP 00000000",
    "SHEGONG_SITE_PSB": "PSB 00000000000000",
    "SHEGONG_SITE_CODE": "2200000000",
}
# Chromium 86 is the oldest browser we serve (docs/adr): it ignores a whole rule that holds one of these.
TOO_NEW = re.compile(
    r":has\(|:is\(|:where\(|color-mix\(|oklch\(|oklab\(|light-dark\(|@layer\b|@container\b|^\s*&", re.M
)
INLINE = re.compile(
    r"<style\b|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I
)

Step = tuple[str, list[str], dict[str, str]]


def steps() -> list[Step]:
    """What to run: a title, a command, and what it needs in its environment."""
    shegong = [sys.executable, "-P", "-m", "shegong"]
    return [
        ("format", [str(BIN / "ruff"), "format", "--check", "."], {}),
        ("lint", [str(BIN / "ruff"), "check", "."], {}),
        ("templates", [str(BIN / "djlint"), "shegong", "--lint", "--quiet"], {}),
        ("types", [str(BIN / "mypy")], {}),
        ("layers", [str(BIN / "lint-imports"), "--no-cache"], {}),
        ("migrations", [*shegong, "makemigrations", "--check", "--dry-run"], {}),
        ("deployment", [*shegong, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("translations", [*shegong, "i18n", "check"], {}),
    ]


def failed(step: Step) -> bool:
    """Run one step; show what it said only when it fails."""
    title, command, more = step
    started = time.monotonic()
    done = subprocess.run(
        command, env=os.environ | more, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    report(title, f"{done.stdout}{done.stderr}" if done.returncode else "", time.monotonic() - started)
    return bool(done.returncode)


def report(title: str, complaint: str, seconds: float) -> None:
    """One line for a step, and its complaint below."""
    print(f"{'FAIL' if complaint else 'ok':5}{title} ({seconds:.0f} s)", flush=True)
    if complaint:
        print("\n".join(f"     {line}" for line in complaint.strip().splitlines()), flush=True)


def style_complaints(package: Path) -> Iterator[str]:
    """Lines of stylesheets and templates that old browsers or our own content policy would refuse."""
    for pattern, banned in (("static/**/*.css", TOO_NEW), ("templates/**/*.html", INLINE)):
        for path in sorted(package.rglob(pattern)):
            text = re.sub(
                r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), path.read_text("utf-8"), flags=re.S
            )
            for found in banned.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                yield f"{path.relative_to(package.parent)}:{line}: {found[0].strip()}"


def drift(generated: Path) -> list[str]:
    """Generated documents that differ from what the code says now; they are brought up to date in passing."""

    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in generated.rglob("*") if path.is_file()}

    before = contents()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "shegong", "docs"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return [done.stderr.strip()]
    after = contents()
    changed = sorted(path for path in before | after if before.get(path) != after.get(path))
    return [f"{path.name} was out of date; commit the new one" for path in changed]


def check() -> int:
    """Run everything; the number of failures."""
    failures = sum([failed(step) for step in steps()])
    for title, complaints in (
        ("styles", list(style_complaints(embedded.CHECKOUT / "shegong"))),
        ("generated documents", drift(embedded.CHECKOUT / "docs" / "generated")),
    ):
        report(title, "\n".join(complaints), 0)
        failures += bool(complaints)
    return failures


def main() -> int:
    """Entry of bin/check."""
    os.chdir(embedded.CHECKOUT)
    embedded.keep_bytecode()
    signal.signal(signal.SIGTERM, embedded.end_quietly)
    try:
        with trial.database():
            failures = check()
    except HouseError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{failures} of the checks failed" if failures else "All checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
