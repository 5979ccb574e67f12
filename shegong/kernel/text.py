"""Marks strings for translation where Django must not be imported.

Pure modules (every ``rules.py``, and the kernel modules without a database) write their sentences as
``N_("Choose a level.")``.  The string stays English; the edge that shows it translates it.  Extraction
finds ``N_`` as it finds ``gettext_noop``.
"""


def N_(message: str) -> str:
    """Return ``message`` unchanged; its only work is to be found by extraction."""
    return message
