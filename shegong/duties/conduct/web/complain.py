"""The public door: seven screens on a phone, without script, account or session; nothing typed is lost."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shegong.duties.conduct import actions
from shegong.duties.conduct.actions.drafts import code_from
from shegong.duties.conduct.models.intake_policies import conduct_policy
from shegong.duties.conduct.rules import KIND_NAMES, Kind
from shegong.duties.conduct.rules.intake import Told, lodge_obstacles
from shegong.duties.conduct.web.intake_forms import (
    WHOM,
    ContactForm,
    PapersForm,
    ScreenForm,
    WhatForm,
    WhereForm,
    WhomForm,
)
from shegong.duties.conduct.web.unseen import (
    a_key,
    held_back,
    key_of,
    unseen,
    who_asked,
    with_key,
    without_key,
)
from shegong.ground.regions.models import tree
from shegong.kernel.http import obstacle_text, today
from shegong.kernel.refusal import Refused
from shegong.kernel.typed_numbers import whole_number

WRITES, WRITE_MINUTES = 200, 10  # of one block of addresses: several people may share it


@dataclass(frozen=True)
class Screen:
    """One screen: its form, its title, what is shown of it before sending."""

    name: str
    title: Any
    form: type[ScreenForm]
    said: Callable[[Told, int], str]


def _whom(told: Told, _papers: int) -> str:
    kind = dict(WHOM).get(told.whom_kind, "")
    return "；".join(str(part) for part in (kind, told.whom, told.unit, told.register_no) if part)


def _what(told: Told, _papers: int) -> str:
    policy, language = conduct_policy(today()), get_language()
    matter = next((m.title.says(language) for m in policy.matters if m.code == told.matter), "")
    duty = policy.ethics.duty(told.duty)
    return "；".join(filter(None, (matter, duty.complaint.says(language) if duty else "", told.text)))


def _where(told: Told, _papers: int) -> str:
    place = tree().full_name(told.region_code, today()) if told.region_code else ""
    return "；".join(filter(None, (place, told.place, told.when)))


def _contact(told: Told, _papers: int) -> str:
    kind = gettext(KIND_NAMES[Kind(told.kind)]) if told.kind in set(Kind) else ""
    given = (told.name, told.contact) if told.kind != Kind.ANONYMOUS else ()
    return "；".join(filter(None, (kind, *given)))


SCREENS = (
    Screen("whom", _("About whom"), WhomForm, _whom),
    Screen("what", _("About what"), WhatForm, _what),
    Screen("where", _("When and where"), WhereForm, _where),
    Screen("papers", _("Photos as evidence"), PapersForm, lambda told, papers: str(papers) if papers else ""),
    Screen("contact", _("In whose name"), ContactForm, _contact),
)
TOTAL = len(SCREENS) + 2  # checking, and the code


def address(name: str) -> str:
    """Where a screen is; the first is the door itself."""
    return reverse("conduct:new") if name == SCREENS[0].name else reverse("conduct:step", args=[name])


@unseen
def new(request: HttpRequest) -> HttpResponse:
    """Screen 1; also where a page of verification sends number and name, in a form."""
    return _screen(request, 0)


@unseen
def step(request: HttpRequest, name: str) -> HttpResponse:
    """Screens 2 to 5. What was typed is kept first and looked at afterwards."""
    found = next((at for at, one in enumerate(SCREENS) if one.name == name), 0)
    if not found:
        raise Http404
    return _screen(request, found)


def _screen(request: HttpRequest, at: int) -> HttpResponse:
    screen, more = SCREENS[at], _more(request, SCREENS[at])
    told, draft = actions.read_draft(key_of(request))
    if request.method != "POST":
        form = screen.form(initial=_initial(told), **more)
        return _shown(request, at, form, draft)
    busy = held_back(request, "write", WRITES, WRITE_MINUTES)
    if busy is not None:
        return busy
    key = a_key(request)
    form = screen.form(request.POST, request.FILES, **more)
    form.is_valid()
    told = actions.save_draft(key, _typed(request, form), on=today())
    done = _acted(request, screen, key, form, told)
    response = done or _shown(request, at, form, actions.read_draft(key)[1])
    return with_key(response, key, conduct_policy(today()).draft_hours)


def _acted(
    request: HttpRequest, screen: Screen, key: str, form: ScreenForm, told: Told
) -> HttpResponse | None:
    """Where to go on, or None: the screen again, with what is missing."""
    if request.POST.get("from_verification"):
        return _to(address("whom"))
    if screen.name == "papers" and not _papers(request, key, form):
        return None
    if request.POST.get("go") in {one.name for one in SCREENS}:  # back, or stay: nothing has to be complete
        return _to(address(request.POST["go"]))
    return _to(_after(screen, told)) if form.say(told) else None


def _to(where: str) -> HttpResponse:
    response = HttpResponseRedirect(where)
    response.status_code = 303
    return response


def _after(screen: Screen, told: Told) -> str:
    """The next screen; the check when it was seen before and only this one was put right."""
    if told.kind and screen.name != "contact":
        return reverse("conduct:check")
    at = SCREENS.index(screen) + 1
    return address(SCREENS[at].name) if at < len(SCREENS) else reverse("conduct:check")


def _papers(request: HttpRequest, key: str, form: ScreenForm) -> bool:
    drop = whole_number(request.POST.get("drop", ""))
    if drop is not None:
        actions.drop_draft_paper(key, drop, on=today())
    photos = form.cleaned_data.get("papers") or []
    if photos:
        try:
            actions.add_draft_papers(key, photos, on=today())
        except Refused as refused:
            for one in refused.obstacles:
                form.add_error("papers", obstacle_text(one))
            return False
    # A photo taken out, or several put in by "add": stay, to see them.
    return drop is None and not request.POST.get("stay")


def _more(request: HttpRequest, screen: Screen) -> dict[str, Any]:
    return {"signed_in": bool(who_asked(request).person_id)} if screen.form is ContactForm else {}


def _initial(told: Told) -> dict[str, Any]:
    return asdict(told) | {"watch": told.person_id is not None, "region_code": str(told.region_code or "")}


def _typed(request: HttpRequest, form: ScreenForm) -> dict[str, Any]:
    """Everything as typed; what the fields refused is kept as it stands in the form."""
    raw = {name: request.POST.get(name, "")[:8000] for name in form.fields if name != "papers"}
    if "register_no" in form.fields and request.POST.get("from_verification"):
        raw |= {"whom_kind": "worker", "whom": request.POST.get("name", "")[:120]}
        raw["register_no"] = request.POST.get("no", "")[:60]
    if "region_code" in raw:
        raw["region_code"] = whole_number(raw["region_code"])  # type: ignore[assignment]
    if "tell_me" in raw:
        raw["tell_me"] = bool(raw["tell_me"])  # type: ignore[assignment]
        watched = who_asked(request).person_id if raw.pop("watch", "") else None
        raw["person_id"] = watched  # type: ignore[assignment]
    return raw


def _shown(request: HttpRequest, at: int, form: ScreenForm, draft: Any) -> HttpResponse:
    screen, policy = SCREENS[at], conduct_policy(today())
    context = {
        "form": form.to_show(), "screen": screen, "title": screen.title, "number": at + 1, "done": at, "total": TOTAL,
        "back": SCREENS[at - 1].name if at else "", "hours": policy.draft_hours, "is_first": not at,
        "papers": actions.papers_of(draft.folder_id) if draft and screen.name == "papers" else [],
        "most": policy.most_papers, "has_draft": draft is not None, "has_code": _has_code(request) if not at else False,
    }  # fmt: skip
    return render(request, "conduct/step.html", context, status=422 if form.is_bound and form.errors else 200)


def _has_code(request: HttpRequest) -> bool:
    key = key_of(request)
    return bool(key) and actions.lodged_from(key) is not None


@unseen
def check(request: HttpRequest) -> HttpResponse:
    """Screen 6: everything once more; sending it."""
    key = key_of(request)
    told, draft = actions.read_draft(key)
    if draft is None:
        return _to(reverse("conduct:sent") if key and actions.lodged_from(key) else reverse("conduct:new"))
    policy, day = conduct_policy(today()), today()
    duties = [one.code for one in policy.ethics.duties]
    missing = lodge_obstacles(told, duties=duties, longest=policy.longest_text)
    if request.method == "POST" and not missing:
        busy = held_back(request, "lodge", policy.lodged_an_hour, 60)
        if busy is not None:
            return busy
        try:
            actions.lodge(key, on=day)
            return _to(reverse("conduct:sent"))
        except Refused as refused:
            missing = refused.obstacles
    papers = len(actions.papers_of(draft.folder_id))
    rows = [
        {"label": one.title, "value": one.said(told, papers), "change_url": address(one.name)}
        for one in SCREENS
    ]
    matter = next((one for one in policy.matters if one.code == told.matter), None)
    context = {
        "rows": rows, "obstacles": missing if request.method == "POST" else [], "done": len(SCREENS), "total": TOTAL,
        "number": TOTAL - 1, "is_complete": not missing, "matter": _worded(matter), "days": policy.sorting_days,
        "inquiry": policy.inquiry_days,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "conduct/check.html", context, status=status)


def _worded(matter: Any) -> dict[str, Any]:
    if matter is None:
        return {}
    language = get_language()
    urgent = matter.urgent.says(language) if matter.urgent else ""
    return {"urgent": urgent, "goes_to": matter.goes_to.says(language), "own": matter.own}


@unseen
def sent(request: HttpRequest) -> HttpResponse:
    """Screen 7: number and code. The code is made of what this browser keeps and nowhere else; once it is copied, the
    browser forgets it too."""
    key = key_of(request)
    if request.method == "POST":
        if key and actions.lodged_from(key) is None:
            actions.drop_draft(key)  # "forget what I typed"
        return without_key(_to(reverse("conduct:track" if request.POST.get("copied") else "conduct:new")))
    row = actions.lodged_from(key) if key else None
    if row is None:
        return _to(reverse("conduct:new"))
    policy = conduct_policy(row.received_on)
    matter = policy.matter(row.matter)
    context = {
        "row": row, "code": code_from(key), "done": TOTAL, "total": TOTAL, "days": policy.sorting_days,
        "inquiry": policy.inquiry_days, "office": row.routed_to.name if row.routed_to else "", "matter": _worded(matter),
    }  # fmt: skip
    return render(request, "conduct/sent.html", context)


urlpatterns = [
    path("complaints/new/", new, name="new"),
    path("complaints/new/check/", check, name="check"),
    path("complaints/new/<str:name>/", step, name="step"),
    path("complaints/sent/", sent, name="sent"),
]
