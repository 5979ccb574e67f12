"""Two records of one human become one: what moves here, and what stays with the merged record (`kernel.moving`)."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Model

from shegong.ground.people.actions.persons import turn
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Skill, Tie
from shegong.ground.people.rules import STANDING_KINDS
from shegong.kernel import journal, moving
from shegong.kernel.access import Actor
from shegong.kernel.messages import Message
from shegong.kernel.moving import Change, Part, What
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.temporal import close_recorded
from shegong.kernel.text import N_

HOLDS = moving.Holds(
    moved={
        Identity: "person", PersonName: "person", Tie: "person", Contact: "person", Skill: "person",
        Person: "merged_into",
    }
)  # fmt: skip
# A number of 18 digits is one document whatever its kind; a human has one.
EIGHTEEN = ("resident", "hmt_resident", "foreign_resident")
BLANKS = {"sex": "0", "born_on": None, "ethnicity": "", "political_status": "", "died_on": None}


def hold_two(first: Person, second: Person) -> tuple[Person, Person]:
    """Lock two people until commit, always in the same order; the fresh rows in the order given."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=(first.pk, second.pk)).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[first.pk], found[second.pk]


def clashes(from_: Person, to: Person) -> list[Obstacle]:
    """What forbids that these two become one, as far as the people themselves go."""
    found = []
    if from_.pk == to.pk:
        found.append(Obstacle("same_record", N_("This is one record, not two.")))
    for one in (from_, to):
        if one.merged_into_id is not None:
            found.append(
                Obstacle("merged_before", N_("One of the two was merged with another record already."))
            )
    if _verified_otherwise(from_, to):
        message = N_(
            "An office has verified two different identity numbers. Find out which document is wrong first."
        )
        found.append(Obstacle("two_verified_numbers", message))
    return found


def _verified_otherwise(from_: Person, to: Person) -> bool:
    rows = Identity.objects.filter(person__in=(from_, to), kind__in=EIGHTEEN, verified_on__isnull=False)
    return len(set(rows.values_list("person_id", flat=True))) > 1


def parts(from_: Person, to: Person) -> list[Part]:
    """Names, numbers, ties, contacts and skills: the kept record's stand where both say something."""
    identities = Identity.objects.all()
    skills = Skill.objects.current()
    contacts = Contact.objects.filter(during__upper_inf=True)
    return [
        moving.part(
            Identity, N_("Identity documents"), moving.of_both(identities, from_.pk, to.pk, _document)
        ),
        moving.part(
            PersonName, N_("Names of people"), moving.of_days(PersonName.objects.current(), from_.pk, to.pk)
        ),
        moving.part(
            Contact, N_("Phones and addresses"), moving.of_both(contacts, from_.pk, to.pk, lambda c: c.kind)
        ),
        moving.part(Skill, N_("Languages and specialities"), moving.of_both(skills, from_.pk, to.pk, _skill)),
        *_ties(from_, to),
        _inbox(from_),
        _earlier(from_),
    ]


def _document(identity: Identity) -> str:
    return "eighteen" if identity.kind in EIGHTEEN else identity.kind


def _skill(skill: Skill) -> tuple[str, str]:
    return skill.kind, skill.code


def _ties(from_: Person, to: Person) -> list[Part]:
    title = N_("Places where the person belongs")
    moves: list[int] = list(
        Tie.objects.current()
        .filter(person=from_)
        .exclude(kind__in=STANDING_KINDS)
        .values_list("pk", flat=True)
    )
    stays: list[int] = []
    for kind in STANDING_KINDS:
        of_kind = moving.of_days(Tie.objects.current().filter(kind=kind), from_.pk, to.pk)
        moves += of_kind[0]
        stays += of_kind[1]
    return [moving.part(Tie, title, (moves, stays))]


def _inbox(from_: Person) -> Part:
    """The kernel's letters know people by number only; the lowest context that knows people moves them."""
    letters = Message.objects.filter(person_id=from_.pk).order_by("pk").values_list("pk", flat=True)
    return Part(Message, N_("Messages in the inbox"), moves=tuple(letters))


def _earlier(from_: Person) -> Part:
    rows = Person.objects.filter(merged_into=from_).order_by("pk").values_list("pk", flat=True)
    return Part(Person, N_("Records merged earlier"), column="merged_into_id", moves=tuple(rows))


def move_person(from_: Person, to: Person, *, by: Actor, on: date) -> list[Change]:
    """Note that `from_` is `to` and move what moves. Refuses what `clashes` finds; the caller holds both and has asked.

    A place where both belong on the same days is closed at the merged record, so that nobody keeps reach over it.
    """
    found = clashes(from_, to)
    if found:
        raise Refused(found)
    planned = parts(from_, to)
    Person.objects.filter(pk=from_.pk).update(merged_into=to, version=F("version") + 1)
    from_.refresh_from_db()
    closed = [pk for one in planned if one.model is Tie for pk in one.stays]
    close_recorded(Tie.objects.filter(pk__in=closed))
    changes = [_change(Tie, pk, "recorded", What.CLOSED, from_, to) for pk in closed] + _fill(from_, to)
    turn(to)
    journal.write("people.person.merge", by=by, subject=from_, about_person_id=to.pk, facts={"into": to.pk},
                  rows=[from_, to])  # fmt: skip
    return moving.move(planned, from_, to, verb="people.person.move", by=by, also=changes)


def _change(model: type[Model], pk: int, column: str, what: What, from_: Person, to: Person) -> Change:
    return Change(model._meta.label_lower, pk, column, what, from_.pk, to.pk)


def _fill(from_: Person, to: Person) -> list[Change]:
    """Blanks of the kept record take what the other says."""
    given = {
        name: getattr(from_, name)
        for name, blank in BLANKS.items()
        if getattr(to, name) == blank and getattr(from_, name) != blank
    }
    if given:
        Person.objects.filter(pk=to.pk).update(**given)
        to.refresh_from_db()
    return [_change(Person, to.pk, name, What.FILLED, from_, to) for name in given]


def put_back(changes: Sequence[Change], from_: Person, to: Person, *, by: Actor, on: date) -> None:
    """Undo `move_person` for these rows: `from_` is a person of her own again."""
    rows = [*_unfill(changes, from_, to), *_stand_again(changes)]
    Person.objects.filter(pk=from_.pk).update(merged_into=None, version=F("version") + 1)
    from_.refresh_from_db()
    turn(to)
    moving.put_back(changes, from_, to, verb="people.person.part", by=by, also=[from_, *rows])


def _unfill(changes: Sequence[Change], from_: Person, to: Person) -> list[Person]:
    filled = [change.column for change in changes if change.what == What.FILLED]
    blank = {name: BLANKS[name] for name in filled if getattr(to, name) == getattr(from_, name)}
    if blank:
        Person.objects.filter(pk=to.pk).update(**blank)
        to.refresh_from_db()
    return [to] if blank else []


def _stand_again(changes: Sequence[Change]) -> list[Tie]:
    """A closed row stays closed; the same is stated anew."""
    closed = [c.pk for c in changes if c.what == What.CLOSED]
    return [
        Tie.objects.create(person_id=old.person_id, region_code=old.region_code, kind=old.kind, origin=old.origin,
                           origin_id=old.origin_id, during=old.during)
        for old in Tie.objects.filter(pk__in=closed).order_by("pk")
    ]  # fmt: skip
