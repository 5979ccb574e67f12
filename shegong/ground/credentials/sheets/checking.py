"""Lines of a pass list against earlier lists, and against the certificates that the register has."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from shegong.ground.credentials.models import Certificate, PassListEntry, as_held
from shegong.ground.credentials.rules import (
    LEVEL_WORDS,
    Level,
    Listed,
    Permission,
    certificate_obstacles,
    differences,
    own_line,
)
from shegong.ground.people.models import Identity, Person, names_of
from shegong.kernel.copying import among
from shegong.kernel.masking import mask
from shegong.kernel.names import comparison_key
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sealing import blind_index
from shegong.kernel.search_keys import spellings
from shegong.kernel.sheets.layout import Row, Taking, Weight
from shegong.kernel.text import N_

FIELDS = {"issued_on": "approved_on"}


def check(rows: Sequence[Row], taking: Taking) -> None:
    """Find what keeps a line out, and what it says about certificates that are there; `row.values["passed"]` is read."""
    if not rows:
        return
    base = Base(rows, taking)
    for row in rows:
        listed = base.listed[row.number, row.sheet]
        _plausible(row, taking.on)
        if listed.indexes & base.own:
            row.find("identity", own_line())
        _earlier(row, listed, base)
        _certificate(row, listed, base)
        _twice(row, listed, base)


def year_of(row: Row) -> int:
    """The examination's year: said, or that of the approval."""
    return int(row.values.get("exam_year") or row.values["approved_on"].year)


class Base:
    """What a part's lines are compared with, read in sets."""

    def __init__(self, rows: Sequence[Row], taking: Taking):
        self.listed = {(row.number, row.sheet): _listed(row) for row in rows}
        numbers = {row.values["management_no"] for row in rows}
        entries = PassListEntry.objects.filter(management_no__in=among(numbers))
        self.entries = {entry.management_no: entry for entry in entries}
        found = Certificate.objects.filter(management_no__in=among(numbers))
        live = list(found.exclude(state__in=["refuted", "replaced"]))
        self.certificates = {row.management_no: row for row in live}
        self.held = as_held(live)
        whose = {row.person_id for row in live}
        seen = Person.objects.visible_to(taking.by, Permission.VERIFY).filter(pk__in=among(whose))
        self.names = names_of(list(seen.values_list("pk", flat=True))) if whose else {}
        mine = Identity.objects.filter(person=taking.by.person_id).values_list("index", flat=True)
        self.own = {bytes(index) for index in mine} if taking.by.person_id else set()
        self.levels = self._levels(rows)

    def _levels(self, rows: Sequence[Row]) -> dict[tuple[bytes, str], set[str]]:
        """(Person, level) → management numbers, on earlier lists and in this part."""
        found: dict[tuple[bytes, str], set[str]] = defaultdict(set)
        known: dict[bytes, bytes] = {}
        for row in rows:
            indexes = self.listed[row.number, row.sheet].indexes
            known |= dict.fromkeys(indexes, min(indexes))
            found[min(indexes), row.values["level"]].add(row.values["management_no"])
        earlier = PassListEntry.objects.filter(index__in=among(known))
        for entry in earlier:
            found[known[bytes(entry.index)], entry.level].add(entry.management_no)
        return found


def _listed(row: Row) -> Listed:
    v = row.values
    index = blind_index("identity", v["identity"])
    return Listed(frozenset(spellings(index)), comparison_key(v["name"]), v["level"], v["approved_on"])


def _plausible(row: Row, on: date) -> None:
    """What no certificate may be is refused here as well."""
    v = row.values
    number = v["identity"]
    born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    found = certificate_obstacles(
        level=v["level"], issued_on=v["approved_on"], exam_year=year_of(row), local_scheme=False,
        born_on=born_on, on=on,
    )  # fmt: skip
    for obstacle in found:
        row.find(FIELDS.get(obstacle.field or "", obstacle.field or ""), obstacle)


def _earlier(row: Row, listed: Listed, base: Base) -> None:
    """A number that an earlier list has comes in once; where the two differ, neither is overwritten."""
    entry = base.entries.get(row.values["management_no"])
    if entry is None:
        return
    wrong = differences(entry.listed, listed)
    if not wrong:
        row.outcome = "same"
    said = {
        "identity": f"{mask('name', entry.name)} {entry.masked}", "name": mask("name", entry.name),
        "level": LEVEL_WORDS[Level(entry.level)], "approved_on": entry.approved_on.isoformat(),
    }  # fmt: skip
    for column in wrong:
        message = N_(
            "A pass list taken in before has %(held)s under this management number. Compare both lists; nothing is "
            "overwritten."
        )
        row.find(column, Obstacle("pass_list_differs", message, params={"held": said[column]}))


def _certificate(row: Row, listed: Listed, base: Base) -> None:
    """Where the register says otherwise the line waits, and the certificate stays as it is."""
    certificate = base.certificates.get(row.values["management_no"])
    if certificate is None:
        return
    name = base.names.get(certificate.person_id)
    messages = {
        "identity": N_(
            "The register has this management number on a certificate of %(held)s with another identity number. It stays "
            "unverified until its office has found out."
        ),
        "name": N_(
            "The register calls the holder of this number %(held)s. The certificate stays unverified."
        ),
        "level": N_(
            "The register has %(held)s. The certificate stays unverified until the level is corrected."
        ),
        "approved_on": N_(
            "The register has %(held)s. The certificate stays unverified until the date is corrected."
        ),
    }
    said = {
        "identity": mask("name", name) if name else "—", "name": mask("name", name) if name else "—",
        "level": LEVEL_WORDS[Level(certificate.level)], "approved_on": certificate.issued_on.isoformat(),
    }  # fmt: skip
    wrong = differences(listed, base.held[certificate.pk])
    if not wrong and certificate.state == "declared" and row.outcome != "same":
        message = N_("Confirms a certificate that waits in the register: taken in, the line verifies it.")
        row.find("management_no", Obstacle("certificate_confirmed", message), Weight.NOTE)
    for column in wrong:
        obstacle = Obstacle(f"certificate_{column}", messages[column], params={"held": said[column]})
        row.find(column, obstacle, Weight.NOTE)


def _twice(row: Row, listed: Listed, base: Base) -> None:
    others = base.levels[min(listed.indexes), row.values["level"]] - {row.values["management_no"]}
    if others:
        message = N_("The same person is on a pass list at this level with the number %(number)s as well.")
        obstacle = Obstacle("pass_list_person_twice", message, params={"number": min(others)})
        row.find("identity", obstacle, Weight.NOTE)
