"""`shegong sheet export LIST FILE --as USER [name=value …]`: a list as a file from the shell, under a person's own authority.

LIST is the route of the list's page (registry:register); the form follows from the file's ending. Filters are those of
its address. What the pages would let somebody else decide is ordered here too and not written.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.http import QueryDict
from django.urls import NoReverseMatch
from django.utils import timezone

from shegong.ground.accounts.actions import order_export
from shegong.kernel import quota, walls_acting
from shegong.kernel.access import Actor
from shegong.kernel.http import obstacle_text
from shegong.kernel.listing_export import TYPES, mark_code
from shegong.kernel.listing_files import (
    Extract,
    NotExportable,
    extract_at,
    record,
    reserved_number,
    route_path,
)
from shegong.kernel.listing_orders import Export
from shegong.kernel.listing_policy import export_policy
from shegong.kernel.refusal import Refused
from shegong.kernel.routes import routes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("list", help="route of the list's page, such as registry:register")
    parser.add_argument("file", type=Path, help="file to write: .xlsx, .csv or .json")
    parser.add_argument("filters", nargs="*", metavar="name=value", help="filters as in the list's address")
    parser.add_argument("--reason", default="", help="what the file is needed for")
    parser.add_argument("--as", dest="username", required=True)
    parser.add_argument("--json", action="store_true")


def run(options: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Write the file, or order it where another person must agree; what was done."""
    form = options["file"].suffix.lstrip(".").lower()
    if form not in TYPES:
        raise CommandError(f"the file ends in one of {', '.join(TYPES)}")
    path, query = _address(options["list"], form, options["filters"])
    try:
        extract = extract_at(path, query, actor)
    except NotExportable as none:
        raise CommandError(f"there is no such list for you at {path}") from none
    policy = export_policy(timezone.localdate())
    try:
        with walls_acting.acting(actor):  # not the system: the database shows what this person may see
            if policy.needs_approval(
                extract.count(policy.approved_rows), full=False, taken=quota.taken(actor)
            ):
                return _ordered(extract, path, query, form, options["reason"], actor)
            try:
                return _written(extract, form, options["file"], options["reason"], policy.daily_rows)
            except quota.Spent:
                return _ordered(extract, path, query, form, options["reason"], actor)
    except OSError as problem:
        raise CommandError(f"{options['file']}: {problem.strerror}") from problem
    except Refused as refused:
        raise CommandError(" ".join(map(obstacle_text, refused.obstacles)), returncode=2) from refused


def _address(route: str, form: str, filters: list[str]) -> tuple[str, str]:
    """Path and query of the file; values before the first `?` name of the route stand in its path (code=2224…)."""
    query, where = QueryDict(mutable=True), {}
    names = next((r["path"] for r in routes() if r["name"] == f"{route}_file"), None)
    if names is None:
        raise CommandError(f"there is no list {route}; one of: {', '.join(lists())}")
    for pair in filters:
        name, sign, value = pair.partition("=")
        if not sign:
            raise CommandError(f"{pair}: write name=value")
        if f":{name}>" in names:
            where[name] = value
        else:
            query.appendlist(name, value)
    try:
        return route_path(route, form, **where), query.urlencode()
    except NoReverseMatch as lacking:
        raise CommandError(f"{route} also needs the names in its address: {names}") from lacking


def lists() -> list[str]:
    """Routes of all lists."""
    return sorted(
        r["name"].removesuffix("_file") for r in routes() if r["name"].endswith("_file") and "<str:form>" in r["path"]
    )  # fmt: skip


@transaction.atomic
def _written(extract: Extract, form: str, target: Path, reason: str, most: int) -> dict[str, Any]:
    number = reserved_number()
    written = extract.written(form, number, reason)
    with written.file:
        quota.take(extract.scene.actor, written.rows, most)
        with target.open("wb") as file:
            shutil.copyfileobj(written.file, file)
    record(extract, form, written, Export(pk=number), reason=reason)
    return {
        "file": str(target), "rows": written.rows, "number": mark_code(number), "sha256": written.sha256, "state": "written",
    }  # fmt: skip


def _ordered(extract: Extract, path: str, query: str, form: str, reason: str, actor: Actor) -> dict[str, Any]:
    row = order_export(
        extract,
        path=path,
        query=query,
        form=form,
        reason=reason,
        full=False,
        by=actor,
        on=timezone.localdate(),
    )
    return {"file": "", "rows": row.count, "number": row.code, "sha256": "", "state": row.state}


def said(result: dict[str, Any], *, as_json: bool) -> str:
    """The result for the shell."""
    if as_json:
        return json.dumps(result, ensure_ascii=False)
    if result["state"] == "written":
        return f"{result['rows']} {result['number']} {result['file']}"
    return f"{result['number']} {result['state']}: another person must agree first"
