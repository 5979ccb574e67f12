"""Whose return a row of a dispatch table fills in, and which line of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shegong.ground.regions.models import tree
from shegong.ground.regions.rules.names import short_name
from shegong.kernel.access import Actor
from shegong.kernel.text import N_
from shegong.steering.oversight.actions.returns import counted_now
from shegong.steering.oversight.models import Answer, Asked, Dispatch, DispatchReturn
from shegong.steering.oversight.models.units import own_units
from shegong.steering.oversight.rules import Permission
from shegong.steering.programme.models import plan


def own_returns(actor: Actor, day: date) -> list[DispatchReturn]:
    """The returns that this actor still has to hand in, for the units she answers for."""
    rows = DispatchReturn.objects.waiting(day).filter(own_units(actor, Permission.ANSWER))
    return list(rows.select_related("dispatch").order_by("dispatch__due_on", "dispatch_id", "region"))


def open_rounds(actor: Actor, day: date) -> Sequence[tuple[str, str]]:
    """The rounds that wait for a unit of this actor, the most urgent first; the system knows them all by name."""
    if actor.is_system:
        return [(str(pk), title) for pk, title in Dispatch.objects.values_list("pk", "title")]
    found = {str(row.dispatch_id): row.dispatch.title for row in own_returns(actor, day)}
    return list(found.items()) or [("0", N_("No round waits for your unit."))]


@dataclass(frozen=True)
class Line:
    """One line of one return: what is asked, what the register counts, what was said before."""

    form: DispatchReturn
    asked: Asked
    counted: int | None
    said: Answer | None


class Round:
    """One round as this actor answers it, read together."""

    def __init__(self, number: str, by: Actor, day: date):
        self.day = day
        mine = own_returns(by, day) if number.isdecimal() else []
        self.returns = [row for row in mine if str(row.dispatch_id) == number]
        self.asked: dict[str, Asked] = {}
        self.lines: dict[tuple[int, str], Line] = {}
        if self.returns:
            self._read(list(Asked.objects.filter(dispatch=self.returns[0].dispatch).exclude(indicator="")))

    def _read(self, asked: Sequence[Asked]) -> None:
        said = Answer.objects.filter(dispatch_return__in=self.returns)
        known = {(one.dispatch_return_id, one.asked_id): one for one in said}
        self.asked = {one.indicator: one for one in asked}
        for form in self.returns:
            counted = counted_now(form, asked)
            for one in asked:
                line = Line(form, one, counted.get(one.pk), known.get((form.pk, one.pk)))
                self.lines[form.pk, one.indicator] = line

    def indicator(self, text: str) -> str | None:
        """Which indicator of the round a cell means: its number, its title, or both."""
        said = "".join(text.split())
        for name in self.asked:
            title = "".join(plan().indicators[name].zh.split()) if name in plan().indicators else ""
            if said.upper() == name.upper() or said in (title, f"{name}{title}"):
                return name
        first = text.split()[0] if text.split() else ""
        return first if first in self.asked else None

    def unit(self, text: str) -> DispatchReturn | None:
        """Whose return: the named one, or the only one where nobody is named."""
        if not text:
            return self.returns[0] if len(self.returns) == 1 else None
        for row in self.returns:
            name = tree().name(row.region_code, row.dispatch.as_of)
            if text in (name, short_name(name)):
                return row
        return None

    @property
    def units(self) -> str:
        """The units in words."""
        return "、".join(tree().name(row.region_code, row.dispatch.as_of) for row in self.returns)
