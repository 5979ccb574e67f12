"""Public verification and the watching of registrations: the rules. Pure."""

from shegong.duties.lookup.rules.verification import (
    ABILITIES,
    LEVELS,
    LONGEST,
    MISSES,
    WINDOW_MINUTES,
    WORDS,
    Answer,
    Permission,
    Words,
    answer_of,
    canonical_number,
    is_match,
    token,
)

__all__ = [
    "ABILITIES", "LEVELS", "LONGEST", "MISSES", "WINDOW_MINUTES", "WORDS", "Answer", "Permission", "Words", "answer_of",
    "canonical_number", "is_match", "token",
]  # fmt: skip
