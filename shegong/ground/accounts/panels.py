"""Words that higher contexts use of accounts: what an entry of the journal says."""

from django.utils.translation import gettext

from shegong.ground.accounts.journal_words import VERBS


def verb_word(verb: str) -> str:
    """What was done, in the reader's language; the code where there are no words yet."""
    return gettext(VERBS[verb]) if verb in VERBS else verb
