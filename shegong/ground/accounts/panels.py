"""Words that higher contexts use of accounts: what an entry of the journal says, which roles hold a right."""

from django.utils.translation import get_language, gettext

from shegong.ground.accounts.journal_words import VERBS
from shegong.ground.accounts.roles import roles


def verb_word(verb: str) -> str:
    """What was done, in the reader's language; the code where there are no words yet."""
    return gettext(VERBS[verb]) if verb in VERBS else verb


def roles_with(permission: str) -> str:
    """The roles that carry a right, by their names in the reader's language: whom to ask."""
    english = (get_language() or "").startswith("en")
    held = [role for role in roles().values() if permission in role.permissions]
    return (", " if english else "、").join(role.en if english else role.zh for role in held)
