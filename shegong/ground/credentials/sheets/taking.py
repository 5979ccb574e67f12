"""Good lines of a pass list are kept and verify certificates; a batch is taken back while nobody relied on them."""

from collections.abc import Sequence

from shegong.ground.credentials import actions
from shegong.ground.credentials.sheets.checking import year_of
from shegong.ground.credentials.sheets.covering import covered, places_of, unsited
from shegong.ground.people.models import names_of
from shegong.kernel.masking import mask
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Row, Taking
from shegong.kernel.text import N_

NAMED = 3


def take(rows: Sequence[Row], taking: Taking) -> None:
    """Keep each line, in the mechanism's transaction."""
    new = [row for row in rows if row.outcome != "same"]
    passed = [_passed(row, place) for row, place in zip(new, places_of(new, taking), strict=True)]
    if passed:
        actions.take_pass_list(
            passed, batch_id=taking.batch_id, by=taking.by, on=taking.on, covers=covered(taking)
        )


def _passed(row: Row, region_code: int | None) -> actions.Passed:
    v = row.values
    return actions.Passed(
        v["identity"], v["name"], v["level"], v["management_no"], v["approved_on"], year_of(row), region_code
    )


def restate(taking: Taking, reason: str) -> None:
    """The list covers something else than was said when it came in."""
    actions.correct_coverage(
        taking.batch_id,
        covers=covered(taking),
        unsited=unsited(taking),
        reason=reason,
        by=taking.by,
        on=taking.on,
    )


def undo(taking: Taking) -> None:
    """Forget the lines; what only they verified is declared again."""
    actions.withdraw_pass_list(taking.batch_id, by=taking.by, on=taking.on)


def touched(taking: Taking) -> Sequence[Obstacle]:
    """One obstacle when somebody annulled or relied on a certificate that this list verified."""
    used = {row.person_id for row in actions.in_use(taking.batch_id)}
    if not used:
        return []
    names = names_of(sorted(used)[:NAMED])
    params = {"count": len(used), "names": "、".join(mask("name", name) for name in names.values())}
    message = N_(
        "Since then %(count)s certificates that this list verified were used for a registration (%(names)s): it stays."
    )
    return [Obstacle("batch_touched", message, params=params)]
