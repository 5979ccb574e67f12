"""Milestones and whether they are met: by a figure, by a policy document of their kind, or by one that was named (S2012.b)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from shegong.ground.documents.models import PolicyDocument
from shegong.ground.documents.rules.library import PolicyKind
from shegong.steering.programme.models.figures import figures
from shegong.steering.programme.models.plan import plan
from shegong.steering.programme.models.subplans import Milestone
from shegong.steering.programme.rules.plan_rows import MilestoneRow

MOST = 200  # documents that a choice offers


@dataclass(frozen=True)
class Met:
    """One milestone at one place as of a day: since when it is met, and by which document or figure."""

    row: Milestone
    met_on: date | None
    document: PolicyDocument | None = None
    indicator: str = ""

    @property
    def is_met(self) -> bool:
        return self.met_on is not None


def milestones(on: date) -> dict[str, list[Met]]:
    """All milestones of the plan by their key, with what meets them on `on`."""
    rows = Milestone.objects.filter(subplan__programme__code=plan().code).select_related("evidence")
    by_key = {one.key: one for one in plan().milestones}
    found: dict[str, list[Met]] = defaultdict(list)
    reached, papers = _reached(list(by_key.values()), on), _papers(list(by_key.values()), on)
    for row in rows.order_by("due_on", "key", "region"):
        given = by_key.get(row.key)
        if given is not None:
            found[row.key].append(_met(row, given, reached, papers, on))
    return found


def documents_for(row: Milestone, on: date) -> list[PolicyDocument]:
    """The documents of the library that may show a milestone: those of its place or of none, newest first."""
    here = Q(region=row.region_code) | Q(region=None)
    return list(PolicyDocument.objects.filter(here, issued_on__lte=on).order_by("-issued_on")[:MOST])


def _met(
    row: Milestone, given: MilestoneRow, reached: dict[str, date],
    papers: dict[tuple[str, int], PolicyDocument], on: date,
) -> Met:  # fmt: skip
    if given.indicator:
        return Met(row, reached.get(given.indicator), indicator=given.indicator)
    named = row.evidence
    paper = named if named and named.issued_on <= on else papers.get((given.mechanism, row.region_code))
    return Met(row, paper.issued_on if paper else None, paper)


def _reached(given: Sequence[MilestoneRow], on: date) -> dict[str, date]:
    """Indicators that have reached their target on `on`; the day is `on` itself."""
    ids = sorted({one.indicator for one in given if one.indicator})
    home = plan().region
    found = {}
    for (name, _region), figure in figures(ids, on=on, regions=[home]).items():
        one = plan().indicators[name]
        if figure.value is not None and figure.target and figure.value >= one.enough(figure.target):
            found[name] = on
    return found


def _papers(given: Sequence[MilestoneRow], on: date) -> dict[tuple[str, int], PolicyDocument]:
    """The first document of each kind of measure at each place, as far as one was issued by `on`.

    One that is kept for no place is the province's, unless it came from above.
    """
    kinds = {one.mechanism for one in given if one.mechanism}
    rows = PolicyDocument.objects.filter(mechanism__in=kinds, issued_on__lte=on).order_by("-issued_on")
    own = rows.exclude(kind=PolicyKind.UPSTREAM)
    return {(row.mechanism, row.region_code or plan().region): row for row in own}
