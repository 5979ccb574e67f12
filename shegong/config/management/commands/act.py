"""`shegong act CONTEXT.ACTION name=value … --as USER`: any action from the shell, under a person's own authority."""

import inspect
import json
import typing
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Model
from django.utils import timezone, translation

from shegong.contexts import CONTEXTS
from shegong.ground.accounts.authority import actor_for
from shegong.ground.accounts.models import User
from shegong.kernel import throttle
from shegong.kernel.access import Actor, ScopedQuerySet
from shegong.kernel.http import obstacle_text
from shegong.kernel.refusal import Refused
from shegong.kernel.typed_numbers import whole_number


class Command(BaseCommand):
    """Calls the same function as the page, the API and the sheet."""

    help = "Call an action: shegong act registry.pass_stage application=<token> opinion=… --as wang"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action")
        parser.add_argument("values", nargs="*", metavar="name=value")
        parser.add_argument("--as", dest="username", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        translation.activate("zh-hans")
        user = User.objects.filter(username=options["username"], disabled_at__isnull=True).first()
        if user is None:
            raise CommandError(f"no active user {options['username']}")
        actor = actor_for(user, timezone.localdate())
        function = _action(options["action"])
        try:
            with throttle.counted_even_if_undone():  # as on a page: who guesses here is counted as well
                result = function(**_arguments(function, options["values"], actor))
        except Refused as refused:
            reasons = [
                {"code": o.code, "field": o.field, "text": obstacle_text(o)} for o in refused.obstacles
            ]
            self.stdout.write(json.dumps({"refused": reasons}, ensure_ascii=False))
            raise CommandError("refused", returncode=2) from refused
        self.stdout.write(
            json.dumps({"done": options["action"], "result": _shown(result)}, ensure_ascii=False)
        )


def actions() -> dict[str, Any]:
    """Every action of every context by its name: public functions with `*, by`."""
    found: dict[str, Any] = {}
    for context in CONTEXTS:
        if find_spec(f"{context.module}.actions"):
            module = import_module(f"{context.module}.actions")
            named = {name: one for name, one in vars(module).items() if _is_action(name, one)}
            found |= {f"{context.label}.{name}": one for name, one in named.items()}
    return found


def _is_action(name: str, one: Any) -> bool:
    if name.startswith("_") or not inspect.isfunction(one):
        return False
    by = inspect.signature(one).parameters.get("by")
    return by is not None and by.kind is by.KEYWORD_ONLY


def _action(name: str) -> Any:
    found = actions().get(name)
    if found is None:
        raise CommandError(f"there is no action {name}")
    if hasattr(found, "unguarded"):
        raise CommandError(f"{name} cannot be called alone: {found.unguarded}")
    if hasattr(found, "in_person"):
        raise CommandError(f"{name} is not done at the shell: {found.in_person}")
    return found


def _arguments(function: Any, pairs: list[str], actor: Actor) -> dict[str, Any]:
    hints = typing.get_type_hints(function)
    values: dict[str, Any] = {"by": actor}
    if "on" in hints:
        values["on"] = timezone.localdate()
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign or name not in hints or name == "by":
            raise CommandError(
                f"{pair}: give name=value with one of {', '.join(n for n in hints if n != 'return')}"
            )
        values[name] = _value(hints[name], text, actor)
    return values


def _value(hint: Any, text: str, actor: Actor) -> Any:
    kinds = [kind for kind in typing.get_args(hint) or (hint,) if kind is not type(None)]
    kind = kinds[0]
    if inspect.isclass(kind) and issubclass(kind, Model):
        return _row(kind, text, actor)
    if kind is date:
        return date.fromisoformat(text)
    if kind in (int, str):
        return kind(text)
    return json.loads(text)


def _row(model: type[Model], text: str, actor: Actor) -> Model:
    """A row by number or token, if the actor owns it or it lies in his reach; otherwise it does not exist for him."""
    number = whole_number(text, digits=18)
    lookup = {"token": text} if number is None else {"pk": number}
    rows = model._default_manager.filter(**lookup)
    if isinstance(rows, ScopedQuerySet):
        permissions = {p for authority in actor.authorities for p in authority.permissions}
        seen = [row for p in permissions for row in rows.visible_to(actor, p)[:1]] or list(
            rows.own(actor)[:1]
        )
    else:
        seen = list(rows[:1])
    if not seen:
        raise CommandError(f"no {model._meta.verbose_name} {text} within reach")
    return seen[0]


def _shown(result: Any) -> Any:
    return f"{result._meta.label}:{result.pk}" if isinstance(result, Model) else repr(result)
