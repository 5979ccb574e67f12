"""Following a complaint by its code: sent in a form, never in an address; the same answer for every code that is none."""

from datetime import date
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language, gettext, ngettext

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.stages import clock_of, stretches_of
from shegong.duties.conduct.models import Appeal, Complaint, Exchange, StageDate
from shegong.duties.conduct.models.intake_policies import conduct_policies, conduct_policy
from shegong.duties.conduct.models.timing import look_until, review_until
from shegong.duties.conduct.rules import PARTY_NAMES, STAGE_NAMES, STATE_NAMES, Party, Stage, State
from shegong.duties.conduct.rules.appeals import RESULT_NAMES, Result
from shegong.duties.conduct.rules.looks import FINDING_NAMES, INSTANCE_NAMES, Finding
from shegong.duties.conduct.sealed_text import opened
from shegong.duties.conduct.web.intake_forms import AnswerForm, CodeForm, LookForm
from shegong.duties.conduct.web.public import measure_title
from shegong.duties.conduct.web.unseen import held_back, unseen
from shegong.kernel.http import obstacle_text, today
from shegong.kernel.refusal import Refused
from shegong.kernel.walls_acting import lifted

MAY_WITHDRAW = (State.LODGED, State.ROUTED, State.ACCEPTED, State.INVESTIGATING)


@unseen
def track(request: HttpRequest) -> HttpResponse:
    """The form; with a code, where the complaint stands, and what may be added."""
    if request.method != "POST":
        return render(request, "conduct/track.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    policy = conduct_policy(today())
    row = actions.tracked(request.POST.get("code", "")) if form.is_valid() else None
    if row is None:
        # A right code never counts, so nobody who has one is slowed.
        busy = held_back(request, "track", policy.tries, policy.try_minutes)
        if busy is not None:
            return busy
        if form.is_valid():
            form.add_error("code", gettext("No complaint has this code. Compare it sign by sign."))
        return render(request, "conduct/track.html", {"form": form}, status=422)
    return _followed(request, row, form.cleaned_data["code"])


def _followed(request: HttpRequest, row: Complaint, code: str) -> HttpResponse:
    do, said = request.POST.get("do", ""), ""
    typed: Form = (
        LookForm(request.POST, prefix="look") if do == "look" else AnswerForm(request.POST, request.FILES)
    )
    if do:
        try:
            said = _done(row, do, typed)
        except Refused as refused:
            for one in refused.obstacles:
                field = one.field if do in ("answer", "look") and one.field in typed.fields else None
                typed.add_error(field, obstacle_text(one))
        else:
            row = actions.tracked(code) or row
    wrong = typed if do and typed.errors else None
    with lifted("whoever has the code reads her own complaint"):
        context = _context(row, today())
    context |= {
        "code": code, "form": wrong or AnswerForm(), "said": said,
        "answer_form": wrong if wrong and do != "look" else AnswerForm(),
        "look_form": wrong if wrong and do == "look" else LookForm(prefix="look"),
    }  # fmt: skip
    return render(request, "conduct/followed.html", context, status=422 if wrong else 200)


def _done(row: Complaint, do: str, form: Form) -> str:
    on = today()
    if do == "look":
        if not form.is_valid():
            return ""
        actions.ask_look(row, text=form.cleaned_data["text"], on=on)
        return gettext("The body above will look at the decision again. Its answer will stand here.")
    if do == "answer":
        form.is_valid()
        text, photos = form.cleaned_data.get("text", ""), form.cleaned_data.get("papers") or []
        actions.answer(row, text=text, photos=photos, on=on)
        return gettext("Your message is with the office.")
    if do == "review":
        actions.ask_review(row, on=on)
        return gettext("The body above will look at it again.")
    if do == "withdraw":
        actions.withdraw(row, on=on)
        return gettext("The complaint is taken back.")
    return ""


def _context(row: Complaint, on: date) -> dict[str, Any]:
    policy, language = conduct_policy(row.received_on), get_language()
    stretches = stretches_of(row)
    clock = clock_of(stretches, on) if stretches else None
    refusal, matter = policy.refusal(row.reason_code), row.state == State.TRANSFERRED
    goes_to = policy.matter(row.reason_code).goes_to.says(language) if matter else ""
    last_ask = review_until(row)
    may_look = not actions.look_obstacles(row, on)
    return {
        "row": row, "state": gettext(STATE_NAMES[State(row.state)]), "clock": clock,
        "stage": gettext(STAGE_NAMES[Stage(stretches[-1].stage)]) if stretches else "",
        "pause": _pause(stretches, language), "office": row.routed_to.name if row.routed_to else "",
        "reason": refusal.words.says(language) if refusal else "", "goes_to": goes_to,
        "exchanges": _exchanges(row), "asked": _asked(row), "events": _events(row, on), "over": _over(row),
        "papers": len(actions.papers_of(row.folder_id)), "outcome": _outcome(row),
        "may_write": row.state != State.CLOSED, "may_withdraw": row.state in MAY_WITHDRAW,
        "may_ask_review": row.state in (State.NOT_ACCEPTED, State.TRANSFERRED) and on <= last_ask, "last_ask": last_ask,
        "looks": _looks(row), "may_look": may_look, "look_until": look_until(row) if may_look else None,
        "look_body": actions.look_body(row, on) if may_look else None, "look_title": _look_title(row) if may_look else "",
    }  # fmt: skip


def _pause(stretches: list[StageDate], language: str | None) -> str:
    if not stretches or not stretches[-1].paused_why:
        return ""
    found = conduct_policies().on(stretches[-1].starts_on).pause(stretches[-1].paused_why)
    return found.words.says(language) if found else ""


def _exchanges(row: Complaint) -> list[dict[str, Any]]:
    """What passed, without the handing over between offices."""
    found = Exchange.objects.filter(complaint=row).exclude(kind="handover").order_by("pk")
    return [
        {
            "mine": one.side == "complainant",
            "on": one.written_on,
            "text": opened(one, "text"),
            "kind": one.kind,
        }
        for one in found
    ]


def _look_title(row: Complaint) -> str:
    """What the look that may be asked for is called."""
    asked = row.looks.filter(decision=actions.last_decision(row)).count()
    return gettext("Ask for a second look") if not asked else gettext("Ask for a third look, the last one")


def _looks(row: Complaint) -> list[dict[str, Any]]:
    """Second looks that were asked for: by whom they are answered, until when, what came of them; nothing unsigned."""
    return [
        {
            "title": gettext(INSTANCE_NAMES[one.instance]), "body": one.body.name, "row": one,
            "finding": gettext(FINDING_NAMES[Finding(one.finding)]) if one.answered_on else "",
        }
        for one in row.looks.select_related("body").order_by("pk")
    ]  # fmt: skip


def _asked(row: Complaint) -> bool:
    last = Exchange.objects.filter(complaint=row).order_by("-pk").first()
    return bool(last and last.side == "office" and last.kind == "question")


def _events(row: Complaint, on: date) -> list[dict[str, Any]]:
    """Steps of the way: those behind, the one in hand, the one that comes."""
    events = [
        {"title": gettext("Complaint taken in"), "detail": row.received_on.isoformat(), "state": "past"}
    ]
    if row.accepted_on:
        events.append(
            {"title": gettext("Complaint accepted"), "detail": row.accepted_on.isoformat(), "state": "past"}
        )
    over = row.state in (State.CLOSED, State.NOT_ACCEPTED, State.TRANSFERRED, State.DECIDED)
    decision = actions.last_decision(row) if row.state == State.DECIDED else None
    day = row.closed_on or (decision.decided_on if decision else None)
    events.append(
        {
            "title": gettext(STATE_NAMES[State(row.state)]), "state": "past" if over else "now",
            "detail": day.isoformat() if day else "",
        }
    )  # fmt: skip
    if not over:
        events.append({"title": gettext("Answer with reasons"), "detail": "", "state": "next"})
    return events


def _over(row: Complaint) -> list[str]:
    """Days beyond, by whose they were, of stages that have ended."""
    days: dict[str, int] = {}
    for party, count in StageDate.objects.filter(complaint=row, overrun_days__gt=0).values_list(
        "overrun_party", "overrun_days"
    ):
        days[party] = days.get(party, 0) + count
    return [f"{gettext(PARTY_NAMES[Party(party)])}：{count}" for party, count in days.items()]


def _outcome(row: Complaint) -> str:
    """What came of it, in the words that the public reads: the measure of the decision that stands."""
    if row.state not in (State.DECIDED, State.APPEALED, State.CLOSED):
        return ""
    found = actions.last_decision(row)
    if found is None:
        return ""
    months = (
        ngettext("%(n)s month", "%(n)s months", found.months) % {"n": found.months} if found.months else ""
    )
    asked = Appeal.objects.filter(complaint=row, state="decided").order_by("-pk").first()
    review = f"{gettext('Review')}：{gettext(RESULT_NAMES[Result(asked.result)])}" if asked else ""
    return " · ".join(filter(None, (measure_title(found.measure), months, review)))


urlpatterns = [path("complaints/track/", track, name="track")]
