"""What is still to do on an application, as every page of its holder shows it: one number, one order (“还差 N 步”)."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import Ground
from shegong.duties.registry.rules import (
    KINDS,
    STEP_NAMES,
    Facts,
    Hours,
    Kind,
    Material,
    State,
    Step,
    bars,
    first_deadline,
    is_waived,
    item_name,
    missing_steps,
    steps_done,
    steps_left,
)
from shegong.kernel.http import obstacle_text
from shegong.kernel.text import N_
from shegong.work.education.rules import in_hours

WAIVED = N_("Checked against the pass list of the examination; no photo is needed")
ON_RECORD = N_("The office has it on record; no photo is needed")


def progress_of(application: Application, ground: Ground, on: date) -> dict[str, Any]:
    """What the task list and the first page show of a draft or a returned application."""
    done, left = steps_done(ground.facts, ground.policy), steps_left(ground.facts, ground.policy)
    against = bars(ground.facts, ground.policy, ground.calendar, on)
    return {
        "left": left,
        "done": sum(finished for step, finished in done.items() if step not in back_steps(ground)),
        "total": len(done),
        "headline": headline(left, is_barred=bool(against)),
        "groups": _task_groups(application, ground),
        "next": next_question(application, ground),
        "deadline": last_day_of(ground),
        "bars": [obstacle_text(o) for o in against],
        "returned": returned_rows(application, ground),
        "complete_by": application.complete_by if application.state == State.RETURNED else None,
        "waits": waits_for(ground.facts),
    }


def waits_for(facts: Facts) -> str:
    """Beside the button: a suspension lets her apply, and the last office wait."""
    if facts.kind != Kind.RENEWAL or not facts.suspended or facts.held is None or not facts.held.suspended_to:
        return ""
    said = gettext(
        "Your registration is suspended until %(until)s. You may apply now; the last office decides after that day, and a timely application keeps your place until then."
    )
    return said % {"until": facts.held.suspended_to}


def headline(left: int, *, is_barred: bool = False) -> str:
    """How many steps are left. Never that all is done: the last step is to submit, and the office decides after it."""
    if left:
        return ngettext("%(n)s step left", "%(n)s steps left", left) % {"n": left}
    return gettext("This cannot be submitted now") if is_barred else gettext("Last step: check and submit")


def last_day_of(ground: Ground) -> dict[str, Any] | None:
    """Until when to apply, with the sentence that says why; None where nothing runs out."""
    facts = ground.facts
    if facts.kind == Kind.RENEWAL and facts.held:
        said = gettext("Your term ends on %(end)s. Apply for renewal by") % {"end": facts.held.valid_to}
        return {"on": facts.held.last_day, "provisional": False, "text": said}
    if facts.kind != Kind.FIRST or not facts.issued_on:
        return None
    due = first_deadline(facts.issued_on, ground.policy, ground.calendar)
    said = gettext("You must apply within one year of the issue date. Your last day is")
    return {"on": due.on, "provisional": due.provisional, "text": said}


def returned_rows(application: Application, ground: Ground) -> list[dict[str, str]]:
    """What came back and is not put right yet."""
    rows = application.return_items.filter(withdrawn_at__isnull=True, settled_at__isnull=True).order_by("id")
    return [
        {"label": _name(row.item, ground), "text": row.text, "url": question_url(application, row.item)}
        for row in rows
    ]


def _name(item: str, ground: Ground) -> str:
    name = item_name(item, ground.policy)
    return name.says(get_language()) if hasattr(name, "says") else gettext(name)


def question_url(application: Application, item: str) -> str:
    """The page on which an item is asked: a step, or `paper:<code>`."""
    if item.startswith("paper:"):
        return reverse("registry:paper", args=[application.token, item.removeprefix("paper:")])
    if item == Step.PAPERS:
        return reverse("registry:papers", args=[application.token])
    return reverse(f"registry:{item}", args=[application.token])


def next_question(application: Application, ground: Ground, *, past: Step | None = None) -> dict[str, str]:
    """Where “continue” leads: the first returned item, the first missing step, or the check page; `past` the step whose
    page one is on, which may take days."""
    if ground.facts.returned:
        item = ground.facts.returned[0]
        return {"label": _name(item, ground), "url": question_url(application, item)}
    missing = [step for step in missing_steps(ground.facts, ground.policy) if step != past]
    if missing:
        return {"label": gettext(STEP_NAMES[missing[0]]), "url": question_url(application, missing[0])}
    return {"label": gettext("Check and submit"), "url": reverse("registry:check", args=[application.token])}


def back_steps(ground: Ground) -> set[str]:
    """Steps of which something came back: a returned paper belongs to the step of papers."""
    return {"papers" if item.startswith("paper:") else item for item in ground.facts.returned}


def _task_groups(application: Application, ground: Ground) -> list[dict[str, Any]]:
    done = steps_done(ground.facts, ground.policy)
    back = back_steps(ground)
    returned_state = application.state == State.RETURNED
    groups = []
    for label, steps in KINDS[ground.facts.kind].groups:
        rows = [
            _task(application, step, done[step], step in back, returned_state) | _hint(step, ground)
            for step in steps
        ]
        groups.append({"label": gettext(label), "tasks": rows})
    return groups


def _hint(step: Step, ground: Ground) -> dict[str, str]:
    """Beside a step: that nobody asks for the certificate's photo; what the hours of the term are."""
    facts = ground.facts
    if step == Step.HOURS and facts.held and facts.held.hours:
        return {"hint": hours_words(facts.held.hours)}
    asked = ground.policy.materials_for(facts.kind, facts.ground or "workplace")
    waived = facts.kind == Kind.FIRST and any(is_waived(material, facts) for material in asked)
    return {"hint": gettext(WAIVED)} if step == Step.CERTIFICATE and waived else {}


def hours_words(hours: Hours) -> str:
    """How many hours are recorded of how many, and how many are missing."""
    said = {
        "counted": in_hours(hours.counted),
        "required": in_hours(hours.required),
        "n": in_hours(hours.missing),
    }
    if hours.missing:
        return gettext("%(counted)s of %(required)s hours recorded; %(n)s missing") % said
    return gettext("%(counted)s of %(required)s hours recorded") % said


def waived_word(material: Material, facts: Facts) -> str:
    """Why a paper is not asked for: the pass list stands in its place, or an office confirmed it before."""
    again = facts.kind != Kind.FIRST and material.asked_once
    return gettext(ON_RECORD) if again else gettext(WAIVED)


def _task(
    application: Application, step: Step, is_done: bool, is_back: bool, only_returned: bool
) -> dict[str, Any]:
    state = "problem" if is_back else "done" if is_done else "todo"
    url = None if only_returned and not is_back else question_url(application, step)
    return {"label": gettext(STEP_NAMES[step]), "url": url, "state": state}
