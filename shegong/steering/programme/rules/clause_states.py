"""How far a clause is, in one of five words with its reason: from its figures, its milestones, or what answers it; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shegong.kernel.text import N_

NEAR = 90  # days before its day a milestone without evidence is a risk
CLOSE = 90  # percent of what is due: below it, behind; above it, at risk


class Standing(StrEnum):
    """The five words, the worst first."""

    BEHIND = "behind"
    AT_RISK = "at_risk"
    ON_TRACK = "on_track"
    NOT_DUE = "not_due"
    DONE = "done"


STANDINGS: Mapping[str, str] = {
    Standing.DONE: N_("Completed"),
    Standing.ON_TRACK: N_("On plan"),
    Standing.AT_RISK: N_("At risk"),
    Standing.BEHIND: N_("Behind the plan"),
    Standing.NOT_DUE: N_("Not due yet"),
}
TONES: Mapping[str, str] = {
    Standing.DONE: "ok", Standing.ON_TRACK: "info", Standing.AT_RISK: "warn", Standing.BEHIND: "err",
    Standing.NOT_DUE: "",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """A word and why: a sentence to translate, with its values."""

    standing: Standing
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)


def of_figure(
    *, value: int | None, target: int, enough: int, planned: int | None, since: date, until: date, on: date,
    misses: bool = False, each: bool = False, must_last: bool = False,
) -> Finding:  # fmt: skip
    """A number against its target. `enough`: the least that reaches it; `misses`: the forecast says it will not; `each`:
    a figure a person and year, which is reached or not; `must_last`: what is there must still be there at the deadline."""
    said = {"value": _n(value), "target": _n(target), "day": until.isoformat(), "since": since.isoformat()}
    if on < since:
        return Finding(Standing.NOT_DUE, N_("Counts from %(since)s on."), said)
    if value is None:
        if on >= until:
            return Finding(Standing.BEHIND, N_("Nobody entered a figure by %(day)s."), said)
        return Finding(Standing.AT_RISK, N_("Nobody has entered a figure yet."), said)
    if value >= target and must_last and on < until:
        return Finding(
            Standing.ON_TRACK, N_("%(value)s of %(target)s reached; it must stand on %(day)s."), said
        )
    if value >= target:
        return Finding(Standing.DONE, N_("%(value)s of %(target)s reached."), said)
    if value >= enough:
        return Finding(Standing.DONE, N_("%(value)s of about %(target)s: within the tolerance."), said)
    said |= {"gap": _n(target - value), "planned": _n(planned), "late": _n((planned or 0) - value)}
    if on >= until or each:
        return Finding(Standing.BEHIND, N_("%(gap)s short of %(target)s at %(day)s."), said)
    if planned is None:
        return Finding(Standing.AT_RISK, N_("No plan says what is due by now."), said)
    if value * 100 < planned * CLOSE:
        return Finding(Standing.BEHIND, N_("%(late)s behind the %(planned)s that are due."), said)
    if value < planned:
        return Finding(Standing.AT_RISK, N_("%(late)s behind the %(planned)s that are due."), said)
    if misses:
        return Finding(
            Standing.AT_RISK, N_("As much as is due, but the forecast stays below %(target)s."), said
        )
    return Finding(Standing.ON_TRACK, N_("%(planned)s are due by now."), said)


def of_milestone(
    *, title: str, due: date, met_on: date | None, missing: int, places: int, on: date
) -> Finding:
    """Something that must be there by a day, at one place or several."""
    said = {"title": title, "day": due.isoformat(), "missing": str(missing), "places": str(places)}
    if not missing:
        said |= {"met": met_on.isoformat() if met_on else ""}
        return Finding(Standing.DONE, N_("%(title)s: there."), said)
    if on > due:
        if places > 1:
            return Finding(
                Standing.BEHIND,
                N_("%(title)s: %(missing)s of %(places)s places lack it since %(day)s."),
                said,
            )
        return Finding(Standing.BEHIND, N_("%(title)s: no evidence; it was due on %(day)s."), said)
    if (due - on).days <= NEAR:
        return Finding(Standing.AT_RISK, N_("%(title)s: no evidence yet; due on %(day)s."), said)
    if on.year < due.year:
        return Finding(Standing.NOT_DUE, N_("%(title)s: due on %(day)s."), said)
    return Finding(Standing.ON_TRACK, N_("%(title)s: due on %(day)s."), said)


def of_system(state: str, *, on: date, ends: date) -> Finding:
    """A clause without number or milestone: what of the system answers it."""
    if state == "done":
        return Finding(Standing.DONE, N_("The system answers it, and tests show it."))
    if state == "partial":
        return Finding(Standing.ON_TRACK, N_("Answered in part by the pages named here."))
    return Finding(Standing.AT_RISK, N_("Nothing in the system answers it yet: show it by documents."))


def together(findings: Iterable[Finding]) -> Standing:
    """The word of a clause with several findings: the worst of them; done when all are."""
    found = {one.standing for one in findings}
    return next((one for one in Standing if one in found), Standing.DONE)


def _n(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
