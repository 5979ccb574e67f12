"""Who may do what, and where: authority is role permissions × reach × optional organization, read at each request.

Reach is a short list of code ranges (a moved county adds one, Changbaishan cuts a hole), never a name prefix.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self, TypeVar

from django.db.models import Q, QuerySet

from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_

PUBLIC = "public"
SIGNED_IN = "signed_in"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Range:
    """Region codes lo <= code < hi, without `holes` (codes that a managed area took out)."""

    lo: int
    hi: int
    holes: tuple[int, ...] = ()

    def __contains__(self, code: int) -> bool:
        return self.lo <= code < self.hi and code not in self.holes

    def q(self, column: str) -> Q:
        """The range as a filter on `column`."""
        inside = Q(**{f"{column}__gte": self.lo, f"{column}__lt": self.hi})
        return inside & ~Q(**{f"{column}__in": self.holes}) if self.holes else inside


@dataclass(frozen=True)
class Authority:
    """One grant in force, resolved: what it allows and which ranges it covers."""

    role: str
    permissions: frozenset[str]
    ranges: tuple[Range, ...] = ()
    region_code: int | None = None
    level: int | None = None
    organization_id: int | None = None
    office_name: str = ""


@dataclass(frozen=True)
class Actor:
    """The one who acts: a person with authorities, the system itself, or nobody (anonymous)."""

    user_id: int | None = None
    person_id: int | None = None
    name: str = ""
    authorities: tuple[Authority, ...] = ()
    is_system: bool = False
    request_id: str = ""
    address: str = field(default="", repr=False)

    @property
    def is_anonymous(self) -> bool:
        return self.user_id is None and not self.is_system

    @property
    def office_name(self) -> str:
        """Name of the first office this person acts for, or ''."""
        return next((a.office_name for a in self.authorities if a.office_name), "")

    @property
    def is_officer(self) -> bool:
        return bool(self.authorities)

    def with_permission(self, permission: str) -> tuple[Authority, ...]:
        """The authorities that carry `permission`."""
        return tuple(a for a in self.authorities if permission in a.permissions)

    def bodies(self, *permissions: str, clerk: bool = False) -> frozenset[int]:
        """Ids of the bodies that grants with one of `permissions` name; `clerk`: only grants that reach no area beside it."""
        held = (a for permission in permissions for a in self.with_permission(permission))
        return frozenset(a.organization_id for a in held if a.organization_id and not (clerk and a.ranges))

    def reach(self, permission: str) -> tuple[Range, ...]:
        """The code ranges in which this actor holds `permission`; empty means nowhere."""
        if self.is_system:
            return (Range(0, 1_000_000_000),)
        return disjoint(r for a in self.with_permission(permission) for r in a.ranges)

    def may(self, permission: str, region_code: int | None = None) -> bool:
        """Holds `permission` at all, or over `region_code` when given."""
        if self.is_system:
            return True
        if region_code is None:
            return bool(self.with_permission(permission))
        return any(region_code in r for r in self.reach(permission))

    def authority_for(self, permission: str, region_code: int) -> Authority | None:
        """The authority under which this actor does `permission` there: its role and office go into the journal."""
        covering = (a for a in self.with_permission(permission) if any(region_code in r for r in a.ranges))
        return next(covering, None)


def disjoint(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same codes as ranges that share none, in order: lists read each range by itself and add the rows up."""
    groups: list[list[Range]] = []
    for one in sorted(set(ranges), key=lambda r: (r.lo, r.hi)):
        if groups and one.lo < max(r.hi for r in groups[-1]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(map(_union, groups))


def _union(group: Sequence[Range]) -> Range:
    """Ranges that overlap as one; a hole stays only where none of them holds it."""
    holes = {hole for r in group for hole in r.holes if not any(hole in other for other in group)}
    return Range(group[0].lo, max(r.hi for r in group), tuple(sorted(holes)))


ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True, name="system")


def require(actor: Actor, permission: str, region_code: int | None = None) -> None:
    """Refuse unless the actor holds `permission` (over `region_code`): actions call it, so every edge is covered."""
    if not actor.may(permission, region_code):
        raise Refused(
            Obstacle("not_allowed", N_("Your role does not cover this."), params={"permission": permission})
        )


def unguarded(why: str) -> Callable[[F], F]:
    """Mark an action that asks nobody for a right, and why: a public door, or a step inside an action that has asked.

    `shegong act` refuses it; tests/architecture/test_doors.py finds actions that neither ask nor say so.
    """

    def mark(action: F) -> F:
        action.unguarded = why  # type: ignore[attr-defined]
        return action

    return mark


def in_person(why: str) -> Callable[[F], F]:
    """Mark an action that a person does on a page, with a fresh second factor: `shegong act`, where the operator only
    says in whose name he acts, refuses it, so that one at the shell cannot be two. What needs two people says so of both
    halves: he may be one of them himself."""

    def mark(action: F) -> F:
        action.in_person = why  # type: ignore[attr-defined]
        return action

    return mark


half = in_person("two people answer for it, each under her own name: do your half on the page")


ActorSource = Callable[[int, date], Actor | None]
_actor_sources: list[ActorSource] = []


def use_actor_source(source: ActorSource) -> None:
    """Where `actor_of_user` finds people and their grants; set once at start-up."""
    _actor_sources[:] = [source]


def actor_of_user(user_id: int, day: date) -> Actor | None:
    """The actor behind a user with the grants in force on `day`, for jobs; None when the account is disabled or gone."""
    return _actor_sources[0](user_id, day) if _actor_sources else None


HolderSource = Callable[..., list[int]]
_holder_sources: list[HolderSource] = []


def use_holder_source(source: HolderSource) -> None:
    """Where `holders` finds who was given what; set once at start-up."""
    _holder_sources[:] = [source]


def holders(
    permission: str, day: date, *, body: int | None = None, region_code: int | None = None
) -> list[int]:
    """Persons who hold `permission` on `day` by a grant in exactly this body, or over exactly this division: whom to tell."""
    return _holder_sources[0](permission, day, body=body, region_code=region_code) if _holder_sources else []


class ScopedQuerySet(QuerySet[Any]):
    """Reads that start from who is asking. `region_column` names the column that reach is applied to."""

    region_column = "region_code"
    person_column = "person_id"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """Only rows inside the ranges where `actor` holds `permission`; none when there are no ranges."""
        if actor.is_system:
            return self
        ranges = actor.reach(permission)
        if not ranges:
            return self.none()
        where = Q()
        for one in ranges:
            where |= one.q(self.region_column)
        return self.filter(where)

    def own(self, actor: Actor) -> Self:
        """Only rows of the person who is asking."""
        return self.filter(**{self.person_column: actor.person_id}) if actor.person_id else self.none()
