"""`shegong migrate`: Django's command as the owner of the tables, and afterwards the walls (kernel.walls)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState

from shegong.kernel import walls


class Command(migrate.Command):
    """Takes the owner's role, migrates, and says anew what the application's role may do."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's; nothing is built when it only tells what it would do."""
        with walls.as_owner(), short_rendering():
            super().handle(*args, **options)
            if not (options.get("plan") or options.get("check_unapplied")):
                walls.build()


@contextmanager
def short_rendering() -> Iterator[None]:
    """The migrations' state makes only the class of a new model, and none for a new constraint or index: Django makes those
    of all related models anew each time, which was two thirds of a first start. Nothing else about them has changed.
    """
    kept = ProjectState.add_model, ProjectState._append_option  # type: ignore[attr-defined]
    ProjectState.add_model, ProjectState._append_option = _add_model, _append_option  # type: ignore
    try:
        yield
    finally:
        ProjectState.add_model, ProjectState._append_option = kept  # type: ignore


def _add_model(state: Any, model: Any) -> None:
    key = model.app_label, model.name_lower
    state.models[key] = model
    if state._relations is not None:
        state.resolve_model_relations(key)
    if _is_rendered(state):
        state.apps.render_multiple([model])


def _append_option(state: Any, app_label: str, model_name: str, option: str, added: object) -> None:
    model = state.models[app_label, model_name]
    model.options[option] = [*model.options[option], added]
    if _is_rendered(state):
        setattr(state.apps.get_model(app_label, model_name)._meta, option, model.options[option])


def _is_rendered(state: Any) -> bool:
    return "apps" in state.__dict__  # asking for it renders everything
