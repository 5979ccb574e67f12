"""`shegong docs`: writes docs/generated from the code: state diagrams, permissions, the clause map."""

from collections import defaultdict
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shegong.config.assurance import KINDS, STATES
from shegong.config.assurance import load as load_requirements
from shegong.config.clause_map import clause_map
from shegong.config.inventory_page import inventory_parts, not_personal
from shegong.contexts import CONTEXTS, Context
from shegong.ground.accounts.access_table import rows as access_rows
from shegong.ground.accounts.roles import roles
from shegong.kernel.routes import routes
from shegong.kernel.workflow import Workflow

PAGE_DAY = date(2026, 12, 31)  # periods are dated; the page must not change by the day
NOTE = "Written by `bin/check` (`shegong docs`); change the code, not this page."


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def page(title: str, *parts: str) -> str:
    """A page with its title and the note that nobody should edit it."""
    return "\n\n".join([f"# {title}", NOTE, *parts]) + "\n"


def workflows(context: Context) -> list[tuple[str, Workflow]]:
    """The kinds of case of a context, by the name of their table in its rules."""
    name = f"{context.module}.rules"
    found = vars(import_module(name)) if find_spec(name) else {}
    return sorted((key, value) for key, value in found.items() if isinstance(value, Workflow))


def states() -> str:
    """Every workflow as a diagram and as a table with the article each step rests on."""
    parts = []
    for context in reversed(CONTEXTS):
        for name, workflow in workflows(context):
            rows = [
                [step.name, ", ".join(sorted(step.before)), step.after, step.basis or "-"]
                for step in workflow.steps.values()
            ]
            diagram = f"```mermaid\n{workflow.mermaid()}\n```"
            parts += [
                f"## {context.en}: `{context.label}.{name}`",
                diagram,
                table(["step", "from", "to", "basis"], rows),
            ]
    return page("States", *parts)


def permissions() -> str:
    """Which role holds which permission, and which pages each permission opens."""
    holders = defaultdict(list)
    for key, role in roles().items():
        for permission in role.permissions:
            holders[permission].append(key)
    opens = defaultdict(list)
    for route in routes():
        opens[str(route["permission"])].append(f"`{route['path']}`")
    names = [[f"`{key}`", role.en, role.zh] for key, role in roles().items()]
    rows = [
        [f"`{name}`", ", ".join(holders[name]) or "-", "<br>".join(opens[name]) or "-"]
        for name in sorted({*holders, *opens})
    ]
    return page(
        "Permissions",
        table(["role", "English", "Chinese"], names),
        table(["permission", "roles", "pages"], rows),
    )


def access() -> str:
    """Every address that asks for a right: where each role gets in, seen from its own region. The sweep expects this."""
    kinds = list(roles())
    found = [[f"`{path}`", methods, *(at[kind] for kind in kinds)] for path, methods, at in access_rows()]
    words = (
        "Where the object of an address lies, seen from the region of the role: own, child (below), sibling (beside), parent (above). "
        "Elsewhere the answer is 404; - is 403; yes: a page about no object, showing what lies within reach. "
        "A clerk's own means her own body."
    )
    return page("Access", words, table(["address", "methods", *kinds], found))


def clauses() -> str:
    """Each clause of the plan: how far it is answered, and by what."""
    rows = [
        [
            clause["clause"], clause["title"], clause["state"],
            *("<br>".join(sorted(map(str, clause[kind]))) or "-" for kind in ("actions", "pages")),
            "<br>".join(sorted({str(test).partition("::")[0] for test in clause["tests"]})) or "-",
        ]
        for clause in clause_map(settings.BASE_DIR)
    ]  # fmt: skip
    return page("Clauses", table(["clause", "title", "state", "actions", "pages", "tests"], rows))


def personal_information() -> str:
    """Every personal field with its class, purpose, article and period (policy/personal_fields.toml)."""
    parts = [f"## {title}\n\n{table(head, rows)}" for title, head, rows in inventory_parts(PAGE_DAY)]
    rest = table(["table", "why"], not_personal())
    return page("Personal information", *parts, f"## Not personal\n\n{rest}")


def assurance() -> str:
    """Every requirement of security and personal information, how far it is met, and the tests that show it."""
    found = load_requirements(Path(settings.BASE_DIR) / "docs" / "assurance.toml")
    parts = [table(["state", "means"], [[code, text] for code, text in STATES.items()])]
    for kind, title in KINDS.items():
        rows = [
            [
                one.id,
                one.asks.replace("|", "/"),
                one.state,
                "<br>".join(f"`{test}`" for test in one.tests) or "-",
                one.note,
            ]
            for one in found
            if one.kind == kind
        ]
        parts.append(f"## {title}\n\n" + table(["no.", "asks", "state", "tests", "note"], rows))
    return page("Assurance", *parts)


PAGES = {
    "states": states,
    "permissions": permissions,
    "access": access,
    "clauses": clauses,
    "personal-information": personal_information,
    "assurance": assurance,
}


class Command(BaseCommand):
    """Writes the pages that changed."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Write each page; an equal one is left alone."""
        folder = Path(settings.BASE_DIR) / "docs" / "generated"
        folder.mkdir(parents=True, exist_ok=True)
        for name, made in PAGES.items():
            text = made()
            target = folder / f"{name}.md"
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                target.write_text(text, encoding="utf-8")
                self.stdout.write(f"{target.relative_to(settings.BASE_DIR)} written")
