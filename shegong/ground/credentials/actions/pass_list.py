"""The pass list of an examination comes in from a workbook, is put right, and is taken back as a whole."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from shegong.ground.credentials.actions.listing import move, note, verify_listed
from shegong.ground.credentials.models import (
    Certificate,
    CertificateCheck,
    PassList,
    PassListEntry,
    reliances,
)
from shegong.ground.credentials.rules import Permission, listed_already, own_line
from shegong.ground.people.models import Identity
from shegong.ground.regions.models import tree
from shegong.kernel import journal
from shegong.kernel.access import Actor, Authority, require
from shegong.kernel.clauses import answers
from shegong.kernel.copying import among, batch_named, chunks, copy_in, named_rows, reserve
from shegong.kernel.journal import Line
from shegong.kernel.masking import mask
from shegong.kernel.names import comparison_key
from shegong.kernel.refusal import Refused
from shegong.kernel.sealing import blind_index, seal
from shegong.kernel.search_keys import spellings

TABLE = "credentials_passlistentry"
A_LINE = 5000  # rows named in one entry of the journal
COLUMNS = ("id", "exam_year", "level", "management_no", "seal_id", "number", "index", "masked", "name", "canonical",
           "approved_on", "region_code", "batch_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passed:
    """One line of a pass list: `number` is a checked identity number of 18 characters, `name` a canonical name,
    `region_code` the prefecture where the examination was taken, when that is known."""

    number: str
    name: str
    level: str
    management_no: str
    approved_on: date
    exam_year: int
    region_code: int | None = None


@answers("T4.2.b")
@transaction.atomic(savepoint=False)
def take_pass_list(
    passed: Sequence[Passed], *, batch_id: int, by: Actor, on: date, covers: int | None = None
) -> None:
    """Keep the lines of a pass list, and verify the declared certificates that they confirm. People are not created.

    `covers` is the province or prefecture all of whose successful candidates the list names: who counts there and is
    not on it is put before an officer. Refuses without credentials.pass_list (over that place), one's own line, and a
    management number that an earlier list has.
    """
    require(by, Permission.PASS_LIST, covers)
    if _own_indexes(by) & {one for line in passed for one in spellings(blind_index("identity", line.number))}:
        raise Refused(own_line())
    keys = reserve(PassListEntry, len(passed))
    try:
        copy_in(
            PassListEntry,
            COLUMNS,
            (_entry(key, one, batch_id) for key, one in zip(keys, passed, strict=True)),
        )
    except IntegrityError as error:  # another list came in meanwhile
        raise Refused(listed_already()) from error
    entries = list(PassListEntry.objects.filter(pk__in=among(keys)))
    the_list, is_new = PassList.objects.get_or_create(batch_id=batch_id, defaults={"region_code": covers})
    seat = _seat(by)
    verified = verify_listed(entries, batch_id=batch_id, seat=seat, by=by, on=on)
    facts = {"entries": len(entries), "verified": len(verified), "covers": the_list.region_code}
    rows = [the_list, *entries] if is_new else entries
    taken = Line("credentials.pass_list.take", batch_named(batch_id), facts=facts, rows=rows, **_office(seat))
    journal.write_all([taken, *verified], by=by)


def _own_indexes(by: Actor) -> set[bytes]:
    rows = (
        Identity.objects.filter(person=by.person_id).values_list("index", flat=True) if by.person_id else ()
    )
    return {bytes(index) for index in rows}


def _entry(key: int, one: Passed, batch_id: int) -> tuple[Any, ...]:
    row = uuid.uuid4()
    sealed = seal(one.number, table=TABLE, column="number", row=row)
    index = blind_index("identity", one.number)
    return (key, one.exam_year, one.level, one.management_no, row, sealed, index, mask("identity", one.number), one.name,
            comparison_key(one.name), one.approved_on, one.region_code, batch_id)  # fmt: skip


def _seat(by: Actor) -> Authority | None:
    return next(iter(by.with_permission(Permission.PASS_LIST)), None)


def _office(seat: Authority | None) -> dict[str, Any]:
    return {"authority": seat, "region_code": seat.region_code if seat else None}


def verified_by(batch_id: int) -> list[Certificate]:
    """Certificates that count as verified, or did until annulled, because of this batch."""
    checks = CertificateCheck.objects.filter(batch_id=batch_id, result="matches")
    rows = Certificate.objects.filter(pk__in=checks.values("certificate"), state__in=["verified", "annulled"])
    return list(rows.order_by("pk"))


def in_use(batch_id: int) -> list[Certificate]:
    """Those of `verified_by` that somebody annulled or relied on since."""
    rows = verified_by(batch_id)
    if not rows:
        return []
    numbers = [row.management_no for row in rows]
    entries = PassListEntry.objects.filter(batch_id=batch_id, management_no__in=among(numbers))
    times = dict(entries.values_list("management_no", "created_at"))
    since = {row.pk: times[row.management_no] for row in rows if row.management_no in times}
    used = {pk for relied in reliances for pk in relied(since)} if since else set()
    return [row for row in rows if row.pk in used or row.state == "annulled"]


@transaction.atomic
def withdraw_pass_list(batch_id: int, *, by: Actor, on: date) -> None:
    """Forget the lines of a batch; certificates that only it verified are declared again, with a note of why.

    Refuses without credentials.pass_list. Whoever calls this has asked `in_use`.
    """
    require(by, Permission.PASS_LIST)
    seat = _seat(by)
    keys = [row.pk for row in verified_by(batch_id) if row.state == "verified"]
    rows = list(Certificate.objects.filter(pk__in=keys, state="verified").select_for_update(no_key=True))
    move(rows, "declared")
    note(rows, "withdrawn", batch_id=batch_id, by=by, on=on)
    entries = PassListEntry.objects.filter(batch_id=batch_id)
    gone = list(entries.values_list("pk", flat=True))
    entries._raw_delete(entries.db)
    lists = PassList.objects.filter(batch_id=batch_id)
    listed = named_rows(PassList, list(lists.values_list("pk", flat=True)))
    lists._raw_delete(lists.db)
    lines = [Line("credentials.certificate.unlist", row, rows=[row], authority=seat) for row in rows]
    journal.write_all([*lines, *_gone(batch_id, gone, listed, seat)], by=by)


@answers("T4.2.b")
@transaction.atomic
def correct_coverage(
    batch_id: int, *, covers: int | None, unsited: Collection[str], reason: str, by: Actor, on: date
) -> None:
    """Say otherwise which place's successful candidates a pass list names, None when only those on it. `unsited` are the
    management numbers of lines that name no place of their own: they go with the list.

    Whether somebody is missing from a list is asked anew at each look (`models.on_pass_list`); certificates that its
    lines confirm, and nobody has verified yet, are compared again here. Refuses without credentials.pass_list over the
    new place.
    """
    require(by, Permission.PASS_LIST, covers)
    the_list, is_new = PassList.objects.select_for_update(no_key=True).get_or_create(
        batch_id=batch_id, defaults={"region_code": covers}
    )
    before = None if is_new else the_list.region_code
    the_list.region_code = covers
    PassList.objects.filter(pk=the_list.pk).update(region_code=covers)
    entries, place = PassListEntry.objects.filter(batch_id=batch_id), prefecture_of(covers, on)
    lines: list[Line] = []
    seat = _seat(by)
    for numbers in chunks(unsited, A_LINE):
        entries.filter(management_no__in=among(numbers)).update(region_code=place)
    for keys in chunks(list(entries.order_by("pk").values_list("pk", flat=True)), A_LINE):
        some = list(PassListEntry.objects.filter(pk__in=among(keys)))
        lines += verify_listed(some, batch_id=batch_id, seat=seat, by=by, on=on)
    facts = {"before": before, "after": covers, "verified": len(lines)}
    said = Line("credentials.pass_list.correct", batch_named(batch_id), facts=facts, rows=[the_list], reason=reason,
                **_office(seat))  # fmt: skip
    journal.write_all([said, *lines], by=by)


def prefecture_of(covers: int | None, on: date) -> int | None:
    """The prefecture of what a list covers: where lines belong that name no place."""
    return tree().ancestor(covers, 2, on) if covers else None


def _gone(batch_id: int, keys: Sequence[int], lists: list[Any], seat: Authority | None) -> Iterator[Line]:
    for part in chunks(keys, A_LINE):
        yield Line("credentials.pass_list.withdraw", batch_named(batch_id), facts={"gone": len(part)},
                   gone=[*named_rows(PassListEntry, part), *lists], **_office(seat))  # fmt: skip
        lists = []
