"""The first start of a demo house: load Jilin and a small invented world, all of it or nothing."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command

from shegong.config.house import embedded
from shegong.config.house.postgres import Cluster

DEMO_FILE = "demo.json"  # written by `shegong demo`: the accounts and objects it made


def marker(home: Path) -> Path:
    """Exists while a first load is under way; found at a start, it means that one was interrupted."""
    return home / "first-run"


def forget_unfinished(home: Path, say: Callable[[str], object]) -> None:
    """Empty the database of a first load that was interrupted; nobody has worked in it yet."""
    if marker(home).exists() and embedded.is_embedded():
        say("The first start did not finish; making its database anew")
        Cluster(home).empty_database()
        marker(home).unlink()


def is_empty() -> bool:
    """Whether no division was ever loaded."""
    return not apps.get_model("regions", "Region")._base_manager.exists()


def load(home: Path, say: Callable[[str], object]) -> None:
    """Load Jilin and the demo world into an empty database."""
    if not is_empty():
        return
    marker(home).touch()
    say("First start: loading the divisions of Jilin")
    call_command("load", "jilin", verbosity=0)
    say("First start: making the demo world")
    past = os.environ.get("SHEGONG_DEMO_PAST", "full")  # full, few or none of the people of 2011 to 2013
    call_command("demo", seed=1, scale="small", past=past, verbosity=0)
    marker(home).unlink()


def demo_world(home: Path) -> dict[str, Any]:
    """What `shegong demo` made and wrote down; empty where there is no demo."""
    try:
        return dict(json.loads((home / DEMO_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def accounts(world: dict[str, Any]) -> list[dict[str, Any]]:
    """The first demo account of each role."""
    by_role: dict[str, dict[str, Any]] = {}
    for account in world.get("accounts", []):
        by_role.setdefault(str(account.get("role")), account)
    return list(by_role.values())


def certificate(world: dict[str, Any]) -> dict[str, Any] | None:
    """A valid registration to try the public verification with."""
    registrations = world.get("objects", {}).get("registrations", [])
    return next((found for found in registrations if found.get("status") == "registered"), None)


def invitation(home: Path) -> list[str]:
    """Lines that let a stranger sign in and verify: accounts by role, a code, a certificate."""
    world = demo_world(home)
    if not world:
        return []
    columns = ("role", "username", "password", "totp_secret", "organization")
    rows = [["role", "user", "password", "one-time-code secret", "at"]]
    rows += [[str(account.get(column) or "-") for column in columns] for account in accounts(world)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(columns))]
    lines = ["", f"Demo accounts, one of each role (all of them: {home / DEMO_FILE})"]
    lines += ["  " + "  ".join(cell.ljust(widths[n]) for n, cell in enumerate(row)).rstrip() for row in rows]
    lines += ["One-time code of this moment: .venv/bin/shegong code SECRET"]
    if found := certificate(world):
        lines += [f"A certificate to verify on the first page: {found['number']}, {found['name']}"]
    return lines
