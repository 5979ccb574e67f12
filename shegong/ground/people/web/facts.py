"""A person's data as rows for a page: each fact with where it came from and since when (T4.2.b)."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shegong.ground.people.models import Contact, Identity, Person, PersonName, Skill, Tie
from shegong.ground.people.panels import source_word
from shegong.ground.people.rules import CONTACT_NAMES, IDENTITY_KINDS, SKILLS, TIE_NAMES
from shegong.ground.regions.models import tree
from shegong.kernel.code_lists import codes
from shegong.kernel.journal import JournalEntry
from shegong.kernel.text import N_

Row = dict[str, Any]
TIE_ORIGINS = {
    "employment.employment": N_("From the work history"),
    "registry.application": N_("From an application"),
    "": N_("Office record"),
}


def source_note(source: str, row: Any = None) -> str:
    """`Stated by the person · 2026-11-02`."""
    word = source_word(source)
    recorded = getattr(row, "recorded", None)
    if recorded is None or recorded.lower is None:
        return word
    return f"{word} · {date_format(timezone.localtime(recorded.lower), 'Y-m-d')}"


def name_rows(person: Person) -> list[Row]:
    """The present name, then former ones."""
    rows = []
    for name in PersonName.objects.current().filter(person=person).order_by("-during"):
        label = _("Name") if name.during.upper is None else _("Former name")
        note = source_note(name.source, name)
        if name.during.upper is not None:
            note = _("until %(day)s") % {"day": name.during.upper.isoformat()} + " · " + note
        rows.append({"label": label, "value": name.name, "note": note})
    return rows


def identity_rows(person: Person, *, reveal: bool = False) -> list[Row]:
    """Masked documents; with `reveal`, each with the way to its full number."""
    rows = []
    for one in Identity.objects.filter(person=person).order_by("kind", "pk"):
        verified = (
            _("verified %(day)s") % {"day": one.verified_on.isoformat()}
            if one.verified_on
            else _("not verified")
        )
        row: Row = {"label": _(IDENTITY_KINDS[one.kind]), "value": one.masked, "css": "id",
                    "note": f"{source_note(one.source)} · {verified}"}  # fmt: skip
        if reveal:
            row |= {"url": reverse("people:reveal", args=(person.token, one.pk)), "word": _("Show")}
        rows.append(row)
    return rows


def particular_rows(person: Person) -> list[Row]:
    """Sex and birth as the number says them; ethnicity and political status by the national lists."""
    by_number = _("from the identity number") if person.born_on else ""
    return [
        {
            "label": _("Sex"),
            "value": codes("sex").get(person.sex, "") if person.sex != "0" else "",
            "note": by_number,
        },
        {
            "label": _("Date of birth"),
            "value": person.born_on.isoformat() if person.born_on else "",
            "note": by_number,
        },
        {"label": _("Ethnicity"), "value": codes("ethnicity").get(person.ethnicity, "")},
        {"label": _("Political status"), "value": codes("political_status").get(person.political_status, "")},
    ]


def contact_rows(person: Person) -> list[Row]:
    """Present contacts, masked."""
    rows = []
    for one in Contact.objects.filter(person=person, during__upper_inf=True).order_by("kind", "pk"):
        note = _("confirmed") if one.verified_at else _("not confirmed")
        rows.append(
            {
                "label": _(CONTACT_NAMES[one.kind]),
                "value": one.masked,
                "note": "" if one.kind == "address" else note,
            }
        )
    return rows


def tie_rows(person: Person, day: date) -> list[Row]:
    """Where the person belongs and belonged, newest first, each with where it came from."""
    found = list(Tie.objects.current().filter(person=person).order_by("-during"))
    stated_by = _who_stated(found)
    return [
        {
            "label": _(TIE_NAMES[one.kind]),
            "value": tree().full_name(one.region_code, one.during.lower or day),
            "note": f"{_span(one)} · {_origin(one, stated_by)}",
            "ended": one.during.upper is not None and one.during.upper <= day,
        }
        for one in found
    ]


def _span(one: Tie) -> str:
    start = one.during.lower.isoformat()
    if one.during.upper is None:
        return _("since %(day)s") % {"day": start}
    return f"{start} – {one.during.upper.isoformat()}"


def _origin(one: Tie, stated_by: dict[int, int | None]) -> str:
    if one.origin != "people.person":
        return _(TIE_ORIGINS.get(one.origin, TIE_ORIGINS[""]))
    itself = stated_by.get(one.pk, one.person_id) == one.person_id
    return source_word("self" if itself else "county")


def _who_stated(ties: list[Tie]) -> dict[int, int | None]:
    entries = JournalEntry.objects.filter(subject_kind="people.tie", subject_id__in=[one.pk for one in ties])
    return dict(entries.values_list("subject_id", "person_id"))


def skill_rows(person: Person, kind: str) -> list[Row]:
    """Languages or specialities, each with its row for the way to take it off."""
    rows = Skill.objects.current().filter(person=person, kind=kind).order_by("pk")
    return [
        {
            "label": _(SKILLS[kind][one.code]),
            "value": one.note,
            "note": source_note(one.source, one),
            "pk": one.pk,
        }
        for one in rows
        if one.code in SKILLS[kind]
    ]
