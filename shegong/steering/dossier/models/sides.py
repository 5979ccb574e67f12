"""Two records side by side: every fact of both with its source and time; what is equal, what differs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.ground.accounts.models import Grant, User
from shegong.ground.people.models import Contact, Identity, Person, PersonName, Skill, Tie
from shegong.ground.people.panels import Panel, panels_of, person_panels, source_word
from shegong.ground.people.rules import CONTACT_NAMES, IDENTITY_KINDS, SKILLS, TIE_NAMES
from shegong.ground.regions.models import tree
from shegong.kernel.access import Actor
from shegong.kernel.code_lists import codes


@dataclass(frozen=True)
class Fact:
    """One fact of one record; `value` is compared, `note` says where it comes from and since when."""

    label: str
    value: str
    note: str = ""
    is_code: bool = False


@dataclass(frozen=True)
class Line:
    """One label with what each record says; `verdict` is same, differs or one_side."""

    label: str
    first: list[Fact]
    second: list[Fact]

    @property
    def verdict(self) -> str:
        """Whether the two say the same."""
        if not self.first or not self.second:
            return "one_side"
        return "same" if {f.value for f in self.first} & {f.value for f in self.second} else "differs"


@dataclass(frozen=True)
class Section:
    """Lines under a heading."""

    title: str
    lines: list[Line]


def compared(first: Person, second: Person, actor: Actor, day: date) -> list[Section]:
    """Everything on record about both, in the sections of the person's card."""
    ours, theirs = dict(_sections(first, actor, day)), dict(_sections(second, actor, day))
    titles = list(dict.fromkeys([*ours, *theirs]))
    found = [Section(title, list(_lines(ours.get(title, []), theirs.get(title, [])))) for title in titles]
    return [section for section in found if section.lines]


def _lines(first: list[Fact], second: list[Fact]) -> Iterator[Line]:
    for label in dict.fromkeys(fact.label for fact in [*first, *second]):
        yield Line(label, [f for f in first if f.label == label], [f for f in second if f.label == label])


def _sections(person: Person, actor: Actor, day: date) -> Iterator[tuple[str, list[Fact]]]:
    yield _("Name and identity"), [*_names(person), *_identities(person), *_particulars(person)]
    yield _("Contacts"), list(_contacts(person))
    yield _("Where the person belongs"), list(_ties(person, day))
    yield _("Languages and specialities"), list(_skills(person))
    for panel in panels_of(person_panels, actor, person):
        if "rows" in panel.context:
            yield panel.title, _of_panel(panel)
    yield _("Record and account"), list(_record(person, day))


def _of_panel(panel: Panel) -> list[Fact]:
    """Rows that higher contexts show on the card; rows whose label is a number of its own share the section's name."""
    return [_fact_of(row, panel.title) for row in panel.context["rows"]]


def _fact_of(row: dict[str, Any], title: str) -> Fact:
    label, value = str(row.get("label", "")), str(row.get("value", ""))
    if any(sign.isdigit() for sign in label):
        label, value = title, f"{label} · {value}"
    return Fact(label, value, str(row.get("note", "")), row.get("css") == "id")


def _since(source: str, row: Any = None) -> str:
    recorded = getattr(row, "recorded", None)
    moment = recorded.lower if recorded is not None else None
    return " · ".join([source_word(source), *([timezone.localdate(moment).isoformat()] if moment else [])])


def _names(person: Person) -> Iterator[Fact]:
    for name in PersonName.objects.current().filter(person=person).order_by("-during"):
        label = _("Name") if name.during.upper is None else _("Former name")
        yield Fact(label, name.name, _since(name.source, name))


def _identities(person: Person) -> Iterator[Fact]:
    for one in Identity.objects.filter(person=person).order_by("kind", "pk"):
        checked = (
            _("verified %(day)s") % {"day": one.verified_on.isoformat()}
            if one.verified_on
            else _("not verified")
        )
        yield Fact(_(IDENTITY_KINDS[one.kind]), one.masked, f"{_since(one.source)} · {checked}", True)


def _particulars(person: Person) -> Iterator[Fact]:
    said = {
        _("Sex"): codes("sex").get(person.sex, "") if person.sex != "0" else "",
        _("Date of birth"): person.born_on.isoformat() if person.born_on else "",
        _("Ethnicity"): codes("ethnicity").get(person.ethnicity, ""),
        _("Political status"): codes("political_status").get(person.political_status, ""),
        _("Died on"): person.died_on.isoformat() if person.died_on else "",
    }
    yield from (Fact(label, value) for label, value in said.items() if value)


def _contacts(person: Person) -> Iterator[Fact]:
    for one in Contact.objects.filter(person=person, during__upper_inf=True).order_by("kind", "pk"):
        yield Fact(
            _(CONTACT_NAMES[one.kind]), one.masked, _("confirmed") if one.verified_at else _("not confirmed")
        )


def _ties(person: Person, day: date) -> Iterator[Fact]:
    for one in Tie.objects.current().filter(person=person).order_by("-during"):
        end = one.during.upper.isoformat() if one.during.upper else ""
        place = tree().full_name(one.region_code, one.during.lower or day)
        yield Fact(_(TIE_NAMES[one.kind]), place, f"{one.during.lower.isoformat()} – {end}")


def _skills(person: Person) -> Iterator[Fact]:
    for one in Skill.objects.current().filter(person=person).order_by("kind", "code"):
        word = SKILLS[one.kind].get(one.code, one.code)
        yield Fact(
            _("Languages") if one.kind == "language" else _("Specialities"), _(word), _since(one.source, one)
        )


def _record(person: Person, day: date) -> Iterator[Fact]:
    user = User.objects.filter(person=person).first()
    yield Fact(_("Account"), _account(user))
    if Grant.objects.on(day).filter(person=person).exists():
        yield Fact(_("Role"), _("holds a role in an office"))
    yield Fact(
        _("On record since"), timezone.localdate(person.created_at).isoformat(), source_word(person.source)
    )


def _account(user: User | None) -> str:
    if user is None:
        return _("none")
    return (
        _("shut")
        if user.disabled_at
        else _("signs in since %(day)s") % {"day": timezone.localdate(user.created_at).isoformat()}
    )
