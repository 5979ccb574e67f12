"""The library of policy documents: entered, corrected, ended; and filled from policy/library.toml (P2)."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from shegong.ground.documents.actions.papers import store_file
from shegong.ground.documents.models.papers import File
from shegong.ground.documents.models.policy import PolicyDocument, bases_of
from shegong.ground.documents.rules.library import canonical_number, policy_obstacles, tree_obstacles
from shegong.ground.documents.rules.official import Permission
from shegong.ground.organizations.models import Organization
from shegong.kernel import journal
from shegong.kernel.access import SYSTEM, Actor, require
from shegong.kernel.clauses import answers
from shegong.kernel.refusal import Obstacle, Refused, Stale, reason_obstacles, refuse_if
from shegong.kernel.temporal import days
from shegong.kernel.text import N_


@answers("P2", "N1", "N14")
@transaction.atomic
def record_policy(
    *, number: str, title: str, issuer_name: str, issued_on: date | None, kind: str, by: Actor, on: date,
    under: PolicyDocument | None = None, text: str = "", file: File | None = None, content: bytes | None = None,
    issuer: Organization | None = None, mechanism: str = "", region_code: int | None = None,
    revises: PolicyDocument | None = None, starts_on: date | None = None, ends_on: date | None = None,
    certainty: str = "D", source: str = "", is_day_known: bool = True,
) -> PolicyDocument:  # fmt: skip
    """Enter a document. `region_code`: the place it is made for (None: the province and above, kept by the province);
    `content`: the bytes of its PDF; in force from `starts_on` (by default its day of issue) up to but without `ends_on`.

    Refuses who keeps no library there, a document that is there already, and days that cannot be.
    """
    require(by, Permission.LIBRARY, _place(region_code, issuer))
    title, number = " ".join(title.split()), canonical_number(number)
    start = starts_on or (issued_on if is_day_known else None)
    refuse_if(
        policy_obstacles(
            title=title, issuer_name=issuer_name, kind=kind, mechanism=mechanism, certainty=certainty,
            issued_on=issued_on, start=start, end=ends_on, day=on,
        )
        + _twice(number, title, issuer_name.strip(), issued_on)
    )  # fmt: skip
    document = PolicyDocument.objects.create(
        number=number, title=title, issuer=issuer, issuer_name=issuer_name.strip(), issued_on=issued_on, kind=kind,
        mechanism=mechanism, region_code=region_code or (issuer.region_code if issuer else None), under=under,
        revises=revises, during=days(start, ends_on), text=text.strip(), certainty=certainty, source=source.strip(),
        file=store_file(content) if content else file, is_day_known=is_day_known,
    )  # fmt: skip
    journal.write(
        "documents.policy.record", by=by, subject=document, rows=[document], region_code=document.region_code,
        facts={"kind": kind},
    )  # fmt: skip
    return document


def _place(region_code: int | None, issuer: Organization | None) -> int:
    """Where the right is asked: the document's place, its issuer's, else the province."""
    return region_code or (issuer.region_code if issuer else settings.PROVINCE)


def _twice(
    number: str, title: str, issuer_name: str, issued_on: date | None, but: int | None = None
) -> list[Obstacle]:
    rows = PolicyDocument.objects.filter(issuer_name=issuer_name).exclude(pk=but)
    there = rows.filter(number=number) if number else rows.filter(number="", title=title, issued_on=issued_on)
    if there.exists():
        return [Obstacle("policy_twice", N_("The library has this document already."), "number", "P2")]
    return []


@answers("P2")
@transaction.atomic
def amend_policy(
    document: PolicyDocument, *, number: str, title: str, issuer_name: str, issued_on: date | None, kind: str, by: Actor,
    on: date, under: PolicyDocument | None = None, text: str = "", mechanism: str = "", starts_on: date | None = None,
    revises: PolicyDocument | None = None, certainty: str = "D", source: str = "", is_day_known: bool = True,
    content: bytes | None = None, seen: int | None = None,
) -> PolicyDocument:  # fmt: skip
    """Correct an entry or complete it (number, day, text, PDF). Refuses what `record_policy` refuses, and a basis that
    rests on the document itself."""
    require(by, Permission.LIBRARY, _place(document.region_code, document.issuer))
    document.refresh_from_db(from_queryset=PolicyDocument.objects.select_for_update())
    if seen is not None and document.version != seen:
        raise Stale()
    title, number = " ".join(title.split()), canonical_number(number)
    start = starts_on or (issued_on if is_day_known else None)
    above = [under, *bases_of(under)] if under else []
    refuse_if(
        policy_obstacles(
            title=title, issuer_name=issuer_name, kind=kind, mechanism=mechanism, certainty=certainty,
            issued_on=issued_on, start=start, end=document.during.upper, day=on,
        )
        + _twice(number, title, issuer_name.strip(), issued_on, document.pk)
        + tree_obstacles(document.pk, [one.pk for one in above])
    )  # fmt: skip
    file = store_file(content) if content else document.file
    PolicyDocument.objects.filter(pk=document.pk).update(
        number=number, title=title, issuer_name=issuer_name.strip(), issued_on=issued_on, kind=kind, mechanism=mechanism,
        under=under, revises=revises, during=days(start, document.during.upper), text=text.strip(), certainty=certainty,
        source=source.strip(), file=file, is_day_known=is_day_known, version=F("version") + 1,
    )  # fmt: skip
    document.refresh_from_db()
    journal.write(
        "documents.policy.amend", by=by, subject=document, rows=[document], region_code=document.region_code
    )
    return document


@answers("P2")
@transaction.atomic
def end_policy(
    document: PolicyDocument, *, ends_on: date, reason: str, by: Actor, on: date, seen: int | None = None
) -> PolicyDocument:
    """Out of force from `ends_on` on (废止), with the document or ground that says so."""
    require(by, Permission.LIBRARY, _place(document.region_code, document.issuer))
    document.refresh_from_db(from_queryset=PolicyDocument.objects.select_for_update())
    if seen is not None and document.version != seen:
        raise Stale()
    start = document.during.lower or document.issued_on
    if ends_on <= start:
        raise Refused(
            Obstacle(
                "policy_period", N_("It must end after the day on which it takes effect."), "ends_on", "P2"
            )
        )
    refuse_if(reason_obstacles(reason))
    PolicyDocument.objects.filter(pk=document.pk).update(
        during=days(document.during.lower, ends_on), end_reason=reason.strip(), version=F("version") + 1
    )
    document.refresh_from_db()
    journal.write(
        "documents.policy.end", by=by, subject=document, rows=[document], region_code=document.region_code,
        reason=reason.strip(), facts={"ends_on": ends_on.isoformat()},
    )  # fmt: skip
    return document


@answers("P2")
@transaction.atomic
def load_library(*, by: Actor = SYSTEM, on: date, folder: Path | None = None) -> list[PolicyDocument]:
    """Enter the documents of policy/library.toml that the library does not have yet; the new ones. Nothing that is
    there is touched, so what officers corrected stays."""
    folder = folder or settings.POLICY_DIR
    entries = tomllib.loads((folder / "library.toml").read_text(encoding="utf-8"))["document"]
    known: dict[str, PolicyDocument] = {}
    added = []
    for entry in entries:
        document = _there(entry)
        if document is None:
            document = _entered(entry, known, folder, by, on)
            added.append(document)
        known[entry.get("key", document.title)] = document
    return added


def _there(entry: dict[str, Any]) -> PolicyDocument | None:
    rows = PolicyDocument.objects.filter(issuer_name=entry["issuer"])
    number = entry.get("number", "")
    return (rows.filter(number=number) if number else rows.filter(title=entry["title"])).first()


def _entered(
    entry: dict[str, Any], known: dict[str, PolicyDocument], folder: Path, by: Actor, on: date
) -> PolicyDocument:
    day = entry.get("issued_on") or entry["no_later"]
    text = entry.get("text", "")
    return record_policy(
        number=entry.get("number", ""), title=entry["title"], issuer_name=entry["issuer"], issued_on=day,
        is_day_known="issued_on" in entry, kind=entry["kind"], mechanism=entry.get("mechanism", ""),
        starts_on=entry.get("starts_on"), under=known.get(entry.get("under", "")),
        revises=known.get(entry.get("revises", "")), certainty=entry["certainty"], source=entry.get("source", ""),
        text=(folder / "library" / text).read_text(encoding="utf-8") if text else "", by=by, on=max(on, day),
    )  # fmt: skip
