"""Photos of papers: which are asked, take one, look at it, take it again (民发〔2009〕44号 art. 6)."""

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext, ngettext

from shegong.duties.registry import actions
from shegong.duties.registry.models import Application
from shegong.duties.registry.models.facts import Ground, ground_of, papers_of
from shegong.duties.registry.rules import State, concerns, is_waived, material_of, papers_missing
from shegong.duties.registry.web.my_forms import PaperForm
from shegong.duties.registry.web.own import own_or_404
from shegong.duties.registry.web.task_lists import next_question, question_url, waived_word
from shegong.duties.registry.web.words import KIND_NAMES
from shegong.ground.documents.models import FolderItem, file_response
from shegong.kernel.access import SIGNED_IN
from shegong.kernel.http import attempt, page, status_of, today
from shegong.kernel.typed_numbers import whole_number


@page(SIGNED_IN, about="application", clause="T4.2.a")
def papers(request: HttpRequest, token: str) -> HttpResponse:
    """Which papers are asked, which are there."""
    application = own_or_404(request, token)
    ground = ground_of(application, today())
    held: dict[str, list[Any]] = {}
    for item in papers_of(application):
        held.setdefault(item.kind, []).append(item)
    all_ = ground.policy.materials_for(application.kind, application.ground or "workplace")
    asked = [one for one in all_ if concerns(one, ground.facts) or one.code in held]
    back = {row.removeprefix("paper:") for row in ground.facts.returned}
    tasks = [
        _paper_task(application, material, held.get(material.code, []), material.code in back,
                    is_waived(material, ground.facts), waived_word(material, ground.facts))
        for material in asked
    ]  # fmt: skip
    context = {
        "application": application,
        "kind_name": gettext(KIND_NAMES[application.kind]),
        "groups": [{"label": "", "tasks": tasks}],
        "back_url": reverse("registry:tasks", args=[token]),
        "next": _next_paper(application, ground) or next_question(application, ground),
    }
    return render(request, "registry/my_papers.html", context)


def _next_paper(application: Application, ground: Ground) -> dict[str, str] | None:
    """The first paper that is missing, where nothing came back."""
    missing = [] if ground.facts.returned else papers_missing(ground.facts, ground.policy)
    if not missing:
        return None
    label = ground.policy.material_name(missing[0]).says(get_language())
    return {"label": label, "url": question_url(application, f"paper:{missing[0]}")}


def _paper_task(
    application: Application, material: Any, items: list[FolderItem], is_back: bool, waived: bool, hint: str
) -> dict[str, Any]:
    waived = waived and not is_back
    needed = material.required and not waived
    optional = gettext("Not needed") if waived else "" if needed else gettext("Only if you have it")
    word = ngettext("%(n)s photo", "%(n)s photos", len(items)) % {"n": len(items)} if items else optional
    state = "problem" if is_back else "done" if items or waived else "todo" if needed else "waiting"
    locked = application.state == State.RETURNED and not is_back
    url = None if locked else question_url(application, f"paper:{material.code}")
    task = {"label": material.title.says(get_language()), "url": url, "state": state, "word": word or None}
    return task | ({"hint": hint} if waived else {})


@page(SIGNED_IN, methods=("GET", "POST"), about="application", clause="T4.2.a")
def paper(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """One material: take a photo or choose a file, look at it, take it again."""
    application = own_or_404(request, token)
    ground = ground_of(application, today())
    material = material_of(ground.policy, kind)
    if material is None:
        raise Http404
    form = PaperForm(request.POST or None, request.FILES or None, material=material)
    if request.method == "POST":
        if request.POST.get("remove"):
            return _remove(request, application, kind)
        if attempt(form, lambda: _store(request, application, kind, form)):
            return redirect("registry:paper", token=token, kind=kind)
    items = list(papers_of(application).filter(kind=kind).select_related("file"))
    context = {
        "application": application,
        "material": material.title.says(get_language()),
        "form": form,
        "items": items,
        "room": material.most - len(items),
        "waived": waived_word(material, ground.facts) if is_waived(material, ground.facts) else "",
        "returned": application.return_items.filter(
            withdrawn_at__isnull=True, settled_at__isnull=True, item=f"paper:{kind}"
        ),
        "back_url": reverse("registry:papers", args=[token]),
        "next": next_question(application, ground),
    }
    return render(request, "registry/my_paper.html", context, status=status_of(form))


def _store(request: HttpRequest, application: Application, kind: str, form: Form) -> bool:
    upload = form.cleaned_data["file"]
    actions.add_paper(
        application, kind=kind, content=upload.read(), filename=upload.name, by=request.actor, on=today()
    )
    return True


def _remove(request: HttpRequest, application: Application, kind: str) -> HttpResponse:
    item = (
        papers_of(application)
        .filter(kind=kind, pk=whole_number(request.POST["remove"], digits=18) or 0)
        .first()
    )
    if item is None:
        raise Http404
    actions.remove_paper(application, item, by=request.actor, on=today())
    return redirect("registry:paper", token=application.token, kind=kind)


@page(SIGNED_IN, about="application", clause="T4.2.a")
def paper_file(request: HttpRequest, token: str, item: int) -> HttpResponse:
    """The stored photo, to its owner."""
    application = own_or_404(request, token)
    found = papers_of(application).filter(pk=item).select_related("file").first()
    if found is None:
        raise Http404
    return file_response(found, variant=request.GET.get("size", "full"))


_AT = "my/registration/<str:token>/"
urlpatterns = [
    path(_AT + "papers/", papers, name="papers"),
    path(_AT + "papers/<slug:kind>/", paper, name="paper"),
    path(_AT + "files/<int:item>/", paper_file, name="paper_file"),
]
