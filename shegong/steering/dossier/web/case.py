"""One pair side by side, what a merge would do, and the step that comes next; decided with a fresh second factor."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from shegong.ground.people.models import Person, names_of
from shegong.kernel.access import Actor
from shegong.kernel.http import (
    actor_of,
    attempt,
    obstacle_text,
    page,
    see,
    seen_version,
    status_of,
    today,
    visible_or_404,
)
from shegong.kernel.moving import What
from shegong.steering.dossier import actions
from shegong.steering.dossier.actions.doors import clashes_of, parts_of
from shegong.steering.dossier.models import DuplicateCase, merge_policy
from shegong.steering.dossier.models.sides import compared
from shegong.steering.dossier.rules import (
    STATE_NAMES,
    WISH_NAMES,
    Permission,
    State,
    Wish,
    table_title,
    undo_obstacles,
)
from shegong.steering.dossier.web.forms import DecideForm, DecideUndoForm, ProposeForm, UndoForm
from shegong.steering.dossier.web.listing import TONES, reasons_of

Step = tuple[str, forms.Form | None, Callable[[], Any] | None]


@page(Permission.PROPOSE, methods=("GET", "POST"), about="duplicate", clause="T4.2.b", fresh=True)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare two records; propose, decide, or part them again."""
    actor = actor_of(request)
    row: DuplicateCase = visible_or_404(
        DuplicateCase.objects.select_related("first", "second"), actor, Permission.PROPOSE, pk=pk
    )
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdrawn(request, row, actor)
    title, form, change = _step(request, row, actor)
    if request.method == "POST" and form is not None and change is not None and attempt(form, change):
        return see(request, "dossier:case", _("Done."), row.pk)
    buttons = {
        State.PROPOSED: title,
        State.MERGED: _("Propose to part them"),
        State.UNDO_PROPOSED: _("Confirm"),
    }
    button = buttons.get(State(row.state), title)
    context = {
        **_context(request, row, actor), "step_title": title, "step_button": button, "form": form, "version": row.version,
    }  # fmt: skip
    return render(request, "dossier/case.html", context, status=status_of(form) if form is not None else 200)


def _withdrawn(request: HttpRequest, row: DuplicateCase, actor: Actor) -> HttpResponse:
    withdraw = actions.withdraw_undo if row.state == State.UNDO_PROPOSED else actions.withdraw
    withdraw(row, by=actor, on=today(), seen=seen_version(request))
    return see(request, "dossier:case", _("The proposal is taken back."), row.pk)


def _step(request: HttpRequest, row: DuplicateCase, actor: Actor) -> Step:
    """What this officer may do next: heading, form, and the change that the form makes."""
    posted = request.POST if request.method == "POST" else None
    given: dict[str, Any] = {"by": actor, "on": today(), "seen": seen_version(request)}
    if actor.person_id in (row.first_id, row.second_id):
        return _("One of these records is your own. Colleagues must decide on it."), None, None
    steps = {State.PROPOSED: _deciding, State.MERGED: _undoing, State.UNDO_PROPOSED: _deciding_undo}
    return steps.get(State(row.state), _proposing)(row, actor, posted, given)


def _proposing(row: DuplicateCase, actor: Actor, posted: Any, given: dict[str, Any]) -> Step:
    if row.first.merged_into_id or row.second.merged_into_id:
        return _("One of the two was merged with another record already."), None, None
    form = ProposeForm(posted)

    def change() -> object:
        chosen = form.cleaned_data["choice"]
        keep = {"first": row.first, "second": row.second}.get(chosen)
        wish = Wish.MERGE if keep else Wish.APART
        return actions.propose(row, wish=wish, keep=keep, reason=form.cleaned_data["reason"], **given)

    return _("Propose"), form, change


def _deciding(row: DuplicateCase, actor: Actor, posted: Any, given: dict[str, Any]) -> Step:
    if actor.person_id == row.proposer_id or not actor.may(Permission.DECIDE):
        return _("Another officer decides."), None, None
    form = DecideForm(posted, wish=row.wish)

    def change() -> object:
        chosen, reason = form.cleaned_data["choice"], form.cleaned_data["reason"]
        if chosen == "merge":
            return actions.merge(row, **given)
        decide = actions.keep_apart if chosen == "apart" else actions.send_back
        return decide(row, reason=reason, **given)

    return _("Decide"), form, change


def _undoing(row: DuplicateCase, actor: Actor, posted: Any, given: dict[str, Any]) -> Step:
    late = undo_obstacles(merged_at=row.merged_at, now=timezone.now(), days=merge_policy(today()).undo_days)
    if late:
        return obstacle_text(late[0]), None, None
    form = UndoForm(posted)
    return (
        _("Was the merge wrong?"),
        form,
        lambda: actions.propose_undo(row, reason=form.cleaned_data["reason"], **given),
    )


def _deciding_undo(row: DuplicateCase, actor: Actor, posted: Any, given: dict[str, Any]) -> Step:
    if actor.person_id == row.undo_proposer_id or not actor.may(Permission.DECIDE):
        return _("Another officer decides."), None, None
    form = DecideUndoForm(posted)

    def change() -> object:
        if form.cleaned_data["choice"] == "part":
            return actions.undo(row, leave_touched=form.cleaned_data["leave_touched"], **given)
        return actions.refuse_undo(row, reason=form.cleaned_data["reason"], **given)

    return _("Decide on the parting"), form, change


def _context(request: HttpRequest, row: DuplicateCase, actor: Actor) -> dict[str, Any]:
    names = names_of(
        [row.first_id, row.second_id, *filter(None, (row.proposer_id, row.decider_id, row.undo_proposer_id))]
    )
    state = State(row.state)
    mine = {State.PROPOSED: row.proposer_id, State.UNDO_PROPOSED: row.undo_proposer_id}.get(state)
    return {
        "row": row, "state": _(STATE_NAMES[state]), "tone": TONES.get(state, ""),
        "name_a": names.get(row.first_id, "—"), "name_b": names.get(row.second_id, "—"),
        "reasons": reasons_of([row.pk]).get(row.pk, []),
        "sections": compared(row.first, row.second, actor, today()),
        "kept": {row.first_id: "A", row.second_id: "B"}.get(row.keep_id, ""),
        "wish": _(WISH_NAMES[Wish(row.wish)]) if row.wish else "",
        "proposer": names.get(row.proposer_id, ""), "decider": names.get(row.decider_id, ""),
        "undo_proposer": names.get(row.undo_proposer_id, ""), "may_withdraw": mine is not None and mine == actor.person_id,
        "ways": _ways(row) if state in (State.FOUND, State.PROPOSED, State.KEPT_APART, State.SETTLED) else [],
        "moved": _moved(row) if state in (State.MERGED, State.UNDO_PROPOSED) else [],
        "undo_days": merge_policy(today()).undo_days,
    }  # fmt: skip


def _ways(row: DuplicateCase) -> list[dict[str, Any]]:
    """What a merge would do: the proposed way, or both while nobody proposed one."""
    if row.first.merged_into_id or row.second.merged_into_id:
        return []
    pairs = [("A", row.second, row.first), ("B", row.first, row.second)]
    chosen = [
        one
        for one in pairs
        if row.state == State.PROPOSED and row.wish == Wish.MERGE and one[2].pk == row.keep_id
    ]
    wanted = chosen if row.state == State.PROPOSED and row.wish == Wish.MERGE else pairs
    return [_way(kept, from_, to) for kept, from_, to in wanted]


def _way(kept: str, from_: Person, to: Person) -> dict[str, Any]:
    parts = list(parts_of(from_, to))
    return {
        "kept": kept,
        "clashes": clashes_of(from_, to),
        "parts": [
            {"title": _(part.title), "moves": len(part.moves), "stays": len(part.stays)}
            for part in parts
            if part.what == What.MOVED
        ],
        "accounts": _accounts(parts),
    }


def _accounts(parts: list[Any]) -> str:
    """What becomes of the accounts, told before anybody decides."""
    of_users = [part for part in parts if part.model._meta.label_lower == "accounts.user"]
    if any(part.what == What.SHUT for part in of_users):
        return _(
            "Both have an account. That of the merged record is shut and signed out everywhere; a code to either phone"
            " leads to the account that stays. The person is told."
        )
    if of_users:
        return _("The account of the merged record signs in to the kept record from then on.")
    return _("The account stays as it is.")


def _moved(row: DuplicateCase) -> list[dict[str, Any]]:
    counted: dict[str, int] = {}
    for moved in row.moved_rows.order_by("id"):
        title = _(table_title(moved.model))
        counted[title] = counted.get(title, 0) + 1
    return [{"title": title, "moves": count} for title, count in counted.items()]


urlpatterns = [path("office/duplicates/<int:pk>/", case, name="case")]
