"""The talent base: one human, one row; every fact about her a row with its source and its time (T4.2.b)."""

import secrets
from collections.abc import Iterator
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from shegong.ground.people.models.privacy import Withheld
from shegong.ground.people.searching import Named, holding, really_named
from shegong.ground.regions.models import RegionField
from shegong.kernel.access import Actor, Range, ScopedQuerySet
from shegong.kernel.copying import Batched
from shegong.kernel.journal import Salted
from shegong.kernel.pinyin import search_grams
from shegong.kernel.prepared import Given, planned
from shegong.kernel.temporal import CURRENT, HOLDING, Dated, DatedQuerySet, Recorded, Today
from shegong.kernel.walls_rows import Open, People, Places, Wall

SOURCES = ["self", "employer", "county", "exam_list", "national", "import", "office"]
SOURCE_KNOWN = Q(source__in=SOURCES)


def new_token() -> str:
    """128 bits that stand for a person in addresses: cannot be counted, says nothing."""
    return secrets.token_urlsafe(16)


class PersonQuerySet(ScopedQuerySet):
    """Reach over people goes through their ties: any tie that holds today, inside the ranges."""

    person_column = "id"

    def visible_to(self, actor: Actor, permission: str) -> Self:
        """People with a tie of today where `actor` holds `permission`."""
        if actor.is_system:
            return self
        ties = Tie.objects.holding().visible_to(actor, permission).filter(person=OuterRef("pk"))
        return self.filter(Exists(ties))

    def found_by(self, text: str) -> Self | None:
        """People with this piece of a name, now or before, with its pinyin's beginning or initials, with this identity
        number (its last four characters or all of it), or with this phone or mail address. None when `text` asks for
        nothing."""
        if held := holding(text, Identity.objects, Contact.objects):
            return self.filter(held)
        named = PersonName.objects.like(text)
        return None if named is None else self.filter(pk__in=named.values("person"))

    def search(self, text: str, actor: Actor, permission: str = "people.read", limit: int = 50) -> list[Any]:
        """At most `limit` people in reach found by `text`, best first."""
        if held := holding(text, Identity.objects, Contact.objects):
            return list(self.visible_to(actor, permission).filter(held)[:limit])
        keys = really_named(text, _named(text, actor, permission, limit * 2))[:limit]
        if not keys:  # perhaps a name that stands only on a record that was merged
            return self._through_merged(text, actor, permission)[:limit]
        people = self.in_bulk(keys)
        return [people[key] for key in keys]

    def _through_merged(self, text: str, actor: Actor, permission: str) -> list[Any]:
        named = PersonName.objects.like(text)
        if named is None:
            return []
        became = named.filter(person__merged_into__isnull=False).values("person__merged_into")
        return list(self.visible_to(actor, permission).filter(pk__in=became))


def _named(text: str, actor: Actor, permission: str, limit: int) -> Iterator[Named]:
    """Names of people in reach that hold all fragments of `text`, in one query."""
    fragments = search_grams(text)
    ranges = None if actor.is_system else actor.reach(permission)
    if fragments and ranges != ():
        with connection.cursor() as cursor:
            cursor.execute(_search(ranges, limit), {"grams": fragments})
            yield from map(Named._make, cursor.fetchall())


@lru_cache(maxsize=256)
def _search(ranges: tuple[Range, ...] | None, limit: int) -> str:
    """The query of a reach as text, kept; sent to be planned with the fragments in sight: rare names want other plans."""
    given = Given("grams", PersonName._meta.get_field("grams"))
    rows = PersonName.objects.current().filter(grams__contains=given)
    if ranges is not None:
        where = reduce(or_, (one.q("region_code") for one in ranges))
        rows = rows.filter(Exists(Tie.objects.holding().filter(where, person=OuterRef("person"))))
    present = PersonName.objects.current().filter(person=OuterRef("person")).order_by("-during")
    stands = Q(during__upper_inf=True)
    return planned(
        rows.values_list(
            "person_id",
            "name",
            Case(When(stands, then="name"), default=Subquery(present.values("name")[:1])),
            Case(When(stands, then="pinyin"), default=Subquery(present.values("pinyin")[:1])),
        )[:limit]
    )


class Person(Salted, Batched):
    """One human, officers too; no status and no region of her own."""

    token = models.TextField(unique=True, default=new_token)
    sex = models.TextField(default="0")  # GB/T 2261.1
    born_on = models.DateField(null=True)
    ethnicity = models.TextField(blank=True)  # GB/T 3304
    political_status = models.TextField(blank=True)  # GB/T 4762
    died_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    source = models.TextField(default="self")
    version = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()
    journalled = ("sex", "born_on", "ethnicity", "political_status", "died_on", "merged_into_id")
    wall = People("Sex, day of birth and codes; joined by every list, also for officers of other places.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="person_not_merged_into_self", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(name="person_source", condition=SOURCE_KNOWN),
        ]
        # What figures are cut by, without a look at the row: a thousand changed people are counted a sixth sooner.
        indexes = [
            models.Index(fields=["id"], include=["sex", "born_on", "died_on", "merged_into"], name="person_counted")
        ]  # fmt: skip


class Identity(Batched):
    """An identity document; the number is sealed (AAD row = `seal_id`), `index` is its keyed blind index."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities")
    kind = models.TextField(default="resident")
    seal_id = models.UUIDField(unique=True)
    number = models.BinaryField()
    index = models.BinaryField()
    last4_index = models.BinaryField()
    masked = models.TextField()
    verified_on = models.DateField(null=True)
    source = models.TextField(default="self")

    journalled = ("person_id", "kind", "index", "verified_on")
    journal_salt = "seal_id"
    sealed = (("number", "seal_id"),)
    sealed_about = "person_id"
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "index"], name="identity_nobody_twice"),
            models.CheckConstraint(
                name="identity_kind",
                condition=Q(kind__in=["resident", "hmt_resident", "foreign_resident", "passport", "officer"]),
            ),
            models.CheckConstraint(name="identity_source", condition=SOURCE_KNOWN),
        ]
        indexes = [models.Index(fields=["last4_index"], name="identity_last4")]


class PersonNameQuerySet(DatedQuerySet):
    """Reads of names."""

    def standing(self) -> Self:
        """The names that people bear now: current, without end."""
        return self.filter(CURRENT, during__upper_inf=True)

    def like(self, text: str) -> Self | None:
        """Current rows, former names too, that hold all fragments of `text` (GIN); None when it holds none."""
        fragments = search_grams(text)
        return self.current().filter(grams__contains=fragments) if fragments else None


class PersonName(Dated, Recorded, Salted, Batched):
    """Names and former names: as written, canonical for comparing, pinyin and grams for finding."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="names")
    name = models.TextField()
    canonical = models.TextField()
    pinyin = models.TextField(blank=True)
    grams = ArrayField(models.TextField(), default=list)
    source = models.TextField(default="self")

    objects = PersonNameQuerySet.as_manager()
    journalled = ("person_id", "name", "during")
    wall = Open("Searched by pieces of a name, which row security would read one by one.")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="person_one_name",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=CURRENT,
            ),
            models.CheckConstraint(name="person_name_source", condition=SOURCE_KNOWN),
        ]
        indexes = [
            # Searches read no pending list.
            GinIndex(fields=["grams"], name="person_name_grams", fastupdate=False, condition=CURRENT),
            models.Index(fields=["person"], condition=CURRENT, name="person_name_current"),
            # A workbook's names are compared with all others, hundreds at a time.
            models.Index(fields=["canonical"], condition=CURRENT, name="person_name_canonical"),
        ]


class TieQuerySet(DatedQuerySet, ScopedQuerySet):
    """Reads of ties."""

    def holding(self) -> Self:
        """Ties that hold today: what has ended, and data that are only stored (`Withheld`), give nobody reach."""
        rows = self.current().filter(Q(during__upper_inf=True) | Q(during__contains=Today()))
        return rows.exclude(person_id__in=Withheld.objects.values("person_id"))


class Tie(Dated, Recorded, Salted, Batched):
    """Where a person belongs: which officers may see her, and where she counts (work, else residence, else domicile)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="ties")
    region = RegionField()
    kind = models.TextField()
    origin = models.TextField()  # context.table
    origin_id = models.BigIntegerField()

    objects = TieQuerySet.as_manager()
    journalled = ("person_id", "region_code", "kind", "during")
    wall = Open("Reach itself: who seems tied nowhere counts as new and may be written to by any office.")
    wall_places = Places(where=HOLDING)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tie_kind", condition=Q(kind__in=["work", "residence", "domicile", "study", "case"])
            ),
            ExclusionConstraint(
                name="tie_one_standing",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=CURRENT & Q(kind__in=["work", "residence", "domicile"]),
            ),
            models.UniqueConstraint(
                fields=["origin", "origin_id", "kind"],
                condition=CURRENT & Q(during__upper_inf=True),
                name="tie_one_open_per_origin",
            ),
        ]
        indexes = [models.Index(fields=["region", "person"], condition=CURRENT, name="tie_reach")]


class Contact(Dated, Batched):
    """Phone, e-mail or address; sealed, with a blind index so that a phone can be found and be unique."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    kind = models.TextField()
    seal_id = models.UUIDField(unique=True)
    value = models.BinaryField()
    index = models.BinaryField()
    masked = models.TextField()
    verified_at = models.DateTimeField(null=True)

    objects = DatedQuerySet.as_manager()
    sealed = (("value", "seal_id"),)
    sealed_about = "person_id"
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="contact_kind", condition=Q(kind__in=["phone", "email", "address"])),
            models.UniqueConstraint(
                fields=["kind", "index"],
                condition=Q(kind__in=["phone", "email"], verified_at__isnull=False, during__upper_inf=True),
                name="contact_one_owner",
            ),
        ]
        indexes = [models.Index(fields=["index"], condition=Q(during__upper_inf=True), name="contact_found")]


class Skill(Recorded):
    """A language or a speciality of a person, by whom stated."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="skills")
    kind = models.TextField()
    code = models.TextField()
    note = models.TextField(blank=True)
    source = models.TextField(default="self")

    objects = DatedQuerySet.as_manager()
    wall = Wall(person="person_id")

    class Meta:
        constraints = [
            models.CheckConstraint(name="skill_kind", condition=Q(kind__in=["language", "speciality"])),
            models.CheckConstraint(name="skill_source", condition=SOURCE_KNOWN),
            models.UniqueConstraint(fields=["person", "kind", "code"], condition=CURRENT, name="skill_once"),
        ]
