"""The case page: stated beside recorded, papers, checks, timeline, decision; the next case at once (ux.md 2.4)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application, Desk
from shegong.duties.registry.models.desk import identity_of, last_own_decision
from shegong.duties.registry.models.facts import Ground, case_facts, ground_of, papers_of
from shegong.duties.registry.policy_types import Opinion
from shegong.duties.registry.rules import (
    STATE_NAMES,
    Kind,
    Permission,
    State,
    checks,
    item_name,
    passing_step,
    read_route,
)
from shegong.duties.registry.web.compare import compared, differences
from shegong.duties.registry.web.links import link
from shegong.duties.registry.web.queue import Shown, remaining, shown
from shegong.duties.registry.web.story import story_of
from shegong.duties.registry.web.words import KIND_NAMES, LEVEL_NAMES
from shegong.ground.documents.models import FolderItem, file_response
from shegong.ground.people.models import names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import actor_of, obstacle_text, page, today
from shegong.kernel.refusal import Obstacle
from shegong.kernel.typed_numbers import whole_number

TURNS, ZOOMS = (0, 90, 180, 270), (1, 2, 3)


def case_or_404(request: HttpRequest, token: str) -> Application:
    """A submitted application inside the officer's reach; any other does not exist."""
    rows = Application.objects.visible_to(actor_of(request), Permission.READ).filter(
        submitted_at__isnull=False
    )
    found = rows.select_related("person", "certificate", "workplace__employer").filter(token=token).first()
    if found is None:
        raise Http404
    return found


@page(Permission.READ, about="application", clause="T4.2.a")
def case(request: HttpRequest, token: str) -> HttpResponse:
    """One case with the queue beside it."""
    return case_page(request, case_or_404(request, token))


def case_page(
    request: HttpRequest,
    application: Application,
    *,
    refused: list[Obstacle] | None = None,
    opinion: str | None = None,
) -> HttpResponse:
    """The page of a case; with what was refused and typed, after a decision that could not be made."""
    queue = shown(request)
    context = queue.context() | queue.around(application) | about(request, application, queue)
    if opinion is not None:
        context["opinion"] = opinion
    if refused:
        context["obstacles"] = [{"text": obstacle_text(o), "field": ""} for o in refused]
    return render(request, "registry/case.html", context, status=422 if refused else 200)


def about(request: HttpRequest, application: Application, queue: Shown) -> dict[str, Any]:
    """Everything the right side shows."""
    actor, on = actor_of(request), today()
    ground = ground_of(application, on)
    facts = case_facts(application, ground)
    handed_in = ground.facts.handed_in or on  # in time or not: as of that day, not of today
    found = checks(facts, ground.policy, ground.calendar, handed_in)
    rows, held = compared(application, ground, facts, on), papers(request, application, ground)
    for row in rows:
        row["paper_id"] = held["first_of"].get(row["paper"])
    waits = bool(application.waiting_for)
    left, tone = remaining(application.due_on, on, ground.calendar) if waits else ("", "")
    return {
        "application": application, "name": ground.facts.name, "query": queue.query,
        "kind": gettext(KIND_NAMES[application.kind]), "state_word": gettext(STATE_NAMES[application.state]),
        "level": gettext(LEVEL_NAMES[application.certificate.level]) if application.certificate else "",
        "compared": rows, "differing": differences(rows), "checks": [_said(check) for check in found],
        "is_first": application.kind == Kind.FIRST,
        "failed": sum(not check.passed for check in found), "passed": sum(check.passed for check in found),
        "events": story_of(application, ground, for_officer=True), "left": left, "left_tone": tone,
        "returns": _returns(application, ground),
        "file_url": _file_url(application),
        **held, **may(application, actor, ground), **_person(application, actor),
    }  # fmt: skip


def _file_url(application: Application) -> str:
    """The papers of everything before, for the office that decides now: a move brings its file along."""
    row = application.registration
    return reverse("registry:whole_file", args=[row.register_no]) if row else ""


def _said(check: Any) -> dict[str, Any]:
    return {"text": gettext(check.text) % dict(check.params), "passed": check.passed}


def may(application: Application, actor: Actor, ground: Ground) -> dict[str, Any]:
    """What this officer can do now: decide, accept, take back, issue early; else what stands in the way."""
    obstacles = actions.obstacles_for(application, actor)
    language = get_language()
    opinions = [opinion.text.says(language) for opinion in _opinions(application, ground)]
    return {
        "may_decide": not obstacles, "hindered": [obstacle_text(o) for o in obstacles],
        "may_return": not obstacles and application.state == State.SUBMITTED,
        "may_accept": not obstacles and application.state == State.SUBMITTED,
        "may_hand_over": not obstacles
        and application.kind in (Kind.FIRST, Kind.RENEWAL)
        and application.state in (State.SUBMITTED, State.ACCEPTED),
        "opinions": opinions, "opinion": usual_opinion(application, ground),
        "recall_minutes": recall_minutes_left(application, actor, ground),
        "may_issue": application.state == State.ADMITTED and application.decider_id == actor.person_id,
    }  # fmt: skip


def _opinions(application: Application, ground: Ground) -> list[Opinion]:
    return [one for one in ground.policy.opinions if one.kind in ("", application.kind)]


def usual_opinion(application: Application, ground: Ground) -> str:
    """The ready sentence that mostly fits: forwarded at a lower stage, approved at the last, corrected if returned."""
    if not application.waiting_for:
        return ""
    is_last = passing_step(read_route(application.route), application.state) == "admit"
    is_corrected = application.return_items.filter(withdrawn_at__isnull=True).exists()
    approved = "complete" if application.kind == Kind.FIRST else f"complete_{application.kind}"
    wanted = ("corrected" if is_corrected else approved) if is_last else "complete_upward"
    said = {opinion.code: opinion.text.says(get_language()) for opinion in _opinions(application, ground)}
    return said.get(wanted) or next(iter(said.values()), "")


def recall_minutes_left(application: Application, actor: Actor, ground: Ground) -> int:
    """Whole minutes in which the officer may still take his decision back; 0 when he may not."""
    decision = last_own_decision(application, actor)
    steps = application.workflow.steps
    if decision is None or application.state != steps[decision.step].after:
        return 0
    seconds = ground.policy.recall_minutes * 60 - (timezone.now() - decision.decided_at).total_seconds()
    return max(0, -int(-seconds // 60))


def _returns(application: Application, ground: Ground) -> list[dict[str, Any]]:
    language = get_language()
    found = []
    for row in application.return_items.filter(withdrawn_at__isnull=True).order_by("-round_no", "id"):
        name = item_name(row.item, ground.policy)
        label = name.says(language) if hasattr(name, "says") else gettext(name)
        found.append({"label": label, "text": row.text, "settled": row.settled_at, "round": row.round_no})
    return found


def papers(request: HttpRequest, application: Application, ground: Ground) -> dict[str, Any]:
    """The papers as small pictures and one of them large, turned and enlarged by plain links."""
    items = list(papers_of(application).select_related("file"))
    language, asked = get_language(), request.GET.get("paper", "")
    chosen = next((item for item in items if str(item.pk) == asked), None)
    found = [
        {
            "item": item, "title": ground.policy.material_name(item.kind).says(language), "chosen": item is chosen,
            "is_picture": item.file.media_type == "image/jpeg",
        }
        for item in items
    ]  # fmt: skip
    first_of: dict[str, int] = {}
    for item in items:
        first_of.setdefault(item.kind, item.pk)
    large = _large(request, chosen) if chosen and chosen.file.media_type == "image/jpeg" else None
    return {"papers": found, "large": large, "first_of": first_of}


def _large(request: HttpRequest, item: FolderItem) -> dict[str, Any]:
    """The frame and the transform of a turned picture, as attributes of an SVG (styles are forbidden)."""
    turn = _one_of(request.GET.get("turn", ""), TURNS)
    zoom = _one_of(request.GET.get("zoom", ""), ZOOMS)
    wide, high = item.file.width or 1600, item.file.height or 1200
    across, down = (high, wide) if turn in (90, 270) else (wide, high)
    move = {
        0: "",
        90: f"translate({high} 0) ",
        180: f"translate({wide} {high}) ",
        270: f"translate(0 {wide}) ",
    }[turn]
    return {
        "item": item, "wide": wide, "high": high, "across": across, "down": down, "percent": 100 * zoom,
        "transform": f"{move}rotate({turn})", "left": (turn - 90) % 360, "right": (turn + 90) % 360,
        "nearer": min(zoom + 1, ZOOMS[-1]), "farther": max(zoom - 1, 1), "zoom": zoom, "turn": turn,
    }  # fmt: skip


def _one_of(text: str, known: tuple[int, ...]) -> int:
    asked = whole_number(text)
    return asked if asked in known else known[0]


def _person(application: Application, actor: Actor) -> dict[str, str]:
    identity, token = identity_of(application.person), application.person.token
    may_reveal = identity is not None and actor.may("people.reveal", application.region_code)
    return {
        "reveal_url": link("people:reveal", token, identity.pk) if may_reveal else "",
        "card_url": link("people:card", token) if actor.may("people.read", application.region_code) else "",
        "hours_url": link("registry:person_hours", token)
        if application.kind == Kind.RENEWAL and actor.may("education.read", application.region_code)
        else "",
    }


@page(Permission.READ, about="application", clause="T4.2.a")
def case_file(request: HttpRequest, token: str, item: int) -> HttpResponse:
    """A paper of the case."""
    application = case_or_404(request, token)
    found = papers_of(application).filter(pk=item).select_related("file").first()
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))


@page(Permission.READ, methods=("POST",), about="application", clause="T4.2.a")
def desk(request: HttpRequest, token: str) -> HttpResponse:
    """Note that the case is open here; answer who else has it open. Sent by script on opening and each minute."""
    application = case_or_404(request, token)
    by = actor_of(request)
    # Who only reads disturbs nobody, and a case that has gone on is nobody's to agree about.
    others = actions.open_desk(application, by=by, on=today()) if actions.seat_of(application, by) else []
    return render(request, "registry/case_others.html", {"others": _named(others)})


def _named(others: list[Desk]) -> list[dict[str, Any]]:
    names, now = names_of([row.officer_id for row in others]), timezone.now()
    return [
        {
            "name": names.get(row.officer_id, ""),
            "office": row.office_name,
            "minutes": int((now - row.opened_at).total_seconds() // 60),
        }
        for row in others
    ]


urlpatterns = [
    path("office/cases/<str:token>/", case, name="case"),
    path("office/cases/<str:token>/desk/", desk, name="case_desk"),
    path("office/cases/<str:token>/files/<int:item>/", case_file, name="case_file"),
]
