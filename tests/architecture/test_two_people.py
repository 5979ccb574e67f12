"""What two people answer for is not done by one operator at the shell, who would be both by saying so (A24, D19).

Who decides is found in the code, by the obstacle `four_eyes`; who comes first is a list.
"""

import ast
import inspect
import textwrap
from functools import cache

from shegong.config.management.commands.act import actions
from shegong.kernel.access import half
from shegong.kernel.refusal import Obstacle, Refused

ALONE = {  # what looks at the other and one may do
    "accounts.found_grant": "the first role of an empty system; only the system is let in, two are named",
    "accounts.use_key_order": "carries out what two agreed to; only the system is let in",
}
FIRST = {  # halves that come before there is another to look at
    "accounts.propose_grant", "accounts.propose_key_order", "documents.draft_document", "documents.edit_draft",
    "dossier.propose", "dossier.propose_undo", "education.propose_late", "education.vouch", "organizations.propose_transfer",
    "oversight.apply_for_acceptance",
    "oversight.draft_report", "oversight.nominate", "oversight.submit_return", "oversight.write_report",
    "privacy.propose", "privacy.propose_lift", "privacy.refuse", "programme.draft_plan", "programme.submit_plan",
    "registry.propose_closing", "tasks.ask_time", "tasks.reply", "tasks.sign_reply",
}  # fmt: skip
OTHERS = {  # would make the operator the other one, or open the command that gives the first roles again
    "accounts.approve_export", "accounts.bind_identity", "accounts.create_user", "accounts.end_grant",
    "accounts.force_key_order", "accounts.set_password",
}  # fmt: skip


@cache
def body(function):
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def reached(function, seen=None):
    """A function and all of ours that it calls, outside the kernel."""
    seen = set() if seen is None else seen
    function = inspect.unwrap(function)
    if function in seen:
        return seen
    seen.add(function)
    for node in ast.walk(body(function)):
        one = _called(node.func, function) if isinstance(node, ast.Call) else None
        module = getattr(inspect.unwrap(one), "__module__", "") if inspect.isfunction(one) else ""
        if module.startswith("shegong.") and not module.startswith("shegong.kernel."):
            reached(one, seen)
    return seen


def _called(node, function):
    if isinstance(node, ast.Name):
        return function.__globals__.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(function.__globals__.get(node.value.id), node.attr, None)
    return None


def looks_at_the_other(function):
    """Whether it refuses whoever did the other half: an obstacle `four_eyes`, written here or by its name."""
    for node in ast.walk(body(function)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_code(node.value):
            return True
        held = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(held, Obstacle) and _is_code(held.code):
            return True
    return False


def _is_code(text):
    return text == "four_eyes" or text.endswith("_four_eyes")


def is_deciding(action):
    return any(map(looks_at_the_other, reached(action)))


def in_person():
    return {name for name, one in actions().items() if hasattr(one, "in_person")}


def test_whoever_must_be_another_is_not_named_by_an_operator_at_the_shell():
    found = {name for name, one in actions().items() if is_deciding(one)}
    assert (
        len(found) > 25 and {"privacy.erase", "registry.let_lapse", "dossier.merge", "tasks.close"} <= found
    )
    assert found - in_person() == set(ALONE)


def test_the_first_half_is_done_in_person_too():
    """Else the operator proposes in a colleague's name, and agrees on the page as himself."""
    assert in_person() >= FIRST | OTHERS
    decided = {name.partition(".")[0] for name, one in actions().items() if is_deciding(one)}
    assert decided - {"credentials"} == {name.partition(".")[0] for name in FIRST} | {"conduct"}


def test_the_search_finds_who_looks_at_the_other():
    def deciding(row, *, by, on):
        if by.person_id == row.proposed_by_id:
            raise Refused(Obstacle("four_eyes", "Another person must decide."))

    def alone(row, *, by, on):
        row.closed_on = on

    assert is_deciding(deciding) and not is_deciding(alone)
    assert half(alone).in_person
