"""A workbook arrives: kept as it is, numbered, and read by a job."""

import hashlib
import io
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction

from shegong.ground.intake.actions.steps import layout_for, office_of
from shegong.ground.intake.models import ORIGINALS, Batch, intake_policy
from shegong.ground.intake.rules import STATE_NAMES
from shegong.ground.regions.models import tree
from shegong.ground.regions.rules.names import short_name
from shegong.kernel import journal, quota
from shegong.kernel.access import Actor, Authority
from shegong.kernel.numbering import next_number
from shegong.kernel.pinyin import pinyin
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.sheets import guards, limits
from shegong.kernel.sheets.layout import Layout, answers
from shegong.kernel.sheets.steps import BatchState
from shegong.kernel.text import N_

NAME_MOST = 120


@transaction.atomic
def receive(
    layout: str, *, file_name: str, content: bytes, by: Actor, on: date, said: Mapping[str, str] | None = None
) -> Batch:
    """Keep the file, sealed, and queue its reading. Nothing of it is in the register yet.

    `said` answers the layout's questions about the file as a whole. Refuses what is no workbook by its first bytes, more
    than the limit, bytes that came in before and stand (`file_known` names the batch), and answers that are not offered.
    """
    wanted, authority = layout_for(layout, by), office_of(layout, by)
    holds = answers(wanted, said or {}, by, on)
    if isinstance(holds, list):
        raise Refused(holds)
    _refuse_unfit(content)
    quota.bring(by, len(content))
    sha256 = hashlib.sha256(content).hexdigest()
    known = earlier(wanted, sha256, authority)
    if known is not None:
        raise Refused(known_file(known))
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                number=_number(authority, on), layout=wanted.key, file_name=shown_name(file_name),
                sha256=ORIGINALS.keep(content), size=len(content), user_id=by.user_id, person_id=by.person_id,
                ordered_by_id=by.user_id, organization_id=authority.organization_id, for_body=not authority.ranges,
                region_code=authority.region_code, office_name=authority.office_name, said=holds,
            )  # fmt: skip
    except IntegrityError as error:  # a colleague of the office sent it this very moment
        known = earlier(wanted, sha256, authority)
        if known is None:
            raise
        raise Refused(known_file(known)) from error
    journal.write("intake.batch.receive", by=by, subject=batch, authority=authority, rows=[batch],
                  facts={"layout": wanted.key, "size": batch.size, "sha256": sha256})  # fmt: skip
    _queue(batch)
    return batch


def _queue(batch: Batch) -> None:
    from shegong.ground.intake.actions.jobs import queue  # noqa: PLC0415  jobs do what the other modules define

    queue(batch)


def earlier(layout: Layout, sha256: str, authority: Authority) -> Batch | None:
    """The batch in which the same office took in the same bytes, unless it was dropped, undone or unreadable."""
    found = Batch.objects.standing().filter(
        layout=layout.key, sha256=sha256, region_code=authority.region_code,
        organization_id=authority.organization_id,
    )  # fmt: skip
    return found.first()


def known_file(batch: Batch) -> Obstacle:
    """The same bytes again: which batch they are."""
    message = N_(
        "This very file came in before, as batch %(number)s (%(state)s). Taking it in again adds nothing."
    )
    state = STATE_NAMES[BatchState(batch.state)]
    return Obstacle("file_known", message, field="file", params={"number": batch.number, "state": state})


def _refuse_unfit(content: bytes) -> None:
    """Size and first bytes; everything else is looked at by the job."""
    try:
        guards.form_of(io.BytesIO(content))
    except limits.Unfit as problem:
        raise Refused(limits.refusal(problem.code, problem.params)) from problem


def shown_name(file_name: str) -> str:
    """The file's name without folders and unprintable signs; a long one keeps its ending."""
    name = "".join(c for c in file_name.replace("\\", "/").rpartition("/")[2] if c.isprintable()).strip()
    return name if len(name) <= NAME_MOST else f"{name[: NAME_MOST - 12]}…{name[-11:]}"


def _number(authority: Authority, on: date) -> str:
    place = short_name(tree().name(authority.region_code, on))
    initials = "".join(syllable[0] for syllable in pinyin(place) if syllable).upper()[:4] or "X"
    pattern = intake_policy(on).batch_number
    return next_number(pattern, office=initials, year=on.year, day=f"{on:%m%d}")
