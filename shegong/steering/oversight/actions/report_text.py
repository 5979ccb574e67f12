"""The words of a report, in the language of the register: proposed sentences, tables from frozen figures, the document's body."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules import REPORTING
from shegong.steering.oversight.actions.freezing import TERM, YEAR, indicators_of
from shegong.steering.oversight.actions.notice_text import day_words
from shegong.steering.oversight.models import Report
from shegong.steering.oversight.rules.reports import SECTIONS, Line, ReportKind, sentences
from shegong.steering.programme.models import figures, plan
from shegong.steering.programme.rules.plans import UNITS, Indicator
from shegong.steering.statistics.models import Snapshot

UNIT = 2


def lines_of(report: Report) -> list[Line]:
    """The figures of a report at its place: the frozen ones once there are, until then those of today's registers."""
    held = indicators_of(report.subplan)
    if report.snapshot is not None:
        return frozen_lines(report.snapshot, held, report.year)
    found = figures([one.id for one in held], on=report.as_of, regions=[report.region_code], year=report.year)
    rows = [(one, found[one.id, report.region_code]) for one in held]
    return [_line(one, row.value, row.target, row.planned) for one, row in rows]


def frozen_lines(snapshot: Snapshot, held: Sequence[Indicator], year: int | None) -> list[Line]:
    """The frozen figures of the whole, in the order of the plan."""
    rows = snapshot.table(TERM if year is None else YEAR)
    found = {row.indicator: row for row in rows if row.region == snapshot.region_code}
    return [
        _line(one, found[one.id].value, found[one.id].target, found[one.id].planned)
        for one in held
        if one.id in found
    ]


def _line(one: Indicator, value: int | None, target: int | None, planned: int | None) -> Line:
    enough = one.enough(target) if target is not None else None
    return Line(
        one.id,
        one.title(translation.get_language()),
        _(UNITS.get(one.unit, one.unit)),
        value,
        target,
        planned,
        enough,
    )


def behind_by_unit(report: Report) -> dict[str, list[tuple[str, int]]]:
    """Of each indicator, the units that are behind the plan and by how much."""
    held = indicators_of(report.subplan)
    units = tree().units(UNIT, report.as_of, REPORTING)
    found = (
        figures([one.id for one in held], on=report.as_of, regions=units, year=report.year) if units else {}
    )
    missing: dict[str, list[tuple[str, int]]] = {}
    for (indicator, code), row in found.items():
        if row.gap is not None and row.gap > 0:
            missing.setdefault(indicator, []).append((tree().name(code, report.as_of), row.gap))
    return missing


def proposals(report: Report) -> list[str]:
    """Sentences that the figures suggest, in the language of the register, for the author to take over."""
    with translation.override(settings.LANGUAGE_CODE):
        spoken = [one for one in lines_of(report) if _is_spoken(one, report)]
        found = sentences(spoken, behind_by_unit(report), report.as_of)
        return [_(one.message) % one.params if one.params else _(one.message) for one in found]


def _is_spoken(line: Line, report: Report) -> bool:
    """Sentences are about what the plan wants done: not about years, units and papers, nor other years' figures."""
    if plan().indicators[line.indicator].kind in ("count", "per_person"):
        return False
    return report.year is None or line.target is not None


def report_body(report: Report, snapshot: Snapshot, texts: Mapping[str, str]) -> str:
    """The official document: sections that were typed, tables from the snapshot, the hash at the end."""
    with translation.override(settings.LANGUAGE_CODE):
        heads = SECTIONS[ReportKind(report.kind)]
        first, *rest = heads
        parts = [*_section(heads[first], texts[first]), *_tables(report, snapshot)]
        for key in rest:
            parts += _section(heads[key], texts[key])
        note = _("Figures as of %(day)s, frozen under the hash %(sha)s.")
        return "\n".join([*parts, note % {"day": day_words(report.as_of), "sha": snapshot.sha[:16]}])


def _section(head: str, text: str) -> list[str]:
    return [f"# {_(head)}", *(line.strip() for line in text.splitlines() if line.strip())]


def _tables(report: Report, snapshot: Snapshot) -> list[str]:
    lines = frozen_lines(snapshot, indicators_of(report.subplan), report.year)
    head = [_("Indicator"), _("Figure"), _("Unit of count"), _("Target"), _("Share of the target")]
    rows = [
        [line.title, _amount(line.value), line.unit, _amount(line.target), "—" if line.rate is None else f"{line.rate:.1f}%"]
        for line in lines
    ]  # fmt: skip
    return [f"# {_('Figures')}", f"表1 {_('How far each target is')}", *_table([head, *rows])]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]


def _amount(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def title_of(report_kind: ReportKind, subplan: str, year: int | None) -> str:
    """The title of a report in the language of the register."""
    with translation.override(settings.LANGUAGE_CODE):
        if report_kind == ReportKind.FINAL:
            return _("Summary of carrying out “%(subplan)s”") % {"subplan": subplan}
        return _("Report on carrying out “%(subplan)s” in %(year)s") % {"subplan": subplan, "year": year}


def last_day(report_kind: ReportKind, year: int | None) -> date:
    """The day whose figures are reported: the end of the year, or of the term."""
    known = plan()
    return known.period(year)[1] if report_kind == ReportKind.YEAR_END and year is not None else known.ends
