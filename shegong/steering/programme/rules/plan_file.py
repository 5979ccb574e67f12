"""Reading a plan file: every fault named with file, line and key, then the plan; pure."""

from pathlib import Path
from typing import Any

from shegong.kernel.clauses import Clause, ids_in
from shegong.kernel.policy import PolicyFault
from shegong.kernel.policy_tables import Tables
from shegong.steering.programme.rules.plan_checks import Fault, row_faults
from shegong.steering.programme.rules.plan_rows import ONCE, TABLES, IndicatorRow
from shegong.steering.programme.rules.plans import Indicator, Plan

NEEDED = ("plan", "subplan", "indicator", "clause")
NAMES = {
    "body": "key",
    "subplan": "number",
    "indicator": "id",
    "milestone": "key",
    "clause": "id",
    "chapter": "id",
}


class PlanFault(PolicyFault):
    """A plan that cannot be used; each line of the message names file, line, key and what is wrong."""


def read_plan(path: Path) -> Plan:
    """The plan in a file, checked as far as the file itself tells. Raises `PlanFault`."""
    try:
        tables = Tables(path, TABLES)
    except PolicyFault as fault:
        raise PlanFault(str(fault)) from fault
    for name in NEEDED:
        if not tables.rows[name]:
            tables.fault(name, 0, None, f"no [{name}]" if name in ONCE else f"no [[{name}]]")
    for name in ONCE:
        if len(tables.rows[name]) > 1:
            tables.fault(name, 1, None, f"[{name}] stands twice")
    if not tables.faults:
        for fault in row_faults(tables.rows):
            tables.fault(fault[0], _index(tables, fault), fault[2], _said(fault))
    if tables.faults:
        raise PlanFault("\n".join(tables.faults))
    return _plan(tables.rows)


def refuse(path: Path, faults: list[Fault]) -> None:
    """Raise `PlanFault` for faults that were found in the world around the file (measures, places)."""
    if faults:
        tables = Tables(path, TABLES)
        for fault in faults:
            tables.fault(fault[0], _index(tables, fault), fault[2], _said(fault))
        raise PlanFault("\n".join(tables.faults))


def _said(fault: Fault) -> str:
    return f"{fault[1]}: {fault[3]}" if fault[1] else fault[3]


def _index(tables: Tables, fault: Fault) -> int:
    """Which row of its table a fault is about: the last of that name, so that of two the second is shown."""
    table, name = fault[0], fault[1]
    same = [
        n for n, row in enumerate(tables.rows[table]) if str(getattr(row, NAMES.get(table, ""), "")) == name
    ]
    return same[-1] if same else 0


def _plan(rows: dict[str, list[Any]]) -> Plan:
    head = rows["plan"][0]
    years, summed = tuple(head.years), _summed(rows["indicator"])
    return Plan(
        code=head.code, zh=head.zh, en=head.en, region=head.region * 1000, years=years, starts=head.starts,
        ends=head.ends, issued_on=head.issued_on, issuer=head.issuer, number=head.number, main=head.main,
        units=head.units, owner=next(iter(rows["owner"]), None),
        coordination=next(iter(rows["coordination"]), None), conference=next(iter(rows["conference"]), None),
        bodies={row.key: row for row in rows["body"]}, subplans=tuple(rows["subplan"]),
        indicators={row.id: _indicator(row, years, row.id in summed) for row in rows["indicator"]},
        milestones=tuple(rows["milestone"]), chapters=tuple(rows["chapter"]),
        clauses={
            row.id: Clause(row.id, row.en, row.zh, row.quote, row.state or "none", row.text) for row in rows["clause"]
        },
    )  # fmt: skip


def _summed(rows: list[IndicatorRow]) -> set[str]:
    """Wholes that only their parts make up; parts that are years of the whole (`of`) do not."""
    slices = {row.of for row in rows}
    return {row.id for row in rows if row.parts and not row.measure and row.id not in slices}


def _indicator(given: IndicatorRow, years: tuple[int, ...], summed: bool) -> Indicator:
    clauses = tuple(ids_in(given.clause))
    return Indicator(
        id=given.id, clause=clauses[0], clauses=clauses, zh=given.zh, en=given.en, unit=given.unit, kind=given.kind,
        subplan=given.subplan, measure=given.measure or None, codes=given.codes, beside=given.beside or None,
        among=given.among or None, ahead=given.ahead,
        of=given.of or None, makes=given.makes, yearly={year: given.yearly.get(str(year)) for year in years}, total=given.total,
        upto=given.upto, tolerance=given.tolerance, parts=given.parts, baseline=given.baseline,
        breakdown=given.breakdown, rule=next((rule for rule in given.rules if rule.version == given.rule), None),
        rules=given.rules, note=given.note, needs_source=given.needs_source, summed=summed,
    )  # fmt: skip
