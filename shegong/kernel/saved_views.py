"""Saved views: a list's address kept under a name, each for the one who saved it.

A view is a convenience of one user, no fact of the register: it is not journalled, and nobody else sees it.
"""

from typing import Any

from django.db import models, transaction
from django.http import QueryDict

from shegong.kernel.access import Actor
from shegong.kernel.prepared import fetch
from shegong.kernel.refusal import Obstacle, Refused
from shegong.kernel.text import N_
from shegong.kernel.walls_rows import Open

MOST = 12


class SavedView(models.Model):
    """`query` is the address after `?` without place; counted each time it is shown."""

    user_id = models.BigIntegerField()
    listing = models.TextField()
    title = models.TextField()
    query = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager["SavedView"] = models.Manager()
    wall = Open("Columns and filters that a reader keeps for herself.")

    class Meta:
        app_label = "kernel"
        constraints = [
            models.UniqueConstraint(fields=["user_id", "listing", "title"], name="saved_view_title_once")
        ]


COLUMNS = ["id", "user_id", "listing", "title", "query", "created_at"]
OWN = (  # asked by every page of a list
    f"SELECT {', '.join(COLUMNS)} FROM kernel_savedview"  # noqa: S608 - our own names
    " WHERE user_id = %(user)s AND listing = %(listing)s ORDER BY id"
)


def views_of(actor: Actor, listing: str = "") -> list[SavedView]:
    """The actor's views of a listing (of all listings when none is named), oldest first."""
    if not actor.user_id:
        return []
    if not listing:
        return list(SavedView.objects.filter(user_id=actor.user_id).order_by("listing", "id"))
    found = fetch(OWN, {"user": actor.user_id, "listing": listing})
    return [SavedView.from_db(None, COLUMNS, row) for row in found]


@transaction.atomic
def save_view(listing: str, *, title: str, query: str, by: Actor) -> SavedView:
    """Keep `query` under `title`; the same title again replaces it. Refuses no title, a long one, and the 13th view."""
    title = " ".join(title.split())
    if not title or len(title) > 30:
        raise Refused(
            Obstacle("view_title", N_("Give the view a name of 1 to 30 characters."), field="title")
        )
    if len(query) > 2000:
        raise Refused(Obstacle("view_query", N_("This view has too many conditions to save."), field="title"))
    held = views_of(by, listing)
    if len(held) >= MOST and title not in {view.title for view in held}:
        message = N_("You have %(most)s views here. Delete one first.")
        raise Refused(Obstacle("view_most", message, field="title", params={"most": MOST}))
    view, _ = SavedView.objects.update_or_create(
        user_id=by.user_id, listing=listing, title=title, defaults={"query": query}
    )
    return view


def drop_view(listing: str, *, view_id: int, by: Actor) -> int:
    """Delete one's own view; 0 when there is none of that id."""
    return SavedView.objects.filter(user_id=by.user_id, listing=listing, id=view_id).delete()[0]


def params_of(view: Any) -> QueryDict:
    """The view's query string, read."""
    return QueryDict(view.query)
