"""The first start of a demo house: load Jilin and a small invented world, all of it or nothing."""

import json
from collections.abc import Callable
from pathlib import Path

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
    call_command("demo", seed=1, scale="small", verbosity=0)
    marker(home).unlink()


def accounts(home: Path) -> list[dict[str, str]]:
    """The demo accounts, one for each role and kind of office; empty where there is no demo."""
    try:
        found = json.loads((home / DEMO_FILE).read_text(encoding="utf-8"))["accounts"]
    except (OSError, ValueError, KeyError):
        return []
    by_role: dict[str, dict[str, str]] = {}
    for account in found:
        by_role.setdefault(str(account.get("role")), account)
    return list(by_role.values())
