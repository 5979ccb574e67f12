"""Whoever holds a person moves her when two records become one, or says why a column stays."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from shegong.contexts import CONTEXTS
from shegong.ground.people.models import Person

DOORS = ("HOLDS", "parts", "clashes", "move_person", "put_back")


def moving_of(context):
    """The context's `actions.moving`, or None."""
    actions = f"{context.module}.actions"
    is_package = find_spec(actions) and find_spec(actions).submodule_search_locations
    return import_module(f"{actions}.moving") if is_package and find_spec(f"{actions}.moving") else None


def holders(models):
    """`label.Model.column` of every foreign key to a person, by context."""
    found = {}
    for model in models:
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Person:
                found.setdefault(model._meta.app_label, set()).add(f"{model._meta.label}.{field.name}")
    return found


def declared(module):
    """What a context declares: moved and kept."""
    moved = {f"{model._meta.label}.{column}" for model, column in module.HOLDS.moved.items()}
    return moved | set(module.HOLDS.kept)


def undeclared(models, modules):
    """Columns that no context answers for, and answers for columns that do not exist."""
    wrong = []
    for label, columns in holders(models).items():
        answered = declared(modules[label]) if modules.get(label) else set()
        wrong += sorted(columns ^ answered)
    return wrong


def test_every_foreign_key_to_a_person_is_moved_or_kept_with_a_reason():
    modules = {context.label: moving_of(context) for context in CONTEXTS}
    assert len(holders(apps.get_models())) >= 5
    assert undeclared(apps.get_models(), modules) == [], (
        "declare it in HOLDS of the context's actions/moving.py"
    )
    for module in filter(None, modules.values()):
        assert all(len(why) > 10 for why in module.HOLDS.kept.values())


def test_a_context_without_the_action_would_be_found():
    modules = {context.label: moving_of(context) for context in CONTEXTS} | {"credentials": None}
    assert "credentials.Certificate.person" in undeclared(apps.get_models(), modules)


def test_every_context_that_holds_a_person_offers_all_doors_of_a_merge():
    for context in CONTEXTS:
        module = moving_of(context)
        if module is not None and context.path != "steering.dossier":
            assert [name for name in DOORS if not hasattr(module, name)] == [], context.path
