"""Bodies named in a roster: taken when the name is exactly one body's, offered when it nearly is, never guessed."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shegong.ground.organizations.models import Organization, OrganizationName
from shegong.ground.organizations.rules.names import canonical, similar_names
from shegong.ground.regions.models import tree
from shegong.kernel.codes import canonical_uscc
from shegong.kernel.copying import among
from shegong.kernel.refusal import Obstacle
from shegong.kernel.sheets.layout import Finding, Offer, Weight
from shegong.kernel.text import N_

MOST = 6
NEEDED = ("pk", "name", "uscc", "kind", "region_code", "founded_on", "dissolved_on")
_IN_PLACE = re.compile(r"(.+)（([^（）]+)）")
# What 单位性质 may say of a body of each kind; words not named here are not compared.
KIND_WORDS: dict[str, tuple[str, ...]] = {
    "民办非企业": ("social_service", "service_centre", "centre"),
    "社会服务机构": ("social_service", "service_centre", "centre"),
    "社工机构": ("social_service", "service_centre", "centre"),
    "事业单位": ("public_institution", "party_school", "university"),
    "企业": ("enterprise",),
    "居委会": ("residents_committee",),
    "村委会": ("residents_committee",),
    "社会团体": ("association", "mass_organization"),
    "机关": ("government", "government_department", "party_committee", "party_department", "civil_affairs", "township",
             "management_committee"),
}  # fmt: skip


class Body(NamedTuple):
    """What a roster compares of a body: whole rows carry a hundred search pieces each, and a part names hundreds."""

    pk: int
    name: str
    uscc: str | None
    kind: str
    region_code: int
    founded_on: date | None
    dissolved_on: date | None


@dataclass(frozen=True)
class Matched:
    """The body that a cell names, or why there is none."""

    body: Body | None
    findings: tuple[Finding, ...] = ()


class Employers:
    """Answers for the bodies that one part's rows name, read together."""

    def __init__(self, names: Collection[str], day: date):
        self.day, self.tree = day, tree()
        self.forms = {name: _forms(name) for name in names}
        wanted = {form for forms in self.forms.values() for form in forms}
        self.by_name: dict[str, list[Body]] = defaultdict(list)
        self.former: dict[str, list[Body]] = defaultdict(list)
        self.by_code: dict[str, Body] = {}
        if wanted:
            self._read(wanted)
        self._near: dict[str, tuple[str, ...]] = {}

    def _read(self, wanted: set[str]) -> None:
        for body in _bodies(name__in=among(wanted)):
            self.by_name[body.name].append(body)
        codes = {form for form in wanted if len(form) == 18 and form.isascii()}
        self.by_code = {str(body.uscc): body for body in _bodies(uscc__in=codes)} if codes else {}
        missing = [form for form in wanted if form not in self.by_name and form not in self.by_code]
        old = OrganizationName.objects.filter(name__in=missing).values_list("name", "organization_id")
        names = list(old) if missing else []
        bodies = {body.pk: body for body in _bodies(pk__in=[pk for _name, pk in names])} if names else {}
        for name, pk in names:
            self.former[name].append(bodies[pk])

    def of(self, name: str, region_code: int | None) -> Matched:
        """The body of this name, the one in the row's county first where several bear it."""
        whole, *placed = self.forms[name]
        if whole in self.by_code:
            return Matched(self.by_code[whole])
        if self.by_name.get(whole):
            return self._one_of(name, self.by_name[whole], region_code)
        if placed and (there := self._in_place(placed[0], placed[1])):
            return Matched(there)
        if self.former.get(whole):
            found = self._one_of(name, self.former[whole], region_code)
            return Matched(found.body, (*found.findings, *self._renamed(name, found.body)))
        return Matched(None, (self._unknown(name, whole),))

    def _one_of(self, name: str, bodies: list[Body], region_code: int | None) -> Matched:
        alive = [b for b in bodies if not b.dissolved_on or b.dissolved_on > self.day] or bodies
        if len(alive) > 1 and region_code:
            alive = [b for b in alive if self._county(b.region_code) == self._county(region_code)] or alive
        if len(alive) == 1:
            return Matched(alive[0])
        message = N_("Several bodies are called “%(name)s”. Choose one.")
        offers = tuple(Offer(b.uscc or f"{b.name}（{self.tree.name(b.region_code, self.day)}）",
                             f"{b.name}（{self._full(b.region_code)}）") for b in alive[:MOST])  # fmt: skip
        return Matched(None, (_finding("employer_doubtful", message, name, offers),))

    def _in_place(self, name: str, place: str) -> Body | None:
        codes = self.tree.resolve(place, self.day)
        found = [
            b
            for b in self.by_name.get(name, ())
            if set(codes) & set(self.tree.chain(b.region_code, self.day))
        ]
        return found[0] if len(found) == 1 else None

    def _unknown(self, name: str, whole: str) -> Finding:
        if whole not in self._near:
            self._near[whole] = similar_names(whole, Organization.objects.near(whole))[:MOST]
        offers = tuple(Offer(near, near) for near in self._near[whole])
        if offers:
            message = N_(
                "No body is called exactly “%(name)s”. Choose the one that is meant, or enter the body first."
            )
            return _finding("employer_near", message, name, offers)
        message = N_(
            "No body is called “%(name)s”. Compare the name, or enter the body under Organisations first."
        )
        return _finding("employer_unknown", message, name)

    def _renamed(self, name: str, body: Body | None) -> tuple[Finding, ...]:
        if body is None:
            return ()
        message = N_("%(name)s is a former name; read as %(now)s.")
        return (Finding("employer", Obstacle("employer_former", message, params={"name": name, "now": body.name}),
                        Weight.NOTE),)  # fmt: skip

    def _county(self, code: int) -> int | None:
        return self.tree.ancestor(code, 3, self.day) or self.tree.ancestor(code, 2, self.day)

    def _full(self, code: int) -> str:
        return "".join(self.tree.name(c, self.day) for c in reversed(self.tree.chain(code, self.day)[:2]))


def _bodies(**wanted: Any) -> Iterator[Body]:
    found = Organization.objects.filter(**wanted).values_list(*NEEDED)
    return map(Body._make, found)


def _forms(name: str) -> tuple[str, ...]:
    """The name as bodies are stored; a credit code as it is; for a name with a place behind it also both apart."""
    code = canonical_uscc(name) if name.isascii() else None
    if isinstance(code, str):
        return (code,)
    whole = canonical(name)
    placed = _IN_PLACE.fullmatch(whole)
    return (whole, placed[1], placed[2]) if placed else (whole,)


def _finding(code: str, message: str, name: str, offers: tuple[Offer, ...] = ()) -> Finding:
    weight = Weight.CHOICE if offers else Weight.MUST
    return Finding("employer", Obstacle(code, message, params={"name": name}), weight, offers)


def kind_note(body: Body, said: str) -> Finding | None:
    """A note when 单位性质 says something else of a body than the register; the register's word stands."""
    kinds = next((kinds for word, kinds in KIND_WORDS.items() if word in said), None)
    if kinds is None or body.kind in kinds or body.kind == "other":
        return None
    message = N_("The register has %(name)s as another kind of body; the register's entry stands.")
    return Finding(
        "employer_kind", Obstacle("employer_kind", message, params={"name": body.name}), Weight.NOTE
    )
